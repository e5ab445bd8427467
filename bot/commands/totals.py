"""`totals rebuild [--check]`: the kept totals against the reports that they add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App

app = typer.Typer(no_args_is_help=True, help="The kept totals: compare them with the reports, or make them anew.")

SHOWN = 20
"""Of the differences; how many more there are is said."""


@app.callback()
def _totals() -> None:
    """Keeps `rebuild` a command of its own name, though it is the only one."""


@app.command()
def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Only compare; fails where something differs.")] = False,
) -> None:
    """Make all totals anew from the current version of every report."""

    async def work(settings: Settings) -> None:
        async def carry_out(app: App) -> None:
            wrong = await _rebuild(app, change=not check)
            for line in wrong[:SHOWN]:
                console.print(line)
            if len(wrong) > SHOWN:
                console.print(f"… and {len(wrong) - SHOWN} more")
            if wrong and check:
                raise StartError(f"{len(wrong)} totals differ from the reports; `totals rebuild` makes them anew")
            done = f"{len(wrong)} totals were wrong and are right now" if wrong else "all totals equal the reports"
            console.print(marked(True, done))

        await with_database(settings, carry_out)

    run_command(work)


async def _rebuild(app: App, *, change: bool) -> list[str]:
    """What differs, in words; with `change` it is mended, and told in the log of changes."""
    from reporting import register
    from storage import people
    from storage.uow import UnitOfWork

    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        wrong = await register.rebuild_check(uow)
        if wrong and change:
            await register.rebuild(uow)
            for unit in await people.units(uow):
                if unit["parent_id"] is None:
                    uow.audit(
                        "totals.rebuild", "totals:all", member_id=None, unit_id=unit["id"], after={"wrong": len(wrong)}
                    )
        await uow.flush()
    return wrong
