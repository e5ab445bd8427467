"""A unit in the middle of a number: "2 km rưỡi", "8km5", "8 km 500 m", and the trap "1km2".

The idea: here the unit is a rank of scale one, what stands behind it is its tail. A glued 2 or 3 may be a square or
a cube instead, so it is always asked.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from forms.answers.digits import Number
from forms.answers.numerals import Ranks, numerals, rank, tails
from forms.answers.reading import Reason
from forms.answers.tokens import Kind, Token, Tokens
from forms.answers.vocabulary import HALF_MORE

_UNIT = rank(1)
_METRES = frozenset({"m", "mét"})


def measured(tokens: Tokens, measures: frozenset[str], ranks: Ranks) -> Iterator[Number]:
    at = next((at for at, token in enumerate(tokens) if token.among(measures)), None)
    if at is None or at + 1 == len(tokens):
        return
    before, unit, behind = tokens[:at], tokens[at], tokens[at + 1 :]
    if before and _is_power(unit, behind):
        yield from _powers(before, unit, behind[0], ranks)
    else:
        yield from _sums(_counts(before, behind, ranks), _parts(behind, ranks))


def _is_power(unit: Token, behind: Tokens) -> bool:
    return len(behind) == 1 and behind[0].text in ("2", "3") and behind[0].glued and unit.among(("m", "km"))


def _powers(before: Tokens, unit: Token, power: Token, ranks: Ranks) -> Iterator[Number]:
    """ "1km2" is 1.2 km to some; "500 m2" is an area to everybody."""
    for count in numerals(before, ranks):
        spoken = replace(count, value=count.value + Decimal(power.text) / 10, doubt=Reason.SEVERAL)
        area = replace(count, doubt=Reason.SEVERAL)
        if not unit.glued:
            yield area
        elif unit.means("km"):
            yield spoken
        else:
            yield from (area, spoken)


def _counts(before: Tokens, behind: Tokens, ranks: Ranks) -> tuple[Number, ...]:
    if not before:
        return (Number(Decimal(1)),) if behind and behind[0].among(HALF_MORE) else ()
    return tuple(count for count in numerals(before, ranks) if count.whole)


def _parts(behind: Tokens, ranks: Ranks) -> tuple[Number, ...]:
    if len(behind) == 2 and behind[1].among(_METRES) and behind[0].text.isdigit():
        metres = Decimal(behind[0].text)
        return (Number(metres / 1000),) if metres < 1000 else ()
    if len(behind) != 1 or not (behind[0].kind is Kind.NUMBER or behind[0].among(HALF_MORE)):
        return ()
    return tails(behind, _UNIT, ranks)


def _sums(counts: tuple[Number, ...], parts: tuple[Number, ...]) -> Iterator[Number]:
    for count in counts:
        for part in parts:
            yield replace(count, value=count.value + part.value, style="", doubt=count.doubt or part.doubt)
