"""What a report adds up to. Totals move with every revision, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.model import Form
from forms.results import spread
from forms.tree import plain

Indicators = dict[str, list[str]]
"""As kept with a revision: indicator -> [amount, mark]; the mark says that the amount is about, over or under."""

Change = dict[str, tuple[Decimal, int, int]]
"""Indicator -> what to add to its total: amount, number of reports, number of inexact ones."""


def indicators_of(form: Form, result: Mapping[str, Any], marks: Mapping[str, str]) -> Indicators:
    """The indicators that a report answers. A question that was not asked or was skipped is not a zero: it is absent.

    In a repeat the amounts of all instances that answer are added up; the sum is inexact where one of them is.
    `result` is by question name (`Interview.result`), `marks` by path (`Interview.state`). A calculation that gives
    no number is left out, and what it gives beyond thousandths, which totals do not keep, is rounded.
    """
    amounts: dict[str, list[tuple[Decimal, str]]] = {}
    for path, value in spread(form, result).answers.items():
        if form.by_path[plain(path)].indicator and (amount := _amount(value)) is not None:
            amounts.setdefault(plain(path), []).append((amount, marks.get(path, "")))
    return {
        question.indicator: [
            str(_rounded(sum((amount for amount, _ in amounts[question.ref]), Decimal(0)))),
            _mark_of_sum({mark for _, mark in amounts[question.ref]}),
        ]
        for question in form.indicators()
        if question.ref in amounts
    }


def _amount(value: Any) -> Decimal | None:
    try:
        found = Decimal(value if isinstance(value, int) else str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _rounded(amount: Decimal) -> Decimal:
    return amount if amount == (found := round(amount, 3)) else found


def _mark_of_sum(marks: set[str]) -> str:
    """What is over in one place and under in another is about."""
    inexact = marks - {""}
    return inexact.pop() if len(inexact) == 1 else "about" if inexact else ""


def change(old: Indicators, new: Indicators) -> Change:
    """What turns totals that hold `old` into totals that hold `new`."""
    moved: Change = {}
    for sign, indicators in ((-1, old), (1, new)):
        for indicator, (amount, mark) in indicators.items():
            a, r, i = moved.get(indicator, (Decimal(0), 0, 0))
            moved[indicator] = (a + sign * Decimal(amount), r + sign, i + (sign if mark else 0))
    return {indicator: parts for indicator, parts in moved.items() if any(parts)}
