"""`status`: how the bot is doing, on one screen, from the database alone; nothing is changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.clock import SystemClock
from bot.config import Settings, StartError
from bot.console import console, run_command

if TYPE_CHECKING:
    from storage.engine import Database

Rows = list[tuple[str, str]]
MOST_CODES = 6


def status() -> None:
    """Show what waits, what failed, who owes, the quotas, the last backup, and who leads."""

    async def work(settings: Settings) -> None:
        from rich.table import Table

        shown = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        shown.add_column(style="bold", no_wrap=True)
        shown.add_column(overflow="fold")
        for name, value in await gather(settings, SystemClock().now()):
            shown.add_row(name, value)
        console.print(shown, soft_wrap=False)

    run_command(work)


async def gather(settings: Settings, now: datetime) -> Rows:
    """Each line: what it is about, and how it stands. Raises StartError where there is no database, or one of another
    version of the bot."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.commands.backup import source_of
    from storage import engine, portable

    db = source_of(settings).db
    try:
        async with db.read() as conn:
            if await portable.revision(conn) != engine.newest_revision():
                raise StartError("DATABASE_URL: the schema is of another version of the bot: see `migrate`")
        return [
            *_time(settings, now),
            *await _from(db, settings, now),
            *await _who(db, settings),
            _backup(settings, now),
        ]
    except (SQLAlchemyError, OSError) as error:
        raise StartError(
            f"DATABASE_URL: the database cannot be read: {getattr(error, 'orig', None) or error}"
        ) from None
    finally:
        await db.close()


def _time(settings: Settings, now: datetime) -> Rows:
    return [("time", f"{now.astimezone(settings.zone):%H:%M %d/%m/%Y} ({settings.timezone})")]


async def _from(db: Database, settings: Settings, now: datetime) -> Rows:
    from storage import overview
    from storage.uow import UnitOfWork

    async with db.read() as conn:
        uow = UnitOfWork(conn, now)
        return [
            *_channels(await overview.accounts(uow), await overview.taken(uow), await overview.queue(uow), now),
            *_failed(await overview.failed(uow, now - timedelta(days=1)), await _given_up(uow, now)),
            *_owed(await overview.overdue(uow), await overview.drafts(uow)),
            *await _quotas(uow, settings),
        ]


def _channels(accounts: list[Any], taken: list[Any], queue: list[Any], now: datetime) -> Rows:
    heard = {row["channel"]: row["at"] for row in taken}
    sent = {row["channel"]: row for row in queue}
    people = {row["channel"]: row for row in accounts}
    lines = []
    for channel in sorted({*heard, *sent, *people}):
        row, who = sent.get(channel), people.get(channel)
        parts = [f"{who['count']} accounts ({who['blocked']} blocked the bot)"] if who else []
        parts.append(f"heard {_ago(heard.get(channel), now)}, sent {_ago(row['sent_at'] if row else None, now)}")
        if row and row["due"]:
            parts.append(f"{row['due']} due, the oldest since {_ago(row['since'], now)}")
        if row and row["later"]:
            parts.append(f"{row['later']} for later")
        lines.append((channel, "; ".join(parts)))
    return lines or [("channels", "nobody has joined yet")]


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "just now"
    for size, word in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or word == "min":
            return f"{seconds / size:.0f} {word} ago"
    return ""


async def _given_up(uow: Any, now: datetime) -> int:
    from storage import overview

    return sum(row["count"] for row in await overview.given_up(uow, now - timedelta(days=1)))


def _failed(rows: list[Any], given_up: int) -> Rows:
    codes = ", ".join(row["code"] for row in rows[:MOST_CODES]) + (" …" if len(rows) > MOST_CODES else "")
    told = f"{len(rows)} ({codes})" if rows else "none"
    return [("failed updates, 24 h", told), ("not sent, 24 h", str(given_up) if given_up else "none")]


def _owed(rows: list[Any], drafts: int) -> Rows:
    told = [(row["slug"], f"{row['overdue']} overdue, {row['ahead']} not due yet") for row in rows]
    return [*(told or [("reports", "no period is open")]), ("being written", f"{drafts} drafts")]


async def _quotas(uow: Any, settings: Settings) -> Rows:
    from bot import quota
    from handlers.context import Office
    from locales.translator import Translators
    from reporting.library import Library

    office = Office(Library(), Translators(settings.zone), b"")
    return [("quota", used.line) for used in await quota.read(office, uow, uow.now)]


async def _who(db: Database, settings: Settings) -> Rows:
    """Which process is at work: on SQLite there is one, on PostgreSQL one leads."""
    from bot.backups.restoring import sqlite_file

    if (file := sqlite_file(settings.database_url)) is not None:
        from bot.onlyone import holder

        process = holder(file)
        return [("runs", f"process {process}" if process else "no: start it with `run`")]
    from storage import overview

    async with db.read() as conn:
        leader = await overview.leader(conn)
    return [("leads", leader or "nobody: no process runs, or one is just taking over")]


def _backup(settings: Settings, now: datetime) -> tuple[str, str]:
    from bot.backups import keeping

    if settings.backup_dir is None:
        return "last backup", "BACKUP_DIR is not set"
    return "last backup", f"{_ago(keeping.newest(settings.backup_dir), now)} ({settings.backup_dir})"
