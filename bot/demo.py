"""The demonstration: Tây Ninh's campaign dated around today, with people to be and some days of reports.

Everybody and everything here is invented; reports and campaign are marked as demonstration data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from bot.config import CAMPAIGNS, StartError
from bot.web.sessions import DemoPerson
from forms.interview import Interview
from forms.model import Form, Question
from handlers.context import Context, Office
from handlers.deadlines import reminders
from handlers.events import Priority
from handlers.organisation import join
from reporting import register as ledger
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.organisation.units import UnitLine, communes
from storage import groups, people, plans, register
from storage.engine import Database
from storage.tables import Campaign, GroupChat
from storage.uow import Row, UnitOfWork, table

PACK = CAMPAIGNS / "tay-ninh-2022"
ROOT = UnitLine("TN", "Tỉnh đoàn Tây Ninh", "Tây Ninh", "tỉnh", "")
DAYS_PAST = 5

SECRETARIES = {
    "phuoc-vinh": ("25591", "Nguyễn Thị Lan"),
    "go-dau": ("25654", "Trần Văn Minh"),
    "tan-chau": ("25516", "Lê Thị Hoa"),
}
COMMITTEE = DemoPerson("thuong-vu", "Phạm Quốc Hùng", "Ban Thường vụ Tỉnh đoàn")
OFFICER = DemoPerson("van-phong", "Võ Thị Mai", "Văn phòng – Ban Phong trào Tỉnh đoàn")
GROUP = DemoPerson("tin-nhanh", "Tin nhanh Dân vận", "Nhóm")

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Quốc")
GIVEN = ("An", "Bình", "Châu", "Dung", "Giang", "Hạnh", "Khoa", "Linh", "Nam", "Phúc", "Quyên", "Sơn", "Thảo", "Vy")

# Activities that the invented reports choose from, with how often, and the range of each number.
ACTIVITIES = {"publicity": 6, "gifts": 4, "children": 4, "houses": 2, "roads": 2, "memorials": 1, "medical": 1}
RANGES = {
    "publicity_sessions": (1, 4), "publicity_people": (30, 200), "leaflets": (50, 300), "news_posts": (1, 5),
    "houses_built": (0, 1), "houses_repaired": (1, 2), "gifts_given": (5, 40), "medical_sessions": (1, 1),
    "medical_people": (30, 120), "children_supported": (3, 30), "youth_roads": (1, 2), "memorials_cared": (1, 2),
    "participants": (10, 80),
}  # fmt: skip
# What one of each is worth, in đồng.
MONEY = {
    "houses_value": (("houses_built", "houses_repaired"), 40_000_000),
    "gifts_value": (("gifts_given",), 300_000),
    "children_value": (("children_supported",), 200_000),
}


def personas() -> tuple[DemoPerson, ...]:
    """The people that the page offers to be."""
    units = {line.code: line.name for line in communes(CAMPAIGNS / "vn_units_2025.csv", "Tây Ninh", ROOT)}
    secretaries = (DemoPerson(id_, name, f"Bí thư {units[code]}") for id_, (code, name) in SECRETARIES.items())
    return (*secretaries, COMMITTEE, OFFICER, GROUP)


async def furnish(db: Database, office: Office, now: datetime) -> None:
    """Fill an empty database; one that is furnished already is left as it is. Raises StartError for one that holds
    a real campaign."""
    async with db.write() as conn:
        uow = UnitOfWork(conn, now)
        campaigns = await uow.fetch(select(table(Campaign)))
        if any(not c["demo"] for c in campaigns):
            raise StartError("DATABASE_URL: this database holds a real campaign; give the demo another one")
        if campaigns:
            return
        zone = office.translators.timezone
        pack = read_pack(PACK).moved_to(now.astimezone(zone).date() - timedelta(days=DAYS_PAST))
        units = tuple(communes(CAMPAIGNS / "vn_units_2025.csv", "Tây Ninh", ROOT))
        await save_pack(uow, _with_units(pack, units), demo=True)
        await ledger.open_periods(uow, zone, now)
        await reminders.pass_over(office, uow, now)
        reporters = await _people(uow)
        await _reports(uow, office, reporters, now)
        await _greet(uow, office)
        await uow.flush()


def _with_units(pack: Any, units: tuple[UnitLine, ...]) -> Any:
    from dataclasses import replace

    return replace(pack, units=units)


# --- people ----------------------------------------------------------------------------------------


async def _people(uow: UnitOfWork) -> dict[int, int]:
    """A secretary for each commune, the committee, the office, the group; returns unit id -> member id."""
    names = _invented_names(Random(96))  # noqa: S311  (invented people, the same ones each time)
    known = {code: (chat, name) for chat, (code, name) in SECRETARIES.items()}
    reporters: dict[int, int] = {}
    for unit in await people.units(uow):
        if unit["code"] == ROOT.code:
            await _join(uow, COMMITTEE.id, COMMITTEE.name, unit["id"], "leader")
            await _join(uow, OFFICER.id, OFFICER.name, unit["id"], "officer")
            await uow.insert(
                GroupChat, channel="web", chat=GROUP.id, title=GROUP.name, unit_id=unit["id"],
                topics=[groups.NEWS, groups.STORIES, groups.DIGEST], linked_at=uow.now,
            )  # fmt: skip
        elif unit["code"] in known:
            chat, name = known[unit["code"]]
            reporters[unit["id"]] = await _join(uow, chat, name, unit["id"], "reporter")
        else:
            person_id = await people.add_person(uow, next(names))
            reporters[unit["id"]] = await people.add_member(uow, person_id, unit["id"], "reporter")
    return reporters


async def _join(uow: UnitOfWork, chat: str, name: str, unit_id: int, role: str) -> int:
    row = await people.join(uow, channel="web", address=chat, name=name, unit_id=unit_id, role=role)
    member_id: int = row["member_id"]
    return member_id


def _invented_names(random: Random) -> Iterator[str]:
    while True:
        yield f"{random.choice(FAMILY)} {random.choice(MIDDLE)} {random.choice(GIVEN)}"


async def _greet(uow: UnitOfWork, office: Office) -> None:
    """The first words of each chat, as after joining."""
    chats = [*SECRETARIES, COMMITTEE.id, OFFICER.id]
    known = await uow.people([("web", chat) for chat in chats])
    ctx = Context(office, uow, uow.now, None)
    for chat in chats:
        reply = await join.welcome(ctx, known["web", chat])
        uow.send("web", chat, reply.to_json(), priority=Priority.REPLY)


# --- reports ---------------------------------------------------------------------------------------


async def _reports(uow: UnitOfWork, office: Office, reporters: dict[int, int], now: datetime) -> None:
    """Some days of reports: most in time, a few late, a few missing, now and then nothing to report."""
    random = Random(2022)  # noqa: S311  (invented reports, the same ones each time)
    form_row = (await plans.live_forms(uow))[0]
    form = await office.library.form(uow, form_row["version_id"])
    mine = {row["id"] for row in await people.units(uow) if row["code"] in {c for c, _ in SECRETARIES.values()}}
    for period in await register.periods(uow, form_row["id"]):
        running = period["due_at"] > now
        for owing in await register.owing(uow, period["id"]):
            if running and (owing["unit_id"] in mine or random.random() > 0.3):
                continue
            if not running and owing["unit_id"] not in mine and random.random() < 0.08:
                continue
            await _report(uow, form, owing, period, reporters[owing["unit_id"]], now, random)


async def _report(
    uow: UnitOfWork, form: Form, owing: Row, period: Row, member_id: int, now: datetime, random: Random
) -> None:
    at = min(_moment(period, random), now - timedelta(minutes=1))
    then = UnitOfWork(uow.conn, max(at, period["opens_at"]))
    owed = await register.expected(then, owing["id"])
    if owed is None:
        return
    nothing = random.random() < 0.04
    interview = Interview(form, None, now=at, language="vi")
    if not nothing:
        _fill(interview, random)
    await ledger.submit(
        then, form, owed, version_id=owed["version_id"], member_id=member_id, account_id=None,
        result={} if nothing else interview.result(), marks={}, nothing=nothing, demo=True,
    )  # fmt: skip
    await then.flush()


def _moment(period: Row, random: Random) -> datetime:
    """When an invented report came: mostly in the last three hours, one in twelve late."""
    due: datetime = period["due_at"]
    if random.random() < 0.08:
        return due + timedelta(minutes=random.randint(5, 240))
    return due - timedelta(minutes=random.randint(3, 180))


def _fill(interview: Interview, random: Random) -> None:
    """Answer every required question plausibly, and some of the others."""
    while (question := interview.current) is not None:
        value = _value(interview, question, random)
        refused = value is None or interview.answer(question.path, value)
        if refused and (refusal := interview.skip()):
            raise AssertionError(f"the demonstration cannot answer {question.name}: {refusal}")


def _value(interview: Interview, question: Question, random: Random) -> Any:
    if question.name == "activities":
        kinds, weights = list(ACTIVITIES), list(ACTIVITIES.values())
        return sorted({random.choices(kinds, weights)[0] for _ in range(random.randint(1, 3))})
    if question.kind in ("select_one", "select_multiple") and question.name != "extras":
        item = random.choice(interview.items(question)).value
        return [item] if question.kind == "select_multiple" else item
    if question.name in RANGES:
        return random.randint(*RANGES[question.name])
    if question.name in MONEY:
        names, worth = MONEY[question.name]
        count = sum(int(str(interview.value(interview.form.by_name[name]) or 0)) for name in names)
        return count * worth * random.randint(8, 12) // 10
    if question.kind == "decimal":
        return f"{random.randint(2, 25) / 10}"
    return None
