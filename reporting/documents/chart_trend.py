"""The part of a digest's picture that shows how it went: an indicator period by period, and its running total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

from locales.translator import Translator
from reporting.digests.digest_data import Digest, Figure, Point
from reporting.digests.digest_targets import reaching
from reporting.digests.digest_words import about, amount, compact, label, of_period
from reporting.documents.box import Box
from reporting.documents.palette import BAR, BAR_NOW, GREY, LINE, MISSING, SUM, SUM_FILL
from reporting.questions import in_language
from reporting.targets.target_progress import Progress

if TYPE_CHECKING:
    from reporting.documents.canvas import Canvas

FEWEST = 6
"""Bars are never wider than where this many stand side by side."""

VALUE_HEIGHT = 28
VALUE_SIZE, DAY_SIZE = 18, 19
ZERO_HEIGHT = 3


def draw_lead(canvas: Canvas, box: Box, digest: Digest, tr: Translator) -> None:
    """The leading indicator period by period, before its running total."""
    figure = digest.leading
    if figure is None:
        return
    key = _key(canvas, box, figure, digest, tr) if len(digest.trend) > 1 and figure.so_far is not None else 0
    canvas.text(box.left, box.top + 26, label(figure, tr), 26, bold=True, room=box.width - key - 20)
    plot = box.below(84).above(30)
    if figure.so_far is None:
        words = tr.plain("No figures yet")
        canvas.text(plot.left + plot.width / 2, plot.top + plot.height / 2, words, 24, color=GREY, align="center")
        return
    canvas.text(box.left, box.top + 60, _numbers(figure, digest, tr), 22, room=box.width)
    amounts = [point.amounts.get(figure.indicator) for point in digest.trend]
    goal = reaching(digest).get(figure.indicator)
    most = max(figure.so_far, goal.goal or figure.so_far) if goal else figure.so_far
    if not figure.stands_in:
        _running_total(canvas, plot, figure.so_far, amounts, most)
    # A bar alone has no line of sums beside it: the two would seem to be of one scale.
    if goal and len(amounts) > 1:
        _goal_line(canvas, plot, goal, most, figure, tr)
    bars = plot.below(VALUE_HEIGHT if len(amounts) == 1 else plot.height * 0.4)
    _bars(canvas, bars, amounts, _current(digest))
    _values(canvas, bars, amounts, tr)
    _days(canvas, plot, digest.trend, tr)


def _goal_line(canvas: Canvas, box: Box, goal: Progress, most: Decimal, figure: Figure, tr: Translator) -> None:
    wanted = goal.goal or Decimal(0)
    y = box.bottom - _share_of(wanted, most, box.height - 6)
    canvas.line([(box.left, y), (box.right, y)], MISSING, 3)
    said = tr.plain("target {amount} ({percent} %)", amount=amount(figure, wanted, tr), percent=goal.percent or 0)
    canvas.text(box.left + 6, y + 22, said, 19, color=MISSING, halo=True)


def draw_other(canvas: Canvas, box: Box, figure: Figure, digest: Digest, tr: Translator) -> None:
    canvas.text(box.left, box.top + 20, label(figure, tr), 20, bold=True, room=box.width)
    canvas.text(box.left, box.top + 46, _numbers(figure, digest, tr, short=True), 20, room=box.width)
    amounts = [point.amounts.get(figure.indicator) for point in digest.trend]
    _bars(canvas, box.below(58), amounts, _current(digest))


def _current(digest: Digest) -> int:
    """How many of the last bars are what the digest is about."""
    if digest.whole or digest.period is None:
        return 0
    return sum(point.period.covers_from >= digest.period.covers_from for point in digest.trend)


def _key(canvas: Canvas, box: Box, figure: Figure, digest: Digest, tr: Translator) -> float:
    """What bars and line mean, at the right; returns the width it took."""
    left = box.right
    if not figure.stands_in:
        left -= canvas.text(box.right, box.top + 24, tr.plain("running total"), 19, color=GREY, align="right") + 36
        canvas.line([(left, box.top + 18), (left + 28, box.top + 18)], SUM, 4)
        left -= 20
    each_period = tr.plain("each day") if digest.trend[-1].period.is_day else tr.plain("each period")
    each = canvas.text(left, box.top + 24, each_period, 19, color=GREY, align="right")
    canvas.rect(Box(left - each - 28, box.top + 8, 20, 20), BAR)
    return box.right - left + each + 28


def _numbers(figure: Figure, digest: Digest, tr: Translator, *, short: bool = False) -> str:
    """Of the period and so far; `short`: what is counted is said once."""
    so_far = _said(figure, figure.so_far, figure.inexact_so_far, tr, short=short)
    words = tr.plain("now {amount}", amount=so_far) if figure.stands_in else None
    altogether = words or tr.plain("altogether {amount}", amount=so_far)
    if digest.whole or digest.period is None:
        return altogether
    now = _said(figure, figure.amount, figure.inexact, tr, short=short, unit=not short)
    return f"{of_period(now, digest, tr, digest.cut_off)} · {altogether}"


def _said(
    figure: Figure, value: Decimal | None, inexact: int, tr: Translator, *, short: bool, unit: bool = True
) -> str:
    if value is None or not short:
        return about(figure, value, inexact, tr)
    counted = "đ" if figure.is_money else in_language(figure.unit, tr.language)
    text = f"{compact(value, tr)} {counted if unit else ''}".rstrip()
    return tr.plain("about {amount}", amount=text) if inexact else text


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


def _bars(canvas: Canvas, box: Box, amounts: Sequence[Decimal | None], current: int) -> None:
    """A zero is a stroke on the base line; where no report gives a number there is nothing."""
    canvas.rect(Box(box.left, box.bottom, box.width, 2), LINE)
    centres, width = _centres(box, len(amounts))
    for place, height in enumerate(_heights(amounts, box.height)):
        if height is not None:
            tall = max(height, ZERO_HEIGHT)
            color = BAR_NOW if place >= len(amounts) - current else BAR
            canvas.rect(Box(centres[place] - width * 0.34, box.bottom - tall, width * 0.68, tall), color)


def _values(canvas: Canvas, box: Box, amounts: Sequence[Decimal | None], tr: Translator) -> None:
    """The number over each bar, or over fewer of them where they stand close; the last one always."""
    words = ["" if a is None else compact(a, tr) for a in amounts]
    centres, width = _centres(box, len(amounts))
    step = _step(max(map(len, words), default=0) * VALUE_SIZE * 0.62, width)
    for place, height in enumerate(_heights(amounts, box.height)):
        if height is not None and (len(words) - 1 - place) % step == 0:
            top = box.bottom - max(height, ZERO_HEIGHT) - 6
            canvas.text(centres[place], top, words[place], VALUE_SIZE, align="center", halo=True)


def _step(longest: float, width: float) -> int:
    """Every how many-th place has room for a word, counted from the last."""
    return max(1, ceil(longest / width))


def _running_total(canvas: Canvas, box: Box, so_far: Decimal, amounts: Sequence[Decimal | None], most: Decimal) -> None:
    """Up to the sum so far at the right; what was before the first bar is in it."""
    if len(amounts) < 2:
        return
    given = [a or Decimal(0) for a in amounts]
    sums = list(accumulate(given, initial=so_far - sum(given)))[1:]
    centres, _ = _centres(box, len(amounts))
    points = [(x, box.bottom - _share_of(y, most, box.height - 6)) for x, y in zip(centres, sums, strict=True)]
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
