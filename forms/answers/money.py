"""Amounts in đồng: "600 triệu đồng", "3 tỷ 6", "1tr5", "20 suất x 500k".

The idea: an amount is a number with a rank (k, tr, tỷ …) or with "đồng". A bare number below a million may mean
đồng, thousands or millions, so it is asked; other currencies and other units are refused, never converted.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from forms.answers import english
from forms.answers import vocabulary as vocab
from forms.answers.conventions import by_figures
from forms.answers.counts import (
    COUNTS,
    LARGEST,
    is_vague,
    looks_like_phone,
    refuse,
    settle_stock,
    why_asked,
)
from forms.answers.digits import Number
from forms.answers.glosses import read_with_gloss
from forms.answers.numerals import COMMON_RANKS, Ranks, rank
from forms.answers.quantities import (
    Grammar,
    Numbers,
    Part,
    Phrase,
    ends,
    firm,
    fold,
    read_phrase,
    single,
    without_fillers,
)
from forms.answers.reading import Reading, Reason, Rejected, merge, settle, unreadable
from forms.answers.stock import stock_answer
from forms.answers.tokens import Kind, Tokens, cuts, plain_line

_THOUSAND, _MILLION, _BILLION = Decimal(1_000), Decimal(1_000_000), Decimal(1_000_000_000)
# Below this an amount in a report is more likely a slip than a sum ("2k"): a person says yes first.
_SMALL = 10_000
# "một trăm hai mươi lăm suất quà": more words hold no count of anything in front of a price.
_LONGEST_COUNT = 8
_FOREIGN_SIGNS = "$€£¥₩฿"

_SHORT_THOUSAND = replace(rank(1_000), slang=True)
_SLANG_MILLION = replace(rank(1_000_000, bare=True), slang=True)
_SLANG_HUNDRED_THOUSAND = replace(rank(100_000, 1_000), doubt=Reason.SLANG)
MONEY_RANKS: Ranks = {
    **COMMON_RANKS,
    "k": rank(1_000), "n": _SHORT_THOUSAND, "ng": _SHORT_THOUSAND, "ngh": _SHORT_THOUSAND,
    "tr": rank(1_000_000), "m": rank(1_000_000), "mil": rank(1_000_000),
    "b": rank(1_000_000_000), "bn": rank(1_000_000_000),
    "củ": _SLANG_MILLION, "chai": _SLANG_MILLION, "cành": _SHORT_THOUSAND,
    "tỏi": replace(rank(1_000_000_000), slang=True),
    "lít": _SLANG_HUNDRED_THOUSAND, "xị": _SLANG_HUNDRED_THOUSAND,
}  # fmt: skip
MONEY = Grammar(MONEY_RANKS, vocab.CURRENCY)
# Both factors of a product stand in one phrase: "20 suất x 500k".
_COUNTED_MONEY = Grammar(MONEY_RANKS, vocab.CURRENCY | vocab.COUNTED)


def read_money(text: str, *, language: str = "vi") -> Reading:
    """An amount: `Understood.value` is whole đồng, an int ≥ 0; `language` is the person's."""
    return unreadable(text) or by_figures(text, language, _read_line)


def _read_line(text: str) -> Reading:
    ways = cuts(english.numbers(text))
    for tokens in ways:
        if stock := stock_answer(plain_line(tokens)):
            return settle_stock(stock, 0)
        if _is_foreign(tokens):
            return Rejected(Reason.FOREIGN_CURRENCY)
    if looks_like_phone(text):
        return Rejected(Reason.PHONE_NUMBER)
    readings = [reading for tokens in ways if (reading := read_with_gloss(tokens, _read))]
    return merge(readings) or Rejected(Reason.VAGUE if any(map(is_vague, ways)) else Reason.NOT_A_NUMBER)


def _is_foreign(tokens: Tokens) -> bool:
    """Whether a foreign sign stands beside a figure, or a foreign word ("500 do" may be đô) behind one."""
    figures = [token.kind is Kind.NUMBER or token.among(vocab.DIGITS, MONEY_RANKS) for token in tokens]
    signs = any(token.kind is Kind.SIGN and token.text in _FOREIGN_SIGNS for token in tokens)
    words = any(figure and token.among(vocab.FOREIGN) for figure, token in zip(figures, tokens[1:], strict=False))
    codes = any(token.senses and token.senses <= vocab.FOREIGN for token in tokens)
    return any(figures) and (signs or words or codes)


def _read(tokens: Tokens) -> Reading | None:
    if tokens[0].among(("vnd", "vnđ")):
        tokens = (*tokens[1:], tokens[0])
    phrase = _price_of_one(tokens) or read_phrase(tokens, MONEY) or _side_by_side(tokens) or _of_two_kinds(tokens)
    if phrase is None:
        return None
    numbers = tuple(_amounts_of(phrase))
    if not numbers:
        return Rejected(Reason.WRONG_UNIT)
    return refuse(phrase, numbers) or _settled(phrase, numbers)


def _settled(phrase: Phrase, numbers: Numbers) -> Reading:
    kept = firm(tuple(number for number in numbers if number.whole and number.value <= LARGEST))
    values = [int(number.value) for number in kept]
    settled = settle(
        values,
        doubt=phrase.joint or why_asked(kept),
        mark=phrase.mark,
        confirm=any(number.slang for number in kept) or any(0 < value < _SMALL for value in values),
    )
    return settled or Rejected(Reason.NOT_WHOLE)


def _amounts_of(phrase: Phrase) -> Iterator[Number]:
    if phrase.joint is Reason.PRODUCT:
        yield from _product(phrase.parts[0], phrase.parts[1])
    elif phrase.joint is Reason.RANGE:
        yield from _range(phrase.parts[0], phrase.parts[1])
    elif phrase.joint is Reason.SUM:
        parts = tuple(tuple(_amounts(part)) for part in phrase.parts)
        yield from fold(parts, lambda total, more: total + more)
    elif len(phrase.parts) == 2 and phrase.joint is Reason.EACH:
        yield from _product(phrase.parts[0], phrase.parts[1])
        yield from _amounts(phrase.parts[1])
    elif phrase.joint is Reason.RATIO and not _is_amount(phrase.parts[0]):
        yield from _fraction(phrase.parts[0], phrase.parts[1])
    else:
        yield from _amounts(phrase.parts[0])


def _amounts(part: Part) -> Iterator[Number]:
    """What a numeral may mean in đồng; nothing when it counts something else ("400 suất")."""
    foreign = bool(part.unit) and not part.has_unit(vocab.CURRENCY)
    if foreign and (part.unit[0].among(vocab.COUNTED) or not _is_amount(part)):
        return
    for number in _sensible(part.numbers):
        if number.scale >= _THOUSAND:
            yield number
        elif part.has_unit(vocab.CURRENCY):
            yield from _in_dong(number)
        else:
            yield from _without_unit(number)


def _is_amount(part: Part) -> bool:
    return part.has_unit(vocab.CURRENCY) or any(number.scale >= _THOUSAND for number in part.numbers)


def _sensible(numbers: Numbers) -> Numbers:
    """Without readings that no sum of money has: a fraction of a đồng, millions with a few hundred đồng."""
    if any(number.style == "grouped" for number in numbers):
        numbers = tuple(number for number in numbers if number.style != "fraction")
    round_ones = tuple(number for number in numbers if number.scale < _MILLION or number.times(1 / _THOUSAND).whole)
    return round_ones or numbers


def _in_dong(number: Number) -> Iterator[Number]:
    if 0 < number.value < _THOUSAND and number.whole:
        yield from _asked(number, _THOUSAND, Decimal(1))  # "400 đồng" is said for 400.000
    else:
        yield number


def _without_unit(number: Number) -> Iterator[Number]:
    """Hand-written tables leave out thousands or millions; from a million on, a number is taken as it stands."""
    if number.value == 0 or number.value >= _MILLION:
        yield number
    elif number.value < _THOUSAND:
        yield from _asked(number, *((_THOUSAND, _MILLION) if number.whole else (_MILLION, _BILLION)))
    elif not number.whole:
        yield number
    elif number.value < _SMALL:
        yield from _asked(number, Decimal(1), _MILLION)
    else:
        yield from _asked(number, Decimal(1), _THOUSAND)


def _asked(number: Number, *factors: Decimal) -> Iterator[Number]:
    for factor in factors:
        yield replace(number.times(factor), doubt=number.doubt or Reason.NO_UNIT)


def _product(left: Part, right: Part) -> Iterator[Number]:
    count, price = (right, left) if _is_amount(left) or (right.unit and not _is_amount(right)) else (left, right)
    if _is_amount(count):
        return
    prices = tuple(_amounts(price))
    yield from fold((firm(count.numbers), prices), lambda number, amount: number * amount)


def _fraction(left: Part, right: Part) -> Iterator[Number]:
    """ "1/2 tỷ" is half of one tỷ."""
    for number in right.numbers:
        if number.scale >= _THOUSAND and number.value:
            share = left.numbers[0].value * number.scale / number.value
            yield Number(share * number.scale, scale=number.scale)


def _range(left: Part, right: Part) -> Iterator[Number]:
    yield from _amounts(Part(tuple(ends(left.numbers, right.numbers)), left.unit + right.unit))


def _price_of_one(tokens: Tokens) -> Phrase | None:
    """ "500k một suất", "100 ngàn 1 em": a price for one, and not 500.100."""
    for at in range(1, len(tokens) - 1):
        one, unit = tokens[at], tokens[at + 1 :]
        if (one.text == "1" or one.means("một")) and all(token.among(vocab.COUNTED) for token in unit):
            price = single(without_fillers(tokens[:at]), MONEY)
            return Phrase((price,), Reason.EACH) if price and _is_amount(price) else None
    return None


def _of_two_kinds(tokens: Tokens) -> Phrase | None:
    """A count and an amount in one line. A lone amount of people ("500 nghìn em") is none of money."""
    phrase = read_phrase(tokens, _COUNTED_MONEY)
    if phrase is None or phrase.joint in (Reason.PRODUCT, Reason.RATIO, Reason.EACH):
        return phrase
    return replace(phrase, parts=tuple(replace(part, numbers=()) for part in phrase.parts))


def _side_by_side(tokens: Tokens) -> Phrase | None:
    """ "20 suất 500k": a count and then an amount, perhaps of each and perhaps of all."""
    for at in range(1, min(len(tokens), _LONGEST_COUNT)):
        count = single(without_fillers(tokens[:at]), COUNTS)
        price = single(without_fillers(tokens[at:]), MONEY)
        if count and count.unit and price and _is_amount(price):
            return Phrase((count, price), Reason.EACH)
    return None
