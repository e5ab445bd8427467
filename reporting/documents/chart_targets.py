"""The part of a digest's picture that shows how far the targets are: a bar for each, to 100 % and beyond."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from locales.translator import Translator
from reporting.digests.digest_data import Digest
from reporting.digests.digest_targets import outlook
from reporting.digests.digest_words import compact
from reporting.documents.box import Box
from reporting.documents.palette import BEYOND, GREY, INK, LATE, MISSING, NOBODY, ON_TIME, SUM
from reporting.questions import in_language
from reporting.targets.target_numbers import Measure
from reporting.targets.target_progress import Progress
from reporting.targets.targets import OF_UNITS, Kind

if TYPE_CHECKING:
    from reporting.documents.canvas import Canvas

MOST = 9
"""Targets of one picture."""

ROW = 66
BAR_HEIGHT, BAR_SHARE = 24, 0.6
"""The bar's part of the width: what is to be done stands beside it."""


def height(digest: Digest) -> float:
    """How much room they take; 0 where nothing was promised."""
    return ROW * len(digest.targets[:MOST]) + 10 if digest.targets else 0


def draw_targets(canvas: Canvas, box: Box, digest: Digest, tr: Translator) -> None:
    """From the top of the box down, each with its name, numbers, per cent, and what is still to be done."""
    units = {figure.indicator: figure.unit for figure in digest.figures}
    for place, found in enumerate(digest.targets[:MOST]):
        row = Box(box.left, box.top + place * ROW, box.width, ROW)
        _row(canvas, row, found, units.get(found.target.indicators[0], {}), tr)


def _row(canvas: Canvas, row: Box, p: Progress, unit: Mapping[str, str], tr: Translator) -> None:
    counted = in_language(unit, tr.language)
    numbers = canvas.text(row.right, row.top + 20, _numbers(p, counted, tr), 20, color=GREY, align="right")
    name = in_language(p.target.label, tr.language) or p.target.name
    canvas.text(row.left, row.top + 20, name, 20, bold=True, room=row.width - numbers - 20)
    bar = Box(row.left, row.top + 30, row.width * BAR_SHARE, BAR_HEIGHT)
    _bar(canvas, bar, p)
    share = canvas.text(bar.right + 14, bar.top + 19, _percent(p, tr), 21, color=INK, bold=True)
    said = outlook(p, counted, tr, short=True).striptags().removeprefix("✅").strip()
    left = bar.right + 14 + (share + 16 if share else 0)
    canvas.text(left, bar.top + 19, said, 18, color=_color(p) if p.reached else GREY, room=row.right - left)


def _bar(canvas: Canvas, box: Box, p: Progress) -> None:
    """Of what is more than 100 % all is shown: the stroke that stands for the target moves to the left."""
    share = float(p.share or 0)
    whole = max(share, 1.0)
    canvas.rect(box, NOBODY)
    canvas.rect(Box(box.left, box.top, box.width * min(share, 1.0) / whole, box.height), _color(p))
    goal = box.left + box.width / whole
    if share > 1:
        canvas.rect(Box(goal, box.top, box.right - goal, box.height), BEYOND)
    canvas.rect(Box(goal - 2, box.top - 4, 4, box.height + 8), INK)


def _color(p: Progress) -> str:
    if p.reached:
        return SUM
    if p.is_overdue:
        return MISSING
    behind = p.pace is not None and p.pace.in_time is False
    return LATE if behind else ON_TIME


def _percent(p: Progress, tr: Translator) -> str:
    if p.target.kind is Kind.DONE:
        return ""
    of_whole = p.target.kind in (Kind.RATIO, *OF_UNITS)
    found = p.ratio_percent if of_whole else p.percent
    if found is None:
        return "–"
    return f"{tr.number(found)} %"


def _numbers(p: Progress, counted: str, tr: Translator) -> str:
    if p.value is None or p.goal is None:
        return tr.plain("no figures yet")
    if p.target.kind is Kind.DONE:
        return ""
    if p.target.kind in OF_UNITS:
        return tr.plain("{done}/{all} units", done=tr.number(p.value), all=tr.number(p.units_all))
    if p.target.kind is Kind.RATIO:
        whole, wanted = compact(p.whole or Decimal(0), tr), tr.number(p.target.amount * 100)
        return tr.plain("{done}/{all}, target {goal} %", done=compact(p.value, tr), all=whole, goal=wanted)
    goal = f"{compact(p.goal, tr)} {'đ' if p.measure is Measure.MONEY else counted}".rstrip()
    if p.target.kind is Kind.ABOUT:
        goal = tr.plain("about {amount}", amount=goal)
    return f"{compact(p.value, tr)}/{goal}"
