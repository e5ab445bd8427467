"""What a number of a message is worth as the answer to a question: read by the grammar of single answers."""

import re
from decimal import Decimal

from forms.answers import Reading, Understood, Unsure, read_decimal, read_integer, read_money, read_percent
from forms.answers.vocabulary import LATE_MARKS
from forms.interview import Mark
from forms.kinds import Kind, clean
from forms.message.message import Message
from forms.message.profiles import Profile
from forms.message.scopes import Scope
from forms.message.wording import METRES
from forms.message.words import phrase_end
from forms.values import Json

# "2, 3 căn" and "2 và 3 căn" leave open as much as "2-3 căn".
_LIST = re.compile(r"(?<=\d)\s*(?:,\s|&|\bvà\b|\bva\b)\s*(?=\d)")


def read_scope(message: Message, scope: Scope, profile: Profile) -> Reading:
    """The value of the number if it answers this question."""
    quantity = scope.quantity
    end = quantity.end
    if scope.family == "length" and end < len(message.words) and message.words[end].lower in METRES:
        end += 1
    text = message.slice(quantity.start, end)
    return read_as(profile, _LIST.sub("-", text) if quantity.joined else text)


def late_mark(message: Message, scope: Scope) -> Mark:
    """The mark behind the noun: "25 em trở lên"."""
    for phrase, mark in LATE_MARKS:
        if len(phrase) > 1 and phrase_end(message.words, scope.noun_end, phrase):
            return mark
    return ""


def read_as(profile: Profile, text: str) -> Reading:
    """A text as the answer to a question that takes a number."""
    if profile.question.is_money:
        return read_money(text)
    if profile.is_percent:
        return read_percent(text)
    return read_integer(text) if profile.question.kind is Kind.INTEGER else read_decimal(text)


def certain(reading: Reading, kind: Kind) -> tuple[Json, Mark] | None:
    """The value and its mark when there is only one reading, and nobody needs to confirm it."""
    if not isinstance(reading, Understood) or reading.confirm:
        return None
    value = _json(kind, reading.value)
    return None if value is None else (value, reading.mark)


def possible(reading: Reading, kind: Kind) -> tuple[Json, ...]:
    """All values that may be meant."""
    if isinstance(reading, Understood):
        values: tuple[object, ...] = (reading.value,)
    else:
        values = reading.candidates if isinstance(reading, Unsure) else ()
    found = (_json(kind, value) for value in values)
    return tuple(value for value in found if value is not None)


def _json(kind: Kind, value: object) -> Json:
    if kind is Kind.INTEGER and isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    try:
        return clean(kind, value)
    except ValueError:
        return None
