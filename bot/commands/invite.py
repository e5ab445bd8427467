"""`invite`: a code for one unit, or for every unit of a level; `invite revoke`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bot.config import Settings, StartError
from bot.console import console, marked, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from bot.inviting import Made


class _MakesByDefault(TyperGroup):
    """`invite TN-BC …` is `invite make TN-BC …`: making one is what the command is for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # Typer brings a click of its own, whose types are not public.
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["make", *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


app = typer.Typer(
    cls=_MakesByDefault, no_args_is_help=True,
    help="Make invite codes: `invite UNIT --role …`, or `invite --level xã --sheet invites.xlsx`; see `invite make`.",
)  # fmt: skip


@app.command()
def make(
    unit: Annotated[str | None, typer.Argument(help="The unit's code (see `units`).")] = None,
    role: Annotated[
        str | None, typer.Option("--role", help="reporter, leader, officer or admin; of a level: reporter if not said.")
    ] = None,
    uses: Annotated[int, typer.Option("--uses", min=1, max=10_000)] = 1,
    days: Annotated[int, typer.Option("--days", min=1, max=366)] = 14,
    qr: Annotated[Path | None, typer.Option("--qr", help="Write the link as a QR code to this PNG file.")] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="One code for each unit of this kind (xã), or of this level (3).")
    ] = None,
    under: Annotated[str | None, typer.Option("--under", help="Only units below this one (its code).")] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Write the codes to this .xlsx file.")] = None,
    print_: Annotated[Path | None, typer.Option("--print", help="Write cards to cut to this .pdf file.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the codes of an earlier sheet as they are.")] = False,
) -> None:
    """Make a code for a unit and role with its links, or a sheet of codes for a whole level."""

    async def work(settings: Settings) -> None:
        from bot import inviting

        if (unit is None) == (level is None):
            raise StartError("give either a unit's code or --level")
        given = role or ("reporter" if level else "")
        if given not in inviting.ROLES:
            raise StartError(f"--role: {given!r} is not one of {', '.join(inviting.ROLES)}")
        if unit is not None:
            await with_database(settings, partial(_for_unit, unit, given, uses, days, qr))
            return
        _check_files(sheet, print_)

        async def make_all(app: App) -> None:
            made, former = await inviting.make_for_level(
                app, level or "", under, given, uses=uses, days=days, keep=keep,
                hand_out=lambda invites: _hand_out(app, invites, sheet, print_),
            )  # fmt: skip
            files = ", ".join(str(path) for path in (sheet, print_) if path)
            console.print(marked(True, f"{files}: {made} codes as {given}; {former} earlier ones were revoked"))

        await with_database(settings, make_all)

    run_command(work)


async def _for_unit(unit: str, role: str, uses: int, days: int, qr: Path | None, app: App) -> None:
    from bot import inviting

    made = await inviting.make(app, unit, role, uses=uses, days=days)
    console.print(f"{made.code}", style="bold")
    console.print(f"{made.unit_name} · {role} · {uses}× · {days} days")
    console.print(f"Telegram: {made.telegram or '(TELEGRAM_TOKEN is not set or Telegram cannot be reached)'}")
    console.print(f"Web:      {made.web}")
    if qr:
        await asyncio.to_thread(inviting.write_qr, made.link, qr)
        console.print(f"QR:       {qr}")


def _check_files(sheet: Path | None, print_: Path | None) -> None:
    """Before anything is made: codes that are written nowhere are lost. Raises StartError."""
    if sheet is None and print_ is None:
        raise StartError("--level: say where the codes go, with --sheet invites.xlsx or --print invites.pdf, or both")
    for option, path, suffix in (("--sheet", sheet, ".xlsx"), ("--print", print_, ".pdf")):
        if path and path.suffix.lower() != suffix:
            raise StartError(f"{option}: {path} is to end in {suffix}")


def _hand_out(app: App, invites: Sequence[Made], sheet: Path | None, print_: Path | None) -> None:
    from bot import printing
    from bot.inviting import write_file

    tr = app.translators["vi"]
    if sheet:
        write_file("--sheet", sheet, printing.invites_xlsx(invites, tr, app.clock.now()))
    if print_:
        write_file("--print", print_, printing.invites_pdf(invites, tr))


@app.command()
def revoke(
    code: Annotated[str | None, typer.Argument(help="The code itself.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="All open codes of this unit (its code).")] = None,
) -> None:
    """Call back a code, or all open codes of a unit: they let nobody in any more."""

    async def work(settings: Settings) -> None:
        from bot import inviting

        if (code is None) == (unit is None):
            raise StartError("give either a code or --unit")

        async def call_back(app: App) -> None:
            count = await inviting.revoke(app, code, unit)
            console.print(marked(True, f"{count} revoked"))

        await with_database(settings, call_back)

    run_command(work)
