"""Which units of a board are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from forms.answers.naming import flat
from reporting.board.unit_lines import UnitLine


class Which(StrEnum):
    """Units by how they have reported; a branch is shown if one of its units has so."""

    ALL = ""
    OPEN = "chua"
    ON_TIME = "dung"
    LATE = "tre"
    NOTHING = "khong"


class Order(StrEnum):
    NAME = "ten"
    STATE = "tt"
    AMOUNT = "ky"
    SO_FAR = "tong"


_COUNTS: dict[Which, Callable[[UnitLine], int]] = {
    Which.OPEN: lambda line: line.covered.missing,
    Which.ON_TIME: lambda line: line.covered.on_time,
    Which.LATE: lambda line: line.covered.late,
    Which.NOTHING: lambda line: line.covered.nothing,
}


def plain(name: str) -> str:
    """A name as it is compared: plain lower-case words, "xa ben cau"."""
    return flat(name)


def chosen(
    lines: Sequence[UnitLine], *, words: str = "", which: Which = Which.ALL, order: Order = Order.NAME, by: str = ""
) -> list[UnitLine]:
    """The lines whose name has these words (typed with accents or without) and that stand so; in an order, of equal
    ones as they were. `by`: the indicator of the amounts."""
    wanted = plain(words)
    found = [line for line in lines if wanted in plain(line.name) and stands(line, which)]
    # They come by name.
    return found if order is Order.NAME else sorted(found, key=lambda line: weights(line, by)[order])


def stands(line: UnitLine, which: Which) -> bool:
    return which is Which.ALL or _COUNTS[which](line) > 0


def weights(line: UnitLine, by: str) -> dict[Order, Any]:
    """By what a line is ordered, the smallest first: who owes most, who has most; silence comes last."""
    return {
        Order.STATE: (-_share_owed(line), -line.covered.late, line.exempt),
        Order.AMOUNT: _most_first(line.amounts.get(by)),
        Order.SO_FAR: _most_first(line.so_far.get(by)),
    }


def _share_owed(line: UnitLine) -> Decimal:
    return Decimal(line.covered.missing) / line.covered.expected if line.covered.expected else Decimal(-1)


def _most_first(amount: Decimal | None) -> tuple[bool, Decimal]:
    return amount is None, -(amount or Decimal(0))
