"""The command line: `python -m bot …`, also installed as `danvan`."""

from __future__ import annotations

import asyncio
import csv
import gc
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.clock import Clock, SimulatedClock, SystemClock
from bot.commands import (
    audit,
    backup,
    campaign,
    copy,
    deadline,
    invite,
    member,
    models,
    rating,
    restore,
    status,
    tidy,
    totals,
    unit,
    zalo,
)
from bot.config import Settings, StartError
from bot.console import console, marked, moment, prepared, problems, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App

cli = typer.Typer(
    name="danvan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="The reporting bot: people report by chatting, leaders read one digest.",
)  # fmt: skip
cli.add_typer(invite.app, name="invite")
cli.add_typer(member.app, name="member")
cli.add_typer(audit.app, name="audit")
cli.add_typer(unit.app, name="unit")
cli.add_typer(deadline.app, name="deadline")
cli.add_typer(campaign.app, name="campaign")
cli.add_typer(totals.app, name="totals")
cli.add_typer(zalo.app, name="zalo")
cli.command()(rating.rates)
cli.command()(rating.ranking)
cli.command(name="models")(models.models)
cli.command(name="backup")(backup.backup)
cli.command(name="restore")(restore.restore)
cli.command(name="status")(status.status)
cli.command(name="tidy")(tidy.tidy)
cli.command(name="copy")(copy.copy)


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    OPENROSA = "openrosa"


class Listing(StrEnum):
    TABLE = "table"
    CSV = "csv"


ClockOption = Annotated[str | None, typer.Option("--clock", help="Start a simulated clock at this ISO time.")]
SpeedOption = Annotated[float, typer.Option("--speed", min=0.01, max=100_000, help="How many times as fast it runs.")]


def _clock(settings: Settings, start: str | None, speed: float) -> Clock:
    if start is None and speed == 1:
        from bot.steady import SteadyClock

        return SteadyClock()
    return SimulatedClock(moment(settings, start) if start else SystemClock().now(), speed)


# --- running ---------------------------------------------------------------------------------------


async def _serve(app: App, invitation: str) -> None:
    """Run until Ctrl-C or SIGTERM; once it runs, say so: `invitation` takes the {address}."""
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    started = False
    try:
        await app.start()
        started = True
        # What is there now stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        console.print(invitation.format(address=app.address))
        await stopped.wait()
    finally:
        if started:
            console.print("Stopping…")
        await app.stop()


@cli.command()
def run(clock: ClockOption = None, speed: SpeedOption = 1) -> None:
    """Run the bot on what has been loaded."""

    async def work(settings: Settings) -> None:
        from bot.app import App
        from bot.onlyone import only_one

        with only_one(settings.database_url):
            async with prepared(App(settings, _clock(settings, clock, speed))) as app:
                await _serve(app, "Web chat: {address}/  (Ctrl-C stops)")

    run_command(work)


@cli.command()
def demo(clock: ClockOption = None, speed: SpeedOption = 1) -> None:
    """Run the demonstration: invented people and reports, dated around today."""

    async def work(settings: Settings) -> None:
        from bot import demo as world
        from bot.app import App
        from bot.onlyone import only_one

        people, groups = world.personas(), [world.GROUP.id]
        with only_one(settings.database_url):
            async with prepared(App(settings, _clock(settings, clock, speed), people=people, groups=groups)) as app:
                await world.furnish(app.db, app.office, app.clock.now())
                await _serve(app, "Demonstration: open {address}/ and pick who to be.  (Ctrl-C stops)")

    run_command(work)


# --- the office's commands -------------------------------------------------------------------------


@cli.command(name="load")
def load_pack(
    path: Annotated[Path, typer.Argument(help="A pack's folder, or one workbook.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Load a campaign pack. Loading it again changes only what is new."""

    async def work(settings: Settings) -> None:
        from bot import loading
        from bot.apart.reading import read_pack
        from reporting.campaigns.pack import PackError

        async def save(app: App) -> None:
            saved = await loading.rehearse(app, pack)
            for line in loading.changes(saved):
                console.print(line)
            if not dry_run:
                await loading.carry_out(app, pack, saved.unkept)
            console.print(marked(True, loading.summary(pack, saved, is_rehearsal=dry_run)))

        try:
            pack = read_pack(path)
            await with_database(settings, save)
        except PackError as error:
            for problem in error.problems:
                problems.print(marked(False, problem))
            raise StartError(f"{path}: nothing was loaded ({len(error.problems)} to mend)") from None

    run_command(work)


@cli.command()
def units(
    format_: Annotated[Listing, typer.Option("--format")] = Listing.TABLE,
) -> None:
    """List the units: code, name, parent."""

    async def work(settings: Settings) -> None:
        from reporting.documents.table import csv_text
        from storage import people
        from storage.uow import UnitOfWork

        async def show(app: App) -> None:
            async with app.db.read() as conn:
                rows = await people.units(UnitOfWork(conn, app.clock.now()))
            if format_ is Listing.CSV:
                writer = csv.writer(sys.stdout)
                writer.writerow(["code", "name", "parent"])
                cells = ((r["code"], r["name"], r["parent_code"] or "") for r in rows)
                writer.writerows([csv_text(cell) for cell in row] for row in cells)
                return
            from rich.table import Table

            table = Table("code", "name", "parent")
            for row in rows:
                table.add_row(row["code"], row["name"], row["parent_code"] or "")
            console.print(table, soft_wrap=False)

        await with_database(settings, show)

    run_command(work)


@cli.command()
def digest(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    at: Annotated[str | None, typer.Option("--at", help="As things stood with this period: an ISO time.")] = None,
) -> None:
    """Print the digest of a campaign."""

    async def work(settings: Settings) -> None:
        from bot import desk

        async def show(app: App) -> None:
            as_of = moment(settings, at) if at else app.clock.now()
            for text in await desk.digests(app, campaign, as_of):
                print(text)

        await with_database(settings, show)

    run_command(work)


@cli.command()
def export(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    path: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="A workbook, its first sheet as text, the consolidated report, or a zip for ODK Central and Kobo.",
        ),
    ] = Format.XLSX,
    form: Annotated[str, typer.Option("--form", help="Of one form only: the name of its file.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Of a unit with all below it: its code.")] = "",
    period: Annotated[str, typer.Option("--period", help="docx: of one period, such as 2022-12-16.")] = "",
) -> None:
    """Write a campaign's reports to a file."""

    async def work(settings: Settings) -> None:
        from bot import desk

        async def write(app: App) -> None:
            asked = desk.Asked(form, unit, period)
            count = await desk.export(app, campaign, format_.value, path, asked)
            console.print(marked(True, f"{path}: {count} reports"))

        await with_database(settings, write)

    run_command(work)


@cli.command()
def migrate() -> None:
    """Bring the database's schema to the newest version (`run` does so by itself)."""

    async def work(settings: Settings) -> None:
        async def done(_app: App) -> None:
            console.print(marked(True, "the schema is up to date"))

        await with_database(settings, done)

    run_command(work)


@cli.command()
def doctor() -> None:
    """Check settings, database, channels and clock, and say what to do."""

    async def work(settings: Settings) -> None:
        from bot.checks import checkup

        findings = await checkup.examine(settings)
        for finding in findings:
            console.print(marked(finding.ok, finding.text))
        if not all(finding.ok for finding in findings):
            raise StartError("see the lines marked ✘ above")

    run_command(work)


def main() -> None:
    """The entry point of `danvan`."""
    cli()


if __name__ == "__main__":
    main()
