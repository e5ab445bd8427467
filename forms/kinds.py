"""The kinds of questions, and their answers in three shapes.

As JSON (what is stored: integer → int, decimal → "8.5", range → either, several choices and a ranking → list,
date → "2022-12-16", time → "09:30", datetime → "2022-12-16T09:30:00.000+07:00", a place → "lat lon altitude accuracy",
a line or an area → places with "; " between, a file → the id under which it is kept), as a `Value` (what expressions
compute with), and as the text of a default in a workbook.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from forms.geography import clean_place, clean_places, clean_ring
from forms.values import NUMBERS, Json, Value, decimal_text, moment, number, string


class Kind(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    TEXT = "text"
    NOTE = "note"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    BARCODE = "barcode"
    ACKNOWLEDGE = "acknowledge"
    REPEAT = "repeat"
    CALCULATE = "calculate"
    METADATA = "metadata"


# Beyond this a typed number is a slip of the finger, and other ODK tools begin to lose digits.
MOST = 10**15
SELECTS = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
MEDIA = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})
# Rows that hold a value and are put to nobody.
UNSEEN = frozenset({Kind.CALCULATE, Kind.METADATA})
ACKNOWLEDGED = "OK"


def clean(kind: Kind, answer: object) -> Json:
    """`answer` as the canonical JSON of its kind; None when it is empty. Raises ValueError when of another kind."""
    if answer is None or answer in ("", []):
        return None
    return _CLEANERS.get(kind, _clean_text)(answer)


def _clean_integer(answer: object) -> Json:
    if isinstance(answer, int) and not isinstance(answer, bool) and abs(answer) <= MOST:
        return answer
    raise ValueError("not a whole number")


def _clean_decimal(answer: object) -> Json:
    if not isinstance(answer, int | str | Decimal) or isinstance(answer, bool):
        raise ValueError("not a decimal number")
    found = NUMBERS.create_decimal(str(answer) if isinstance(answer, Decimal | str) else answer)
    if not found.is_finite() or abs(found) > MOST:
        raise ValueError("not a decimal number")
    return decimal_text(found)


def _clean_range(answer: object) -> Json:
    found = Decimal(str(_clean_decimal(answer)))
    return int(found) if found == found.to_integral_value() else decimal_text(found)


def _clean_text(answer: object) -> Json:
    if not isinstance(answer, str):
        raise ValueError("not a text")
    return answer


def _clean_calculated(answer: object) -> Json:
    if not isinstance(answer, bool | int | str):
        raise ValueError("not a single value")
    return answer


def _clean_choices(answer: object) -> Json:
    if not isinstance(answer, list | tuple) or not all(isinstance(value, str) for value in answer):
        raise ValueError("not a list of choices")
    return list(dict.fromkeys(answer))


def _clean_date(answer: object) -> Json:
    return date.fromisoformat(str(answer)).isoformat()


def _clean_time(answer: object) -> Json:
    return time.fromisoformat(str(answer)).strftime("%H:%M")


def _clean_datetime(answer: object) -> Json:
    return datetime.fromisoformat(str(answer)).isoformat(timespec="milliseconds")


def _clean_acknowledged(answer: object) -> Json:
    if answer is True or answer == ACKNOWLEDGED:
        return ACKNOWLEDGED
    raise ValueError("not acknowledged")


def _clean_yes_no(answer: object) -> Json:
    if isinstance(answer, bool):
        return answer
    raise ValueError("neither yes nor no")


_CLEANERS: Mapping[Kind, Callable[[object], Json]] = MappingProxyType(
    {
        Kind.INTEGER: _clean_integer,
        Kind.DECIMAL: _clean_decimal,
        Kind.RANGE: _clean_range,
        Kind.SELECT_MULTIPLE: _clean_choices,
        Kind.RANK: _clean_choices,
        Kind.DATE: _clean_date,
        Kind.TIME: _clean_time,
        Kind.DATETIME: _clean_datetime,
        Kind.GEOPOINT: clean_place,
        Kind.GEOTRACE: clean_places,
        Kind.GEOSHAPE: clean_ring,
        Kind.ACKNOWLEDGE: _clean_acknowledged,
        Kind.REPEAT: _clean_yes_no,
        Kind.CALCULATE: _clean_calculated,
        Kind.METADATA: _clean_calculated,
        Kind.NOTE: _clean_calculated,
    }
)

_LOADERS: Mapping[Kind, Callable[[str], Value]] = MappingProxyType(
    {
        Kind.DECIMAL: Decimal,
        Kind.RANGE: Decimal,
        Kind.DATE: date.fromisoformat,
        Kind.TIME: time.fromisoformat,
        Kind.DATETIME: datetime.fromisoformat,
    }
)


def load(kind: Kind, answer: Json) -> Value:
    """The JSON of an answer as expressions see it; several choices as one text with spaces between."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return answer
    if isinstance(answer, int):
        return Decimal(answer)
    if isinstance(answer, list):
        return " ".join(map(str, answer))
    read = _LOADERS.get(kind)
    return read(str(answer)) if read else str(answer)


def dump(value: Value) -> Json:
    """A calculated value as JSON: a whole number as int, another as text; None for nothing, NaN and infinity."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return int(value)
    return string(value) or None


def convert(kind: Kind, value: Value) -> Json:
    """`value`, of whatever type, as an answer of `kind`: what a default does. Raises ValueError when it cannot be."""
    text = string(value)
    if text == "":
        return None
    if kind is Kind.INTEGER:
        return _convert_integer(value)
    if kind in {Kind.DECIMAL, Kind.RANGE}:
        return clean(kind, number(value))
    if kind in {Kind.SELECT_MULTIPLE, Kind.RANK}:
        return clean(kind, text.split())
    if kind is Kind.DATE:
        found = moment(value)
        return clean(kind, found.isoformat()[:10] if found else text)
    if kind is Kind.DATETIME:
        found = moment(value)
        return clean(kind, found or text)
    return dump(value) if kind in UNSEEN or kind is Kind.NOTE else clean(kind, text)


def _convert_integer(value: Value) -> Json:
    found = dump(number(value))
    return clean(Kind.INTEGER, found if found is not None else string(value))
