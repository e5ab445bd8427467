"""What every emulator can be told to do, over each of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientError, ClientSession

from tests.emulating.emulator import Emulator
from tests.emulating.faults import ALWAYS
from tests.telegram.emulator import TelegramEmulator
from tests.zalo.emulator import ZaloEmulator


@pytest.fixture(params=[TelegramEmulator, ZaloEmulator], ids=["telegram", "zalo"])
async def emulator(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with request.param() as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


async def asked(session: ClientSession, emulator: Emulator[Any, Any], method: str = "getMe") -> int:
    """The HTTP status of a call."""
    token = emulator.token  # type: ignore[attr-defined]  # each emulator's own
    async with session.post(f"{emulator.base_url}/bot{token}/{method}", json={"timeout": "30"}) as answer:
        await answer.read()
        return answer.status


async def test_clear_opens_gates_that_are_used_up(emulator: Any, session: ClientSession) -> None:
    gate = emulator.faults.hold("getMe")
    call = asyncio.create_task(asked(session, emulator))
    await gate.arrived()
    assert (call.done(), emulator.faults.unused) == (False, 0)
    emulator.faults.clear()
    assert await call == 200


async def test_an_outage_lasts_until_it_is_over(emulator: Any, session: ClientSession) -> None:
    emulator.faults.cut_before("*", times=ALWAYS)
    for _ in range(3):
        with pytest.raises(ClientError):
            await asked(session, emulator)
    emulator.faults.clear()
    assert await asked(session, emulator) == 200


async def test_what_has_gone_away_cuts_off_who_waits_and_comes_back_at_its_place(
    emulator: Any, session: ClientSession
) -> None:
    waiting = asyncio.create_task(asked(session, emulator, "getUpdates"))
    await emulator.polled()
    where = emulator.base_url
    await emulator.goes_away()
    with pytest.raises(ClientError):
        await waiting
    with pytest.raises(ClientConnectorError):
        await asked(session, emulator)
    await emulator.comes_back()
    assert (await asked(session, emulator), emulator.base_url) == (200, where)
