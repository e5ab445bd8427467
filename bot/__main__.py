"""The command line: `python -m bot …`, also installed as `danvan`."""

from __future__ import annotations

import asyncio
import gc
import signal
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
    load,
    member,
    models,
    papers,
    rating,
    restore,
    status,
    tidy,
    totals,
    unit,
    units,
    zalo,
)
from bot.config import Settings, StartError
from bot.console import console, marked, moment, prepared, run_command, with_database

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
cli.command(name="load")(load.load_pack)
cli.command()(units.units)
cli.command()(papers.digest)
cli.command()(papers.export)
cli.command()(rating.rates)
cli.command()(rating.ranking)
cli.command(name="models")(models.models)
cli.command(name="backup")(backup.backup)
cli.command(name="restore")(restore.restore)
cli.command(name="status")(status.status)
cli.command(name="tidy")(tidy.tidy)
cli.command(name="copy")(copy.copy)

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


# --- looking after it ------------------------------------------------------------------------------


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
