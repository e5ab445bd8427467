"""Lists of units as tests of the office need them: read, compared with what there is."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from reporting.organisation.unit_changes import Asked, Plan, known_parents, plan
from reporting.organisation.units import read_list
from storage.engine import Database
from storage.uow import Row, UnitOfWork, table
from tests.reporting.words import ZONE

NOW = datetime(2025, 7, 2, 9, 0, tzinfo=ZONE)
HEADER = "code,name,short_name,kind,parent,valid_from,valid_to,successors\n"


async def planned(uow: UnitOfWork, folder: Path, text: str, **how: Any) -> Plan:
    path = folder / "list.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    how = {"effective": date(2025, 7, 1), **how}
    return await plan(uow, read_list(path, await known_parents(uow)), Asked(ZONE, **how))


async def fetched(database: Database, model: Any) -> list[Row]:
    async with database.read() as conn:
        return await UnitOfWork(conn, NOW).fetch(select(table(model)).order_by("id"))
