"""`copy`: the database is moved to another engine, and both are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.clock import SystemClock
from bot.config import Settings, StartError
from bot.console import console, marked, problems, run_command

if TYPE_CHECKING:
    from bot.copying import Copied

ToOption = Annotated[str, typer.Option("--to", help="Where: postgresql+asyncpg://user:password@host/name, empty.")]


def copy(to: ToOption) -> None:
    """Copy the whole database into an empty one, also of another engine, and prove that all is there."""

    async def work(settings: Settings) -> None:
        from bot import copying

        now = SystemClock().now()
        try:
            copied = await copying.copy(settings.database_url, to, now, _tell)
        except copying.CopyError as error:
            raise StartError(str(error)) from None
        _show(copied)
        for good, line in _lines(settings, to, copied, f"{now.astimezone(settings.zone):%H:%M:%S}"):
            console.print(marked(good, line))

    run_command(work)


def _tell(table: str, rows: int) -> None:
    if rows >= 100_000:
        problems.print(f"{table}: {rows:,} rows are over")


def _show(copied: Copied) -> None:
    from rich.table import Table

    table = Table("table")
    for name in ("rows here", "rows there"):
        table.add_column(name, justify="right")
    # All is compared before it is kept, so both are the same.
    for name, rows in sorted(copied.rows.items()):
        table.add_row(name, f"{rows:,}", f"{rows:,}")
    console.print(table, soft_wrap=False)


def _lines(settings: Settings, to: str, copied: Copied, began: str) -> list[tuple[bool, str]]:
    """What was done and what is to be done now: whether it is good, and the line."""

    total = sum(copied.rows.values())
    lines = [(True, f"{total:,} rows are there as they are here: counted, and compared one by one")]
    if copied.audit_broken:
        lines.append((False, "the log of changes is broken, as here: see `audit verify`"))
    if copied.wrong_totals:
        lines.append((False, f"{len(copied.wrong_totals)} totals differ from the reports, as here: `totals rebuild`"))
    lines.append((True, f"what came in after {began} is not there: for the move itself, stop the bot before `copy`"))
    old, new = settings.state_folder, settings.model_copy(update={"database_url": to}).state_folder
    if settings.secret_key is None and old != new:
        lines.append((True, f"take the key of links and codes along: {old}/secret.key to {new}/secret.key"))
    lines.append((True, "then start it with DATABASE_URL=… as in --to; MEDIA_DIR stays as it is"))
    return lines
