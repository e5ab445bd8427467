"""randomize(): with a seed in the order that every tool of ODK makes of it, without one in the draft's own."""

import pytest

from forms.expressions import Expression
from forms.nodes import Env
from forms.shuffling import shuffled
from forms.values import string
from tests.forms.kit import NOW
from tests.forms.table_kit import Draft, evaluate

ROWS = "|".join(f"r/x={letter}" for letter in "ABCDEF")


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        ("42", "AFCBDE"), ("'42'", "AFCBDE"), ("-42", "EDAFBC"), ("1", "BFEACD"), ("1.1", "BFEACD"),
        ("11111111", "ACDBFE"), ("0", "CBEAFD"), ("''", "CBEAFD"), ("number('x')", "CBEAFD"), ("1 div 0", "CBEAFD"),
        ("2147483647", "CBEAFD"), ("-2147483647", "CBEAFD"), ("5989458117437254", "ACBEDF"), ("'mirror'", "ACBEDF"),
    ],
)  # fmt: skip
def test_a_seed_makes_the_order_of_odk(seed: str, expected: str) -> None:
    assert evaluate(f"join('', randomize(/data/r, {seed})/x)", ROWS) == expected


def test_without_a_seed_each_draft_has_an_order_of_its_own() -> None:
    def drawn(seed: str) -> str:
        expression = Expression("join('', randomize(/data/r)/x)")
        return string(expression.evaluate(Draft(ROWS), "/data/q", Env(NOW, seed=seed)))

    assert drawn("1") == drawn("1")
    assert len({drawn(str(seed)) for seed in range(20)}) > 10
    assert sorted(drawn("1")) == [*"ABCDEF"]


@pytest.mark.parametrize("items", ["", "A", "AB"])
def test_a_short_list_keeps_what_it_has(items: str) -> None:
    assert sorted(shuffled(items, "seed")) == [*items]


def test_what_is_shuffled_stays_as_it_was() -> None:
    items = [*range(1000)]
    assert sorted(shuffled(items, True)) == items == [*range(1000)]
