"""Good examples as tests of the office need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage import stories
from tests.reporting.office import Office


async def approve(office: Office, when: datetime, text: str, week: str = "", **more: Any) -> int:
    """`week`: the one that it is chosen for."""
    async with office.work(when) as uow:
        (row,) = [row for row in await stories.waiting(uow, "/") if row["text"] == text]
        assert await stories.change(uow, row["id"], state="approved", decided_at=when, **more)
        if week:
            await stories.choose(uow, row["unit_id"], week, row["id"])
    return int(row["id"])


async def told(office: Office, unit: str, when: datetime, text: str, photos: Sequence[str] = ()) -> int:
    """One that was told in no report."""
    async with office.work(when) as uow:
        return await stories.add(
            uow, unit_id=office.units[unit]["id"], member_id=office.member_id, text=text, photos=photos
        )
