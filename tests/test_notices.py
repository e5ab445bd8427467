"""Nobody is woken: what one person's tap says to another waits for the morning."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from markupsafe import Markup

from handlers.events import Reply
from handlers.notices import notify
from tests.support.world import ZONE, World


@pytest.mark.parametrize(
    ("said_at", "heard_at"),
    [("21:29", "16 21:29"), ("21:30", "17 06:00"), ("23:59", "17 06:00"), ("05:59", "16 06:00"), ("06:00", "16 06:00")],
)
async def test_a_notice_waits_for_the_morning(tmp_path: Path, said_at: str, heard_at: str) -> None:
    hour, minute = map(int, said_at.split(":"))
    async with World(tmp_path, datetime(2022, 12, 16, hour, minute, tzinfo=ZONE)) as world:
        async with world.unit_of_work() as uow:
            notify(world.office, uow, {"channel": "test", "address": "Lan"}, Reply(Markup("Xem giúp.")), key="n/1")
        ((due_at,),) = await world.query("SELECT due_at FROM outbox WHERE key = 'n/1'")
        due = datetime.fromisoformat(due_at + "+00:00").astimezone(ZONE)
        assert f"{due:%d %H:%M}" == heard_at
