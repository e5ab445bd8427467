"""`backup`: the database and the media of one moment in one file, while the bot runs on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.clock import SystemClock
from bot.config import Settings, StartError
from bot.console import console, marked, run_command

if TYPE_CHECKING:
    from bot.backups.making import Made, Source

ToOption = Annotated[Path | None, typer.Option("--to", help="The folder; BACKUP_DIR if not said.")]
GentlyOption = Annotated[bool, typer.Option("--gently", help="Let whoever else uses the machine go first.")]
NewKeyOption = Annotated[
    Path | None, typer.Option("--new-key", help="Make a key instead: its secret half into this new file.")
]


def backup(to: ToOption = None, new_key: NewKeyOption = None, gently: GentlyOption = False) -> None:
    """Write database and media into one file, and open it again to see that it is whole."""

    async def work(settings: Settings) -> None:
        from bot.backups import BackupError

        if gently:
            os.nice(10)
        try:
            if new_key:
                _tell_of_key(new_key)
            else:
                await _back_up(settings, to or settings.backup_dir)
        except BackupError as error:
            raise StartError(str(error)) from None

    run_command(work)


def _tell_of_key(path: Path) -> None:
    from bot.backups import keys

    recipient = keys.new_key(path)
    console.print(f"BACKUP_KEY={recipient}")
    console.print(marked(True, f"put that line into .env, and keep {path} away from this server: it opens the backups"))


async def _back_up(settings: Settings, folder: Path | None) -> None:
    from bot.backups import keys, making

    if folder is None:
        raise StartError("--to: say the folder, or set BACKUP_DIR (see .env.example)")
    key = keys.read_key(settings.backup_key.get_secret_value() if settings.backup_key else "")
    source = source_of(settings)
    try:
        made = await making.make(source, folder, key, SystemClock().now())
    finally:
        await source.db.close()
    console.print(marked(True, line_of(made, encrypted=bool(key.recipients))))
    if made.missing:
        console.print(marked(False, f"{made.missing} kept files are named in the database and not there: see `doctor`"))


def source_of(settings: Settings) -> Source:
    """What the settings say that is to be backed up. Raises StartError."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.backups import making, restoring
    from bot.media.chosen import contents_of
    from storage.engine import Database

    file = restoring.sqlite_file(settings.database_url)
    if file and not file.exists():
        raise StartError(f"DATABASE_URL: {file} is not there; nothing to back up")
    try:
        db = Database(settings.database_url)
    except (OSError, ImportError, SQLAlchemyError) as error:
        raise StartError(f"DATABASE_URL: the database cannot be opened: {error}") from None
    secret = None if settings.secret_key else settings.state_folder / "secret.key"
    return making.Source(db, contents_of(settings), secret)


def line_of(made: Made, *, encrypted: bool) -> str:
    """What was made, in a line."""
    rows = sum(made.tally.rows.values())
    how = "encrypted" if encrypted else "NOT encrypted: BACKUP_KEY is not set"
    return f"{made.path}: {rows:,} rows, {made.tally.media:,} files, {made.size / 1e6:.1f} MB; whole; {how}"
