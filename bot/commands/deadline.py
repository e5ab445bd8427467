"""`deadline …`: more time for units, and exemptions, from the command line. What is said is told to the reporters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, moment, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from reporting.decisions import By
    from storage.uow import Row, UnitOfWork

app = typer.Typer(no_args_is_help=True, help="Deadlines: extend, exempt, restore.")

Campaign = Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")]
Unit = Annotated[str, typer.Option("--unit", help="The unit's code (see `units`).")]
Period = Annotated[str, typer.Option("--period", help="The day on which it is due: 2022-12-16.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; the reporters read it.")]

Change = Callable[["UnitOfWork", "Sequence[Row]", "By"], Awaitable["tuple[list[Row], int]"]]
"""Changes register rows; gives those that were changed, and how many reporters were told."""


@app.command()
def extend(
    campaign: Campaign,
    until: Annotated[str, typer.Option("--until", help="The new due time: an ISO time.")],
    reason: Reason,
    unit: Annotated[str | None, typer.Option("--unit", help="Only this unit (its code); else all that owe.")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="The day on which it is due; today if not said.")
    ] = None,
) -> None:
    """Give one unit, or all that have not reported, more time; also after the closing time."""

    async def work(settings: Settings) -> None:
        due = moment(settings, until)

        async def change(app: App) -> None:
            from handlers.deadlines import granting
            from reporting import extensions

            async def give(uow: UnitOfWork, rows: Sequence[Row], by: By) -> tuple[list[Row], int]:
                done = await extensions.extend(uow, rows, due, by)
                return done, await granting.tell_of_more_time(app.office, uow, done, by.reason)

            done, told = await _carry_out(app, campaign, unit, period, reason, give)
            _print(done, f"until {due.astimezone(settings.zone):%Y-%m-%d %H:%M}", told)

        await with_database(settings, change)

    run_command(work)


@app.command()
def exempt(campaign: Campaign, unit: Unit, period: Period, reason: Reason) -> None:
    """Let a unit off a period: it is not reminded, and not counted as missing."""

    async def work(settings: Settings) -> None:
        async def change(app: App) -> None:
            from handlers.deadlines import granting
            from reporting import extensions

            async def let_off(uow: UnitOfWork, rows: Sequence[Row], by: By) -> tuple[list[Row], int]:
                done = await extensions.exempt(uow, rows, by)
                return done, await granting.tell_of_exemption(app.office, uow, done, by.reason)

            done, told = await _carry_out(app, campaign, unit, period, reason, let_off)
            _print(done, "exempt", told)

        await with_database(settings, change)

    run_command(work)


@app.command()
def restore(campaign: Campaign, unit: Unit, period: Period, reason: Reason) -> None:
    """Take an exemption back: the unit owes the period again."""

    async def work(settings: Settings) -> None:
        async def change(app: App) -> None:
            from handlers.deadlines import granting
            from reporting import extensions

            async def take_back(uow: UnitOfWork, rows: Sequence[Row], by: By) -> tuple[list[Row], int]:
                done = await extensions.restore(uow, rows, by)
                return done, await granting.tell_of_return(app.office, uow, done)

            done, told = await _carry_out(app, campaign, unit, period, reason, take_back)
            _print(done, "owed again", told)

        await with_database(settings, change)

    run_command(work)


async def _carry_out(
    app: App, campaign: str, unit: str | None, period: str | None, reason: str, change: Change
) -> tuple[list[Row], int]:
    """Find the rows of the register, and change them in one transaction. Raises StartError, with nothing changed."""
    from reporting.decisions import By, Refused, reason_of
    from reporting.extensions import Why
    from storage.uow import UnitOfWork

    try:
        by = By(None, None, reason_of(reason, Why.NO_REASON))
        async with app.db.write() as conn:
            uow = UnitOfWork(conn, app.clock.now())
            done = await change(uow, await _rows(app, uow, campaign, unit, period), by)
            await uow.flush()
    except Refused as refused:
        raise StartError(f"nothing was changed: {refused}") from None
    return done


async def _rows(app: App, uow: UnitOfWork, campaign: str, code: str | None, name: str | None) -> list[Row]:
    """The register rows of a unit, or of all units that owe, for a period of each of the campaign's forms."""
    from storage import people, plans, register

    found = await plans.campaign_by_slug(uow, campaign)
    if found is None:
        raise StartError(f"there is no campaign {campaign!r}; `load` one first")
    unit = await people.unit_by_code(uow, code) if code is not None else None
    if code is not None and unit is None:
        raise StartError(f"there is no unit with the code {code!r}; see `units`")
    rows: list[Row] = []
    periods = await _periods(uow, found["id"], name, app.clock.now().astimezone(app.settings.zone))
    if not periods:
        raise StartError(f"{campaign}: there is no period {name}" if name else f"{campaign}: no period has begun yet")
    for period in periods:
        owing = [unit] if unit else await register.missing_units(uow, period["id"], "/")
        rows += await register.of_units(uow, period["id"], [owed["id"] for owed in owing])
    if unit and not rows:
        raise StartError(f"{unit['name']} has nothing to report for {periods[0]['name']}")
    return rows


async def _periods(uow: UnitOfWork, campaign_id: int, name: str | None, now: datetime) -> list[Row]:
    """Of each form the period of this name; without a name, the one due today, or the last one before."""
    from storage import plans, register

    found: list[Row] = []
    for form in await plans.live_forms(uow, campaign_id):
        periods = await register.periods(uow, form["id"])
        due = [p for p in periods if (p["name"] == name if name else p["name"] <= now.date().isoformat())]
        found += due[-1:]
    return found


def _print(done: Sequence[Row], what: str, told: int) -> None:
    for name in sorted({row["period"] for row in done}):
        units = sorted({row["unit_name"] for row in done if row["period"] == name})
        console.print(marked(True, f"{name}: {what}: {', '.join(units)}"))
    console.print(f"  reporters told: {told}")
