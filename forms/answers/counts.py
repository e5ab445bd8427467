"""Whole numbers and decimals: houses, children, kilometres.

The idea: one phrase, then the field's own strictness. A whole-number field drops fractions, so "1,200" has one
reading there; a decimal field keeps both readings of "1.200" and asks, because they differ by a thousand.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from itertools import chain, pairwise

from forms.answers import english
from forms.answers import vocabulary as vocab
from forms.answers.conventions import by_figures
from forms.answers.digits import Number
from forms.answers.glosses import read_with_gloss
from forms.answers.numerals import COMMON_RANKS, Ranks, rank
from forms.answers.quantities import Grammar, Numbers, Phrase, ends, firm, fold, read_phrase
from forms.answers.reading import (
    Reading,
    Reason,
    Rejected,
    Understood,
    Unsure,
    Value,
    merge,
    settle,
    unreadable,
    values_of,
)
from forms.answers.spelling import clean
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import Tokens, cuts, plain_line
from forms.answers.units import in_unit, measure
from forms.answers.unlike import apart

# Far above any report (a million tỷ), far below what a database column or a float would bend.
LARGEST = Decimal(10**15)
# "840.000.000.000" splits the country code: an amount in groups, and no phone.
_PHONE = re.compile(r"(?![1-9]\d{2}[.,])(?:\+?84[ .-]?|0)\d(?:[ .-]?\d){7,9}")

COUNT_RANKS: Ranks = {
    **COMMON_RANKS,
    "k": replace(rank(1_000), slang=True),
    "tr": replace(rank(1_000_000), slang=True),
}
COUNTS = Grammar(COUNT_RANKS, vocab.COUNTED | vocab.QUALIFIERS, measures=vocab.MEASURES)
_FINE = Decimal("0.001")
_SHORT = 16
"""Characters of an answer that others have given, too: small numbers come again and again."""
_METRES = frozenset({"m", "mét"})


def read_integer(text: str, *, unit: str = "", language: str = "vi") -> Reading:
    """A count: `Understood.value` is an int ≥ 0, in `unit` if the question has one; `language` is the person's."""
    return (_integer_again if len(text) <= _SHORT else _integer)(text, unit, language)


@lru_cache(4096)
def _integer_again(text: str, unit: str, language: str) -> Reading:
    return _integer(text, unit, language)


def _integer(text: str, unit: str, language: str) -> Reading:
    def convert(line: str) -> Reading:
        return _read(line, Decimal(0), _fractional, unit)

    def read(line: str) -> Reading:
        return _as_whole(in_unit(line, unit, lambda plain: _read(plain, 0, _whole, unit), convert))

    return unreadable(text) or by_figures(text, language, read)


def read_decimal(text: str, *, unit: str = "", language: str = "vi") -> Reading:
    """A measure: `Understood.value` is a Decimal ≥ 0, in `unit`, the question's; `language` is the person's."""

    def plainly(line: str) -> Reading:
        return _read(line, Decimal(0), _fractional, unit)

    return unreadable(text) or by_figures(text, language, lambda line: in_unit(line, unit, plainly, plainly))


def looks_like_phone(text: str) -> bool:
    """Nine to eleven digits behind a 0 or +84, however they are grouped."""
    return _PHONE.fullmatch(clean(text)) is not None


def settle_stock(stock: Stock, zero: Value) -> Reading:
    """An answer without a figure, in a field where zero is a value."""
    match stock:
        case Stock.NOTHING:
            return Understood(zero, confirm=True)
        case Stock.PENDING:
            return Unsure((zero,), skip=True, reason=Reason.ZERO_OR_SKIP)
        case Stock.SKIP:
            return Unsure((), skip=True, reason=Reason.ZERO_OR_SKIP)
        case Stock.UNKNOWN:
            return Rejected(Reason.UNKNOWN)


def is_vague(tokens: Tokens) -> bool:
    """Whether a word of an unknown amount ("vài", "một số") stands in the line; asked when nothing was read."""
    some = any(first.means("một") and second.means("số") for first, second in pairwise(tokens))
    return some or any(token.among(vocab.VAGUE) for token in tokens)


def flatten(phrase: Phrase) -> Numbers:
    """The readings of a phrase as single numbers: both ends of a range, the sum, the product, the part done."""
    numbers = tuple(part.numbers for part in phrase.parts)
    match phrase.joint:
        case Reason.RANGE:
            return tuple(ends(numbers[0], numbers[1]))
        case Reason.SUM:
            return tuple(fold(numbers, operator.add))
        case Reason.PRODUCT:
            return tuple(fold(numbers, operator.mul))
        case Reason.UNLIKE:
            return tuple(chain.from_iterable(numbers))
        case _:
            return numbers[0]


def refuse(phrase: Phrase, numbers: Iterable[Number]) -> Rejected | None:
    """Why no field could hold this number."""
    values = [number.value for number in numbers]
    if phrase.negative and any(values):
        return Rejected(Reason.NEGATIVE)
    return Rejected(Reason.TOO_LARGE) if min(values) > LARGEST else None


def _read(text: str, zero: int | Decimal, choose: Callable[[Phrase], Reading], unit: str) -> Reading:
    if looks_like_phone(text):
        return Rejected(Reason.PHONE_NUMBER)
    ways = cuts(english.numbers(text))
    for tokens in ways:
        if stock := stock_answer(plain_line(tokens)):
            return settle_stock(stock, zero)
        if any(token.shows("%") for token in tokens):
            return Rejected(Reason.WRONG_UNIT)
    read = partial(_read_one, choose, unit)
    readings = [reading for tokens in ways if (reading := read_with_gloss(tokens, read))]
    return merge(readings) or Rejected(Reason.VAGUE if any(map(is_vague, ways)) else Reason.NOT_A_NUMBER)


def _read_one(choose: Callable[[Phrase], Reading], unit: str, tokens: Tokens) -> Reading | None:
    phrase = read_phrase(tokens, COUNTS)
    return choose(_of_the_measure(apart(_in_metres(phrase), unit), unit)) if phrase else None


def _of_the_measure(phrase: Phrase, unit: str) -> Phrase:
    """ "5 căn" to a question in kilometres is asked."""
    first = phrase.parts[0]
    if phrase.joint or not first.unit or first.has_unit(vocab.MEASURES) or measure(unit) is None:
        return phrase
    asked = tuple(replace(number, doubt=number.doubt or Reason.WRONG_UNIT) for number in first.numbers)
    return replace(phrase, parts=(replace(first, numbers=asked),))


def _as_whole(reading: Reading) -> Reading:
    """What was converted from another unit, as a count."""
    if isinstance(reading, Rejected):
        return reading
    whole = tuple(
        int(value) for value in values_of(reading) if isinstance(value, int | Decimal) and value == int(value)
    )
    if isinstance(reading, Understood):
        return replace(reading, value=whole[0]) if whole else Rejected(Reason.NOT_WHOLE)
    return replace(reading, candidates=whole) if whole or not reading.candidates else Rejected(Reason.NOT_WHOLE)


def _in_metres(phrase: Phrase) -> Phrase:
    """ "500 m" answers a question in metres, or one in kilometres."""
    first = phrase.parts[0]
    if phrase.joint or [token.among(_METRES) for token in first.unit] != [True]:
        return phrase
    asked = tuple(replace(number, doubt=Reason.THOUSANDS) for number in first.numbers)
    both = (*asked, *(number.times(Decimal("0.001")) for number in asked))
    return replace(phrase, parts=(replace(first, numbers=both),))


def _whole(phrase: Phrase) -> Reading:
    numbers = flatten(phrase)
    if refused := refuse(phrase, numbers):
        return refused
    whole = [number for number in numbers if number.whole and number.value <= LARGEST]
    if any(number.style == "grouped" for number in whole):
        whole = [number for number in whole if number.style != "fraction"]
    kept = firm(tuple(whole))
    return _settled(phrase, kept, [int(number.value) for number in kept]) or Rejected(Reason.NOT_WHOLE)


def _fractional(phrase: Phrase) -> Reading:
    numbers = firm((*flatten(phrase), *_quotients(phrase)))
    kept = tuple(number for number in numbers if number.value <= LARGEST)
    return (
        refuse(phrase, numbers)
        or _settled(phrase, kept, [tidy(number.value) for number in kept])
        or Rejected(Reason.TOO_LARGE)
    )


def _quotients(phrase: Phrase) -> Iterator[Number]:
    """ "1/2 km" is half a kilometre, or one done of two planned."""
    if phrase.joint is Reason.RATIO:
        done, target = (part.numbers[0] for part in phrase.parts)
        if target.value and done.value / target.value <= LARGEST:
            yield Number((done.value / target.value).quantize(_FINE), doubt=Reason.RATIO)


def _settled(phrase: Phrase, kept: Numbers, values: Sequence[Value]) -> Understood | Unsure | None:
    return settle(
        values,
        doubt=phrase.joint or why_asked(kept),
        mark=phrase.mark,
        confirm=any(number.slang for number in kept),
    )


def why_asked(numbers: Numbers) -> Reason | None:
    """The reason to ask about readings that are left together; None for a single firm one."""
    doubts = [number.doubt for number in numbers if number.doubt]
    if doubts:
        return doubts[0]
    values = sorted({number.value for number in numbers})
    if len(values) < 2:
        return None
    return Reason.THOUSANDS if values[1] == 1000 * values[0] else Reason.SEVERAL


def tidy(value: Decimal) -> Decimal:
    """Without the trailing zeros that were typed or computed, and without an exponent."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()
