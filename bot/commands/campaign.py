"""`campaign …`: pausing, going on with, ending and extending a campaign from the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from reporting.campaigns.campaign_states import Act
    from reporting.decisions import By
    from storage.uow import Row, UnitOfWork

app = typer.Typer(no_args_is_help=True, help="Campaigns: list, pause, resume, close, extend.")

Slug = Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the audit.")]

Change = Callable[["App", "UnitOfWork", "Row", "By"], Awaitable[str]]
"""Changes a campaign; gives what is to be said of it."""


@app.command(name="list")
def list_() -> None:
    """Print each campaign: its name in the system, how it stands, what it is called."""

    async def show(bot: App) -> None:
        from storage import plans
        from storage.uow import UnitOfWork

        async with bot.db.read() as conn:
            for row in await plans.campaigns_below(UnitOfWork(conn, bot.clock.now()), {"/"}):
                print(f"{row['slug']}\t{row['state']}\t{row['name']}")

    run_command(lambda settings: with_database(settings, show))


@app.command()
def pause(campaign: Slug, reason: Reason) -> None:
    """Open no new periods and push nothing, until `resume`; reports that are open are still taken."""
    from reporting.campaigns.campaign_states import Act

    _set(campaign, reason, Act.PAUSE)


@app.command()
def resume(campaign: Slug, reason: Reason) -> None:
    """Go on with a campaign that is paused or closed; what would have been due meanwhile is not asked for."""
    from reporting.campaigns.campaign_states import Act

    _set(campaign, reason, Act.RESUME)


@app.command()
def close(campaign: Slug, reason: Reason) -> None:
    """Take no report and no correction any more; history and digests stay."""
    from reporting.campaigns.campaign_states import Act

    _set(campaign, reason, Act.CLOSE)


@app.command()
def extend(
    campaign: Slug, until: Annotated[str, typer.Option("--until", help="The new last day: 2022-12-31.")], reason: Reason
) -> None:
    """Let the forms that come again and again do so until a later day."""

    async def change(bot: App, uow: UnitOfWork, row: Row, by: By) -> str:
        from reporting.campaigns import campaign_states
        from reporting.planning.cells import day_of

        day = day_of(until)
        if day is None:
            raise StartError(f"{until!r} is not a day such as 2022-12-31")
        done = await campaign_states.extend(uow, row, day, by, bot.settings.zone)
        fixed = f"; not {', '.join(f['slug'] for f in done.fixed)}, whose days are fixed" if done.fixed else ""
        return f"extended until {day}: {', '.join(form['slug'] for form in done.longer)}{fixed}"

    _run(campaign, reason, change)


def _set(campaign: str, reason: str, act: Act) -> None:
    async def change(bot: App, uow: UnitOfWork, row: Row, by: By) -> str:
        from reporting.campaigns import campaign_states

        return (await campaign_states.change(uow, row, act, by)).value

    _run(campaign, reason, change)


def _run(campaign: str, reason: str, change: Change) -> None:
    """Find the campaign and change it in one transaction; what stands in the way is told, with nothing changed."""

    async def work(settings: Settings) -> None:
        async def carry_out(bot: App) -> None:
            from reporting.decisions import By, Refused

            try:
                said = await _changed(bot, campaign, By(None, None, reason), change)
            except Refused as refused:
                raise StartError(f"{campaign}: nothing was changed: {refused}") from None
            console.print(marked(True, f"{campaign}: {said}"))

        await with_database(settings, carry_out)

    run_command(work)


async def _changed(bot: App, campaign: str, by: By, change: Change) -> str:
    from storage import plans
    from storage.uow import UnitOfWork

    async with bot.db.write() as conn:
        uow = UnitOfWork(conn, bot.clock.now())
        found = await plans.campaign_by_slug(uow, campaign)
        if found is None:
            raise StartError(f"there is no campaign {campaign!r}; `load` one first")
        said = await change(bot, uow, found, by)
        await uow.flush()
    return said
