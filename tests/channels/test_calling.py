"""No answer of the network is read further than it may be long, whatever it says of its length."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.channels.calling import TooMuch, read

LIMIT = 10_000


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async def packed(_request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"0" * 10 * LIMIT), headers={"Content-Encoding": "gzip"})

    async def long(_request: web.Request) -> web.Response:
        return web.Response(body=b"0" * (LIMIT + 1))

    async def untold(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(LIMIT // 100 + 1):
            await response.write(b"0" * 100)
        return response

    async def fits(_request: web.Request) -> web.Response:
        return web.Response(body=b"0" * LIMIT)

    application = web.Application()
    for take in (packed, long, untold, fits):
        application.router.add_get(f"/{take.__name__}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("kind", ["packed", "long", "untold"])
async def test_what_is_longer_than_it_may_be_is_refused(address: str, kind: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/{kind}") as response:
        with pytest.raises(TooMuch):
            await read(response, LIMIT)


async def test_what_fits_is_read(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/fits") as response:
        assert await read(response, LIMIT) == b"0" * LIMIT
