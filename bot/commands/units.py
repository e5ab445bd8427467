"""`units`: all of them, as a table or as a file."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings
from bot.console import console, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App


class Listing(StrEnum):
    TABLE = "table"
    CSV = "csv"


def units(
    format_: Annotated[Listing, typer.Option("--format")] = Listing.TABLE,
) -> None:
    """List the units: code, name, parent."""

    async def work(settings: Settings) -> None:
        from reporting.documents.table import csv_text
        from storage import people
        from storage.uow import UnitOfWork

        async def show(app: App) -> None:
            async with app.db.read() as conn:
                rows = await people.units(UnitOfWork(conn, app.clock.now()))
            if format_ is Listing.CSV:
                writer = csv.writer(sys.stdout)
                writer.writerow(["code", "name", "parent"])
                cells = ((r["code"], r["name"], r["parent_code"] or "") for r in rows)
                writer.writerows([csv_text(cell) for cell in row] for row in cells)
                return
            from rich.table import Table

            table = Table("code", "name", "parent")
            for row in rows:
                table.add_row(row["code"], row["name"], row["parent_code"] or "")
            console.print(table, soft_wrap=False)

        await with_database(settings, show)

    run_command(work)
