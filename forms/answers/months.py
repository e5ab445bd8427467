"""Months and years: "12/2022", "tháng 12", "T12/2022", "Dec 2022", "tháng trước", "năm ngoái", "'22".

The idea: the canonical line of dates against two short tables. Like days, a month without a year that has not come yet
is asked. A whole date gives its month or its year after a yes; the lunar months are refused.
"""

import re
from collections.abc import Callable
from datetime import date

from forms.answers import english
from forms.answers.calendar_words import calendar_line
from forms.answers.counts import read_integer
from forms.answers.dates import LUNAR, MONTHS, read_day
from forms.answers.days import FIRST_YEAR, LAST_YEAR, full_year
from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, changed, doubted, merge, unreadable
from forms.answers.relative_days import COUNTS
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import cuts, plain_line

Resolver = Callable[[re.Match[str], date], Reading]

_FRAME = re.compile(r"\b(?:vao|trong|luc|da|em|la|a|nha|nhe|in|the|of|month|year)\b(?!~)|[,()']")
_SPARE_MONTH = re.compile(r"\b(?:last|this|next) month\b|\bmonths? ago\b")
_NUMBER = r"(?P<month>\d{1,2}|sáu|tu)"
_NEAR = {"nay": 0, "this": 0, "truoc": -1, "roi": -1, "qua": -1, "vua roi": -1, "vua qua": -1, "ngoai": -1, "last": -1,
         "tới": 1, "toi~": 1, "sau": 1, "next": 1}  # fmt: skip
_WHICH = "nay|truoc|vua roi|vua qua|roi|qua|tới|toi~|sau"
_NAME = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*"
# Has a year of its own: four digits, or two behind a sign.
_DATED = re.compile(r"\d{4}|\d[/.-]\d")
_LUNAR_YEAR = re.compile(
    r"(?:nam )?(?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy) (?:ty|suu|dan|mao|thin|ngo|mui|than|dau|tuat|hoi)"
)


def read_month(text: str, today: date, *, language: str = "vi") -> Reading:
    """A month: `Understood.value` is its first day; `today` is the reporter's own calendar day."""
    return _read_all(text, lambda line: _month(line, today)) or _of_a_day(text, today) or Rejected(Reason.NOT_A_MONTH)


def read_year(text: str, today: date, *, language: str = "vi") -> Reading:
    """A year: `Understood.value` is its first of January; `today` is the reporter's own calendar day."""
    if found := _read_all(text, lambda line: _year(line, today)):
        return found
    dated = _read_all(text, lambda line: _month(line, today)) or _of_a_day(text, today) if _DATED.search(text) else None
    found = dated or _spoken_year(text)
    if isinstance(found, Understood | Unsure):
        return _settled(changed(found, lambda day: day.replace(month=1) if isinstance(day, date) else day))
    return Rejected(Reason.NOT_A_YEAR)


def _settled(reading: Reading) -> Reading:
    if isinstance(reading, Unsure) and len(reading.candidates) == 1:
        return Understood(reading.candidates[0], confirm=True)
    return doubted(reading)


def _read_all(text: str, read: Callable[[str], Reading | None]) -> Reading | None:
    if refused := unreadable(text):
        return refused
    ways = cuts(text.casefold() if _SPARE_MONTH.search(text.casefold()) else english.days(text))
    for tokens in ways:
        if stock := stock_answer(plain_line(tokens)):
            return Rejected(Reason.UNKNOWN) if stock is Stock.UNKNOWN else Unsure((), True, Reason.ZERO_OR_SKIP)
    lines = [calendar_line(tokens) for tokens in ways]
    return merge([reading for line in lines if (reading := read(line))])


def _month(line: str, today: date) -> Reading | None:
    if LUNAR.search(line) or _LUNAR_YEAR.fullmatch(line):
        return Rejected(Reason.LUNAR)
    return _first_fit(_MONTH_SHAPES, line, today)


def _year(line: str, today: date) -> Reading | None:
    if _LUNAR_YEAR.fullmatch(line):
        return Rejected(Reason.LUNAR)
    return _first_fit(_YEAR_SHAPES, line, today)


def _first_fit(shapes: tuple[tuple[re.Pattern[str], Resolver], ...], line: str, today: date) -> Reading | None:
    for way in dict.fromkeys((line, " ".join(_FRAME.sub(" ", line).split()))):
        for pattern, resolve in shapes:
            if found := pattern.fullmatch(way):
                return resolve(found, today)
    return None


def _of_a_day(text: str, today: date) -> Reading | None:
    """The month of a whole date, after a yes."""
    found = _read_all(text, lambda line: read_day(line, today) if re.search(r"\d", line) else None)
    if isinstance(found, Understood | Unsure) and not (isinstance(found, Unsure) and not found.candidates):
        return doubted(changed(found, lambda day: day.replace(day=1) if isinstance(day, date) else day))
    return None


def _spoken_year(text: str) -> Reading | None:
    """ "hai nghìn không trăm hai mươi hai": a count that can be a year."""
    spoken = read_integer(text)
    value = spoken.value if isinstance(spoken, Understood) else None
    return Understood(date(value, 1, 1)) if isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR else None


def _first_of(month: int, year: int) -> date | None:
    return date(year, month, 1) if 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR else None


def _reading(day: date | None, *, confirm: bool = False, reason: Reason = Reason.NOT_A_MONTH) -> Reading:
    return Understood(day, confirm=confirm) if day else Rejected(reason)


def _named(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if groups.get("name"):
        return MONTHS.index(groups["name"]) + 1
    typed = groups["month"]
    return 4 if typed == "tu" else COUNTS.get(typed) or int(typed)


def _with_year(found: re.Match[str], today: date) -> Reading:
    """Two digits of a year need a yes: "Dec 22" may be a day."""
    year = found["year"]
    return _reading(_first_of(_named(found), full_year(year, today)), confirm=len(year) == 2)


def _with_near_year(found: re.Match[str], today: date) -> Reading:
    return _reading(_first_of(_named(found), today.year + _NEAR[found["which"]]))


def _alone(found: re.Match[str], today: date) -> Reading:
    """This year's month when it has come, else last year's or this one's."""
    month = _named(found)
    this = _first_of(month, today.year)
    if this is None:
        return Rejected(Reason.NOT_A_MONTH)
    if month <= today.month:
        return Understood(this, confirm=not found.groupdict().get("word") and "name" not in found.groupdict())
    last = _first_of(month, today.year - 1)
    return Unsure((last, this) if last else (this,), reason=Reason.WHICH_DAY)


def _near(found: re.Match[str], today: date) -> Reading:
    return _reading(_moved(today, _NEAR[found["which"]]))


def _sixth_or_next(_found: re.Match[str], today: date) -> Reading:
    """ "thang sau" without accents."""
    both = [day for day in (_moved(today, 1), _first_of(6, today.year)) if day]
    return Unsure(tuple(both), reason=Reason.WHICH_DAY)


def _ago(found: re.Match[str], today: date) -> Reading:
    return _reading(_moved(today, -int(found["count"])))


def _moved(today: date, months: int) -> date | None:
    index = today.year * 12 + today.month - 1 + months
    return _first_of(index % 12 + 1, index // 12)


def _year_typed(found: re.Match[str], today: date) -> Reading:
    year = found["year"]
    return _reading(_first_of(1, full_year(year, today)), confirm=len(year) == 2, reason=Reason.NOT_A_YEAR)


def _year_near(found: re.Match[str], today: date) -> Reading:
    return _reading(_first_of(1, today.year + _NEAR[found["which"]]), reason=Reason.NOT_A_YEAR)


def _years_ago(found: re.Match[str], today: date) -> Reading:
    return _reading(_first_of(1, today.year - int(found["count"])), reason=Reason.NOT_A_YEAR)


def _shapes(*rows: tuple[str, Resolver]) -> tuple[tuple[re.Pattern[str], Resolver], ...]:
    return tuple((re.compile(pattern), resolve) for pattern, resolve in rows)


_WORD = r"(?P<word>thang|thg|th|t) ?"
_MONTH_SHAPES = _shapes(
    (rf"(?:{_WORD})?{_NUMBER}(?: ?[/.-] ?| nam | )(?P<year>\d{{4}})", _with_year),
    (rf"(?:{_WORD})?{_NUMBER} ?[/.-] ?(?P<year>\d{{2}})", _with_year),
    (r"(?P<year>\d{4}) ?[/.-] ?(?P<month>\d{1,2})", _with_year),
    (rf"{_WORD}{_NUMBER} nam (?P<which>nay|ngoai|truoc|sau|tới|toi~)", _with_near_year),
    (rf"{_WORD}{_NUMBER}", _alone),
    (r"(?P<month>\d{1,2})", _alone),
    (rf"{_NAME}(?: ?[/.-]? ?)(?P<year>\d{{4}}|\d{{2}})", _with_year),
    (rf"(?P<year>\d{{4}}) {_NAME}", _with_year),
    (_NAME, _alone),
    (rf"thang (?P<which>{_WHICH})", _near),
    (r"thang sau~", _sixth_or_next),
    (r"(?P<which>last|this|next) month", _near),
    (r"(?P<count>\d{1,2}) (?:thang truoc|months? ago)", _ago),
    (r"cach (?:day|nay) (?P<count>\d{1,2}) thang", _ago),
)
_YEAR_SHAPES = _shapes(
    (r"(?:nam )?(?P<year>\d{4}|\d{2})", _year_typed),
    (rf"nam (?P<which>ngoai|{_WHICH})", _year_near),
    (r"nam sau~", lambda _found, today: _reading(_first_of(1, today.year + 1))),
    (r"(?P<which>last|this|next) year", _year_near),
    (r"(?P<count>\d{1,2}) (?:nam truoc|years? ago)", _years_ago),
)
