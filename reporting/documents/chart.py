"""A digest as one picture: who has reported, the trend of the leading indicator, and the next few below it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

from locales.translator import Translator
from reporting.digest import Coverage, Digest, Figure, Point
from reporting.digest_text import about, as_of, label, of_period, percent, scope
from reporting.documents.box import Box

if TYPE_CHECKING:
    from reporting.documents.canvas import Canvas

WIDTH, HEIGHT = 1000, 750
MARGIN = 40
OTHERS = 4
OTHER_HEIGHT = 122
LEAD_TOP = 222

# Told apart by people who see colours differently, too (Okabe and Ito).
ON_TIME, LATE, MISSING, NOBODY = "#0072b2", "#e69f00", "#d55e00", "#eef1f4"
PALE_ON_TIME, PALE_LATE = "#8cc4e6", "#f5d28c"
BAR, BAR_NOW, SUM, SUM_FILL, LINE, GREY, DEMO = (
    "#7fb8dc",
    "#0072b2",
    "#2e7d4f",
    "#e6f2ea",
    "#cbd2d9",
    "#52606d",
    "#9a5b00",
)

MILLION, BILLION = 10**6, 10**9
FEWEST = 6
"""Bars are never wider than where this many stand side by side."""

VALUE_HEIGHT = 28
VALUE_SIZE, DAY_SIZE = 18, 19
ZERO_HEIGHT = 3


def draw(digest: Digest, tr: Translator) -> bytes:
    """The picture as PNG, WIDTH × HEIGHT pixels. It takes a good part of a second of CPU: call it in a thread."""
    # matplotlib takes long to import and is wanted once a day.
    from reporting.documents.canvas import Canvas

    canvas = Canvas(WIDTH, HEIGHT)
    width = WIDTH - 2 * MARGIN
    _head(canvas, digest, tr)
    _coverage(canvas, Box(MARGIN, 112, width, 46), digest, tr)
    others = _others(digest)
    small = OTHER_HEIGHT * ((len(others) + 1) // 2)
    _lead(canvas, Box(MARGIN, LEAD_TOP, width, HEIGHT - LEAD_TOP - small - 30), digest, tr)
    column = (width - MARGIN) / 2
    for place, figure in enumerate(others):
        top = HEIGHT - small - 8 + OTHER_HEIGHT * (place // 2)
        _other(canvas, Box(MARGIN + place % 2 * (column + MARGIN), top, column, OTHER_HEIGHT - 24), figure, digest, tr)
    return canvas.png()


def _others(digest: Digest) -> list[Figure]:
    return [f for f in digest.figures if f.so_far and f.indicator != digest.lead][:OTHERS]


def _head(canvas: Canvas, digest: Digest, tr: Translator) -> None:
    badge = canvas.text(WIDTH - MARGIN, 54, tr.plain("demo data"), 20, color=DEMO, align="right") if digest.demo else 0
    period = f" – {scope(digest, tr)}"
    # A long name gives way, not the day. Bold letters of this size are some 20 pixels wide.
    room = WIDTH - 2 * MARGIN - badge - 20 * len(period)
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
    done, share = f"{tr.number(found.reported)}/{tr.number(found.expected)}", percent(found.reported, found.expected)
    if digest.whole:
        return tr.plain("{done} reports received ({percent} %)", done=done, percent=share)
    return tr.plain("{done} units have reported ({percent} %)", done=done, percent=share)


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


def _lead(canvas: Canvas, box: Box, digest: Digest, tr: Translator) -> None:
    """The leading indicator period by period, before its running total."""
    figure = digest.leading
    if figure is None:
        return
    key = _key(canvas, box, digest, tr) if len(digest.trend) > 1 and figure.so_far is not None else 0
    canvas.text(box.left, box.top + 26, label(figure, tr), 26, bold=True, room=box.width - key - 20)
    plot = box.below(84).above(30)
    if figure.so_far is None:
        words = tr.plain("No figures yet")
        canvas.text(plot.left + plot.width / 2, plot.top + plot.height / 2, words, 24, color=GREY, align="center")
        return
    canvas.text(box.left, box.top + 60, _numbers(figure, digest, tr), 22, room=box.width)
    amounts = [point.amounts.get(figure.indicator) for point in digest.trend]
    _running_total(canvas, plot, figure.so_far, amounts)
    bars = plot.below(VALUE_HEIGHT if len(amounts) == 1 else plot.height * 0.4)
    _bars(canvas, bars, amounts, digest.whole)
    _values(canvas, bars, amounts, tr)
    _days(canvas, plot, digest.trend, tr)


def _other(canvas: Canvas, box: Box, figure: Figure, digest: Digest, tr: Translator) -> None:
    canvas.text(box.left, box.top + 20, label(figure, tr), 20, bold=True, room=box.width)
    canvas.text(box.left, box.top + 46, _numbers(figure, digest, tr, compact=True), 20, room=box.width)
    _bars(canvas, box.below(58), [point.amounts.get(figure.indicator) for point in digest.trend], digest.whole)


def _key(canvas: Canvas, box: Box, digest: Digest, tr: Translator) -> float:
    """What bars and line mean, at the right; returns the width it took."""
    total = canvas.text(box.right, box.top + 24, tr.plain("running total"), 19, color=GREY, align="right")
    left = box.right - total - 36
    each_period = tr.plain("each day") if digest.trend[-1].period.is_day else tr.plain("each period")
    canvas.line([(left, box.top + 18), (left + 28, box.top + 18)], SUM, 4)
    each = canvas.text(left - 20, box.top + 24, each_period, 19, color=GREY, align="right")
    canvas.rect(Box(left - 20 - each - 28, box.top + 8, 20, 20), BAR)
    return box.right - left + each + 48


def _numbers(figure: Figure, digest: Digest, tr: Translator, *, compact: bool = False) -> str:
    def said(value: Decimal | None, inexact: int) -> str:
        if compact and value is not None and figure.is_money:
            text = f"{_compact(value, tr)} đ"
            return tr.plain("about {amount}", amount=text) if inexact else text
        return about(figure, value, inexact, tr)

    so_far = tr.plain("altogether {amount}", amount=said(figure.so_far, figure.inexact_so_far))
    if digest.whole or digest.period is None:
        return so_far
    now = of_period(said(figure.amount, figure.inexact), digest.period, tr, digest.cut_off)
    return f"{now} · {so_far}"


def _compact(value: Decimal, tr: Translator) -> str:
    """As short as a bar's label has to be: "1,25 tỷ", "850 tr", "1.240"."""
    if abs(value) >= BILLION:
        return tr.plain("{n}bn", n=tr.number(round(value / BILLION, 2)))
    if abs(value) >= MILLION:
        return tr.plain("{n}m", n=tr.number(round(value / MILLION, 1)))
    return tr.number(round(value, 2))


def _centres(box: Box, count: int) -> tuple[list[float], float]:
    """Where `count` bars stand, and how wide each one's place is."""
    width = box.width / max(count, FEWEST)
    left = box.left + (box.width - width * count) / 2
    return [left + width * (place + 0.5) for place in range(count)], width


def _heights(amounts: Sequence[Decimal | None], height: float) -> list[float | None]:
    most = max((a for a in amounts if a is not None), default=Decimal(0))
    return [None if a is None else _share_of(a, most, height) for a in amounts]


def _share_of(value: Decimal, most: Decimal, height: float) -> float:
    return height * float(max(value, Decimal(0)) / most) if most > 0 else 0.0


def _bars(canvas: Canvas, box: Box, amounts: Sequence[Decimal | None], whole: bool) -> None:
    """A zero is a stroke on the base line; where no report gives a number there is nothing."""
    canvas.rect(Box(box.left, box.bottom, box.width, 2), LINE)
    centres, width = _centres(box, len(amounts))
    for place, height in enumerate(_heights(amounts, box.height)):
        if height is not None:
            tall = max(height, ZERO_HEIGHT)
            color = BAR_NOW if place == len(amounts) - 1 and not whole else BAR
            canvas.rect(Box(centres[place] - width * 0.34, box.bottom - tall, width * 0.68, tall), color)


def _values(canvas: Canvas, box: Box, amounts: Sequence[Decimal | None], tr: Translator) -> None:
    """The number over each bar, or over fewer of them where they stand close; the last one always."""
    words = ["" if a is None else _compact(a, tr) for a in amounts]
    centres, width = _centres(box, len(amounts))
    step = _step(max(map(len, words), default=0) * VALUE_SIZE * 0.62, width)
    for place, height in enumerate(_heights(amounts, box.height)):
        if height is not None and (len(words) - 1 - place) % step == 0:
            top = box.bottom - max(height, ZERO_HEIGHT) - 6
            canvas.text(centres[place], top, words[place], VALUE_SIZE, align="center", halo=True)


def _step(longest: float, width: float) -> int:
    """Every how many-th place has room for a word, counted from the last."""
    return max(1, ceil(longest / width))


def _running_total(canvas: Canvas, box: Box, so_far: Decimal, amounts: Sequence[Decimal | None]) -> None:
    """Up to the sum so far at the right; what was before the first bar is in it."""
    if len(amounts) < 2:
        return
    given = [a or Decimal(0) for a in amounts]
    sums = list(accumulate(given, initial=so_far - sum(given)))[1:]
    centres, _ = _centres(box, len(amounts))
    points = [(x, box.bottom - _share_of(y, so_far, box.height - 6)) for x, y in zip(centres, sums, strict=True)]
    canvas.area([(centres[0], box.bottom), *points, (centres[-1], box.bottom)], SUM_FILL)
    canvas.line(points, SUM, 4)


def _days(canvas: Canvas, box: Box, trend: Sequence[Point], tr: Translator) -> None:
    """Under every bar, or fewer of them where they stand close; the last one always."""
    days = [tr.day(p.period.due_at) if p.period.is_day else tr.full_day(p.period.due_at) for p in trend]
    centres, width = _centres(box, len(days))
    step = _step(max(map(len, days), default=0) * DAY_SIZE * 0.7, width)
    for place, day in enumerate(days):
        if (len(days) - 1 - place) % step == 0:
            canvas.text(centres[place], box.bottom + 26, day, DAY_SIZE, color=GREY, align="center")
