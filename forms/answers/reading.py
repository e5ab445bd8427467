"""What a reader may answer: understood, unsure, or rejected with a reason.

The idea: a wrong number in a report is worse than a question. So a reader never guesses. It lists the readings of
what was typed and the field drops those it forbids; one left is `Understood`, several are `Unsure`, none is
`Rejected`. The reasons are stable codes: the conversation picks its wording by them and logs count them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Value = int | Decimal | date | time | str | tuple[str, ...]
Mark = Literal["", "about", "over", "under"]

# Longer messages are stories, not answers to one question; the cap also bounds the work of every reader.
LONGEST_ANSWER = 200


class Reason(StrEnum):
    """Why a text was rejected, or what exactly has to be asked."""

    # rejected
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    VAGUE = "vague"
    UNKNOWN = "unknown"
    FOREIGN_CURRENCY = "foreign_currency"
    PHONE_NUMBER = "phone_number"
    WRONG_UNIT = "wrong_unit"
    NOT_A_DATE = "not_a_date"
    NO_SUCH_DAY = "no_such_day"
    LUNAR = "lunar"
    NOT_A_TIME = "not_a_time"
    NO_SUCH_TIME = "no_such_time"
    NO_SUCH_OPTION = "no_such_option"
    NOT_A_MOMENT = "not_a_moment"
    NO_HOUR = "no_hour"
    NOT_A_MONTH = "not_a_month"
    NOT_A_YEAR = "not_a_year"
    NOT_A_PLACE = "not_a_place"
    NO_SUCH_PLACE = "no_such_place"
    LINK_WITHOUT_PLACE = "link_without_place"
    PLUS_CODE = "plus_code"
    TOO_FEW_PLACES = "too_few_places"
    NOT_A_YES = "not_a_yes"
    DECLINED = "declined"
    # to be asked
    ZERO_OR_SKIP = "zero_or_skip"
    NO_UNIT = "no_unit"
    THOUSANDS = "thousands"
    RANGE = "range"
    RATIO = "ratio"
    PRODUCT = "product"
    SUM = "sum"
    UNLIKE = "unlike"
    EACH = "each"
    SLANG = "slang"
    TYPO = "typo"
    EXTRA_WORDS = "extra_words"
    SEVERAL = "several"
    WHICH_DAY = "which_day"
    NOT_A_DAY = "not_a_day"
    WHICH_HALF = "which_half"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Understood:
    """The only reading. With `confirm` a person must say yes before it is stored."""

    value: Value
    mark: Mark = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """Readings to choose from, likeliest first; `skip` adds "leave it empty" as one more. `more` are not listed."""

    candidates: tuple[Value, ...]
    skip: bool = False
    reason: Reason = Reason.SEVERAL
    more: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    reason: Reason


Reading = Understood | Unsure | Rejected


def unreadable(text: str, longest: int = LONGEST_ANSWER) -> Rejected | None:
    """The refusals every reader shares: nothing typed, or far too much."""
    if len(text) > longest:
        return Rejected(Reason.TOO_LONG)
    return None if text.strip() else Rejected(Reason.EMPTY)


def settle(
    values: Iterable[Value], *, doubt: Reason | None, mark: Mark = "", confirm: bool = False
) -> Understood | Unsure | None:
    """One value without doubt is understood, more are asked; None when there is no value at all."""
    left = tuple(dict.fromkeys(values))
    if not left:
        return None
    if len(left) == 1 and doubt is None:
        return Understood(left[0], mark, confirm)
    return Unsure(left, reason=doubt or Reason.SEVERAL)


def merge(readings: Sequence[Reading]) -> Reading | None:
    """One answer from several ways to cut a line: the same value stays, different ones are asked together."""
    live = [reading for reading in readings if not isinstance(reading, Rejected)]
    if not live:
        return readings[0] if readings else None
    if len(set(live)) == 1:
        return live[0]
    values = [value for reading in live for value in values_of(reading)]
    skip = any(isinstance(reading, Unsure) and reading.skip for reading in live)
    return Unsure(tuple(dict.fromkeys(values)), skip)


def doubted(reading: Reading) -> Reading:
    """The same, but stored only after a yes."""
    return replace(reading, confirm=True) if isinstance(reading, Understood) else reading


def changed(reading: Reading, change: Callable[[Value], Value]) -> Reading:
    """The same reading of other values."""
    match reading:
        case Understood():
            return replace(reading, value=change(reading.value))
        case Unsure():
            return replace(reading, candidates=tuple(dict.fromkeys(map(change, reading.candidates))))
        case Rejected():
            return reading


def values_of(reading: Understood | Unsure) -> tuple[Value, ...]:
    return (reading.value,) if isinstance(reading, Understood) else reading.candidates
