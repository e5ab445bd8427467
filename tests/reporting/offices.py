"""Offices that tests begin with, closed when they end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from tests.reporting.office import Office, open_office, two_days


@asynccontextmanager
async def office_until(folder: Path, until: datetime, *, lead: str = "") -> AsyncIterator[Office]:
    """Its periods are open until then."""
    office = await open_office(folder, lead=lead)
    await office.open_periods(until)
    yield office
    await office.database.close()


@asynccontextmanager
async def office_after_two_days(folder: Path) -> AsyncIterator[Office]:
    """The two days that the tests work out by hand."""
    office = await open_office(folder)
    await two_days(office)
    yield office
    await office.database.close()
