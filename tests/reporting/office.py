"""A small province that reports, on a real database: written through the ledger, as the bot writes it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyxform.xls2xform import convert
from sqlalchemy import select, update

from reporting import register
from reporting.digests import digest
from reporting.library import Library
from reporting.planning.periods import Schedule
from reporting.stories import from_reports
from storage import people, plans, reports, stories
from storage import register as ledger
from storage.engine import Database
from storage.tables import Campaign, ExpectedReport, FormRecord, FormVersion, Period, Report, StoryState, Unit
from storage.uow import Row, UnitOfWork, table
from tests.reporting.words import ZONE
from tests.support.database import database_in

LANGUAGE = "Vietnamese (vi)"

SURVEY: list[dict[str, str]] = [
    {"type": "select_multiple kinds", "name": "activities", "label": "Hoạt động"},
    {"type": "integer", "name": "repaired", "label": "Nhà sửa chữa"},
    {"type": "integer", "name": "value", "label": "Giá trị nhà"},
    {"type": "decimal", "name": "road", "label": "Đường nông thôn"},
    {"type": "integer", "name": "children", "label": "Hỗ trợ bao nhiêu em thiếu nhi?"},
    {"type": "integer", "name": "memorials", "label": "Chăm sóc ${children} nghĩa trang?"},
    {"type": "integer", "name": "complaints", "label": "Đơn thư"},
    {"type": "text", "name": "story", "label": "Gương tốt"},
    {"type": "text", "name": "opinion", "label": "Dư luận"},
]
CHOICES = [
    {"list_name": "kinds", "name": "houses", "label": "Làm nhà, sửa nhà"},
    {"list_name": "kinds", "name": "gifts", "label": "Tặng quà"},
]
COLUMNS: dict[str, dict[str, str]] = {
    "repaired": {"indicator": "charity_houses_repaired", "unit": "căn"},
    "value": {"indicator": "houses_value", "unit": "đồng"},
    "road": {"indicator": "rural_road_km", "unit": "km"},
    "children": {"indicator": "children_supported", "unit": "em", "short::vi": "Thiếu nhi được hỗ trợ"},
    "memorials": {"indicator": "memorials_cared", "unit": "điểm", "short": "Nghĩa trang được chăm sóc"},
    "complaints": {"indicator": "complaints_heard", "unit": "đơn", "audience": "leaders"},
    "opinion": {"audience": "leaders"},
    "story": {"audience": "news"},
}
UNITS = [
    # code, name, short name, kind, parent
    ("province", "Tỉnh đoàn Mẫu", "Mẫu", "province", ""),
    ("hoa", "Huyện đoàn Hòa Thành", "Hòa Thành", "district", "province"),
    ("go", "Huyện đoàn Gò Dầu", "Gò Dầu", "district", "province"),
    ("ben", "Huyện đoàn Bến Cầu", "Bến Cầu", "district", "province"),
    ("tan", "Huyện đoàn Tân <Châu> & con", "Tân <Châu> & con", "district", "province"),
    ("hiep", "Đoàn xã Hiệp Tân", "Hiệp Tân", "commune", "hoa"),
]


def at(day: int, clock: str = "09:00") -> datetime:
    """A moment of December 2022, local time."""
    return datetime.fromisoformat(f"2022-12-{day:02}T{clock}").replace(tzinfo=ZONE)


def xform(survey: list[dict[str, str]], choices: list[dict[str, str]]) -> str:
    return _xform(json.dumps([survey, choices]))


@cache
def _xform(sheets: str) -> str:
    survey, choices = json.loads(sheets)
    workbook: dict[str, Any] = {
        "survey": [_in_vietnamese(row) for row in survey],
        "choices": [_in_vietnamese(row) for row in choices],
        "settings": [{"form_id": "daily", "form_title": "Báo cáo ngày", "default_language": LANGUAGE}],
    }
    return str(convert(workbook, form_name="data").xform)


def _in_vietnamese(row: dict[str, str]) -> dict[str, str]:
    return {f"label::{LANGUAGE}" if key == "label" else key: value for key, value in row.items()}


@dataclass
class Office:
    database: Database
    library: Library = field(default_factory=Library)
    units: dict[str, Row] = field(default_factory=dict)
    form_id: int = 0
    version_id: int = 0
    member_id: int = 0

    @asynccontextmanager
    async def work(self, now: datetime) -> AsyncIterator[UnitOfWork]:
        async with self.database.write() as conn:
            uow = UnitOfWork(conn, now)
            yield uow
            await uow.flush()

    async def open_periods(self, now: datetime) -> None:
        async with self.work(now) as uow:
            await register.open_periods(uow, ZONE, now)

    async def report(
        self,
        unit: str,
        day: int,
        when: datetime,
        answers: Mapping[str, Any] | None = None,
        marks: Mapping[str, str] | None = None,
        *,
        member_id: int | None = None,
    ) -> None:
        """Send or correct the report of a unit that is due on a day; without answers: nothing to report."""
        async with self.work(when) as uow:
            owed = await self._owed(uow, unit, day)
            await register.submit(
                uow,
                await self.library.form(uow, self.version_id),
                owed,
                version_id=self.version_id,
                member_id=member_id or self.member_id,
                account_id=None,
                result=dict(answers or {}),
                marks={f"/data/{name}": mark for name, mark in (marks or {}).items()},
                nothing=answers is None,
            )

    async def tell_news(self, when: datetime) -> list[from_reports.Taken]:
        """The good examples of all reports are taken out of them, as the bot does with each."""
        async with self.work(when) as uow:
            form = await self.library.form(uow, self.version_id)
            t = table(Report)
            found = [await reports.current(uow, row["id"]) for row in await uow.fetch(select(t).order_by(t.c.id))]
            return [await from_reports.take(uow, form, row, self.member_id, None) for row in found if row]

    async def approve_news(self, when: datetime) -> None:
        """Those that wait are approved as they are."""
        await self.tell_news(when)
        async with self.work(when) as uow:
            for row in await stories.waiting(uow, "/"):
                await stories.change(uow, row["id"], state=StoryState.APPROVED.value, decided_at=when)

    async def exempt(self, unit: str, day: int) -> None:
        async with self.work(at(day)) as uow:
            t = table(ExpectedReport)
            owed = await self._owed(uow, unit, day)
            await uow.run(update(t).where(t.c.id == owed["id"]).values(state="exempt"))

    async def digest_sent(self, day: int, when: datetime) -> None:
        async with self.work(when) as uow:
            await ledger.step_done(uow, (await self.period(uow, day))["id"], "digest")

    async def period(self, uow: UnitOfWork, day: int) -> Row:
        t = table(Period)
        return (await uow.fetch(select(t).where(t.c.name == f"2022-12-{day:02}")))[0]

    async def form(self, uow: UnitOfWork) -> Row:
        return (await plans.live_forms(uow))[0]

    async def digest(
        self, day: int | None, now: datetime, *, unit: str = "province", whole: bool = False
    ) -> digest.Digest:
        async with self.database.read() as conn:
            uow = UnitOfWork(conn, now)
            period = None if day is None else await self.period(uow, day)
            form = await self.form(uow)
            return await digest.build(
                uow, self.library, form, self.units[unit], period, whole=whole, now=now, zone=ZONE
            )

    async def _owed(self, uow: UnitOfWork, unit: str, day: int) -> Row:
        t = table(ExpectedReport)
        period = await self.period(uow, day)
        where = (t.c.unit_id == self.units[unit]["id"], t.c.period_id == period["id"])
        found = await uow.fetch(select(t.c.id).where(*where))
        owed = await ledger.expected(uow, found[0]["id"])
        assert owed is not None
        return owed


async def open_office(folder: Path, *, lead: str = "", demo: bool = False) -> Office:
    """Four districts and a commune owe a report daily at 10:00, from 15 to 31 December 2022."""
    office = Office(database_in(folder / "office.db"))
    async with office.work(at(14)) as uow:
        for code, name, short_name, kind, parent in UNITS:
            office.units[code] = await _add_unit(uow, office, code, name, short_name, kind, parent)
        await _add_campaign(uow, office, lead, demo)
    return office


async def _add_unit(
    uow: UnitOfWork, office: Office, code: str, name: str, short_name: str, kind: str, parent: str
) -> Row:
    over = office.units[parent] if parent else None
    values: Row = {"code": code, "name": name, "short_name": short_name, "name_plain": name.casefold(), "kind": kind}
    unit_id = await uow.insert(Unit, parent_id=over["id"] if over else None, path="", **values)
    path = f"{over['path'] if over else '/'}{unit_id}/"
    t = table(Unit)
    await uow.run(update(t).where(t.c.id == unit_id).values(path=path))
    return {"id": unit_id, "path": path, "name": name, "short_name": short_name}


async def _add_campaign(uow: UnitOfWork, office: Office, lead: str, demo: bool) -> None:
    root = office.units["province"]["id"]
    joined = await people.join(uow, channel="web", address="mau", name="Nguyễn Thị Mẫu", unit_id=root, role="reporter")
    office.member_id = joined["member_id"]
    campaign_id = await uow.insert(
        Campaign, slug="mau", name="Dân vận <đợt 2>", unit_id=root, prefix="TM", next_number=1, settings={}, demo=demo
    )
    office.form_id = await uow.insert(FormRecord, campaign_id=campaign_id, slug="daily", version_id=None)
    schedule = Schedule.from_cells(
        {
            "repeat": "daily", "from": "2022-12-15", "until": "2022-12-31", "due": "10:00",
            "covers": "24h", "closes": "3d", "kinds": "district,commune",
        }
    )  # fmt: skip
    data = schedule.to_json()
    data["digest"] = {"after": 900, "to": ["leader"], "groups": True, "lead": lead} if lead else None
    office.version_id = await add_version(uow, office.form_id, SURVEY, data)


async def add_version(
    uow: UnitOfWork,
    form_id: int,
    survey: list[dict[str, str]],
    schedule: Row,
    columns: Mapping[str, Mapping[str, str]] = COLUMNS,
) -> int:
    """Publish a version of the form and make it the current one."""
    text = xform(survey, CHOICES)
    version_id = await uow.insert(
        FormVersion, form_id=form_id, digest=sha256(text.encode()).hexdigest(), xform=text, columns=dict(columns),
        schedule=schedule, created_at=uow.now,
    )  # fmt: skip
    t = table(FormRecord)
    await uow.run(update(t).where(t.c.id == form_id).values(version_id=version_id))
    return version_id


async def two_days(office: Office) -> None:
    """What the tests work out by hand: late, silent, exempt, nothing, zero, inexact, and corrected after the digest."""
    await office.open_periods(at(15, "11:00"))
    await office.exempt("tan", 16)
    first = {"activities": ["houses", "gifts"], "repaired": 10, "value": 400_000_000, "road": "1.5", "complaints": 4}
    await office.report("hoa", 15, at(15, "09:00"), first, {"value": "about"})
    await office.report("hiep", 15, at(15, "09:30"), {"repaired": 1, "road": "0.125"})
    await office.report("go", 15, at(15, "10:05"), {"repaired": 9, "memorials": 0})
    await office.digest_sent(15, at(15, "10:15"))
    await office.report("hoa", 15, at(15, "11:05"), {**first, "repaired": 12, "complaints": 5}, {"value": "about"})
    await office.report("ben", 15, at(15, "12:05"), {"children": 12})
    await office.report("hoa", 16, at(16, "09:00"), {"repaired": 6, "road": "2.25"})
    await office.report("go", 16, at(16, "09:00"))
