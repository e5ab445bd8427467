"""A digest as one picture: who has reported, how far the targets are, the trend of the leading indicator, and the next
few below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales.translator import Translator
from reporting.digests.digest_data import Coverage, Digest, Figure
from reporting.digests.digest_targets import reaching
from reporting.digests.digest_words import as_of, scope, share
from reporting.documents.box import Box
from reporting.documents.chart_targets import draw_targets, height
from reporting.documents.chart_trend import draw_lead, draw_other
from reporting.documents.palette import (
    DEMO,
    GREY,
    HEIGHT,
    LATE,
    MARGIN,
    MISSING,
    NOBODY,
    ON_TIME,
    PALE_LATE,
    PALE_ON_TIME,
    WIDTH,
)

if TYPE_CHECKING:
    from reporting.documents.canvas import Canvas

OTHERS, OTHER_HEIGHT = 4, 122
TOP, TREND = 222, 250
"""Where the targets begin, or the trend; and how high the trend is at least."""


def draw(digest: Digest, tr: Translator) -> bytes:
    """The picture as PNG, WIDTH × HEIGHT pixels, or higher. It takes a good part of a second of CPU: call it in a
    thread."""
    # matplotlib takes long to import and is wanted once a day.
    from reporting.documents.canvas import Canvas

    width, promised = WIDTH - 2 * MARGIN, height(digest)
    others = _others(digest, HEIGHT - TOP - promised - TREND - 30)
    small = OTHER_HEIGHT * ((len(others) + 1) // 2)
    bottom = max(HEIGHT, TOP + promised + TREND + small + 30)
    canvas = Canvas(WIDTH, int(bottom))
    _head(canvas, digest, tr)
    _coverage(canvas, Box(MARGIN, 112, width, 46), digest, tr)
    draw_targets(canvas, Box(MARGIN, TOP, width, promised), digest, tr)
    draw_lead(canvas, Box(MARGIN, TOP + promised, width, bottom - TOP - promised - small - 30), digest, tr)
    column = (width - MARGIN) / 2
    for place, figure in enumerate(others):
        left, top = MARGIN + place % 2 * (column + MARGIN), bottom - small - 8 + OTHER_HEIGHT * (place // 2)
        draw_other(canvas, Box(left, top, column, OTHER_HEIGHT - 24), figure, digest, tr)
    return canvas.png()


def _others(digest: Digest, room: float) -> list[Figure]:
    """As many as there is room for, two beside each other; less those whose target is shown."""
    told = reaching(digest)
    found = [f for f in digest.figures if f.so_far and f.indicator != digest.lead and f.indicator not in told]
    return found[: min(OTHERS, 2 * int(max(room, 0) // OTHER_HEIGHT))]


def _head(canvas: Canvas, digest: Digest, tr: Translator) -> None:
    badge = canvas.text(WIDTH - MARGIN, 54, tr.plain("demo data"), 20, color=DEMO, align="right") if digest.demo else 0
    period = f" – {scope(digest, tr)}"
    # A long name gives way, not the day. Bold letters of this size are at most some 18 pixels wide.
    room = WIDTH - 2 * MARGIN - badge - 18 * len(period) - 20
    name = canvas.text(MARGIN, 54, digest.campaign, 30, bold=True, room=room)
    canvas.text(MARGIN + name + 10, 54, period, 30, bold=True)
    parts = [tr.plain("as of {time}", time=as_of(digest, tr)), _share(digest, tr)]
    if not digest.is_top:
        parts.insert(0, digest.unit)
    canvas.text(MARGIN, 92, " · ".join(parts), 22, color=GREY, room=WIDTH - 2 * MARGIN)


def _share(digest: Digest, tr: Translator) -> str:
    found = digest.coverage
    if not found.expected:
        return tr.plain("No unit has to report yet.")
    done, reached = share(found, tr)
    if digest.is_summed:
        return tr.plain("{done} reports received ({percent} %)", done=done, percent=reached)
    return tr.plain("{done} units have reported ({percent} %)", done=done, percent=reached)


def _coverage(canvas: Canvas, box: Box, digest: Digest, tr: Translator) -> None:
    """One bar of all that are expected, and what its colours mean below it. Pale: with nothing to report."""
    found = digest.coverage
    if not found.expected:
        return canvas.rect(box, NOBODY)
    nothing = found.nothing - found.late_nothing
    parts = (
        (found.on_time - nothing, ON_TIME),
        (nothing, PALE_ON_TIME),
        (found.late - found.late_nothing, LATE),
        (found.late_nothing, PALE_LATE),
        (found.missing, MISSING),
    )
    left = box.left
    for count, color in parts:
        width = box.width * count / found.expected
        canvas.rect(Box(left, box.top, width, box.height), color)
        left += width
    return _meanings(canvas, box.left, box.bottom + 15, found, tr)


def _meanings(canvas: Canvas, left: float, top: float, found: Coverage, tr: Translator) -> None:
    meanings = (
        (tr.plain("On time"), found.on_time, ON_TIME, ON_TIME),
        (tr.plain("Late"), found.late, LATE, LATE),
        (tr.plain("of these with nothing to report"), found.nothing, PALE_ON_TIME, PALE_LATE),
        (tr.plain("Not reported"), found.missing, MISSING, MISSING),
    )
    for name, count, color, second in meanings:
        canvas.rect(Box(left, top, 10, 20), color)
        canvas.rect(Box(left + 10, top, 10, 20), second)
        left += 48 + canvas.text(left + 28, top + 18, f"{name} {tr.number(count)}", 20)
