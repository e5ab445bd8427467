"""An export as a workbook for the office and as text for other programs.

No text in it becomes a formula where the file is opened, whoever typed it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO

from forms.instance import writable
from locales.translator import Translator
from reporting.documents.cells import About, Cell
from reporting.documents.export import Export, sheet_data
from reporting.documents.sheets import report_sheet, sheets

__all__ = ["Export", "sheet_data", "write_csv", "write_xlsx"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet read a text as a formula."""


def write_xlsx(exports: Sequence[Export], tr: Translator, *, leaders: bool = False) -> bytes:
    """Of one or more forms of a campaign the sheets reports and one for each repeat; then totals, register, targets. It
    takes a while: call it in a thread.

    Start, end and device of a report are left out, for nobody was asked for them. `leaders`: with the questions that
    are for leaders only.
    """
    # openpyxl takes long to import, and most runs of the bot write no workbook for hours.
    from reporting.documents.workbook import workbook

    first = exports[0]
    seen = exports if leaders else [export.without_leaders_only() for export in exports]
    heading = f"{first.campaign} – {first.unit}"
    if first.demo:
        heading = f"{heading} ({tr.plain('demo data')})"
    return workbook(sheets(seen, tr), heading=writable(heading), made_at=first.made_at)


def write_csv(export: Export, tr: Translator, *, leaders: bool = False) -> bytes:
    """The report rows as UTF-8 with a byte order mark, which Excel needs to see Vietnamese. Numbers have a decimal
    point, dates are ISO 8601. Of a repeat there is only how many instances each report has: their answers are in the
    workbook. `leaders`: with the questions that are for leaders only."""
    sheet = report_sheet(export if leaders else export.without_leaders_only(), tr)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([csv_text(title) for title in sheet.header])
    writer.writerows([csv_text(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def csv_text(cell: Cell) -> str:
    """A cell as text for other programs, never a formula."""
    if isinstance(cell, str):
        return "'" + cell if cell.startswith(FORMULA_STARTS) else cell
    if isinstance(cell, About):
        cell = cell.amount
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
