"""Tables as a document of the Đoàn: a heading, some lines, and the same sheets that a workbook is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from locales.translator import Translator
from reporting.documents.cells import About, Cell, Sheet
from reporting.documents.filling import DOCX, fill
from reporting.documents.letterhead import Letterhead

__all__ = ["DOCX", "table_paper", "template"]

_TEMPLATES = Path(__file__).parent / "templates"
MOST_UPRIGHT = 6
"""Columns that can be read on a page of A4 that stands."""


def template(name: str, language: str) -> tuple[bytes, str]:
    """A Word file of the house by its name without language and ending, for readers of a language, and its name."""
    own = _TEMPLATES / f"{name}.{language}.docx"
    found = own if own.exists() else _TEMPLATES / f"{name}.vi.docx"
    return found.read_bytes(), found.name


def table_paper(
    head: Letterhead, sheets: Sequence[Sheet], tr: Translator, *,
    heading: str, made_at: datetime, subject: str = "", lines: Iterable[str] = (), is_demo: bool = False,
) -> bytes:  # fmt: skip
    """A .docx with a table for each sheet, under the sheet's title. It takes a while: call it in a thread.

    `heading` stands large over all, `subject` under it, `lines` as paragraphs before the tables.
    """
    layout, file = template("danh-sach", tr.language)
    context = {
        **head.to_context(), "title": heading, "subject": subject, "lines": list(lines), "is_demo": is_demo,
        "tables": [_table(sheet, tr) for sheet in sheets],
    }  # fmt: skip
    lying = any(len(sheet.header) > MOST_UPRIGHT for sheet in sheets)
    return fill(layout, context, file=file, title=subject or heading, made_at=made_at, lying=lying)


def _table(sheet: Sheet, tr: Translator) -> dict[str, Any]:
    last = len(sheet.rows) if sheet.has_total else 0
    return {
        "title": sheet.title,
        "header": list(sheet.header),
        "rows": [
            {
                "number": "" if place == last else place,
                "is_total": place == last,
                "cells": [
                    {"text": said(cell, tr), "is_number": isinstance(cell, int | Decimal | About)} for cell in row
                ],
            }
            for place, row in enumerate(sheet.rows, start=1)
        ],
    }


def _cell(cell: Cell, tr: Translator) -> dict[str, Any]:
    return {"text": said(cell, tr), "is_number": isinstance(cell, int | Decimal | About)}


def said(cell: Cell, tr: Translator) -> str:
    """A cell as a page shows it."""
    match cell:
        case None:
            return ""
        case About():
            return tr.plain("about {amount}", amount=tr.number(cell.amount))
        case int() | Decimal():
            return tr.number(cell)
        case datetime():
            return cell.strftime("%H:%M %d/%m/%Y")
        case date():
            return tr.full_day(cell)
        case time():
            return cell.strftime("%H:%M")
    return cell
