"""The files in the backup folder: what they are called, which are kept, and how old the newest is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DAILY, WEEKLY, MONTHLY = 7, 4, 12
"""How many backups are kept: the newest of each of so many days, weeks and months that have one."""

LEFT_OVER = timedelta(days=1)
"""After this, what a backup that was killed has left is taken away."""

_NAME = re.compile(r"danvan-(\d{8}-\d{6})Z\.tar(?:\.age)?", re.ASCII)
_PART = re.compile(r"\.danvan-(\d{8}-\d{6})Z\.tar(?:\.age)?\.part", re.ASCII)
_FORM = "%Y%m%d-%H%M%S"


def name_of(moment: datetime, *, encrypted: bool) -> str:
    """The name of a backup that was begun at a moment (in UTC, so that names sort as they were made)."""
    return f"danvan-{moment.astimezone(UTC):{_FORM}}Z.tar{'.age' if encrypted else ''}"


def part_of(name: str) -> str:
    """What the file is called until it is whole."""
    return f".{name}.part"


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder, the newest first; what is called otherwise is none. Raises OSError."""
    found = [(_moment(_NAME, path), path) for path in folder.iterdir()]
    return sorted(((at, path) for at, path in found if at), reverse=True)


def _moment(pattern: re.Pattern[str], path: Path) -> datetime | None:
    match = pattern.fullmatch(path.name)
    try:
        return datetime.strptime(match[1], _FORM).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def newest(folder: Path) -> datetime | None:
    """When the newest backup in a folder was begun; None where there is none, or no such folder."""
    try:
        found = backups_in(folder)
    except OSError:
        return None
    return found[0][0] if found else None


def kept(moments: Iterable[datetime], zone: ZoneInfo) -> set[datetime]:
    """Which of these are kept by the rule, in local days: the newest of a day, a week, a month stands for it."""
    days: dict[date, datetime] = {}
    weeks: dict[tuple[int, int], datetime] = {}
    months: dict[tuple[int, int], datetime] = {}
    for moment in sorted(moments, reverse=True):
        day = moment.astimezone(zone).date()
        days.setdefault(day, moment)
        weeks.setdefault(day.isocalendar()[:2], moment)
        months.setdefault((day.year, day.month), moment)
    groups = (list(days.values())[:DAILY], list(weeks.values())[:WEEKLY], list(months.values())[:MONTHLY])
    return {moment for group in groups for moment in group}


def sweep(folder: Path, now: datetime, zone: ZoneInfo) -> list[Path]:
    """Delete what is not kept any more, and what killed runs have left; returns the backups that are gone. Raises
    OSError."""
    found = backups_in(folder)
    staying = kept((at for at, _ in found), zone)
    gone = [path for at, path in found if at not in staying]
    for path in gone:
        path.unlink(missing_ok=True)
    for path in folder.iterdir():
        begun = _moment(_PART, path)
        if begun and begun < now - LEFT_OVER:
            path.unlink(missing_ok=True)
    return gone


def last_due(now: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """The last moment at which a nightly backup was due."""
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)
