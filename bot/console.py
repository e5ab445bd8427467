"""What the commands share: settings read, the database open, lines printed, troubles told in one line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.text import Text

from bot import log
from bot.clock import SystemClock
from bot.config import Settings, StartError, load

if TYPE_CHECKING:
    from bot.app import App

# Names, paths and cells are printed as they are: in brackets they are no markup, and colons make no emoji.
console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
problems = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def moment(settings: Settings, text: str) -> datetime:
    """An ISO time; without an offset it is in the time zone of the settings. Raises StartError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise StartError(f"{text!r} is not a time such as 2022-12-16T08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=settings.zone)


def marked(ok: bool, text: object) -> Text:
    """A line of an answer: good news or bad."""
    return Text.assemble(("✔ ", "green") if ok else ("✘ ", "red"), str(text))


def run_command(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run a command; what stops it is told in one line."""
    try:
        settings = load()
        log.configure(settings.log_level, settings.log_format)
        asyncio.run(work(settings))
    except StartError as error:
        problems.print(marked(False, error))
        raise typer.Exit(1) from None


@asynccontextmanager
async def prepared(app: App) -> AsyncIterator[App]:
    """The app with its database open and up to date, until it is closed."""
    try:
        await app.prepare()
        yield app
    finally:
        await app.db.close()


async def with_database(settings: Settings, work: Callable[[App], Awaitable[None]]) -> None:
    """Do something with the database of the settings, brought up to date first."""
    from bot.app import App

    async with prepared(App(settings, SystemClock())) as app:
        await work(app)
