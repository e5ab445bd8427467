"""A day and a time in one line: "8h30 sáng nay", "16/12 lúc 8 giờ rưỡi", "yesterday 3pm", "2022-12-16T08:30".

The idea: find the clock in the canonical line and take it out. What is left is read as a day; the clock, with the part
of the day that stands anywhere in the line ("chiều hôm qua 3 giờ"), is read as a time. Both readers are the
ones that read a date or a time alone. After midnight "đêm 16/12" may be the night before or behind: it is asked.
"""

import re
from datetime import date, datetime, time, timedelta
from itertools import product

from forms.answers import english
from forms.answers.calendar_words import calendar_line
from forms.answers.conventions import by_order
from forms.answers.dates import read_day
from forms.answers.days import FIRST_YEAR, LAST_YEAR
from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, merge, unreadable, values_of
from forms.answers.stock import Stock, stock_answer
from forms.answers.times import part_words, read_clock
from forms.answers.tokens import cuts, plain_line

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?", re.I)
_NOW = re.compile(
    r"(?:(?:em|ben em|vua|moi|cach day|xay ra|ngay) )*"
    r"(?:vua (?:xong|roi|moi|nay|qua)|moi (?:xong|day|roi)|bây h|luc nay|hien tai|hien nay|bi h"
    r"|just now|right now|now|at the moment|at present)(?: a| day| xong| roi)*"
)
_BARE_NOW = "bay h"
_AGO = re.compile(
    r"(?:(?:cach (?:day|nay)|truoc day) (?P<a>\d{1,3}|nua|half an|an?) (?P<au>p|phut|tieng|h|minutes?|mins?|hours?)"
    r"|(?P<b>\d{1,3}|nua|half an|an?) (?P<bu>p|phut|tieng|h|minutes?|mins?|hours?) (?:truoc|ago))"
)
_ODD_COUNTS = {"nua": 0.5, "half an": 0.5, "a": 1.0, "an": 1.0}
_NAMED = r"noon|midnight|nua dem|giua trua|giua ngo"
_END = r"(?= |$)"
_ONE_CLOCK = (
    r"(?:(?:\d{1,2}|sáu|sau~|mot~) (?:h|:)"
    r"(?: (?:kem|thieu) \d{1,2}(?: p)?| \d{1,2}(?: : \d{2})?(?: p)?(?! [/.]| - \d{1,2} (?!h|:))| ruoi)?"
    rf"|(?:\d{{1,2}}|sáu) ruoi|\d{{1,2}}(?:[.]\d{{2}})?(?= (?:am|pm|a [.] m|p [.] m)(?: [.])?{_END})"
    rf"|(?<=luc )\d{{1,2}}(?:[.]\d{{2}})?(?! [/-])|(?<=at )\d{{1,2}}(?:[.]\d{{2}})?(?! [/-])|{_NAMED})"
    rf"{_END}(?: (?:am|pm|a [.] m|p [.] m)(?: [.])?{_END})?"
)
_PART = r"(?:sang|trua|chieu|toi~?|dem|khuya)"
_CLOCK = re.compile(
    r"(?<![^ ])(?:(?:tu|from) )?(?:(?:khoang|gan|hon|tam|about|around|~) )?"
    rf"(?:\d{{1,2}} (?:-|den|to) (?=\d{{1,2}} h))?{_ONE_CLOCK}(?: {_PART}{_END})?"
    rf"(?: (?:-|den|tới|toi~|to) {_ONE_CLOCK})?"
)
_LATE = frozenset({"dem", "khuya", "midnight", "nua"})
_TWENTY_FOUR = re.compile(r"\b24 [h:]")
_SMALL_HOURS = 5
_FRAME = re.compile(r"(?:luc|vao|khoang|at|on|,|-|\.|;|:|hoi|ngay|buoi|cua|of|the|da|em|la|a|nha|nhe|truoc|sau~?)")


def read_datetime(text: str, now: datetime, *, language: str = "vi") -> Reading:
    """A moment: `Understood.value` is an aware datetime to the minute in the zone of `now`, which is aware and is the
    reporter's own time. A time without a day is taken for today's and asked; a day without a time is refused."""
    if refused := unreadable(text):
        return refused
    if _ISO.fullmatch(text.strip()):
        return _iso(text.strip(), now)
    return by_order(text, language, lambda line: _read_line(line, now, language))


def _iso(text: str, now: datetime) -> Reading:
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", ""))
        moment = moment.astimezone(now.tzinfo) if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        return Rejected(Reason.NO_SUCH_DAY)
    return Understood(_to_minute(moment)) if FIRST_YEAR <= moment.year <= LAST_YEAR else Rejected(Reason.NO_SUCH_DAY)


def _read_line(text: str, now: datetime, language: str) -> Reading:
    ways = cuts(english.times(english.days(text), language))
    for tokens in ways:
        if stock := stock_answer(plain_line(tokens)):
            return Rejected(Reason.UNKNOWN) if stock is Stock.UNKNOWN else Unsure((), True, Reason.ZERO_OR_SKIP)
    readings = [reading for tokens in ways if (reading := _read(calendar_line(tokens), now))]
    return merge(readings) or Rejected(Reason.NOT_A_MOMENT)


def _read(line: str, now: datetime) -> Reading | None:
    if _NOW.fullmatch(line):
        return Understood(_to_minute(now), confirm=True)
    if line == _BARE_NOW:
        return Unsure((_to_minute(now), _at(now.date(), time(7), now)))
    if ago := _AGO.fullmatch(line):
        return _earlier(ago, now)
    found = list(_CLOCK.finditer(line))
    if len(found) != 1:
        return _without_clock(line, now) if not found else None
    rest = " ".join(f"{line[: found[0].start()]} {line[found[0].end() :]}".split()).strip(" .,;-")
    clock = read_clock(" ".join((*part_words(rest), found[0].group().rstrip(" ."))))
    return _joined(clock, rest, line, now)


def _earlier(ago: re.Match[str], now: datetime) -> Reading:
    count, unit = ago["a"] or ago["b"], ago["au"] or ago["bu"]
    size = float(_ODD_COUNTS.get(count) or float(count))
    span = timedelta(minutes=size) if unit.startswith(("p", "m")) else timedelta(hours=size)
    return Understood(_to_minute(now - span), "about", confirm=True)


def _without_clock(line: str, now: datetime) -> Reading | None:
    """ "trưa nay" is asked as noon; any other day needs its hour."""
    if part_words(line) == ["trua"]:
        return _joined(read_clock("trua"), line, line, now)
    day = read_day(line, now.date())
    if day is None:
        # "930" is a time that may be meant; of which day it is today's as any other.
        return _joined(read_clock(line), "", line, now)
    return day if isinstance(day, Rejected) else Rejected(Reason.NO_HOUR)


def _joined(clock: Reading | None, rest: str, line: str, now: datetime) -> Reading | None:
    if clock is None or isinstance(clock, Rejected):
        return clock
    bare = " ".join(word for word in rest.split() if not _FRAME.fullmatch(word) and word not in part_words(rest))
    day = read_day(rest, now.date()) if bare else Understood(now.date(), confirm=True)
    if day is None or isinstance(day, Rejected):
        return day
    moments = tuple(dict.fromkeys(_moments(day, clock, line, now)))
    if len(moments) == 1 and isinstance(day, Understood) and isinstance(clock, Understood):
        return Understood(moments[0], clock.mark, day.confirm or clock.confirm)
    doubts = [reading.reason for reading in (day, clock) if isinstance(reading, Unsure)]
    return Unsure(moments, reason=doubts[0] if doubts else Reason.WHICH_DAY) if moments else _no_day(day)


def _no_day(day: Reading) -> Reading:
    return Unsure((), reason=day.reason) if isinstance(day, Unsure) else Rejected(Reason.NO_SUCH_DAY)


def _moments(day: Understood | Unsure, clock: Understood | Unsure, line: str, now: datetime) -> list[datetime]:
    found = []
    words, ends_day = set(line.split()), _TWENTY_FOUR.search(line) is not None
    for that, hour in product(values_of(day), values_of(clock)):
        if not isinstance(that, date) or not isinstance(hour, time):
            continue
        behind = ends_day and hour.hour == 0
        if not behind:
            found.append(_at(that, hour, now))
        if behind or (hour.hour < _SMALL_HOURS and words & _LATE):
            found.append(_at(that + timedelta(days=1), hour, now))
    return found


def _at(day: date, hour: time, now: datetime) -> datetime:
    return datetime.combine(day, hour, tzinfo=now.tzinfo)


def _to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
