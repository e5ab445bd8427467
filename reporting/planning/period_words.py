"""What periods are called, by their names."""

from __future__ import annotations

from datetime import timedelta

from locales.translator import Translator
from reporting.planning.spans import Unit, read_name

ONE_DAY = timedelta(hours=36)
"""What covers no more is about a day."""


def period_words(name: str, covers: timedelta, tr: Translator) -> str:
    """A period as people say it: "ngày 16/12", "tuần 50 (12/12 – 18/12)", "tháng 12/2022", "quý 4/2022", "năm 2022";
    "kỳ đến 15/06/2022" where it has the name of a day and is about more."""
    said = read_name(name)
    match said.unit:
        case Unit.DAY if covers > ONE_DAY:
            return tr.plain("period until {day}", day=tr.full_day(said.first))
        case Unit.DAY:
            return tr.plain("day {day}", day=tr.day(said.first))
        case Unit.WEEK:
            first, last = tr.day(said.first), tr.day(said.last)
            return tr.plain("week {n} ({first} – {last})", n=said.number, first=first, last=last)
        case Unit.MONTH:
            return tr.plain("month {n}/{year}", n=said.number, year=said.year)
        case Unit.QUARTER:
            return tr.plain("quarter {n}/{year}", n=said.number, year=said.year)
        case Unit.YEAR:
            return tr.plain("year {year}", year=said.year)


def period_short(name: str, tr: Translator) -> str:
    """The same for a button or the head of a column: "16/12", "T50", "12/2022", "Q4/2022", "2022"."""
    said = read_name(name)
    match said.unit:
        case Unit.DAY:
            return tr.day(said.first)
        case Unit.WEEK:
            return tr.plain("W{n}", n=said.number)
        case Unit.MONTH:
            return f"{said.number}/{said.year}"
        case Unit.QUARTER:
            return tr.plain("Q{n}/{year}", n=said.number, year=said.year)
        case Unit.YEAR:
            return str(said.year)
