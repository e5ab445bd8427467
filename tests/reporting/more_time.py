"""More time and exemptions as tests of the office give them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reporting import extensions
from reporting.decisions import By
from storage import register
from storage.uow import Row
from tests.reporting.office import Office, at
from tests.support.database import plain

BY = By(None, None, "Mất mạng")


async def rows_of(office: Office, day: int, *units: str) -> list[Row]:
    async with office.work(at(day)) as uow:
        period = await office.period(uow, day)
        return await register.of_units(uow, period["id"], [office.units[unit]["id"] for unit in units])


async def extend(office: Office, now: datetime, until: datetime, day: int, *units: str) -> list[Row]:
    rows = await rows_of(office, day, *units)
    async with office.work(now) as uow:
        return await extensions.extend(uow, rows, until, BY)


async def exempt(office: Office, now: datetime, day: int, *units: str) -> list[Row]:
    rows = await rows_of(office, day, *units)
    async with office.work(now) as uow:
        return await extensions.exempt(uow, rows, BY)


async def audit(office: Office) -> list[tuple[Any, ...]]:
    async with office.database.read() as conn:
        sql = "SELECT action, unit_id, before, after, reason FROM audit WHERE action NOT LIKE 'report.%' ORDER BY id"
        return [tuple(map(plain, row)) for row in await conn.exec_driver_sql(sql)]
