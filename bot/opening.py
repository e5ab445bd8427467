"""What is opened at the start, each with a line that says what is wrong when it cannot be."""

from __future__ import annotations

from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot.config import StartError
from reporting.planning.holidays import HolidayListError, Holidays, read_holidays
from storage.engine import Database

HOLIDAYS = "holidays_vn.csv"


def database(url: str) -> Database:
    """Raises StartError when the file or its driver is not to be had."""
    try:
        return Database(url)
    except (OSError, ImportError) as error:
        raise _cannot_open(error) from error


async def migrate(db: Database) -> None:
    """Bring the schema up to date. Raises StartError."""
    try:
        await db.migrate()
    except CommandError as error:
        raise StartError(f"DATABASE_URL: the database belongs to a newer version of the bot: {error}") from error
    except (SQLAlchemyError, OSError) as error:
        raise _cannot_open(error) from error


def holidays(campaigns: Path) -> Holidays:
    """The public holidays that come with the campaigns. Raises StartError, naming the rows that are wrong."""
    try:
        return read_holidays(campaigns / HOLIDAYS)
    except HolidayListError as error:
        raise StartError(f"campaigns: {'; '.join(error.problems)}") from error


def _cannot_open(error: Exception) -> StartError:
    cause = getattr(error, "orig", None) or error
    return StartError(f"DATABASE_URL: the database cannot be opened: {cause}")
