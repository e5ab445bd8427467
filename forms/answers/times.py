"""Clock times: "10h30", "8 giờ rưỡi tối", "10 giờ kém 15", "2pm".

The idea: take off the words around the clock (before, about, this morning), note the part of the day, read hour and
minute, then move the hour into that part by one table. Without a part of the day the hours one to five are asked:
people say "2 giờ" for two in the afternoon.
"""

import re
from collections.abc import Iterator
from datetime import time

from forms.answers import english
from forms.answers.calendar_words import calendar_line
from forms.answers.reading import Mark, Reading, Reason, Rejected, Understood, Unsure, merge, unreadable, values_of
from forms.answers.relative_days import COUNTS
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import cuts, plain_line

_NAMED = {
    "nua dem": time(0, 0), "midnight": time(0, 0), "giua trua": time(12, 0), "noon": time(12, 0),
    "giua ngo": time(12, 0),
}  # fmt: skip
_VAGUE = re.compile(r"(?:mot~? )?(?:lat|ti|xiu|chut)(?: nua| sau~?)?|bây h|bi h|now|som|muon|sau~?")
_MARKS: tuple[tuple[re.Pattern[str], Mark], ...] = (
    (re.compile(r"^(?:vao |luc )?(?:khoang chung|khoang|chung|tam|co|do|about|around|~) "), "about"),
    (re.compile(r"^gan "), "under"),
    (re.compile(r"^hon | hon$"), "over"),
)
_AROUND = re.compile(
    r"\bngay \d{1,2}(?: [/-] \d{1,2}(?: [/-] \d{2,4})?)?\b|\bngay (?=hom|nay|mai|qua)"
    r"|\b(?:luc|vao|truoc|dung|tu|at|hom|nay|mai|qua|buoi|rang|som|da|thua|a|nha|nhe|o p clock|oclock)\b"
    r"|^sau~? (?=\d)"
)
# Part of the day -> hour as said -> hour of 24. What is missing is a contradiction.
_PARTS: dict[str, dict[int, int]] = {
    "sang": {hour: hour for hour in range(12)},
    "trua": {10: 10, 11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14},
    "chieu": {**{hour: hour + 12 for hour in range(1, 8)}, **{hour: hour for hour in range(12, 20)}},
    "toi": {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}, 12: 0},
    "dem": {**{hour: hour for hour in range(5)}, **{hour: hour + 12 for hour in range(7, 12)},
            **{hour: hour for hour in range(19, 24)}, 12: 0, 24: 0},
    "am": {**{hour: hour for hour in range(12)}, 12: 0},
    "pm": {**{hour: hour + 12 for hour in range(1, 12)}, **{hour: hour for hour in range(12, 24)}},
}  # fmt: skip
_SAME_PART = {"khuya": "dem", "toi~": "toi", "a . m": "am", "p . m": "pm"}
_PART = re.compile(rf"(?<![^ ])(?:{'|'.join(map(re.escape, (*_PARTS, *_SAME_PART)))})(?![^ ])")

# One to five o'clock without a part of the day: night or afternoon.
_LAST_ASKED_HOUR = 5
_HOUR = r"(?P<hour>\d{1,2}|sáu|sau~|mot~)"
_CLOCKS = tuple(
    map(
        re.compile,
        (
            rf"{_HOUR} (?:h|:)(?: (?P<minute>\d{{1,2}})(?P<named> p)?)?(?: : \d{{2}})?",
            r"(?P<hour>\d{1,2})[.](?P<minute>\d{2})",
            rf"{_HOUR}(?: h)? (?P<half>ruoi)",
            rf"{_HOUR} h (?:kem|thieu) (?P<less>\d{{1,2}})(?: p)?",
            r"half past (?P<hour>\d{1,2})(?P<half>)",
        ),
    )
)
_HOUR_ALONE = re.compile(r"(?P<hour>\d{1,2})")
_RUN_TOGETHER = re.compile(r"(?P<hour>\d{1,2}?)[ ,]?(?P<minute>\d{2})")
_RANGE = re.compile(r"(?:tu )?(?P<left>.+?) (?:-|den|tới|toi~|to) (?P<right>.+)")


def read_time(text: str, *, language: str = "vi") -> Reading:
    """A time of day: `Understood.value` is a naive time, as the clock on the reporter's wall shows it."""
    if refused := unreadable(text):
        return refused
    ways = cuts(english.times(text, language))
    for tokens in ways:
        if stock := stock_answer(plain_line(tokens)):
            return Rejected(Reason.UNKNOWN) if stock is Stock.UNKNOWN else Unsure((), True, Reason.ZERO_OR_SKIP)
    readings = [read_clock(calendar_line(tokens)) for tokens in ways]
    return merge([reading for reading in readings if reading]) or Rejected(Reason.NOT_A_TIME)


def read_clock(line: str) -> Reading | None:
    """The time in a canonical line; None when there is nothing like one."""
    if line in _NAMED:
        return Understood(_NAMED[line])
    if line == "bay h":
        return Unsure((time(7, 0),))
    if _VAGUE.fullmatch(line):
        return Rejected(Reason.VAGUE)
    return _range(line) or _one(line)


def _one(line: str, part: str = "") -> Reading | None:
    """A single clock time; `part` is the part of the day when the line itself names none."""
    line, mark = _without_mark(line)
    named = _parts(line)
    if len(named) > 1:
        return Rejected(Reason.NO_SUCH_TIME)
    bare = " ".join(_AROUND.sub(" ", _PART.sub(" ", line)).split())
    part = next(iter(named), part)
    if not bare and part:
        return Unsure((time(12, 0),)) if part == "trua" else Rejected(Reason.VAGUE)
    for clock in _CLOCKS:
        if found := clock.fullmatch(bare):
            return _clock(found, part, mark)
    return _digits_alone(bare, part)


def _without_mark(line: str) -> tuple[str, Mark]:
    for pattern, mark in _MARKS:
        if pattern.search(line):
            return pattern.sub("", line), mark
    return line, ""


def part_words(line: str) -> list[str]:
    """The words of a canonical line that name a part of the day, in their order."""
    return _PART.findall(line)


def _parts(line: str) -> set[str]:
    return {_SAME_PART.get(found, found) for found in part_words(line)}


def _clock(found: re.Match[str], part: str, mark: Mark) -> Reading:
    groups = found.groupdict()
    typed, minute = groups["hour"], groups.get("minute") or ("30" if groups.get("half") is not None else "0")
    hours = _hours(COUNTS.get(typed) or int(typed), part, leading_zero=typed.startswith("0"))
    times = tuple(_times(hours, int(minute), int(groups.get("less") or 0)))
    if not times:
        return Rejected(Reason.NO_SUCH_TIME)
    if len(times) > 1 or (typed == "24" and not part):
        return Unsure(times, reason=Reason.WHICH_HALF)
    # "10h5" may be a slip for 10h50, and "02:30" is read by the clock of 24 hours.
    lone_digit = bool(groups.get("minute")) and len(minute) == 1 and not groups.get("named")
    early = typed.startswith("0") and not part and 1 <= times[0].hour <= _LAST_ASKED_HOUR
    return Understood(times[0], mark, confirm=lone_digit or early)


def _hours(hour: int, part: str, *, leading_zero: bool) -> tuple[int, ...]:
    """The hours of 24 that a said hour may mean; none when there is no such hour."""
    if part:
        meant = _PARTS[part].get(hour)
        return () if meant is None else (meant,)
    if 1 <= hour <= _LAST_ASKED_HOUR and not leading_zero:
        return (hour, hour + 12)
    return (hour,) if hour <= 24 else ()


def _times(hours: tuple[int, ...], minute: int, less: int) -> Iterator[time]:
    if minute > 59 or less > 59:
        return
    for hour in hours:
        moment = hour * 60 + minute - less
        if hour < 24 or moment <= 24 * 60:
            yield time(moment // 60 % 24, moment % 60)


def _digits_alone(bare: str, part: str) -> Reading | None:
    """ "10" is an hour, after a yes; "1030" and "10 30" are asked."""
    if found := _HOUR_ALONE.fullmatch(bare):
        reading = _clock(found, part, "")
        return Understood(reading.value, confirm=not part) if isinstance(reading, Understood) else reading
    if found := _RUN_TOGETHER.fullmatch(bare):
        reading = _clock(found, part, "")
        return Unsure((reading.value,)) if isinstance(reading, Understood) else reading
    return None


def _range(line: str) -> Reading | None:
    found = _RANGE.fullmatch(line)
    right = _one(found["right"]) if found else None
    if found is None or right is None or isinstance(right, Rejected):
        return None
    shared = next(iter(_parts(found["right"])), "")
    lefts = [_one(found["left"], part) for part in dict.fromkeys((shared, ""))]
    left = next((reading for reading in lefts if reading and not isinstance(reading, Rejected)), None)
    if left is None:
        return None
    return Unsure(tuple(dict.fromkeys((*values_of(left), *values_of(right)))), reason=Reason.RANGE)
