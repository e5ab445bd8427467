"""An office whose reports are looked at for odd values."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from reporting.doubts import oddities
from reporting.doubts.oddity_rules import Finding
from reporting.doubts.sanity import Ratio, to_settings
from storage import people
from storage import register as queries
from storage.tables import Campaign, ExpectedReport, Period
from storage.uow import Row, table
from tests.reporting.office import COLUMNS, SURVEY, Office, add_version, at, open_office

HOUSE = Ratio.from_cells(
    {
        "name": "house", "of": "houses_value", "per": "charity_houses_repaired", "min": "5000000",
        "max": "200000000", "unit": "đồng", "label::vi": "Giá trị một căn nhà",
    },
    ["houses_value", "charity_houses_repaired"],
)  # fmt: skip
MORE_QUESTIONS = [
    {"type": "image", "name": "photo", "label": "Ảnh"},
    {"type": "begin_repeat", "name": "house", "label": "Căn nhà"},
    {"type": "text", "name": "owner", "label": "Nhà của ai?"},
    {"type": "text", "name": "commune", "label": "Xã nào?"},
    {"type": "geopoint", "name": "place", "label": "Nhà ở đâu?"},
    {"type": "integer", "name": "beds", "label": "Mấy giường?"},
    {"type": "end_repeat"},
]
MORE_COLUMNS = {
    "owner": {"same": "yes"}, "commune": {"same": "yes"}, "beds": {"indicator": "beds", "unit": "giường"},
}  # fmt: skip


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Office]:
    """An office with pictures and houses in the form, a ratio, and a reporter in each of two districts."""
    opened = await open_office(folder)
    async with opened.work(at(14)) as uow:
        schedule = (await opened.form(uow))["schedule"]
        opened.version_id = await add_version(
            uow, opened.form_id, [*SURVEY, *MORE_QUESTIONS], schedule, {**COLUMNS, **MORE_COLUMNS}
        )
        await uow.run(update(table(Campaign)).values(settings=to_settings({"daily": [HOUSE]})))
        for code in ("go", "hoa"):
            unit = opened.units[code]["id"]
            await people.join(uow, channel="web", address=code, name="Lê Văn Mẫu", unit_id=unit, role="reporter")
    await opened.open_periods(at(31))
    yield opened
    await opened.database.close()


async def owed(office: Office, uow: Any, unit: str, day: int) -> Row:
    t, p = table(ExpectedReport), table(Period)
    query = select(t.c.id).join(p, p.c.id == t.c.period_id).where(
        t.c.unit_id == office.units[unit]["id"], p.c.name == f"2022-12-{day:02}"
    )  # fmt: skip
    found = await queries.expected(uow, (await uow.fetch(query))[0]["id"])
    assert found is not None
    return found


async def odd(office: Office, unit: str, day: int, answers: Mapping[str, Any]) -> list[Finding]:
    """What is found when the unit is about to send these answers for a day."""
    async with office.work(at(day)) as uow:
        form = await office.library.form(uow, office.version_id)
        return await oddities.find(uow, form, await owed(office, uow, unit, day), answers, {})
