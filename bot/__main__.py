"""The command line: `python -m bot …`, also installed as `danvan`."""

from __future__ import annotations

import asyncio
import csv
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bot import log
from bot.clock import Clock, SimulatedClock, SystemClock
from bot.config import Settings, StartError, load

if TYPE_CHECKING:
    from bot.app import App

cli = typer.Typer(
    name="danvan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="The reporting bot: people report by chatting, leaders read one digest.",
)  # fmt: skip
# Names, paths and cells are printed as they are: in brackets they are no markup, and colons make no emoji.
console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
problems = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    OPENROSA = "openrosa"


class Listing(StrEnum):
    TABLE = "table"
    CSV = "csv"


ClockOption = Annotated[str | None, typer.Option("--clock", help="Start a simulated clock at this ISO time.")]
SpeedOption = Annotated[float, typer.Option("--speed", min=0.01, max=100_000, help="How many times as fast it runs.")]


def _moment(settings: Settings, text: str) -> datetime:
    """An ISO time; without an offset it is in the time zone of the settings. Raises StartError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise StartError(f"{text!r} is not a time such as 2022-12-16T08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=settings.zone)


def _clock(settings: Settings, start: str | None, speed: float) -> Clock:
    if start is None and speed == 1:
        return SystemClock()
    return SimulatedClock(_moment(settings, start) if start else SystemClock().now(), speed)


def _marked(ok: bool, text: object) -> Text:
    return Text.assemble(("✔ ", "green") if ok else ("✘ ", "red"), str(text))


def _do(work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run a command; what stops it is told in one line."""
    try:
        settings = load()
        log.configure(settings.log_level, settings.log_format)
        asyncio.run(work(settings))
    except StartError as error:
        problems.print(_marked(False, error))
        raise typer.Exit(1) from None


@asynccontextmanager
async def _prepared(app: App) -> AsyncIterator[App]:
    """The app with its database open and up to date, until it is closed."""
    try:
        await app.prepare()
        yield app
    finally:
        await app.db.close()


async def _with_database(settings: Settings, work: Callable[[App], Awaitable[None]]) -> None:
    from bot.app import App

    async with _prepared(App(settings, SystemClock())) as app:
        await work(app)


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

        async with _prepared(App(settings, _clock(settings, clock, speed))) as app:
            await _serve(app, "Web chat: {address}/  (Ctrl-C stops)")

    _do(work)


@cli.command()
def demo(clock: ClockOption = None, speed: SpeedOption = 1) -> None:
    """Run the demonstration: invented people and reports, dated around today."""

    async def work(settings: Settings) -> None:
        from bot import demo as world
        from bot.app import App

        people, groups = world.personas(), [world.GROUP.id]
        async with _prepared(App(settings, _clock(settings, clock, speed), people=people, groups=groups)) as app:
            await world.furnish(app.db, app.office, app.clock.now())
            await _serve(app, "Demonstration: open {address}/ and pick who to be.  (Ctrl-C stops)")

    _do(work)


# --- the office's commands -------------------------------------------------------------------------


@cli.command(name="load")
def load_pack(
    path: Annotated[Path, typer.Argument(help="A pack's folder, or one workbook.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Load a campaign pack. Loading it again changes only what is new."""

    async def work(settings: Settings) -> None:
        from bot import loading
        from reporting.packs import PackError, read_pack

        async def save(app: App) -> None:
            saved = await loading.rehearse(app, pack)
            for line in loading.changes(saved):
                console.print(line)
            if not dry_run:
                await loading.carry_out(app, pack, saved.unkept)
            console.print(_marked(True, loading.summary(pack, saved, is_rehearsal=dry_run)))

        try:
            pack = read_pack(path)
            await _with_database(settings, save)
        except PackError as error:
            for problem in error.problems:
                problems.print(_marked(False, problem))
            raise StartError(f"{path}: nothing was loaded ({len(error.problems)} to mend)") from None

    _do(work)


@cli.command()
def invite(
    unit: Annotated[str, typer.Argument(help="The unit's code (see `units`).")],
    role: Annotated[str, typer.Option("--role", help="reporter, leader, officer or admin")],
    uses: Annotated[int, typer.Option("--uses", min=1, max=10_000)] = 1,
    days: Annotated[int, typer.Option("--days", min=1, max=366)] = 14,
    qr: Annotated[Path | None, typer.Option("--qr", help="Write the link as a QR code to this PNG file.")] = None,
) -> None:
    """Make an invite code for a unit and role, with its links."""

    async def work(settings: Settings) -> None:
        from bot import inviting

        if role not in inviting.ROLES:
            raise StartError(f"--role: {role!r} is not one of {', '.join(inviting.ROLES)}")

        async def make(app: App) -> None:
            made = await inviting.make(app, unit, role, uses=uses, days=days)
            console.print(f"{made.code}", style="bold")
            console.print(f"{made.unit_name} · {role} · {uses}× · {days} days")
            console.print(f"Telegram: {made.telegram or '(TELEGRAM_TOKEN is not set or Telegram cannot be reached)'}")
            console.print(f"Web:      {made.web}")
            if qr:
                inviting.write_qr(made.telegram or made.web, qr)
                console.print(f"QR:       {qr}")

        await _with_database(settings, make)

    _do(work)


@cli.command()
def units(
    format_: Annotated[Listing, typer.Option("--format")] = Listing.TABLE,
) -> None:
    """List the units: code, name, parent."""

    async def work(settings: Settings) -> None:
        from storage import people
        from storage.uow import UnitOfWork

        async def show(app: App) -> None:
            async with app.db.read() as conn:
                rows = await people.units(UnitOfWork(conn, app.clock.now()))
            if format_ is Listing.CSV:
                writer = csv.writer(sys.stdout)
                writer.writerow(["code", "name", "parent"])
                writer.writerows([r["code"], r["name"], r["parent_code"] or ""] for r in rows)
                return
            from rich.table import Table

            table = Table("code", "name", "parent")
            for row in rows:
                table.add_row(row["code"], row["name"], row["parent_code"] or "")
            console.print(table, soft_wrap=False)

        await _with_database(settings, show)

    _do(work)


@cli.command()
def digest(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    at: Annotated[str | None, typer.Option("--at", help="As things stood with this period: an ISO time.")] = None,
) -> None:
    """Print the digest of a campaign."""

    async def work(settings: Settings) -> None:
        from bot import desk

        async def show(app: App) -> None:
            moment = _moment(settings, at) if at else app.clock.now()
            for text in await desk.digests(app, campaign, moment):
                print(text)

        await _with_database(settings, show)

    _do(work)


@cli.command()
def export(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    path: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    format_: Annotated[
        Format, typer.Option("--format", help="A workbook, its first sheet as text, or a zip for ODK Central and Kobo.")
    ] = Format.XLSX,
) -> None:
    """Write a campaign's reports to a file."""

    async def work(settings: Settings) -> None:
        from bot import desk

        async def write(app: App) -> None:
            count = await desk.export(app, campaign, format_.value, path)
            console.print(_marked(True, f"{path}: {count} reports"))

        await _with_database(settings, write)

    _do(work)


@cli.command()
def migrate() -> None:
    """Bring the database's schema to the newest version (`run` does so by itself)."""

    async def work(settings: Settings) -> None:
        async def done(_app: App) -> None:
            console.print(_marked(True, "the schema is up to date"))

        await _with_database(settings, done)

    _do(work)


@cli.command()
def doctor() -> None:
    """Check settings, database, channels and clock, and say what to do."""

    async def work(settings: Settings) -> None:
        from bot import checkup

        findings = await checkup.examine(settings)
        for finding in findings:
            console.print(_marked(finding.ok, finding.text))
        if not all(finding.ok for finding in findings):
            raise StartError("see the lines marked ✘ above")

    _do(work)


def main() -> None:
    """The entry point of `danvan`."""
    cli()


if __name__ == "__main__":
    main()
