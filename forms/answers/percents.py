"""Percentages: "90 %", "chín mươi phần trăm", "19/19 xã", "375".

The idea: a ratio of two counts is a percentage, and more than 100 % is a normal result. A bare fraction below one
("0,9") may be a share or a percentage and is asked.
"""

from decimal import Decimal

from forms.answers import english
from forms.answers import vocabulary as vocab
from forms.answers.conventions import by_figures
from forms.answers.counts import COUNTS, flatten, is_vague, refuse, settle_stock, tidy, why_asked
from forms.answers.digits import Number
from forms.answers.glosses import read_with_gloss
from forms.answers.quantities import Phrase, firm, read_phrase
from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, merge, settle, unreadable
from forms.answers.stock import stock_answer
from forms.answers.tokens import Tokens, cuts, plain_line

_LARGEST = Decimal(100_000)
_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_ALL = frozenset({"tat ca", "toan bo", "het", "du", "all"})


def read_percent(text: str, *, language: str = "vi") -> Reading:
    """A percentage: `Understood.value` is a Decimal ≥ 0, 90 for "90 %"; a ratio is rounded to two places."""
    return unreadable(text) or by_figures(text, language, _read_line)


def _read_line(text: str) -> Reading:
    ways = cuts(english.numbers(text))
    for tokens in ways:
        if plain_line(tokens) in _ALL:
            return Unsure((_HUNDRED,), reason=Reason.VAGUE)
        if stock := stock_answer(plain_line(tokens)):
            return settle_stock(stock, Decimal(0))
    readings = [reading for tokens in ways if (reading := read_with_gloss(tokens, _read))]
    return merge(readings) or Rejected(Reason.VAGUE if any(map(is_vague, ways)) else Reason.NOT_A_NUMBER)


def _read(tokens: Tokens) -> Reading | None:
    bare, signed = _without_sign(tokens)
    phrase = read_phrase(bare, COUNTS)
    if phrase is None:
        return None
    if phrase.joint is Reason.RATIO and not signed:
        return _share(phrase)
    numbers = firm(flatten(phrase))
    return refuse(phrase, numbers) or _settled(phrase, numbers, signed)


def _without_sign(tokens: Tokens) -> tuple[Tokens, bool]:
    """The tokens without any "%" or "phần trăm", and whether there was one."""
    kept: list[int] = []
    for at, token in enumerate(tokens):
        if token.shows("%") or token.among(vocab.PERCENT):
            continue
        if token.means("trăm") and at and tokens[at - 1].means("phần"):
            kept.pop()
            continue
        kept.append(at)
    return tuple(tokens[at] for at in kept), len(kept) < len(tokens)


def _share(phrase: Phrase) -> Reading:
    done, target = (part.numbers[0] for part in phrase.parts)
    if phrase.negative or not (done.whole and target.whole and target.value):
        return Rejected(Reason.NOT_A_NUMBER)
    share = done.value * _HUNDRED / target.value
    return Understood(tidy(share.quantize(_CENT)), phrase.mark) if share <= _LARGEST else Rejected(Reason.TOO_LARGE)


def _settled(phrase: Phrase, numbers: tuple[Number, ...], signed: bool) -> Reading:
    values = [number.value for number in numbers if number.value <= _LARGEST]
    if not signed:
        values += [value * _HUNDRED for value in values if 0 < value < 1]
    settled = settle(map(tidy, values), doubt=phrase.joint or why_asked(numbers), mark=phrase.mark)
    return settled or Rejected(Reason.TOO_LARGE)
