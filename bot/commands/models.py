"""`danvan models`: the register of a campaign's models as a file."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App


class Style(StrEnum):
    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"


def models(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    path: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    style: Annotated[Style, typer.Option("--format", help="A workbook, a list on paper, or text.")] = Style.XLSX,
    dataset: Annotated[str, typer.Option("--list", help="Which entity list; the first if not said.")] = "",
) -> None:
    """Write the register of a campaign's models to a file."""

    async def work(settings: Settings) -> None:
        async def write(app: App) -> None:
            count, content = await _made(app, campaign, dataset, style)
            try:
                await asyncio.to_thread(path.write_bytes, content)
            except OSError as error:
                raise StartError(f"-o: {path} cannot be written: {error.strerror}") from error
            console.print(marked(True, f"{path}: {count} models"))

        await with_database(settings, write)

    run_command(work)


async def _made(app: App, campaign: str, dataset: str, style: Style) -> tuple[int, bytes]:
    from bot import registers
    from reporting.documents.models import WRITERS
    from storage.uow import UnitOfWork

    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        export = await registers.whole(uow, app.library, campaign, dataset, app.translators.timezone)
    content = await asyncio.to_thread(WRITERS[style.value], export, app.translators["vi"])
    return len(export.register.models), content
