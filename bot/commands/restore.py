"""`restore`: a backup is brought back into an empty place, or only looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.clock import SystemClock
from bot.config import Settings, StartError
from bot.console import console, marked, run_command

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

    from bot.backups.restoring import Restored

FileArgument = Annotated[Path, typer.Argument(help="The file that `backup` wrote.")]
IdentityOption = Annotated[
    str, typer.Option("--identity", help="The file with the secret half of BACKUP_KEY; BACKUP_IDENTITY if not said.")
]
CheckOption = Annotated[bool, typer.Option("--check", help="Only read the file from beginning to end.")]


def restore(path: FileArgument, identity: IdentityOption = "", check: CheckOption = False) -> None:
    """Bring a backup back into an empty database and an empty media folder, and compare."""

    async def work(settings: Settings) -> None:
        from bot.backups import BackupError

        try:
            opener = _identity(settings, identity)
            if check:
                _look(path, opener)
            else:
                await _restore(settings, path, opener)
        except BackupError as error:
            raise StartError(str(error)) from None

    run_command(work)


def _identity(settings: Settings, said: str) -> Identity | None:
    """Whatever opens backups here: the option, BACKUP_IDENTITY, or a BACKUP_KEY that can."""
    from bot.backups import keys

    known = said or (settings.backup_identity.get_secret_value() if settings.backup_identity else "")
    if known:
        return keys.read_identity(known)
    return keys.read_key(settings.backup_key.get_secret_value() if settings.backup_key else "").identity


def _look(path: Path, identity: Identity | None) -> None:
    from bot.backups import contents

    found = contents.check(path, identity)
    rows = sum(found.tally.rows.values())
    console.print(marked(True, f"{path}: whole; {rows:,} rows, {found.tally.media:,} files"))


async def _restore(settings: Settings, path: Path, identity: Identity | None) -> None:
    from bot.backups import bringing, restoring
    from bot.media.chosen import contents_of

    secret = None if settings.secret_key else settings.state_folder / "secret.key"
    bucket = contents_of(settings) if settings.media_url else None
    place = bringing.Place(settings.database_url, settings.media_dir, secret, bucket)
    restored = await restoring.restore(path, identity, place, SystemClock())
    for good, line in lines_of(restored, has_own_secret=settings.secret_key is not None):
        console.print(marked(good, line))


def lines_of(restored: Restored, *, has_own_secret: bool) -> list[tuple[bool, str]]:
    """What came back, and what is to be done now: whether it is good, and the line."""
    rows, tally = sum(restored.tally.rows.values()), restored.tally
    lines = [
        (True, f"the bot as it was at {restored.header.made_at}: {rows:,} rows, {tally.media:,} files; all sums right")
    ]
    if not restored.audit_holds:
        lines.append((False, "the log of changes was broken before the backup: see `audit verify`"))
    if restored.wrong_totals:
        lines.append((False, f"{len(restored.wrong_totals)} totals differ from the reports: `totals rebuild`"))
    if restored.missing:
        lines.append((False, f"{restored.missing} kept files were missing before the backup and are still"))
    if not restored.has_secret and not has_own_secret:
        lines.append((False, "the key of links and codes was not in the file: set SECRET_KEY as it was"))
    return lines
