"""Who loses the lead and gets it again: what was sent in the last term is not sent again in this one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.courier import Courier
from bot.duties import Duties
from handlers.events import Reply
from storage.locks import NotLeading
from tests.bot.couriers import until
from tests.bot.kit import CHANNEL, StubbornChannel, post, states
from tests.support.world import World


class Leading(StubbornChannel):
    """The lead is gone as soon as something is sent; `hangs`: and the database does not even say so."""

    def __init__(self, *, hangs: bool) -> None:
        self.sent: list[str] = []
        self.lost, self._hangs, self.asked = False, hangs, 0

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Any = None) -> str:
        self.sent.append(str(reply.text))
        self.lost = len(self.sent) == 1
        return f"m{len(self.sent)}"

    async def guard(self, _: AsyncConnection) -> None:
        if self.lost:
            self.asked += 1
            if self._hangs:
                await asyncio.Event().wait()
            raise NotLeading


@pytest.mark.parametrize("hangs", [False, True])
@pytest.mark.parametrize("meanwhile", ["sending", "waiting", "sent"])
async def test_what_was_sent_in_the_last_term(world: World, hangs: bool, meanwhile: str) -> None:
    """`meanwhile`: what another leader has made of it."""
    channel = Leading(hangs=hangs)
    duties = Duties(
        lambda: Courier(world.db, {CHANNEL: channel}, world.clock, guard=channel.guard), world.jobs, [channel]
    )
    await post(world, "Lan", "một")
    await duties.send()
    await until(lambda: channel.asked)
    await duties.end()
    assert await states(world) == ["sending"]
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(f"UPDATE outbox SET state = '{meanwhile}', message_id = 'other'")
    channel.lost = False
    await post(world, "Lan", "hai")
    await duties.send()
    await until(lambda: len(channel.sent) > 1)
    await duties.finish()
    assert channel.sent == ["một", "hai"]
    first = "other" if meanwhile == "sent" else "m1"
    assert await world.query("SELECT state, message_id FROM outbox ORDER BY id") == [("sent", first), ("sent", "m2")]
