"""One quantity as people write it: marks, filler words, a numeral, a unit; or two joined as a range, ratio, product.

The idea: read the whole line as one numeral with a unit. If that fails, take off one layer (a mark such as "khoảng",
a sign) or cut the line at one kind of joint ("-", "/", "x", "+", "mỗi") and read the parts. What the parts mean
together is left to the field: "15/20" is a ratio to one and a question to another.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, pairwise, product

from forms.answers import vocabulary as vocab
from forms.answers.digits import Number
from forms.answers.measures import measured
from forms.answers.numerals import Ranks, numerals
from forms.answers.reading import Mark, Reason
from forms.answers.tokens import Kind, Token, Tokens

Numbers = tuple[Number, ...]
_MOST_SPARE = 3
# "dạ khoảng hơn 50" has two marks. Without a bound, a line of nothing but marks would take forever.
_MOST_LAYERS = 3
_MOST_PARTS = 8
_MOST_COMBINATIONS = 16


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a field reads: its rank words, and the units that may follow."""

    ranks: Ranks
    units: frozenset[str]
    measures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    numbers: Numbers
    unit: Tokens = ()

    def has_unit(self, vocabulary: frozenset[str]) -> bool:
        return any(token.among(vocabulary) for token in self.unit)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line understood: its parts, and what joins them (None for a single quantity)."""

    parts: tuple[Part, ...]
    joint: Reason | None = None
    mark: Mark = ""
    negative: bool = False


def read_phrase(tokens: Tokens, grammar: Grammar, layers: int = _MOST_LAYERS) -> Phrase | None:
    """The line as a phrase of this grammar; None when it is none. At most `layers` marks and signs come off."""
    tokens = without_fillers(tokens)
    if part := single(tokens, grammar):
        return Phrase((part,))
    if len(tokens) > 1 and (tokens[0].shows("-") or tokens[0].means("âm") or tokens[0].text == "minus"):
        inner = read_phrase(tokens[1:], grammar, layers - 1) if layers else None
        return replace(inner, negative=True) if inner and inner.joint is None else None
    for rest, mark in _unmarked(tokens) if layers else ():
        if inner := read_phrase(rest, grammar, layers - 1):
            return replace(inner, mark=inner.mark if inner.mark in ("over", "under") else mark)
    return _joined(tokens, grammar) or _in_a_row(tokens, grammar) or _with_spare_words(tokens, grammar)


def without_fillers(tokens: Tokens) -> Tokens:
    """The tokens without politeness, label words and punctuation at both ends; at least one is left."""
    while len(tokens) > 1 and (tokens[0].among(vocab.OPENERS) or tokens[0].text in ":=+,"):
        tokens = tokens[1:]
    while len(tokens) > 1 and (tokens[-1].among(vocab.CLOSERS) or tokens[-1].text in ",.-"):
        tokens = tokens[:-1]
    return tokens


def single(tokens: Tokens, grammar: Grammar) -> Part | None:
    """The tokens as a numeral and a known unit. "Hai mươi năm" is 25, or twenty of the unit year."""
    found: list[Number] = []
    unit: Tokens = ()
    for end in range(len(tokens), 0, -1):
        rest = tokens[end:]
        if rest and not rest[0].among(grammar.units):
            break
        # A second reading stands only where the unit is that one word: "hai mươi năm căn" is 25 houses.
        numbers = _numerals(tokens[:end], grammar) if not found or len(rest) == 1 else ()
        # "tám phẩy không năm" is 8.05 and never 8.0 years.
        found.extend(number for number in numbers if not (found and number.style == "fraction"))
        unit = unit or (rest if numbers else ())
    if not found and grammar.measures:
        found.extend(measured(tokens, grammar.measures, grammar.ranks))
    return Part(tuple(found), unit) if found else None


def _numerals(tokens: Tokens, grammar: Grammar) -> Numbers:
    """A lone "không" is no numeral here: "không đồng ý" is not zero đồng (see stock for what is)."""
    return () if len(tokens) == 1 and tokens[0].means("không") else numerals(tokens, grammar.ranks)


def _unmarked(tokens: Tokens) -> Iterator[tuple[Tokens, Mark]]:
    """The tokens without their first or last mark."""
    if len(tokens) > 1 and (sign := vocab.MARK_SIGNS.get(tokens[0].text)):
        yield tokens[2:] if tokens[1].shows("=") else tokens[1:], sign
    if len(tokens) > 1 and tokens[-1].shows("+"):
        yield tokens[:-1], "over"
    for words, mark in vocab.MARKS:
        if len(tokens) > len(words) and _spells(tokens[: len(words)], words):
            yield tokens[len(words) :], mark
    for words, mark in vocab.LATE_MARKS:
        if len(tokens) > len(words) and _spells(tokens[-len(words) :], words):
            yield tokens[: -len(words)], mark


def _spells(tokens: Tokens, words: tuple[str, ...]) -> bool:
    return all(token.means(word) for token, word in zip(tokens, words, strict=True))


def _joint(words: frozenset[str], signs: str) -> Callable[[Token], bool]:
    return lambda token: token.among(words) or (token.kind is Kind.SIGN and token.text in signs)


_JOINTS: tuple[tuple[Reason, Callable[[Token], bool]], ...] = (
    (Reason.EACH, _joint(vocab.EACH, "/")),
    (Reason.PRODUCT, _joint(vocab.TIMES, "*")),
    (Reason.RANGE, _joint(vocab.RANGE, "-~")),
    (Reason.RATIO, _joint(vocab.OUT_OF, "/")),
    (Reason.SUM, _joint(vocab.SUM, "+&")),
)


def _joined(tokens: Tokens, grammar: Grammar) -> Phrase | None:
    for reason, is_joint in _JOINTS:
        if not any(is_joint(token) for token in tokens):
            continue
        if phrase := _join(reason, _split(tokens, is_joint), grammar):
            return phrase
    return None


def _split(tokens: Tokens, is_joint: Callable[[Token], bool]) -> list[Tokens]:
    pieces: list[Tokens] = [()]
    for token in tokens:
        if is_joint(token):
            pieces.append(())
        else:
            pieces[-1] = (*pieces[-1], token)
    return pieces


def _join(reason: Reason, pieces: list[Tokens], grammar: Grammar) -> Phrase | None:
    if len(pieces) > (_MOST_PARTS if reason is Reason.SUM else 2):
        return None
    if reason is Reason.EACH:
        return _each(pieces[0], pieces[1], grammar)
    if reason is Reason.RANGE and len(pieces[0]) > 1 and pieces[0][0].among(vocab.FROM):
        pieces[0] = pieces[0][1:]
    parts = [part for piece in pieces if (part := single(without_fillers(piece), grammar))]
    nothing = reason is Reason.PRODUCT and any(number.value == 0 for part in parts for number in part.numbers)
    return Phrase(tuple(parts), reason) if len(parts) == len(pieces) and not nothing else None


def _in_a_row(tokens: Tokens, grammar: Grammar) -> Phrase | None:
    """ "5 nam 3 nữ": counts of different things, one after the other, are asked as their sum."""
    starts = [at for at, token in enumerate(tokens) if token.kind is Kind.NUMBER]
    pieces = [tokens[start:end] for start, end in pairwise((*starts, len(tokens)))]
    parts = [part for piece in pieces if (part := single(without_fillers(piece), grammar)) and part.unit]
    if len(parts) < 2 or len(parts) != len(pieces) or starts[0] != 0:
        return None
    return Phrase(tuple(parts), Reason.SUM)


def _each(left: Tokens, right: Tokens, grammar: Grammar) -> Phrase | None:
    """ "500k/suất", "500k mỗi suất": a price for one; "20 suất, mỗi suất 500k": a product."""
    first = single(without_fillers(left), grammar)
    if first is None or not right:
        return None
    if right[-1].kind is Kind.WORD and not _has_number(right, grammar):
        return Phrase((first,), Reason.EACH)
    second = single(without_fillers(right[1:]), grammar)
    return Phrase((first, second), Reason.PRODUCT) if second and right[0].kind is Kind.WORD else None


def _has_number(tokens: Tokens, grammar: Grammar) -> bool:
    return any(token.kind is not Kind.WORD or numerals((token,), grammar.ranks) for token in tokens)


def _with_spare_words(tokens: Tokens, grammar: Grammar) -> Phrase | None:
    """A figure among a few unknown words ("lớp 5", "12 abc") is read, and asked. A number word is not: "để sau"."""
    start = next((at for at, token in enumerate(tokens) if token.kind is Kind.NUMBER), None)
    if start is None:
        return None
    for end in range(len(tokens), start, -1):
        spare = tokens[:start] + tokens[end:]
        if len(spare) > _MOST_SPARE or not all(_is_spare(token, grammar) for token in spare):
            continue
        if part := single(tokens[start:end], grammar):
            asked = tuple(replace(number, doubt=number.doubt or Reason.EXTRA_WORDS) for number in part.numbers)
            return Phrase((Part(asked, (*part.unit, *tokens[end:])),))
    return None


def _is_spare(token: Token, grammar: Grammar) -> bool:
    known = token.among(vocab.VAGUE, vocab.NEGATIONS, vocab.POINT, grammar.ranks)
    return (token.kind is Kind.WORD or token.shows("?")) and not known


def firm(numbers: Numbers) -> Numbers:
    """Without the weak readings, as long as another is left."""
    return tuple(number for number in numbers if not number.weak) or numbers


def ends(left: Numbers, right: Numbers) -> Iterator[Number]:
    """Both ends of a range; "500-600tr" and "hai đến ba trăm" name the rank only once."""
    top = max(number.value for number in right)
    for number in left:
        yield _lifted(number, max(right, key=lambda end: end.scale).scale, top)
    yield from right


def _lifted(number: Number, scale: Decimal, top: Decimal) -> Number:
    neighbours = scale == 10 and 0 < top / scale - number.value <= 2  # "2-3 chục", but not "5 đến hai mươi"
    if number.scale >= 100 or not (scale >= 100 or neighbours):
        return number
    factors = (scale, scale / 1000) if scale > 1000 else (scale,)
    factor = next((factor for factor in factors if number.value * factor <= top), Decimal(1))
    return replace(number.times(factor), scale=scale)


def fold(numbers: tuple[Numbers, ...], combine: Callable[[Decimal, Decimal], Decimal]) -> Iterator[Number]:
    """Every combination of one reading of each part, combined into one number."""
    for chosen in islice(product(*numbers), _MOST_COMBINATIONS):
        total = chosen[0].value
        for number in chosen[1:]:
            total = combine(total, number.value)
        yield Number(total, scale=max(number.scale for number in chosen))
