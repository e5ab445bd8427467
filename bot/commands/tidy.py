"""`tidy`: kept files that nothing names any more are deleted."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.commands.backup import GentlyOption, source_of
from bot.config import Settings, StartError
from bot.console import console, marked, run_command

DryOption = Annotated[bool, typer.Option("--dry-run", help="Only say how many there are.")]


def tidy(dry_run: DryOption = False, gently: GentlyOption = False) -> None:
    """Delete kept files that no report, message or news names any more. Nights with a backup end with it on Sundays."""

    async def work(settings: Settings) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        from bot.media import tidying

        if gently:
            os.nice(10)
        source, folder = source_of(settings), None if settings.media_url else settings.media_dir
        try:
            done = await tidying.tidy(source.db, source.media, folder, SystemClock().now(), change=not dry_run)
        except (SQLAlchemyError, OSError) as error:
            raise StartError(f"the files cannot be tidied: {getattr(error, 'orig', None) or error}") from None
        finally:
            await source.db.close()
        word = "would go" if dry_run else "are gone"
        console.print(marked(True, f"{done.unnamed} files that nothing names, {done.stray} that no row knows {word}"))

    run_command(work)
