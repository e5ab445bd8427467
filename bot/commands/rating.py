"""`rates` and `ranking`: how regularly units report, and how they are ranked by the rules of their campaign."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, moment, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from locales.translator import Translator
    from reporting.ranks.ranking import Ranking
    from reporting.ranks.rates import Line
    from storage.uow import Row, UnitOfWork

Campaign = Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")]
Unit = Annotated[
    str, typer.Option("--unit", help="The unit whose branch it is (its code); if not said, the campaign's.")
]
Until = Annotated[str, typer.Option("--until", help="Up to and with this day, or up to this time; if not said, now.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.")]

SHOWN = ("key", "name", "received", "in time", "nothing")
RATES = (
    "key", "name", "expected", "received", "reporting_rate_percent", "on_time", "on_time_rate_percent", "nothing",
)  # fmt: skip


class By(StrEnum):
    UNIT = "unit"
    PERIOD = "period"
    FORM = "form"


class Listing(StrEnum):
    TABLE = "table"
    CSV = "csv"


class Format(StrEnum):
    TEXT = "text"
    CSV = "csv"
    XLSX = "xlsx"


def rates(
    campaign: Campaign,
    unit: Unit = "",
    by: Annotated[By, typer.Option("--by", help="A line for each unit right below, period or form.")] = By.UNIT,
    until: Until = "",
    format_: Annotated[Listing, typer.Option("--format")] = Listing.TABLE,
) -> None:
    """How many of the reports that were due have come, and in time. The last line is all of them together."""

    async def work(settings: Settings) -> None:
        from reporting.documents.table import csv_text

        async def show(app: App) -> None:
            at = _until(settings, until, app.clock.now())
            lines = await _rates(app, campaign, unit, by, at)
            if format_ is Listing.CSV:
                rows = ([csv_text(cell) for cell in _cells(line)] for line in lines)
                csv.writer(sys.stdout).writerows([RATES, *rows])
            else:
                _table(lines)

        await with_database(settings, show)

    run_command(work)


def ranking(
    campaign: Campaign,
    unit: Unit = "",
    until: Until = "",
    format_: Annotated[Format, typer.Option("--format", help="xlsx needs -o.")] = Format.TEXT,
    path: Output = None,
) -> None:
    """Rank the units by the sheet `ranking` of their campaign, with how each figure came about."""

    async def work(settings: Settings) -> None:
        if format_ is Format.XLSX and path is None:
            raise StartError("-o: say which file is to be written")

        async def show(app: App) -> None:
            found = await _ranking(app, campaign, unit, _until(settings, until, app.clock.now()))
            await _write(found, app.translators["vi"], format_, path)

        await with_database(settings, show)

    run_command(work)


def _until(settings: Settings, text: str, now: datetime) -> datetime:
    """A day counts to its end. Raises StartError."""
    if not text:
        return now
    found = moment(settings, text)
    return found if "T" in text or " " in text else found + timedelta(days=1, microseconds=-1)


async def _place(uow: UnitOfWork, slug: str, code: str) -> tuple[Row, Row]:
    """The campaign and the unit. Raises StartError."""
    from storage import people, plans

    campaign = await plans.campaign_by_slug(uow, slug)
    if campaign is None:
        raise StartError(f"there is no campaign {slug!r}; `load` one first")
    if not code:
        return campaign, await people.unit(uow, campaign["unit_id"])
    unit = await people.unit_by_code(uow, code)
    if unit is None:
        raise StartError(f"--unit: there is no unit with the code {code!r}; see `units`")
    return campaign, unit


async def _rates(app: App, slug: str, code: str, by: By, at: datetime) -> list[Line]:
    from reporting.ranks import rates as counted
    from storage import rates as queries
    from storage.uow import UnitOfWork

    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        campaign, unit = await _place(uow, slug, code)
        periods = await queries.due_periods(uow, campaign["id"], at)
        if by is By.UNIT:
            lines = await counted.by_unit(uow, periods, unit)
        else:
            lines = await (counted.by_period if by is By.PERIOD else counted.by_form)(uow, periods, unit["path"])
        whole = counted.Line("", unit["name"], await counted.overall(uow, periods, unit["path"]))
    return [*lines, whole]


def _cells(line: Line) -> list[str | int | None]:
    from reporting.ranks.rates import on_time_rate, reporting_rate

    covered = line.covered
    return [
        _key(line), line.name, covered.expected, covered.reported, reporting_rate(covered).percent,
        covered.on_time, on_time_rate(covered).percent, covered.nothing,
    ]  # fmt: skip


def _key(line: Line) -> str:
    """A unit's code, a period's or form's name; nothing for all of them together."""
    return line.code or (line.name if line.key else "")


def _table(lines: Sequence[Line]) -> None:
    from rich.table import Table

    from reporting.ranks.rates import on_time_rate, reporting_rate

    table = Table(*SHOWN)
    for line in lines:
        covered = line.covered
        rates = str(reporting_rate(covered)), str(on_time_rate(covered))
        table.add_row(_key(line), line.name, *rates, str(covered.nothing))
    console.print(table, soft_wrap=False)


async def _ranking(app: App, slug: str, code: str, at: datetime) -> Ranking:
    """Raises StartError for a campaign that ranks nobody."""
    from reporting.ranks import ranking_figures
    from storage.uow import UnitOfWork

    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        campaign, unit = await _place(uow, slug, code)
        found = await ranking_figures.build(
            uow, app.library, campaign, unit, until=at, zone=app.settings.zone
        )  # fmt: skip
    if found is None:
        raise StartError(f"{slug}: the pack has no sheet `ranking`")
    return found


async def _write(found: Ranking, tr: Translator, format_: Format, path: Path | None) -> None:
    from reporting.documents import ranking as sheets

    if format_ is Format.TEXT:
        for line in _text(found, tr):
            console.print(line)
        return
    content = await asyncio.to_thread(sheets.write_xlsx if format_ is Format.XLSX else sheets.write_csv, found, tr)
    if path is None:
        sys.stdout.buffer.write(content)
        return
    try:
        await asyncio.to_thread(path.write_bytes, content)
    except OSError as error:
        raise StartError(f"-o: {path} cannot be written: {error.strerror}") from error
    console.print(marked(True, f"{path}: {len(found.units)} units"))


def _text(found: Ranking, tr: Translator) -> Iterator[str]:
    """Each unit with how its figures came about."""
    from reporting.ranks.ranking_words import derivation, head

    for said in (head(found, tr), *(derivation(found, one, tr) for one in found.units)):
        yield from (line.striptags() for line in said.split("\n"))
        yield ""
