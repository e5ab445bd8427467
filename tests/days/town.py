"""The real app on Telegram (the emulator), with the people of Tây Ninh's plan."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.config import Settings
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.organisation.invites import hash_code
from storage import people
from storage.uow import UnitOfWork
from tests.support.database import url_in
from tests.support.world import CAMPAIGNS, ZONE, TurnedClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person

PACK = CAMPAIGNS / "tay-ninh-2022"
CODES = {"Lan": ("K7QM-2XPD", "TN-BC"), "Minh": ("M3NH-4GDA", "TN-GD"), "Hoa": ("H2QA-9TCX", "TN-TC")}
"""Who reports: with which code, for which unit."""
LEADER = "HEAD-ER23"
INVITES = (*((code, unit, "reporter") for code, unit in CODES.values()), (LEADER, "TN", "leader"))
"""Codes with the unit and the role that each is for."""


def at(text: str) -> datetime:
    """A local moment: "16/12 09:41" of 2022."""
    return datetime.strptime(f"2022 {text}", "%Y %d/%m %H:%M").replace(tzinfo=ZONE)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def settings(folder: Path, emulator: TelegramEmulator, *, port: int = 0, webhook: bool = False) -> Settings:
    """Of a bot on this emulator; without the pace limits, which have tests of their own."""
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hooks/telegram", "webhook_secret": "a-long-random-word"}
    return Settings(
        _env_file=None,
        telegram_token=emulator.token,
        telegram_api_base=emulator.base_url,
        database_url=url_in(folder / "town.db"),
        media_dir=folder / "media",
        web_port=port,
        secret_key="a key for tests only",
        send_per_second=0,
        take_at_once=0,
        send_chat_per_second=0,
        send_group_per_minute=0,
        **(hook if webhook else {}),
    )


async def invite(app: App, code: str, unit: str, role: str) -> None:
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        row = await people.unit_by_code(uow, unit)
        assert row, unit
        await people.add_invite(
            uow, code_hash=hash_code(code, app.secret), unit_id=row["id"], role=role, uses=9,
            expires_at=app.clock.now() + timedelta(days=30),
        )  # fmt: skip


async def load(app: App) -> None:
    await app.prepare()
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        await save_pack(uow, read_pack(PACK))
        await uow.flush()


class Town:
    """Turns the clock of a running app."""

    def __init__(self, app: App, clock: TurnedClock) -> None:
        self.app, self.clock = app, clock

    async def time_is(self, text: str) -> None:
        self.clock.turn_to(at(text))
        await self.app.jobs.tick()


@asynccontextmanager
async def opened(app: App, clock: TurnedClock, *invites: tuple[str, str, str]) -> AsyncIterator[Town]:
    """The bot at work, with these codes made, each with its unit and role; `clock` is the app's."""
    await load(app)
    await app.start()
    for code, unit, role in invites:
        await invite(app, code, unit, role)
    try:
        yield Town(app, clock)
    finally:
        await app.stop()


async def joins(person: Person, code: str) -> None:
    await person.says(f"/start {code}")
    await person.hears()
    await person.presses("Đúng, tham gia")
    assert "Xong" in (await person.hears()).text


async def answers(person: Person, *lines: str) -> str:
    """Say each line or press each [button]; returns the last message heard."""
    heard = ""
    for line in lines:
        if line.startswith("["):
            await person.presses(line[1:-1])
        else:
            await person.says(line)
        heard = (await person.hears()).text
    return heard
