"""Numerals of words, digits and both: "ba ngàn hai", "3 tỷ 600", "1tr05", "twenty five", "tám phẩy năm".

The idea: find the highest rank word (tỷ > triệu > vạn > nghìn > trăm > mươi), read what stands before it as its
count and what stands behind it as its tail. A lone digit in a tail belongs to the next lower rank: "ba ngàn hai" is
3200. Where speech leaves two readings ("1tr50", "hai triệu ba trăm") both are returned, the likelier first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

from forms.answers import vocabulary as vocab
from forms.answers.digits import ZERO, Number, read_digits
from forms.answers.reading import Reason
from forms.answers.tokens import Kind, Token, Tokens

# 999 tỷ spelled out has 24 words; anything far longer is no number, and need not cost time.
_LONGEST = 32
_MOST_READINGS = 8
_ENGLISH_ARTICLES = frozenset({"a", "an"})
_HALF = Decimal("0.5")
_DIGITS = {**vocab.DIGITS, **vocab.LATE_DIGITS}


@dataclass(frozen=True, slots=True)
class Rank:
    """A word that multiplies what stands before it."""

    scale: Decimal
    below: Decimal  # its count must be smaller than this
    head: Decimal | None = None  # the count that the word carries itself: hăm is 2 tens
    bare: bool = False  # may stand without a count: "trăm hai"
    rough: bool = False  # and then means only roughly that many: "mươi em", "chục em"
    plainly: bool = False  # English: no lone digit stands for the next rank, "two hundred five" is 205
    slang: bool = False
    doubt: Reason | None = None


Ranks = Mapping[str, Rank]


def rank(scale: int, below: int = 10**15, *, bare: bool = False, rough: bool = False, plainly: bool = False) -> Rank:
    return Rank(Decimal(scale), Decimal(below), bare=bare, rough=rough, plainly=plainly)


def _carried(scale: int, head: int, *, plainly: bool = False) -> Rank:
    return Rank(Decimal(scale), Decimal(10), head=Decimal(head), plainly=plainly)


_THOUSAND, _MILLION, _BILLION = 1_000, 1_000_000, 1_000_000_000
COMMON_RANKS: Ranks = {
    "mười": _carried(10, 1), "hăm": _carried(10, 2), "băm": _carried(10, 3),
    "mươi": rank(10, 10, bare=True, rough=True), "chục": rank(10, 100, bare=True, rough=True),
    "tá": rank(12, 100, plainly=True), "trăm": rank(100, 10, bare=True),
    "nghìn": rank(_THOUSAND, bare=True), "ngàn": rank(_THOUSAND, bare=True), "ngìn": rank(_THOUSAND, bare=True),
    "vạn": rank(10_000, bare=True),
    "triệu": rank(_MILLION, bare=True), "tỷ": rank(_BILLION, bare=True), "tỉ": rank(_BILLION, bare=True),
    **{word: _carried(10, count, plainly=True) for word, count in vocab.ENGLISH_TENS.items()},
    "dozen": rank(12, 100, plainly=True), "hundred": rank(100, 100, plainly=True),
    "thousand": rank(_THOUSAND, plainly=True), "million": rank(_MILLION, plainly=True),
    "billion": rank(_BILLION, plainly=True),
}  # fmt: skip


def numerals(tokens: Tokens, ranks: Ranks) -> tuple[Number, ...]:
    """Every reading of exactly these tokens as one number; none when they are anything else."""
    if not tokens or len(tokens) > _LONGEST:
        return ()
    top = max(_ranked(tokens, ranks), default=None)
    point = next((at for at, token in enumerate(tokens) if token.among(vocab.POINT)), None)
    if point is not None and (top is None or top[0] < _THOUSAND):
        return tuple(_pointed(tokens[:point], tokens[point + 1 :], ranks))
    if top is None:
        return tuple(_atoms(tokens))
    return tuple(_joined(tokens, top[1], ranks))[:_MOST_READINGS]


def _ranked(tokens: Tokens, ranks: Ranks) -> Iterator[tuple[Decimal, int]]:
    for at, token in enumerate(tokens):
        scales = [ranks[sense].scale for sense in token.senses if sense in ranks]
        if scales:
            yield max(scales), at


def _joined(tokens: Tokens, at: int, ranks: Ranks) -> Iterator[Number]:
    before, behind = tokens[:at], tokens[at + 1 :]
    for kind in _kinds(tokens[at], bool(before), ranks):
        for head in _heads(before, behind, kind, ranks):
            for tail in tails(behind, kind, ranks) if head.whole or not behind else ():
                yield Number(
                    head.value * kind.scale + tail.value,
                    scale=kind.scale,
                    doubt=kind.doubt or head.doubt or tail.doubt,
                    slang=kind.slang or head.slang or tail.slang,
                    weak=head.weak or tail.weak,
                )


def _kinds(token: Token, counted: bool, ranks: Ranks) -> list[Rank]:
    """The ranks that the word may be here: "muoi" is mươi behind a digit and mười elsewhere."""
    kinds = [ranks[sense] for sense in sorted(token.senses) if sense in ranks]
    if not counted:
        return [kind for kind in kinds if kind.head is not None] or kinds
    # "hai mười" is a misspelt "hai mươi": readable, but asked.
    counting = [kind for kind in kinds if kind.head is None]
    return counting or [replace(kind, head=None, doubt=Reason.TYPO) for kind in kinds]


def _heads(before: Tokens, behind: Tokens, kind: Rank, ranks: Ranks) -> tuple[Number, ...]:
    if kind.head is not None:
        return (Number(kind.head),)
    if not before:
        rough = kind.rough or not behind
        return (Number(Decimal(1), doubt=Reason.VAGUE if rough else None),) if kind.bare else ()
    if len(before) == 1 and before[0].text in _ENGLISH_ARTICLES:
        return (Number(Decimal(1)),)
    counts = numerals(before, ranks)
    return tuple(count for count in counts if ZERO <= count.value < kind.below and count.scale < kind.scale)


def tails(tokens: Tokens, kind: Rank, ranks: Ranks) -> tuple[Number, ...]:
    """Readings of what follows a rank word, as amounts to add."""
    if not tokens:
        return (Number(ZERO),)
    if kind.plainly:
        return _lower(tokens[1:] if tokens[0].means("and") else tokens, kind, ranks)
    if len(tokens) == 1 and tokens[0].among(vocab.HALF_MORE):
        return (Number(kind.scale / 2),)
    if tokens[0].among(vocab.ODD):
        return _lower(tokens[1:], kind, ranks)
    if all(token.among(_DIGITS) for token in tokens) and len(tokens) <= 2:
        return _short_tail("".join(str(_digit(token)) for token in tokens), kind)
    if len(tokens) == 1 and tokens[0].text.isdigit():
        return _short_tail(tokens[0].text, kind)
    return _lower(tokens, kind, ranks)


def _short_tail(typed: str, kind: Rank) -> tuple[Number, ...]:
    """Digits behind a rank: "1tr5", "1tr05" and "3 tỷ 600" have one reading, "1tr50" has two."""
    value, size = Decimal(typed), len(typed)
    if size == 1:
        return (Number(value * kind.scale / 10),)
    if kind.scale not in (1, _THOUSAND, _MILLION, _BILLION):
        return (Number(value),) if value < kind.scale else ()
    if size <= 3:
        tenths = Number(value * kind.scale / 10**size)
        lower = Number(value * kind.scale / 1000)
        return (tenths,) if size == 3 or typed.startswith("0") else (tenths, lower)
    full = len(str(kind.scale)) - 1
    return (Number(value, doubt=None if size == full else Reason.SEVERAL),) if size <= full else ()


def _lower(tokens: Tokens, kind: Rank, ranks: Ranks) -> tuple[Number, ...]:
    """A tail that is a numeral of its own. "hai triệu ba trăm": three hundred thousand, or literally three hundred."""
    numbers = numerals(tokens, ranks)
    found = [tail for tail in numbers if tail.whole and tail.value < kind.scale and tail.style != "fraction"]
    if kind.scale < _MILLION or kind.plainly:
        return tuple(found)
    return tuple(chain.from_iterable(_spoken_and_literal(tail, kind) for tail in found))


def _spoken_and_literal(tail: Number, kind: Rank) -> tuple[Number, ...]:
    if not 0 < tail.value < _THOUSAND or tail.scale >= _THOUSAND:
        return (tail,)
    return (tail.times(kind.scale / _THOUSAND), tail)


def _pointed(before: Tokens, behind: Tokens, ranks: Ranks) -> Iterator[Number]:
    if not (part := _decimals(behind, ranks)):
        return
    for count in numerals(before, ranks):
        if count.whole:
            yield replace(count, value=count.value + Decimal(f"0.{part}"), style="fraction")


def _decimals(tokens: Tokens, ranks: Ranks) -> str:
    """The digits behind "phẩy": "không năm" is 05, "hai lăm" and "hai mươi lăm" are 25."""
    if tokens and all(token.text.isdigit() or token.among(_DIGITS) for token in tokens):
        return "".join(token.text if token.text.isdigit() else str(_digit(token)) for token in tokens)
    spoken = numerals(tokens, ranks)
    return str(int(spoken[0].value)) if len(spoken) == 1 and spoken[0].whole and spoken[0].value < _THOUSAND else ""


def _atoms(tokens: Tokens) -> Iterator[Number]:
    """Numerals without a rank word: digits, one digit word, "hai mốt", "hai rưỡi", "nửa"."""
    first, last = tokens[0], tokens[-1]
    if len(tokens) == 1:
        yield from _single(first)
    elif last.among(vocab.HALF_MORE):
        yield from (replace(base, value=base.value + _HALF) for base in _atoms(tokens[:-1]) if base.whole)
    elif len(tokens) == 2 and (first.means("half") or last.among(vocab.HALF)):
        yield from [Number(_HALF)] if first.means("một") or last.text in _ENGLISH_ARTICLES else []
    elif len(tokens) == 2 and first.among(vocab.DIGITS) and last.among(_DIGITS):
        yield from _pair(_digit(first), last)


def _single(token: Token) -> Iterator[Number]:
    if token.kind is Kind.NUMBER:
        yield from read_digits(token.text)
    elif token.among(vocab.ENGLISH_SMALL):
        yield Number(Decimal(vocab.ENGLISH_SMALL[token.text]))
    elif token.among(vocab.HALF):
        yield Number(_HALF)
    elif token.among(vocab.DIGITS):
        # "sau" without accents is as likely "later".
        yield Number(Decimal(_digit(token)), doubt=Reason.TYPO if token.means("sau") else None)
    elif token.means("tư"):
        yield Number(Decimal(4), doubt=Reason.TYPO)


def _pair(tens: int, token: Token) -> Iterator[Number]:
    """Two digit words: "hai mốt" is 21; "hai ba" is two or three, or 23; "ba hai" hardly anything but 32."""
    ones = _digit(token)
    firm = tens >= 2 and token.among(vocab.LATE_DIGITS)
    both = (tens, ones) if not firm and tens > 0 and 0 < ones - tens <= 2 else ()
    for value in (*both, 10 * tens + ones):
        yield Number(Decimal(value), doubt=None if firm else Reason.SEVERAL)


def _digit(token: Token) -> int:
    return next(_DIGITS[sense] for sense in sorted(token.senses) if sense in _DIGITS)
