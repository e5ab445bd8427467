"""Cells of workbooks as texts."""

from datetime import date, datetime, time


def text_of(cell: object) -> str:
    """A cell as the clerk would type it: 3 for 3.0, 2022-12-16 for a date, TRUE for a tick."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace("\u00a0", " ").strip()
