"""What leaves for a Sentry: the kind of a fault and its place in our code, and nothing that people wrote."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from aiohttp import web
from pydantic import SecretStr

from bot.config import Settings, StartError
from bot.intake import Intake
from bot.sentry import Sentry
from handlers import routing
from handlers.context import Context
from handlers.events import Incoming, Reply
from tests.bot.kit import at
from tests.support.world import World

SAID = "Em Nguyễn Thị Mận, 0912345678, cần giúp"


class Collector:
    """A Sentry's receiving end."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.address = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        packed = request.headers.get("Content-Encoding") == "gzip" and body[:2] == b"\x1f\x8b"
        self.bodies.append((gzip.decompress(body) if packed else body).decode())
        return web.json_response({"id": "0" * 32})

    @property
    def events(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for body in self.bodies for line in body.splitlines() if line]
        return [line for line in lines if "exception" in line]


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    app = web.Application()
    app.router.add_post("/api/1/envelope/", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    collector.address = f"http://key@127.0.0.1:{runner.addresses[0][1]}/1"
    yield collector
    await runner.cleanup()
    sentry_sdk.get_global_scope().set_client(None)


def settings(dsn: str) -> Settings:
    return Settings(_env_file=None, sentry_dsn=SecretStr(dsn))


async def _raise(_ctx: Context, incoming: Incoming) -> list[Reply]:
    raise ValueError(f"cannot take {incoming.text!r} of {incoming.sender_name}")


async def test_a_handler_that_raised_is_told_without_what_was_said(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "handle", _raise)
    sentry = Sentry(settings(collector.address))
    async with World(tmp_path, at("2022-12-16 08:00")) as world:
        intake = Intake(world.db, world.office, world.clock, lambda: None, report=sentry.report)
        running = asyncio.create_task(intake.run())
        await intake.take(world.incoming("Lan", text=SAID, name="Trần Thị Lan"))
        intake.stop()
        await running
        ((code,),) = await world.query("SELECT code FROM failed_update")
    await asyncio.to_thread(sentry.close)
    (event,) = collector.events
    assert event["tags"] == {"code": code, "channel": "test"}
    fault = event["exception"]["values"][-1]
    assert fault["type"] == "ValueError"
    assert fault["stacktrace"]["frames"][-1]["function"] == "_raise"
    everything = "".join(collector.bodies)
    assert [word for word in ("Mận", "0912345678", "Lan", '"vars"') if word in everything] == []


async def test_one_fault_in_another_leaves_no_text_either(collector: Collector) -> None:
    sentry = Sentry(settings(collector.address))
    try:
        try:
            raise KeyError(SAID)
        except KeyError as error:
            raise RuntimeError(SAID) from error
    except RuntimeError as error:
        sentry.report(error, job="remind")
    await asyncio.to_thread(sentry.close)
    (event,) = collector.events
    assert [value["type"] for value in event["exception"]["values"]] == ["KeyError", "RuntimeError"]
    assert "Mận" not in "".join(collector.bodies)


def test_without_a_dsn_nothing_is_told() -> None:
    sentry = Sentry(Settings(_env_file=None))
    sentry.report(ValueError(SAID))
    sentry.close()
    assert not sentry_sdk.is_initialized()


def test_what_is_no_address_is_refused_by_name() -> None:
    with pytest.raises(StartError, match="SENTRY_DSN"):
        Sentry(settings("nonsense"))
