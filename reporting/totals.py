"""What a report adds up to. Totals move with every revision, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms.model import Form

Indicators = dict[str, list[str]]
"""As kept with a revision: indicator -> [amount, mark]; the mark says that the amount is about, over or under."""

Change = dict[str, tuple[Decimal, int, int]]
"""Indicator -> what to add to its total: amount, number of reports, number of inexact ones."""


def indicators_of(form: Form, result: Mapping[str, Any], marks: Mapping[str, str]) -> Indicators:
    """The indicators that a report answers. A question that was not asked or was skipped is not a zero: it is absent.

    `result` is by question name (`Interview.result`), `marks` by path (`Interview.state`).
    """
    found: Indicators = {}
    for question in form.indicators():
        value = result.get(question.name)
        if value not in (None, ""):
            found[question.indicator] = [str(Decimal(str(value))), marks.get(question.path, "")]
    return found


def change(old: Indicators, new: Indicators) -> Change:
    """What turns totals that hold `old` into totals that hold `new`."""
    moved: Change = {}
    for sign, indicators in ((-1, old), (1, new)):
        for indicator, (amount, mark) in indicators.items():
            a, r, i = moved.get(indicator, (Decimal(0), 0, 0))
            moved[indicator] = (a + sign * Decimal(amount), r + sign, i + (sign if mark else 0))
    return {indicator: parts for indicator, parts in moved.items() if any(parts)}
