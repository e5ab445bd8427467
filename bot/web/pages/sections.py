"""The upper part of the board in words and measures: coverage, sums, targets, the trend. All numbers are the digest's,
in the digest's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.web.pages.asked import Asked
from locales.translator import Translator
from reporting.board import trend
from reporting.board.choosing import Which
from reporting.digests.digest_data import Digest, Figure, Point
from reporting.digests.digest_targets import target_lines
from reporting.digests.digest_words import about, compact, label, period_name, share, signed
from reporting.planning.period_words import period_short
from reporting.targets.target_progress import Progress

Section = dict[str, Any]


def coverage(digest: Digest, asked: Asked, tr: Translator) -> Section | None:
    """How many have reported, as a bar with its parts; None where nobody owes anything."""
    found = digest.coverage
    if not found.expected:
        return None
    done, reached = share(found, tr)
    said = tr.plain("reports received") if digest.is_summed else tr.plain("units have reported")
    parts = [
        ("on-time", tr.plain("On time"), found.on_time, Which.ON_TIME),
        ("late", tr.plain("Late"), found.late, Which.LATE),
        ("open", tr.plain("Not reported"), found.missing, Which.OPEN),
    ]
    told, left = [], 0.0
    for kind, name, n, which in parts:
        width = 100 * n / found.expected
        part = _part(kind, capital(name), n, which, asked, tr)
        told.append(part | {"left": round(left, 2), "width": round(width, 2)})
        left += width
    nothing = _part("nothing", tr.plain("of these, nothing to report"), found.nothing, Which.NOTHING, asked, tr)
    return {
        "done": done,
        "percent": reached,
        "said": said,
        "parts": told,
        "nothing": nothing if found.nothing else None,
    }


def _part(kind: str, name: str, n: int, which: Which, asked: Asked, tr: Translator) -> Section:
    href = asked.to(which=which, words="") + "#don-vi"
    return {"kind": kind, "label": name, "n": tr.number(n), "href": href}


def capital(text: str) -> str:
    """Words that stand alone, where the catalogue has them for the middle of a sentence."""
    return text[:1].upper() + text[1:]


def figures(digest: Digest, tr: Translator) -> Section:
    """A line for each figure that has a number, and which have none."""
    given = [figure for figure in digest.figures if figure.so_far is not None]
    silent = [label(figure, tr) for figure in digest.figures if figure.so_far is None]
    return {
        "now": None if digest.whole or digest.period is None else period_name(digest.period, tr),
        "lines": [_figure(figure, tr) for figure in given],
        "silent": tr.plain("No figures yet: {names}.", names=", ".join(silent)) if silent else "",
    }


def _figure(figure: Figure, tr: Translator) -> Section:
    so_far = about(figure, figure.so_far, figure.inexact_so_far, tr)
    change = figure.change
    return {
        "label": label(figure, tr),
        "now": about(figure, figure.amount, figure.inexact, tr),
        "change": f"{signed(figure, change, tr)}\N{NO-BREAK SPACE}{'▲' if change > 0 else '▼'}" if change else "",
        "so_far": tr.plain("now {amount}", amount=so_far) if figure.stands_in else so_far,
    }


def targets(digest: Digest, tr: Translator) -> list[Section]:
    """A line for each target as the digest says it, with a bar: beyond the target it goes on, and the target is the
    stroke in it."""
    units = {figure.indicator: figure.unit for figure in digest.figures}
    return [_target(p, line) for p in digest.targets for line in target_lines([p], units, tr)]


def _target(p: Progress, line: Any) -> Section:
    reached = float(p.share or 0)
    scale = max(reached, 1.0)
    return {
        "line": line, "done": round(100 * reached / scale, 2), "goal": round(100 / scale, 2),
        "reached": bool(p.reached), "bar": p.goal is not None,
    }  # fmt: skip


def drawn(digest: Digest, figure: Figure | None, tr: Translator) -> Section | None:
    """The trend of a figure: its bars, and the same as a table. None where there is nothing to compare."""
    if figure is None or figure.so_far is None or not trend.goes_on(digest.trend):
        return None
    days = [_day(point, tr) for point in digest.trend]
    numbers = [_short(point, figure, tr) for point in digest.trend]
    found = trend.bars(digest, figure.indicator, max(map(len, [*days, *numbers])))
    bars = [{"at": bar, "day": day, "n": n} for bar, day, n in zip(found, days, numbers, strict=True)]
    return {
        "label": label(figure, tr), "width": trend.WIDTH, "height": trend.HEIGHT, "bars": bars,
        "base": trend.HEIGHT - trend.BELOW, "rows": [*_rows(digest, figure, tr)],
    }  # fmt: skip


def _day(point: Point, tr: Translator) -> str:
    return tr.day(point.period.due_at) if point.period.is_day else period_short(point.period.name, tr)


def _short(point: Point, figure: Figure, tr: Translator) -> str:
    amount = point.amounts.get(figure.indicator)
    return "" if amount is None else compact(amount, tr)


def _rows(digest: Digest, figure: Figure, tr: Translator) -> Iterable[Section]:
    """The newest first."""
    for point in reversed(digest.trend):
        covered = share(point.coverage, tr)[0] if point.coverage.expected else "–"
        yield {
            "day": period_name(point.period, tr), "covered": covered,
            "amount": about(figure, point.amounts.get(figure.indicator), 0, tr),
        }  # fmt: skip
