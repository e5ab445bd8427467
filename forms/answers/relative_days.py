"""Days named from today: "hôm kia", "3 ngày trước", "thứ 6 tuần trước", "last friday".

The idea: a table of shapes over the canonical line (see calendar_words; "~" marks a word whose tone is not known).
Each shape says how far the day is; where two days are meant equally well, both are candidates.
"""

import re
from collections.abc import Callable
from datetime import date

from forms.answers.days import Days, day_of_month, shifted, weekday, weekday_of_week
from forms.answers.reading import Reason

Resolver = Callable[[re.Match[str], date], Days]
Shape = tuple[re.Pattern[str], Resolver]

_ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SUNDAYS = "chu nhat|chua nhat"
WEEKDAY = rf"(?:thu |t )?(?P<weekday>(?:(?<=thu )|(?<=t ))(?:[2-7]|sáu|sau~)|{_SUNDAYS}|{'|'.join(_ENGLISH_WEEKDAYS)})"
_COUNT = r"(?P<count>\d{1,3}|sáu|sau~|mot~|a)"
_SPAN = r"(?P<span>ngay|hom|tuan|days?|weeks?)"
# Number words that keep their tone in the canonical line.
COUNTS = {"sáu": 6, "sau~": 6, "mot~": 1, "a": 1}

_LAST_WEEK = frozenset({"tuan truoc", "tuan roi", "tuan qua", "tuan vua roi", "tuan vua qua"})
_LAST = frozenset({"roi", "vua roi", "vua qua", "truoc", "qua"})
_NEXT = frozenset({"tới", "sau", "sap tới"})


def relative_day(line: str, today: date) -> Days | None:
    """The days that a canonical line names from `today`; None when it names none."""
    for pattern, resolve in _SHAPES:
        if found := pattern.fullmatch(line):
            return resolve(found, today)
    return None


def weekday_number(found: re.Match[str]) -> int:
    """The matched weekday as date.weekday counts, Monday is 0."""
    name = found["weekday"]
    if name in _ENGLISH_WEEKDAYS:
        return _ENGLISH_WEEKDAYS.index(name)
    if name in _SUNDAYS.split("|"):
        return 6
    return (COUNTS.get(name) or int(name)) - 2


def _at(*offsets: int) -> Resolver:
    def resolve(_found: re.Match[str], today: date) -> Days:
        days = tuple(day for offset in offsets for day in shifted(today, offset).found)
        return Days(days, Reason.WHICH_DAY if len(offsets) > 1 else None)

    return resolve


def _counted(direction: int) -> Resolver:
    def resolve(found: re.Match[str], today: date) -> Days:
        count = COUNTS.get(found["count"]) or int(found["count"])
        return shifted(today, direction * count * (7 if found["span"].startswith(("tuan", "week")) else 1))

    return resolve


def _first_or_after_tomorrow(_found: re.Match[str], today: date) -> Days:
    """ "ngay mot" without accents: ngày một or ngày mốt."""
    return Days((*shifted(today, 2).found, *day_of_month(1, today).found), Reason.WHICH_DAY)


def _weekday(found: re.Match[str], today: date) -> Days:
    number, when = weekday_number(found), found["when"] or ""
    if when in _LAST_WEEK:
        return Days((weekday_of_week(number, -1, today),))
    if when.startswith("tuan"):
        return Days((weekday_of_week(number, 0 if when == "tuan nay" else 1, today),))
    if when == "nay":
        return Days((weekday_of_week(number, 0, today),))
    ahead = (number - today.weekday()) % 7
    if when in _LAST:
        return shifted(today, ahead - 7)
    if when in _NEXT:
        return shifted(today, ahead or 7)
    days = weekday(number, today)
    # "thu 6 toi" without accents: Friday evening, or next Friday.
    return Days((*days.found, *shifted(today, ahead or 7).found), Reason.WHICH_DAY) if "~" in when else days


def _english_weekday(found: re.Match[str], today: date) -> Days:
    ahead = (weekday_number(found) - today.weekday()) % 7
    return shifted(today, ahead - 7 if found["when"] == "last" else ahead or 7)


def _short_weekday(found: re.Match[str], today: date) -> Days:
    """ "t3" is Tuesday or March: never taken silently."""
    return Days(weekday(weekday_number(found), today).found, Reason.WHICH_DAY)


def _no_such_weekday(_found: re.Match[str], _today: date) -> Days:
    return Days()


_SHAPES: tuple[Shape, ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        (r"(?:ngay )?(?:hom |ngay )?nay|today", _at(0)),
        (r"(?:ngay )?(?:hom |ngay )?qua|yesterday", _at(-1)),
        (r"(?:ngay )?hom kia|hom te|day before yesterday", _at(-2)),
        (r"(?:ngay )?hom kìa", _at(-3)),
        (r"(?:ngay )?hom kia~", _at(-2, -3)),
        (r"(?:ngay |hom )?mai|tomorrow", _at(1)),
        (r"(?:ngay |hom )?mốt|ngay kia|day after tomorrow", _at(2)),
        (r"ngay kìa", _at(3)),
        (r"ngay kia~", _at(2, 3)),
        (r"ngay mot~", _first_or_after_tomorrow),
        (rf"(?:cach (?:day |nay )?|truoc day |truoc )(?:khoang )?{_COUNT} {_SPAN}", _counted(-1)),
        (rf"{_COUNT} {_SPAN} (?:truoc(?: day)?|ago)", _counted(-1)),
        (rf"{_COUNT} {_SPAN} (?:nua|sau~?|tới)", _counted(1)),
        (rf"(?:in|sau~?) {_COUNT} {_SPAN}", _counted(1)),
        (r"t (?P<weekday>[2-7])", _short_weekday),
        (r"(?P<when>last|next) " + WEEKDAY, _english_weekday),
        (
            rf"(?:this )?{WEEKDAY}(?: (?P<when>tuan (?:truoc|roi|qua|vua roi|vua qua|nay|sau~?|tới|toi~?|ke tiep)"
            r"|vua roi|vua qua|roi|qua|truoc|sap tới|tới|toi~|sau~?|nay))?",
            _weekday,
        ),
        (r"thu (?:[01]|[89]|\d{2})", _no_such_weekday),
    )
)
