"""Dates as people type them: "15/6", "ngày 15 tháng sáu", "16-30/12/2022", "15 June", and what is no day at all.

The idea: bring the line to its canonical form, take off the hour and the part of the day, then try a short list of
shapes. Day always comes before month. The lunar calendar and "hôm nọ" are refused; a month or a week is asked.
"""

import re
from collections.abc import Iterator
from datetime import date

from forms.answers import english
from forms.answers.calendar_words import calendar_line
from forms.answers.conventions import by_order
from forms.answers.days import (
    Days,
    day_of_month,
    day_of_near_month,
    full_year,
    make_day,
    of_year,
    shifted,
    without_year,
)
from forms.answers.reading import Reading, Reason, Rejected, Unsure, merge, unreadable
from forms.answers.relative_days import COUNTS, WEEKDAY, Shape, relative_day, weekday_number
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import cuts, plain_line

_CLOCK = re.compile(
    r"\b(?:at )?\d{1,2}(?: : \d{1,2})? (?:am|pm)\b|\b\d{1,2} (?:h|:)(?: \d{1,2}(?: p)?| ruoi)?(?= |$)(?! [/.-])"
)
_FRAME = re.compile(r"\b(?:luc|vao|trong|at|buoi|da|thua|em|la|on|the|of|rang|som|a|nha|nhe)\b(?!~)|[,()]")
_DAYPART = re.compile(r"\b(?:sang|trua|chieu|toi|dem|khuya)\b(?!~)|\btoi~(?= (?:hom|qua|nay|mai|ngay|thu|chu|\d))")
_EARLIER_TODAY = re.compile(r"(?:hoi|ban) (?:sang|trua|chieu)(?: nay)?")
_LAST_NIGHT = re.compile(r"(?:hoi|ban) (?:toi~?|dem)")

LUNAR = re.compile(r"\b(?:ram|tet|am lich|âm|al|gieng|chap|giao thua|gio to|trung thu|vu lan)\b")
_VAGUE = re.compile(
    r"(?:hom|ngay) (?:no|ho|hom|truoc|ray|roi|sau~?)|(?:.* )?(?:may|vai|dam) (?:ngay|hom|tuan|thang)\b.*|gan day|"
    r"moi day|vua (?:roi|xong|qua)|mai (?:mốt|mot~)|lau roi|(?:hom|khi|bao|luc) (?:nao|gio)|sap (?:tới|toi~?)"
)
_PERIOD = r"(?:thang|tuan|nam|quy)"
_WHICH = r"(?:\d{1,4}|nay|truoc|sau~?|sáu|toi~?|tới|qua|roi|vua|ngoai|nam|mot~)"
_NOT_A_DAY = re.compile(
    rf"(?:(?:dau|giua|cuoi|ca) )?(?:{_PERIOD}|t)(?: {_WHICH})*(?: / \d{{4}})?"
    rf"|\d{{1,3}} {_PERIOD} (?:truoc|nua|sau~?)|\d{{1,2}} [/-] \d{{4}}|(?:last|this|next) (?:week|month|year)"
)

# "thứ hai ngày 15 tháng 6 năm 2026" has eight words; what is far longer is no date.
_MOST_WORDS = 14
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})"
_MONTH = r"(?P<month>\d{1,2}|sáu|sau~|mot~)"
_ORDINAL = r"(?: ?(?:st|nd|rd|th))?"


def read_date(text: str, today: date, *, language: str = "vi") -> Reading:
    """A day: `Understood.value` is a date, past or future; `today` and `language` are the reporter's own."""
    return unreadable(text) or by_order(text, language, lambda line: _read_line(line, today))


def _read_line(text: str, today: date) -> Reading:
    ways = cuts(english.days(text))
    for tokens in ways:
        if stock := stock_answer(plain_line(tokens)):
            return Rejected(Reason.UNKNOWN) if stock is Stock.UNKNOWN else Unsure((), True, Reason.ZERO_OR_SKIP)
    readings = [read_day(calendar_line(tokens), today) for tokens in ways]
    return merge([reading for reading in readings if reading]) or Rejected(Reason.NOT_A_DATE)


def read_day(line: str, today: date) -> Reading | None:
    """The day in a canonical line; None when there is nothing like one."""
    if LUNAR.search(line):
        return Rejected(Reason.LUNAR)
    if _EARLIER_TODAY.fullmatch(line):
        return Days((today,)).reading()
    if _LAST_NIGHT.fullmatch(line):
        return Days((*shifted(today, -1).found, today), Reason.WHICH_DAY).reading()
    bare = " ".join(_DAYPART.sub(" ", _FRAME.sub(" ", _CLOCK.sub(" ", line))).split())
    if len(bare.split()) > _MOST_WORDS:
        return None
    if _VAGUE.fullmatch(bare):
        return Rejected(Reason.VAGUE)
    days = _single(bare, today) or _range(bare, today) or _twice(bare, today)
    if days is None and _NOT_A_DAY.fullmatch(bare):
        return Unsure((), reason=Reason.NOT_A_DAY)
    return days.reading() if days else None


def _single(line: str, today: date) -> Days | None:
    if days := relative_day(line, today):
        return days
    for pattern, resolve in _SHAPES:
        if found := pattern.fullmatch(line):
            return resolve(found, today)
    return None


def _dated(found: re.Match[str], today: date) -> Days:
    """A day and a month, with or without a year."""
    day, month = int(found["day"]), COUNTS.get(found["month"]) or int(found["month"])
    year = found["year"] or found["named"]
    if year is None:
        days = without_year(day, month, today)
    else:
        days = of_year(day, month, full_year(year, today) if year.isdigit() else today.year - (year != "nay"))
    # "15 thang sau" without accents: June, or next month.
    other = day_of_near_month(day, 1, today).found if found["month"] == "sau~" else ()
    return Days((*days.found, *other), Reason.WHICH_DAY if other else days.doubt)


def _iso(found: re.Match[str], _today: date) -> Days:
    return of_year(int(found["day"]), int(found["month"]), int(found["year"]))


def _asked_date(found: re.Match[str], today: date) -> Days:
    """ "15062026", "15 6": nothing tells day, month and year apart, so it is asked."""
    year = found["year"]
    day, month = int(found["day"]), int(found["month"])
    days = of_year(day, month, full_year(year, today)) if year else without_year(day, month, today)
    return Days(days.found, Reason.WHICH_DAY if days.found else None)


def _english(found: re.Match[str], today: date) -> Days:
    day, month = int(found["day"]), MONTHS.index(found["name"]) + 1
    return of_year(day, month, full_year(found["year"], today)) if found["year"] else without_year(day, month, today)


def _near_month(found: re.Match[str], today: date) -> Days:
    """ "ngày 15 tháng trước". Without "ngày" a small number may count months instead: "1 tháng trước"."""
    months = {"nay": 0, "truoc": -1, "roi": -1, "qua": -1}.get(found["which"], 1)
    days = day_of_near_month(int(found["day"]), months, today)
    counted = months and not found["word"] and int(found["day"]) <= 12
    return Days(days.found, Reason.WHICH_DAY if counted else None)


def _day_alone(found: re.Match[str], today: date) -> Days:
    """A bare number, and "mùng 3" which may be lunar, are asked."""
    days = day_of_month(int(found["day"]), today)
    certain = found["word"] in ("ngay", "hom") or not days.found
    return days if certain else Days(days.found, Reason.WHICH_DAY)


def _weekday_and_date(found: re.Match[str], today: date) -> Days:
    """The weekday picks the year; when it fits none, the writer slipped somewhere and is asked."""
    days = _single(found["date"], today) or Days()
    fitting = tuple(day for day in days.found if day.weekday() == weekday_number(found))
    return Days(fitting) if len(fitting) == 1 else Days(days.found, Reason.WHICH_DAY if days.found else None)


_SHAPES: tuple[Shape, ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        (
            rf"(?:(?:ngay|hom|mung) )*{_DAY}(?: ?(?P<sep>[/.-]) ?| (?:thang|thg|th|t) ){_MONTH}"
            r"(?: ?(?P=sep) ?(?P<year>\d{4}|\d{2})|(?: nam| /)? (?P<named>\d{4}|nay|ngoai|truoc))?",
            _dated,
        ),
        (r"(?P<year>\d{4}) ?(?P<sep>[/.-]) ?(?P<month>\d{1,2}) ?(?P=sep) ?(?P<day>\d{1,2})", _iso),
        (rf"(?P<word>(?:ngay |mung )*){_DAY} thang (?P<which>nay|truoc|roi|qua|sau|tới|toi~)", _near_month),
        (rf"(?:(?P<word>ngay|hom|mung) )?{_DAY}", _day_alone),
        (r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>\d{2})", _asked_date),
        (r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4}|\d{2})", _asked_date),
        (rf"{_DAY} (?P<month>\d{{1,2}})(?: (?P<year>\d{{4}}))?", _asked_date),
        (rf"{_DAY}{_ORDINAL} {_MONTH_NAME}(?: (?P<year>\d{{4}}|\d{{2}}))?", _english),
        (rf"{_MONTH_NAME} {_DAY}{_ORDINAL}(?: (?P<year>\d{{4}}))?", _english),
        (rf"{WEEKDAY} (?:ngay )?(?P<date>.*\d.*)", _weekday_and_date),
        (rf"(?P<date>.*?\d.*?) {WEEKDAY}", _weekday_and_date),
    )
)

_RANGE = re.compile(r"(?:tu |from )?(?P<left>.+?) ?(?:-|~|den|tới|toi~|to) ?(?P<right>.+)")
_BEGINNING = re.compile(rf"(?:ngay )?{_DAY}(?: ?[/.] ?(?P<month>\d{{1,2}}))?")


def _range(line: str, today: date) -> Days | None:
    """Both ends of a range. The first end borrows from the second what it lacks: "16-30/12/2022"."""
    found = _RANGE.fullmatch(line)
    last = _single(found["right"], today) if found else None
    if found is None or last is None:
        return None
    start = _BEGINNING.fullmatch(found["left"])
    first = tuple(_borrowed(start, last.found)) if start else (_single(found["left"], today) or Days()).found
    return Days(tuple(sorted({*first, *last.found})), Reason.RANGE) if first and last.found else Days()


def _twice(line: str, today: date) -> Days | None:
    """The same day said in two ways, "hôm nay 20/11"; two days that differ are asked."""
    words = line.split()
    for at in range(1, len(words)):
        first, second = _single(" ".join(words[:at]), today), _single(" ".join(words[at:]), today)
        if first and second and first.found and second.found:
            common = tuple(day for day in first.found if day in second.found)
            return Days(common) if len(common) == 1 else Days((*first.found, *second.found), Reason.WHICH_DAY)
    return None


def _borrowed(start: re.Match[str], ends: tuple[date, ...]) -> Iterator[date]:
    for end in ends:
        month = int(start["month"] or end.month)
        day = make_day(int(start["day"]), month, end.year - (month > end.month))
        if day is not None and day <= end:
            yield day
