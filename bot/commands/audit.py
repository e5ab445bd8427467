"""`audit`: the log of changes at the command line, and whether it is whole."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, moment, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from locales.translator import Translator
    from reporting.log_book import Entry
    from storage.audit import Wanted
    from storage.chain import Break

app = typer.Typer(invoke_without_command=True, help="Who changed what, when and why; `audit verify` checks it.")

SHOWN = 100
HEADER = ("id", "at", "who", "role", "channel", "unit", "action", "subject", "what", "before", "after", "reason")
_TABLE = ("id", "at", "who", "unit", "what")


class Listing(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"


@app.callback()
def audit(
    context: typer.Context,
    unit: Annotated[str, typer.Option("--unit", help="Only of this unit and those below it (a code).")] = "",
    since: Annotated[str, typer.Option("--since", help="From this day or time on, such as 2022-12-16.")] = "",
    until: Annotated[str, typer.Option("--until", help="Up to and with this day, or before this time.")] = "",
    action: Annotated[str, typer.Option("--action", help="Only this, such as report.revise.")] = "",
    last: Annotated[int | None, typer.Option("--last", min=1, help="Only so many, the newest.")] = None,
    format_: Annotated[Listing, typer.Option("--format")] = Listing.TABLE,
) -> None:
    """Print the log of changes, oldest first. A table shows the last hundred if nothing else is asked for."""
    if context.invoked_subcommand:
        return

    async def work(settings: Settings) -> None:
        async def show(app: App) -> None:
            wanted = await _wanted(app, unit, since, until, action)
            await _print(app, wanted, last or (SHOWN if format_ is Listing.TABLE else None), format_)

        await with_database(settings, show)

    run_command(work)


async def _wanted(app: App, unit: str, since: str, until: str, action: str) -> Wanted:
    """Raises StartError for a unit that is not there and times that are none."""
    from storage import people
    from storage.audit import Wanted
    from storage.uow import UnitOfWork

    under = ""
    if unit:
        async with app.db.read() as conn:
            row = await people.unit_by_code(UnitOfWork(conn, app.clock.now()), unit)
        if row is None:
            raise StartError(f"--unit: there is no unit with the code {unit!r}; see `units`")
        under = row["path"]
    return Wanted(
        under=under, actions=(action,) if action else None,
        since=moment(app.settings, since) if since else None, until=_end(app.settings, until) if until else None,
    )  # fmt: skip


def _end(settings: Settings, text: str) -> datetime:
    """A day is meant to its end."""
    at = moment(settings, text)
    return at + timedelta(days=1) if len(text) == len("2022-12-16") else at


async def _print(app: App, wanted: Wanted, last: int | None, style: Listing) -> None:
    if style is Listing.TABLE:
        from rich.table import Table

        table = Table(*_TABLE)
        async for line in _lines(app, wanted, last):
            table.add_row(*(str(line[name] or "") for name in _TABLE))
        console.print(table, soft_wrap=False)
    elif style is Listing.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow(HEADER)
        async for line in _lines(app, wanted, last):
            writer.writerow(_cell(value) for value in line.values())
    else:
        async for line in _lines(app, wanted, last):
            print(json.dumps(line, ensure_ascii=False))


async def _lines(app: App, wanted: Wanted, last: int | None) -> AsyncIterator[dict[str, Any]]:
    """The entries in words, by HEADER, read block by block."""
    from reporting import log_book
    from storage import audit as log
    from storage.uow import UnitOfWork

    tr = app.translators["vi"]
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        async for block in log.oldest_first(uow, wanted, last):
            for entry in await log_book.explained(uow, app.library, block):
                yield _line(entry, tr)


def _line(entry: Entry, tr: Translator) -> dict[str, Any]:
    from forms.instance import writable
    from reporting import log_book

    row = entry.row
    at = row["at"].astimezone(tr.timezone).isoformat(timespec="seconds")
    # What people typed may hold control characters, which a terminal would obey.
    what, reason, who = map(writable, (log_book.what(entry, tr).striptags(), row["reason"], log_book.who(entry, tr)))
    values = (
        row["id"], at, who, row["role"], row["channel"], row["unit_code"], row["action"], row["subject"], what,
        row["before"], row["after"], reason,
    )  # fmt: skip
    return dict(zip(HEADER, values, strict=True))


def _cell(value: Any) -> str:
    """As a spreadsheet may read it: no text becomes a formula."""
    from reporting.documents.table import FORMULA_STARTS

    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else "" if value is None else str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


@app.command()
def verify(
    head: Annotated[str, typer.Option("--head", help="A head that was noted down: is it still there?")] = "",
) -> None:
    """Follow the hash chain from the first entry to the last. Note the head down somewhere else: whoever can write the
    database can also cut off the end, or make the whole chain anew, and only that tells."""

    async def work(settings: Settings) -> None:
        from storage import chain

        async def check(app: App) -> None:
            async with app.db.read() as conn:
                found = await chain.verify(conn, head.strip().lower())
            if found.broken:
                raise StartError(_what_is_wrong(found.broken, app.settings))
            sound = f"audit: {found.rows} entries, none changed or missing; the last is {found.last_id}"
            console.print(marked(True, sound))
            console.print(f"head: {found.head or '(none)'}")
            if not found.has_noted:
                raise StartError("--head: it is not in the log: the end was cut off, or the log was written anew")

        await with_database(settings, check)

    run_command(work)


def _what_is_wrong(broken: Break, settings: Settings) -> str:
    at = broken.at.astimezone(settings.zone).isoformat(sep=" ", timespec="seconds")
    if broken.what == "missing":
        return f"audit: entries are missing before entry {broken.id} ({at})"
    return f"audit: entry {broken.id} ({at}) was changed, put in, or stands in another's place"
