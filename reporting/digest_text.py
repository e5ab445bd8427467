"""A digest in words, for a phone: short lines, no table, in the small HTML subset of the channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from locales.translator import Translator
from reporting.digest import Adjustment, Coverage, Digest, Figure, Span
from reporting.digest_odd import odd_lines
from reporting.questions import in_language

LENGTH = 3500
"""Characters of a digest, markup included: below what every channel takes in one message."""

LABEL_LENGTH = 70
LIST_LENGTH = 400
ADJUSTMENTS = 5


def render(digest: Digest, tr: Translator, *, now: datetime, names: bool, limit: int = 12) -> Markup:
    """The digest as safe HTML with line breaks, at most about `LENGTH` characters.

    `names`: say which units have not reported (for leaders; a group only reads how many), at most `limit` of them.
    """
    head = [*_title(digest, tr), *_coverage(digest, tr)]
    tail = [
        *_without_amounts(digest, tr, limit),
        *_top(digest, tr),
        *_missing(digest, tr, limit if names else 0),
        *(odd_lines(digest.odd, tr, is_daily=bool(digest.period and digest.period.is_day)) if names else ()),
        *_adjustments(digest, tr, names),
    ]
    room = LENGTH - sum(len(line) + 1 for line in head + tail)
    return Markup("\n").join([*head, *_figures(digest, tr, now, room), *tail])


def period_name(span: Span, tr: Translator) -> str:
    """A period as people call it: by its day, or by the day up to which it was due."""
    if span.is_day:
        return tr.plain("day {day}", day=tr.day(span.due_at))
    return tr.plain("period until {day}", day=tr.full_day(span.due_at))


def label(figure: Figure, tr: Translator) -> str:
    """What the indicator is called in the reader's language, cut where a form is long-winded."""
    text = in_language(figure.labels, tr.language).strip()
    return text if len(text) <= LABEL_LENGTH else text[: LABEL_LENGTH - 1].rstrip() + "…"


def amount(figure: Figure, value: Decimal, tr: Translator) -> str:
    """A number of this indicator with its unit: "6 căn", "40.000.000 đ"."""
    if figure.is_money:
        return tr.money(value)
    return f"{tr.number(value)} {in_language(figure.unit, tr.language)}".rstrip()


def percent(part: int, whole: int) -> int:
    """Rounded, but never 100 while something is missing."""
    rounded = (200 * part + whole) // (2 * whole)
    return min(rounded, 99) if part < whole else rounded


def scope(digest: Digest, tr: Translator) -> str:
    """What of the campaign the digest is about: its period, or the whole."""
    if digest.whole or not digest.period:
        return tr.plain("whole campaign")
    return period_name(digest.period, tr)


def as_of(digest: Digest, tr: Translator) -> str:
    """The cut-off: its time, with its day where that is not the period's."""
    time, day = tr.time(digest.cut_off), tr.full_day(digest.cut_off)
    if digest.period and not digest.whole and tr.full_day(digest.period.due_at) == day:
        return time
    return tr.plain("{time} on {day}", time=time, day=tr.day(digest.cut_off))


def _title(digest: Digest, tr: Translator) -> Iterable[Markup]:
    heading = f"{digest.campaign} – {scope(digest, tr)}"
    yield tr.t("📊 <b>{heading}</b> (as of {time})", heading=heading, time=as_of(digest, tr))
    if not digest.is_top:
        yield Markup("<b>{}</b>").format(digest.unit)
    if digest.demo:
        yield Markup("<i>({})</i>").format(tr.plain("demo data"))


def _coverage(digest: Digest, tr: Translator) -> list[Markup]:
    found = digest.coverage
    if not found.expected:
        return [tr.t("No unit has to report yet.")]
    done = f"{tr.number(found.reported)}/{tr.number(found.expected)}"
    share = percent(found.reported, found.expected)
    if digest.whole:
        start = tr.t("<b>{done}</b> reports received ({percent} %)", done=done, percent=share)
    else:
        start = tr.t("<b>{done}</b> units have reported ({percent} %)", done=done, percent=share)
    return [Markup(", ").join([start, *_kinds(found, tr)]) + "."]


def _kinds(found: Coverage, tr: Translator) -> Iterable[Markup]:
    if found.reported:
        yield tr.t("{n} on time", n=tr.number(found.on_time))
    if found.nothing:
        yield tr.t("{n} with nothing to report", n=tr.number(found.nothing))


def _figures(digest: Digest, tr: Translator, now: datetime, room: int) -> list[Markup]:
    """A line for each indicator that has an amount, as many as there is room for."""
    lines = [_figure(figure, digest, tr, now) for figure in digest.figures if figure.so_far]
    kept: list[Markup] = []
    for line in lines:
        room -= len(line) + 1
        # Room for the line that says how many were left out.
        if room < 60:
            left = len(lines) - len(kept)
            return [*kept, tr.tn("… and {n} more figure in the file", "… and {n} more figures in the file", left)]
        kept.append(line)
    return kept


def _figure(figure: Figure, digest: Digest, tr: Translator, now: datetime) -> Markup:
    parts = [Markup.escape(label(figure, tr))]
    if digest.period and not digest.whole:
        of_now = about(figure, figure.amount, figure.inexact, tr)
        parts.append(Markup.escape(of_period(of_now, digest.period, tr, now)))
    so_far = about(figure, figure.so_far, figure.inexact_so_far, tr)
    parts.append(tr.t("altogether <b>{amount}</b>", amount=so_far))
    if figure.change:
        parts.append(Markup.escape(f"{signed(figure, figure.change, tr)} {'▲' if figure.change > 0 else '▼'}"))
    return Markup(" · ").join(parts)


def about(figure: Figure, value: Decimal | None, inexact: int, tr: Translator) -> str:
    """An amount, as "about" where a report in it was inexact; a dash for silence."""
    if value is None:
        return "–"
    text = amount(figure, value, tr)
    return tr.plain("about {amount}", amount=text) if inexact else text


def of_period(said: str, span: Span, tr: Translator, now: datetime) -> str:
    """An amount with the period it belongs to, as one says it on `now`."""
    if not span.is_day:
        return tr.plain("this period {amount}", amount=said)
    if tr.full_day(span.due_at) == tr.full_day(now):
        return tr.plain("today {amount}", amount=said)
    return tr.plain("{period}: {amount}", period=period_name(span, tr), amount=said)


def signed(figure: Figure, value: Decimal, tr: Translator) -> str:
    """A difference: "+2", "−40.000.000 đ"."""
    size = abs(value)
    return ("+" if value > 0 else "−") + (tr.money(size) if figure.is_money else tr.number(size))


def _without_amounts(digest: Digest, tr: Translator, limit: int) -> Iterable[Markup]:
    """Silence and zero are told apart, each on one line."""
    silent = [label(f, tr) for f in digest.figures if f.so_far is None]
    zero = [label(f, tr) for f in digest.figures if f.so_far is not None and not f.so_far]
    if silent:
        yield tr.t("No figures yet: {names}.", names=_listed(silent, limit))
    if zero:
        yield tr.t("Zero so far: {names}.", names=_listed(zero, limit))


def _listed(names: Sequence[str], limit: int) -> str:
    shown = _fitting(names, limit)
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" … (+{left})" if left else "")


def _fitting(names: Sequence[str], limit: int) -> list[str]:
    """The first names, at most `limit`, that fit on a line of a list."""
    shown: list[str] = []
    room = LIST_LENGTH
    for name in names[:limit]:
        room -= len(name) + 2
        if room < 0:
            break
        shown.append(name)
    return shown


def _top(digest: Digest, tr: Translator) -> Iterable[Markup]:
    figure = digest.leading
    if figure and figure.top:
        ranked = ", ".join(f"{unit} ({_short(figure, value, tr)})" for unit, value in figure.top)
        yield tr.t("Most ({label}): {units}.", label=label(figure, tr), units=ranked)


def _short(figure: Figure, value: Decimal, tr: Translator) -> str:
    return tr.money(value) if figure.is_money else tr.number(value)


def _missing(digest: Digest, tr: Translator, limit: int) -> Iterable[Markup]:
    if digest.whole:
        if digest.coverage.missing:
            yield tr.tn("{n} report is missing.", "{n} reports are missing.", digest.coverage.missing)
        return
    names = [unit.short_name for unit in digest.missing]
    shown = _fitting(names, limit)
    left = len(names) - len(shown)
    if not shown and left:
        yield tr.tn("Not reported yet: {n} unit.", "Not reported yet: {n} units.", left)
    elif left:
        listed = ", ".join(shown)
        yield tr.tn(
            "Not reported yet: {units} … and {n} more unit.",
            "Not reported yet: {units} … and {n} more units.",
            left,
            units=listed,
        )
    elif shown:
        yield tr.t("Not reported yet: {units}.", units=", ".join(shown))


def _adjustments(digest: Digest, tr: Translator, names: bool) -> Iterable[Markup]:
    for adjustment in digest.adjustments[:ADJUSTMENTS]:
        yield _adjustment(adjustment, digest.figure(adjustment.indicator), tr, names)
    if left := len(digest.adjustments[ADJUSTMENTS:]):
        yield tr.tn("… and {n} more adjustment", "… and {n} more adjustments", left)


def _adjustment(adjustment: Adjustment, figure: Figure, tr: Translator, names: bool) -> Markup:
    if adjustment.late:
        why = tr.plain("{unit} reported late", unit=adjustment.unit) if names else tr.plain("a late report")
    else:
        why = tr.plain("{unit} corrected its report", unit=adjustment.unit) if names else tr.plain("a correction")
    return tr.t(
        "Adjustment: {label} {difference}, {period} ({why}).",
        label=label(figure, tr),
        difference=_signed_amount(figure, adjustment.difference, tr),
        period=period_name(adjustment.period, tr),
        why=why,
    )


def _signed_amount(figure: Figure, value: Decimal, tr: Translator) -> str:
    return ("+" if value > 0 else "−") + amount(figure, abs(value), tr)
