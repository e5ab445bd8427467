"""What every function gives, row by row, as other engines have it.

The expected values are those of the ODK XForms specification and XPath 1.0, of JavaRosa's and web-forms' own tests, and
of openrosa-xpath-evaluator (Enketo), on which all rows were run; `note` says where that one differs, and why.
"""

import csv
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from forms.functions import FUNCTIONS
from tests.forms.table_kit import evaluate

TABLE = Path(__file__).with_name("functions_table.csv")
with TABLE.open(encoding="utf-8", newline="") as lines:
    ROWS = [(row["expression"], row["data"], row["expected"]) for row in csv.DictReader(lines)]
# Tested elsewhere: what depends on the clock, on chance, or on the form around it.
ELSEWHERE = frozenset({"today", "now", "random", "uuid", "intersects", "pulldata", "choice-name", "itext", "last"})
ELSEWHERE |= {"enclosed-area"}


def same(found: str, expected: str) -> bool:
    """Whether two texts are equal, or numbers that differ only where digits are rounded off."""
    try:
        return found == expected or abs(Decimal(found) - Decimal(expected)) <= abs(Decimal(expected)) * Decimal("1e-12")
    except InvalidOperation:
        return False


@pytest.mark.parametrize(("expression", "data", "expected"), ROWS)
def test_row(expression: str, data: str, expected: str) -> None:
    found = evaluate(expression, data)
    assert same(found, expected), f"{found!r}, not {expected!r}"


def test_every_function_has_a_row() -> None:
    assert len(ROWS) >= 250
    assert [row for row, times in Counter((e, d) for e, d, _ in ROWS).items() if times > 1] == []
    missing = {name for name in FUNCTIONS if not any(f"{name}(" in expression for expression, _, _ in ROWS)}
    assert missing <= ELSEWHERE
