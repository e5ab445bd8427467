"""`load`: a campaign pack, from a folder or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, problems, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App


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
