"""How a digest calls things: its figures, amounts, periods. For its text and its picture alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from locales.translator import Translator
from reporting.digests.digest_data import Coverage, Digest, Figure, Span
from reporting.digests.shortening import shortened
from reporting.planning.period_words import period_words
from reporting.planning.spans import Unit, read_name
from reporting.questions import in_language

MILLION, BILLION = 10**6, 10**9
LABEL_LENGTH = 70
LIST_LENGTH = 400


def period_name(span: Span, tr: Translator) -> str:
    """A period as people call it."""
    return period_words(span.name, span.covers_to - span.covers_from, tr)


def label(figure: Figure, tr: Translator) -> str:
    """What the indicator is called in the reader's language, cut where a form is long-winded."""
    return shortened(in_language(figure.labels, tr.language).strip(), LABEL_LENGTH)


def amount(figure: Figure, value: Decimal, tr: Translator) -> str:
    """A number of this indicator with its unit: "6 căn", "40.000.000 đ"."""
    if figure.is_money:
        return tr.money(value)
    return f"{tr.number(value)} {in_language(figure.unit, tr.language)}".rstrip()


def short_amount(figure: Figure, value: Decimal, tr: Translator) -> str:
    """The same where it is plain what is counted: "6", "40.000.000 đ"."""
    return tr.money(value) if figure.is_money else tr.number(value)


def compact(value: Decimal, tr: Translator) -> str:
    """As short as a picture has room for: "1,25 tỷ", "850 tr", "1.240"."""
    if abs(value) >= BILLION:
        return tr.plain("{n}bn", n=tr.number(round(value / BILLION, 2)))
    if abs(value) >= MILLION:
        return tr.plain("{n}m", n=tr.number(round(value / MILLION, 1)))
    return tr.number(round(value, 2))


def about(figure: Figure, value: Decimal | None, inexact: int, tr: Translator) -> str:
    """An amount, as "about" where a report in it was inexact; a dash for silence."""
    if value is None:
        return "–"
    text = amount(figure, value, tr)
    return tr.plain("about {amount}", amount=text) if inexact else text


def signed(figure: Figure, value: Decimal, tr: Translator) -> str:
    """A difference: "+2", "−40.000.000 đ"."""
    return ("+" if value > 0 else "−") + short_amount(figure, abs(value), tr)


def signed_amount(figure: Figure, value: Decimal, tr: Translator) -> str:
    """A difference with its unit: "+2 căn"."""
    return ("+" if value > 0 else "−") + amount(figure, abs(value), tr)


def percent(part: int, whole: int) -> int:
    """Rounded, but never 100 while something is missing."""
    rounded = (200 * part + whole) // (2 * whole)
    return min(rounded, 99) if part < whole else rounded


def scope(digest: Digest, tr: Translator) -> str:
    """What of the campaign the digest is about: its period, its week or month, or the whole."""
    if digest.whole or not digest.period:
        return tr.plain("whole campaign")
    return period_name(digest.period, tr)


def as_of(digest: Digest, tr: Translator) -> str:
    """The cut-off: its time, with its day where that is not the period's."""
    time, day = tr.time(digest.cut_off), tr.full_day(digest.cut_off)
    if digest.period and not digest.is_summed and tr.full_day(digest.period.due_at) == day:
        return time
    return tr.plain("{time} on {day}", time=time, day=tr.day(digest.cut_off))


def of_period(said: str, digest: Digest, tr: Translator, now: datetime) -> str:
    """An amount with the period it belongs to, as one says it on `now`; the digest has a period."""
    span = digest.period
    assert span is not None  # noqa: S101  (the caller has looked)
    if digest.stretch:
        in_week = read_name(span.name).unit is Unit.WEEK
        return tr.plain("week {amount}", amount=said) if in_week else tr.plain("month {amount}", amount=said)
    if not span.is_day:
        return tr.plain("this period {amount}", amount=said)
    if tr.full_day(span.due_at) == tr.full_day(now):
        return tr.plain("today {amount}", amount=said)
    return tr.plain("{period}: {amount}", period=period_name(span, tr), amount=said)


def share(found: Coverage, tr: Translator) -> tuple[str, int]:
    """Of a coverage in which somebody owes something: "87/96" and the per cent."""
    return f"{tr.number(found.reported)}/{tr.number(found.expected)}", percent(found.reported, found.expected)


def listed(names: Sequence[str], limit: int) -> str:
    """The first names with commas, and how many more there are."""
    shown = fitting(names, limit)
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" … (+{left})" if left else "")


def fitting(names: Sequence[str], limit: int) -> list[str]:
    """The first names, at most `limit`, that fit on a line of a list."""
    shown: list[str] = []
    room = LIST_LENGTH
    for name in names[:limit]:
        room -= len(name) + 2
        if room < 0:
            break
        shown.append(name)
    return shown
