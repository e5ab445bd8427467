"""`digest` and `export`: what a campaign has so far, on the screen and as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings
from bot.console import console, marked, moment, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    OPENROSA = "openrosa"


def digest(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    at: Annotated[str | None, typer.Option("--at", help="As things stood with this period: an ISO time.")] = None,
) -> None:
    """Print the digest of a campaign."""

    async def work(settings: Settings) -> None:
        from bot import desk

        async def show(app: App) -> None:
            as_of = moment(settings, at) if at else app.clock.now()
            for text in await desk.digests(app, campaign, as_of):
                print(text)

        await with_database(settings, show)

    run_command(work)


def export(
    campaign: Annotated[str, typer.Argument(help="The campaign's name in the system: its pack's folder.")],
    path: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="A workbook, its first sheet as text, the consolidated report, or a zip for ODK Central and Kobo.",
        ),
    ] = Format.XLSX,
    form: Annotated[str, typer.Option("--form", help="Of one form only: the name of its file.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Of a unit with all below it: its code.")] = "",
    period: Annotated[str, typer.Option("--period", help="docx: of one period, such as 2022-12-16.")] = "",
) -> None:
    """Write a campaign's reports to a file."""

    async def work(settings: Settings) -> None:
        from bot import desk

        async def write(app: App) -> None:
            asked = desk.Asked(form, unit, period)
            count = await desk.export(app, campaign, format_.value, path, asked)
            console.print(marked(True, f"{path}: {count} reports"))

        await with_database(settings, write)

    run_command(work)
