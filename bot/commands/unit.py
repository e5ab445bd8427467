"""`unit …`: the tree of units, from a list, from the national list, shown and searched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import CAMPAIGNS, Settings, StartError
from bot.console import console, marked, problems, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from reporting.organisation.unit_changes import Asked
    from reporting.organisation.units import UnitList
    from storage.uow import UnitOfWork

NATIONAL = CAMPAIGNS / "vn_units_2025.csv"

app = typer.Typer(no_args_is_help=True, help="Units: import, init, list, find.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
From = Annotated[
    str | None, typer.Option("--from", help="The day that changes take effect, 2025-07-01; today if not said.")
]


@app.command(name="import")
def import_(
    path: Annotated[Path, typer.Argument(help="A list (.csv, .xlsx): code, name, short_name, kind, parent; if you "
                                              "like valid_from, valid_to, successors.")],
    dry_run: DryRun = False,
    from_: From = None,
    complete: Annotated[bool, typer.Option("--complete", help="What the list leaves out has ended.")] = False,
    new_kind: Annotated[list[str] | None, typer.Option("--new-kind", help="A kind and its level: 'ấp=4'.")] = None,
) -> None:  # fmt: skip
    """Bring the units up to date with a list: add, rename, move, end. One broken row, and nothing is changed."""

    async def work(settings: Settings) -> None:
        from bot.apart.reading import read_list
        from reporting.organisation.unit_changes import Asked, known_parents

        effective = _day(from_) if from_ else None
        kinds = _kinds(new_kind or [])

        async def read(uow: UnitOfWork) -> UnitList:
            return read_list(path, await known_parents(uow))

        def asked(today: date) -> Asked:
            return Asked(settings.zone, effective or today, effective, complete, kinds)

        await with_database(settings, lambda app: _apply(app, read, asked, is_rehearsal=dry_run))

    run_command(work)


@app.command()
def init(
    province: Annotated[str, typer.Option("--province", help="As in the national list: Tây Ninh.")],
    code: Annotated[str | None, typer.Option("--code", help="Its unit's code; the initials if not said.")] = None,
    under: Annotated[str, typer.Option("--under", help="The code of the unit above the province's.")] = "",
    dry_run: DryRun = False,
    from_: From = None,
) -> None:  # fmt: skip
    """Add a province's communes of today from the national list. What is there already is left as it is."""

    async def work(settings: Settings) -> None:
        from reporting.organisation.unit_changes import Asked

        begins = _day(from_) if from_ else None

        async def read(uow: UnitOfWork) -> UnitList:
            return await _province(uow, province, code, under)

        def asked(today: date) -> Asked:
            return Asked(settings.zone, begins or today, begins)

        await with_database(settings, lambda app: _apply(app, read, asked, is_rehearsal=dry_run))

    run_command(work)


async def _province(uow: UnitOfWork, province: str, code: str | None, under: str) -> UnitList:
    """The communes below the province's unit. Raises StartError."""
    from reporting.organisation.units import UnitLine, UnitList, communes, province_unit
    from storage import people

    unit = province_unit(NATIONAL, province, code, under)
    there = {
        row["code"]: UnitLine(row["code"], row["name"], row["short_name"], row["kind"], row["parent_code"] or "")
        for row in await people.units(uow)
    }
    if under and under not in there:
        raise StartError(await _unknown(uow, under))
    if code is None and unit.code in there and unit.short_name not in there[unit.code].name:
        raise StartError(f"{unit.code} is the code of {there[unit.code].name}: give {unit.name} another one by --code")
    lines = communes(NATIONAL, province, unit)
    return UnitList(NATIONAL.name, tuple(there.get(line.code, line) for line in lines))


@app.command(name="list")
def list_(
    at: Annotated[str | None, typer.Option("--at", help="As the tree stood on this day; today if not said.")] = None,
    under: Annotated[str | None, typer.Option("--under", help="Only this unit (its code) and all below it.")] = None,
) -> None:
    """List the units that there are on a day, or were: name, code, kind, since, until."""

    async def work(settings: Settings) -> None:
        from bot import unit_words
        from storage import people, units
        from storage.uow import UnitOfWork

        day = _day(at) if at else None

        async def show(app: App) -> None:
            moment = datetime.combine(day, time(), settings.zone) if day else app.clock.now()
            async with app.db.read() as conn:
                uow = UnitOfWork(conn, app.clock.now())
                rows = await units.standing_at(uow, moment)
                if under is not None:
                    top = await people.unit_by_code(uow, under)
                    if top is None:
                        raise StartError(await _unknown(uow, under))
                    rows = [row for row in rows if f"/{top['id']}/" in row["path"]]
            console.print(unit_words.tree(rows, settings.zone), soft_wrap=False)

        await with_database(settings, show)

    run_command(work)


@app.command()
def find(text: Annotated[str, typer.Argument(help="A part of the name; diacritics may be missing.")]) -> None:
    """Find units by their name; those that look alike are told apart by the unit above."""

    async def work(settings: Settings) -> None:
        from bot.unit_words import day
        from reporting.organisation import unit_search
        from storage.uow import UnitOfWork

        async def show(app: App) -> None:
            async with app.db.read() as conn:
                rows = await unit_search.search(UnitOfWork(conn, app.clock.now()), text)
            if not rows:
                raise StartError(f"there is no unit like {text!r}; `unit list` shows all")
            for row in rows:
                place = f", below {row['parent_name']}" if row["parent_name"] else ""
                end = f", ended {day(row['valid_to'], settings.zone)}" if row["valid_to"] else ""
                console.print(f"{row['code']}  {row['name']} ({row['kind']}{place}{end})")

        await with_database(settings, show)

    run_command(work)


# --- a list, from reading to writing ---------------------------------------------------------------


async def _apply(
    app: App, read: Callable[[UnitOfWork], Awaitable[UnitList]], asked: Callable[[date], Asked], *, is_rehearsal: bool
) -> None:
    """Plan and, unless it is a rehearsal, carry out, in one transaction. Raises StartError; then nothing is changed."""
    from bot import unit_words
    from reporting.organisation.unit_changes import carry_out, plan
    from reporting.organisation.units import UnitListError
    from storage.uow import UnitOfWork

    now = app.clock.now()
    try:
        async with app.db.write() as conn:
            uow = UnitOfWork(conn, now)
            wanted = await plan(uow, await read(uow), asked(now.astimezone(app.settings.zone).date()))
            if not is_rehearsal:
                await carry_out(uow, wanted)
                await uow.flush()
    except UnitListError as error:
        for problem in error.problems:
            problems.print(marked(False, problem))
        raise StartError(f"nothing was changed ({len(error.problems)} to mend)") from None
    for line in unit_words.changes(wanted, app.settings.zone):
        console.print(line)
    console.print(marked(True, unit_words.summary(wanted, is_rehearsal=is_rehearsal)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise StartError(f"{text!r} is not a day such as 2025-07-01") from None


def _kinds(texts: list[str]) -> dict[str, int]:
    found = {}
    for text in texts:
        name, _, level = text.partition("=")
        if not (name.strip() and level.strip().isdecimal()):
            raise StartError(f"--new-kind: {text!r} is not a kind and its level, such as 'ấp=4'")
        found[name.strip()] = int(level)
    return found


async def _unknown(uow: UnitOfWork, code: str) -> str:
    from reporting.organisation import unit_search

    like = ", ".join(f"{row['code']} ({row['name']})" for row in (await unit_search.search(uow, code))[:3])
    return f"there is no unit with the code {code!r}{f' (perhaps {like})' if like else ''}; see `unit list`"
