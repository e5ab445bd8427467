"""Invites on paper: a workbook with a row for each unit, and a sheet to cut, with a card for each unit."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.inviting import Made
from locales.translator import Translator
from reporting.documents.cells import sheet
from reporting.documents.workbook import workbook
from reporting.organisation.invites import qr_png
from reporting.organisation.member_words import role_name

if TYPE_CHECKING:
    from datetime import datetime

    from matplotlib.figure import Figure

PAGE = (210.0, 297.0)
COLUMNS, ROWS = 2, 4
CARDS = COLUMNS * ROWS
MARGIN = 9.0
CARD = ((PAGE[0] - 2 * MARGIN) / COLUMNS, (PAGE[1] - 2 * MARGIN) / ROWS)
INSET = 5.0
QR = 34.0
"""All in millimetres, from the lower left."""

POINT = 25.4 / 72
FONT = "DejaVu Sans"
GREY = "#52606d"
PICTURE = 96
"""Pixels that the QR picture takes in a workbook's cell; and the height of a row in points that holds it."""
ROW_HEIGHT = 78


# --- the workbook ----------------------------------------------------------------------------------


def invites_xlsx(invites: Sequence[Made], tr: Translator, made_at: datetime) -> bytes:
    """One row a unit: parent, unit, role, code, links, uses, last day, and the QR picture in the last cell."""
    from openpyxl import load_workbook

    header = [
        tr.plain("Unit above"), tr.plain("Unit"), tr.plain("Role"), tr.plain("Code"), tr.plain("Telegram link"),
        tr.plain("Web link"), tr.plain("Uses"), tr.plain("Valid until"), tr.plain("QR code"),
    ]  # fmt: skip
    rows = [
        [one.parent_name, one.unit_name, role_name(one.role, tr), one.code, one.telegram or "", one.web, one.uses,
         one.expires_at.astimezone(tr.timezone).date() if one.expires_at else None, None]
        for one in invites
    ]  # fmt: skip
    plain = workbook([sheet(tr.plain("Invites"), header, rows)], heading=tr.plain("Invites"), made_at=made_at)
    book: Any = load_workbook(BytesIO(plain))
    page = book.active
    page.column_dimensions["I"].width = 15
    for number, one in enumerate(invites, start=2):
        page.row_dimensions[number].height = ROW_HEIGHT
        page.add_image(_picture(one.link), f"I{number}")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _picture(link: str) -> Any:
    from openpyxl.drawing.image import Image

    picture = Image(BytesIO(qr_png(link)))
    picture.width = picture.height = PICTURE
    return picture


# --- the sheet to cut ------------------------------------------------------------------------------


def invites_pdf(invites: Sequence[Made], tr: Translator) -> bytes:
    """A4 pages of eight cards: QR code, unit, role, code, and what to do in three lines."""
    # matplotlib takes long to import.
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages

    # It tells of every table of the font that it leaves out.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    out = BytesIO()
    # 42: the letters themselves are embedded, so that a reader can search the page.
    with rc_context({"pdf.fonttype": 42}), PdfPages(out, metadata={"Title": tr.plain("Invites")}) as pages:
        for start in range(0, len(invites), CARDS):
            _page(pages, invites[start : start + CARDS], tr)
    return out.getvalue()


def _page(pages: Any, invites: Sequence[Made], tr: Translator) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(PAGE[0] / 25.4, PAGE[1] / 25.4))
    for place, one in enumerate(invites):
        row, column = divmod(place, COLUMNS)
        left, top = MARGIN + column * CARD[0], PAGE[1] - MARGIN - row * CARD[1]
        _frame(figure, left, top)
        _card(figure, left, top, one, tr)
    pages.savefig(figure)


def _frame(figure: Figure, left: float, top: float) -> None:
    """The dashed line to cut along."""
    from matplotlib.patches import Rectangle

    figure.add_artist(
        Rectangle(
            (left / PAGE[0], (top - CARD[1]) / PAGE[1]), CARD[0] / PAGE[0], CARD[1] / PAGE[1],
            fill=False, edgecolor="#9aa5b1", linewidth=0.6, linestyle=(0, (4, 3)), transform=figure.transFigure,
        )
    )  # fmt: skip


def _card(figure: Figure, left: float, top: float, one: Made, tr: Translator) -> None:
    _qr(figure, left + INSET, top - INSET - QR, one.link)
    x, room = left + INSET + QR + 4, CARD[0] - QR - 2 * INSET - 4
    y = top - INSET - 4
    for line in _wrapped(one.unit_name, 11, room, lines=3, bold=True):
        _text(figure, x, y, line, 11, bold=True)
        y -= 5
    if one.parent_name:
        for line in _wrapped(one.parent_name, 8.5, room, lines=1):
            _text(figure, x, y, line, 8.5, color=GREY)
            y -= 4.6
    _text(figure, x, y - 0.6, role_name(one.role, tr).capitalize(), 9.5)
    _text(figure, x, top - INSET - QR + 1.2, one.code, 17, bold=True)
    y = top - INSET - QR - 5.5
    for line in _instructions(one, tr):
        for part in _wrapped(line, 8, CARD[0] - 2 * INSET, lines=2):
            _text(figure, left + INSET, y, part, 8, color=GREY)
            y -= 4


def _instructions(one: Made, tr: Translator) -> tuple[str, str, str]:
    until = tr.full_day(one.expires_at) if one.expires_at else ""
    address = one.link.partition("?")[0].partition("://")[2]
    return (
        tr.plain("1. Scan the picture with a telephone, or open {address}", address=address),
        tr.plain("2. Tap Start if it is there; asked for a code, send the one above."),
        tr.plain("3. Tap “Yes, join”. Valid until {day}, for {n} of you.", day=until, n=one.uses),
    )


def _qr(figure: Figure, left: float, bottom: float, link: str) -> None:
    """The QR code as one shape of black squares, sharp at any size."""
    import segno
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    matrix = segno.make(link, error="m").matrix
    size = QR / len(matrix)
    points: list[tuple[float, float]] = []
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                # A hair wider than the square, so that no light line shows between neighbours.
                x0, x1 = left + x * size, left + (x + 1.02) * size
                y0, y1 = bottom + QR - (y + 1.02) * size, bottom + QR - y * size
                points += [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    scaled = [(x / PAGE[0], y / PAGE[1]) for x, y in points]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * (len(points) // 5)
    figure.add_artist(PathPatch(Path(scaled, codes), color="black", linewidth=0, transform=figure.transFigure))


def _text(
    figure: Figure, x: float, y: float, words: str, size: float, *, bold: bool = False, color: str = "black"
) -> None:
    figure.text(
        x / PAGE[0], y / PAGE[1], words, fontsize=size, fontfamily=FONT, color=color,
        fontweight="bold" if bold else "normal", parse_math=False,
    )  # fmt: skip


def _wrapped(words: str, size: float, room: float, *, lines: int, bold: bool = False) -> list[str]:
    """The words in at most so many lines of a width; what has no place is cut, and says so."""
    found = [""]
    for word in _drawable(words).split():
        longer = f"{found[-1]} {word}".strip()
        if not found[-1] or _width(longer, size, bold=bold) <= room:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{found[lines - 1]} {found[lines]}"]
    return [_cut(line, size, room, bold=bold) for line in found]


def _cut(line: str, size: float, room: float, *, bold: bool) -> str:
    if _width(line, size, bold=bold) <= room:
        return line
    while line and _width(f"{line}…", size, bold=bold) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _width(words: str, size: float, *, bold: bool) -> float:
    """In millimetres."""
    font = _font(bold=bold)
    # Large, so that the hints for small letters do not count.
    font.set_size(size, 72 * 16)
    font.set_text(words)
    return float(font.get_width_height()[0]) / 64 / 16 * POINT


def _drawable(words: str) -> str:
    """Composed letters in one line, without those that the font lacks (an emoji)."""
    known = _font(bold=False).get_charmap()
    return "".join(letter for letter in unicodedata.normalize("NFC", words) if ord(letter) in known)


@cache
def _font(*, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=FONT, weight="bold" if bold else "normal")))
