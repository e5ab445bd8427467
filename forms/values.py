"""Values while an expression is evaluated, and the conversions between them that ODK XPath makes.

Numbers are decimals, so that 0,1 + 0,2 is 0,3 in a report; they overflow to infinity and never raise. An empty answer
is the empty string. Dates and times are wall-clock values: as numbers they count days since 1970-01-01 without any
shift to UTC, so that “not after today” means the day that the person lives in.
"""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias

Value: TypeAlias = bool | Decimal | str | date | datetime | time
Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

NAN = Decimal("NaN")
ZERO = Decimal(0)
ONE = Decimal(1)
# The range of a double keeps a wild power from growing into a million digits.
NUMBERS = Context(prec=28, rounding=ROUND_HALF_UP, Emax=308, Emin=-308, traps=[])
# What people see of a fraction: a third has no end, and 28 digits of it help nobody.
SHOWN = Context(prec=15, rounding=ROUND_HALF_UP, Emax=308, Emin=-308, traps=[])

EPOCH_DAY = date(1970, 1, 1).toordinal()
SECONDS_OF_DAY = Decimal(86400)
_NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def number(value: Value) -> Decimal:
    """As XPath's number(), and dates (also written as text) as days; NaN for what is no number."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, bool):
        return ONE if value else ZERO
    if isinstance(value, time):
        return _day_fraction(value)
    days = Decimal(value.toordinal() - EPOCH_DAY)
    return days + _day_fraction(value.time()) if isinstance(value, datetime) else days


def is_number(text: str) -> bool:
    """Whether `text` is a number as XPath writes them: no sign of plus, no exponent."""
    return _NUMBER.fullmatch(text) is not None


def _number_of_text(text: str) -> Decimal:
    if is_number(text):
        return NUMBERS.create_decimal(text.strip())
    moment = parse_moment(text)
    return NAN if moment is None else number(moment)


def _day_fraction(moment: time) -> Decimal:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return NUMBERS.divide(Decimal(seconds), SECONDS_OF_DAY)


def parse_moment(text: str) -> date | datetime | None:
    """The date or date-time that an ISO text stands for; None when it is neither."""
    if not _DAY.match(text):
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def moment(value: Value) -> date | datetime | None:
    """`value` as a date: dates themselves, ISO texts, and numbers as days since 1970-01-01."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (parsed := parse_moment(value)) is not None:
        return parsed
    days = number(value)
    if not days.is_finite() or not -EPOCH_DAY < int(days) < 2_000_000:
        return None
    return date.fromordinal(EPOCH_DAY + int(days.to_integral_value("ROUND_FLOOR")))


def string(value: Value) -> str:
    """As XPath's string(), but what is not a finite number is shown as nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value.isoformat()


def is_empty(value: Value) -> bool:
    """Whether `value` is shown as nothing."""
    return not value.is_finite() if isinstance(value, Decimal) else value == ""


def decimal_text(value: Decimal) -> str:
    """Plain digits, no exponent, no trailing zeros: 8.50 → “8.5”, 1E+3 → “1000”; “” for NaN and infinity."""
    if not value.is_finite():
        return ""
    if value == value.to_integral_value():
        return format(value.to_integral_value() + ZERO, "f")
    text = format(SHOWN.plus(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return not value.is_nan() and value != 0
    return value != ""


def equal(left: Value, right: Value) -> bool:
    """Booleans as booleans, else numbers as numbers, else as text; the empty answer equals only ''."""
    if isinstance(left, bool) or isinstance(right, bool):
        return boolean(left) == boolean(right)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return number(left) == number(right)
    return string(left) == string(right)


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 by number; None when either side is no number, so that every comparison is false."""
    a, b = number(left), number(right)
    if a.is_nan() or b.is_nan():
        return None
    return (a > b) - (a < b)
