"""The lines of a digest that are about units: who has most and least, who has not reported, who has more time, and what
was changed afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from locales.translator import Translator
from reporting.digests.digest_data import Adjustment, Digest, Figure
from reporting.digests.digest_targets import reaching
from reporting.digests.digest_words import fitting, label, listed, period_name, short_amount, signed_amount

TOP, LAST = 3, 5
ADJUSTMENTS, ADJUSTMENTS_IN_GROUPS = 4, 2
"""Lines of it; how many more there are is said."""
ADJUSTED = 3
"""Figures on one of these lines."""


def ranking_lines(digest: Digest, tr: Translator) -> Iterable[Markup]:
    """Who has most of the leading indicator, and who has none of it, or least."""
    figure = digest.leading
    if figure is None:
        return
    if figure.top:
        ranked = _ranked(figure, figure.top[:TOP], tr)
        yield tr.t("Most ({label}): {units}.", label=label(figure, tr), units=ranked)
    # On the first day those who have nothing are those who have not reported.
    if digest.laggards.silent and len(digest.trend) > 1:
        yield tr.t("None yet ({label}): {units}.", label=label(figure, tr), units=listed(digest.laggards.silent, LAST))
    elif digest.laggards.least:
        least = _ranked(figure, digest.laggards.least, tr)
        yield tr.t("Least ({label}): {units}.", label=label(figure, tr), units=least)


def _ranked(figure: Figure, units: Sequence[tuple[str, Decimal]], tr: Translator) -> str:
    return ", ".join(f"{unit} ({short_amount(figure, value, tr)})" for unit, value in units)


def missing_lines(digest: Digest, tr: Translator, limit: int) -> Iterable[Markup]:
    """How many have not reported; at most `limit` of them by name."""
    if digest.is_summed:
        if digest.coverage.missing:
            yield tr.tn("{n} report is missing.", "{n} reports are missing.", digest.coverage.missing)
        return
    names = [unit.short_name for unit in digest.missing]
    shown = fitting(names, limit)
    left = len(names) - len(shown)
    if not shown and left:
        yield tr.tn("Not reported yet: {n} unit.", "Not reported yet: {n} units.", left)
    elif left:
        yield tr.tn(
            "Not reported yet: {units} … and {n} more unit.",
            "Not reported yet: {units} … and {n} more units.",
            left,
            units=", ".join(shown),
        )
    elif shown:
        yield tr.t("Not reported yet: {units}.", units=", ".join(shown))


def more_time_lines(digest: Digest, tr: Translator, now: datetime) -> Iterable[Markup]:
    """How many units still have time, and until when: a digest waits for nobody."""
    for given in digest.more_time:
        yield tr.tn(
            "{n} unit has more time, until {time} {day}.", "{n} units have more time, until {time} {day}.", given.units,
            time=tr.time(given.until), day=tr.day_from(given.until, now),
        )  # fmt: skip


# --- what was changed afterwards -------------------------------------------------------------------


def adjustment_lines(digest: Digest, tr: Translator, *, names: bool) -> list[Markup]:
    """A line for each unit and period that was corrected, then one for all late reports of a period: those were to be
    expected. Without names also one for all corrections of a period."""
    together: dict[tuple[bool, str, str], list[Adjustment]] = defaultdict(list)
    for found in digest.adjustments:
        together[found.late, found.period.name, found.unit if names and not found.late else ""].append(found)
    kept = ADJUSTMENTS if names else ADJUSTMENTS_IN_GROUPS
    groups = [together[key] for key in sorted(together, key=lambda key: key[0])]
    lines = [_adjusted(group, digest, tr, names=names) for group in groups[:kept]]
    if left := len(groups[kept:]):
        lines.append(tr.tn("… and {n} more adjustment", "… and {n} more adjustments", left))
    return lines


def _adjusted(found: Sequence[Adjustment], digest: Digest, tr: Translator, *, names: bool) -> Markup:
    changes: dict[str, Decimal] = defaultdict(Decimal)
    for adjustment in found:
        changes[adjustment.indicator] += adjustment.difference
    told = sorted(changes, key=lambda name: (name not in reaching(digest), name != digest.lead))
    said = [_changed(digest.figure(name), changes[name], tr) for name in told if changes[name]]
    return tr.t(
        "Adjustment: {who}: {changes}.",
        who=_who(found, tr, names=names),
        changes=listed(said, ADJUSTED) or tr.plain("the sums stay the same"),
    )


def _changed(figure: Figure, difference: Decimal, tr: Translator) -> str:
    return f"{label(figure, tr)} {signed_amount(figure, difference, tr)}"


def _who(found: Sequence[Adjustment], tr: Translator, *, names: bool) -> str:
    units = list(dict.fromkeys(adjustment.unit for adjustment in found))
    period, n = period_name(found[0].period, tr), len(units)
    if found[0].late:
        if names and n == 1:
            return tr.plain("{unit} reported late for {period}", unit=units[0], period=period)
        late = str(tr.tn("{n} late report of {period}", "{n} late reports of {period}", n, period=period))
        return f"{late} ({listed(units, ADJUSTED)})" if names else late
    if names:
        return tr.plain("{unit} corrected its report of {period}", unit=units[0], period=period)
    return str(tr.tn("{n} corrected report of {period}", "{n} corrected reports of {period}", n, period=period))
