"""Regular expressions: those that people write work, those that would never end are given up."""

import time
from pathlib import Path

import pytest

from forms.patterns import MOST_TIME, matches
from tests.forms.kit import problems_of

HOPELESS = [
    ("(a+)+b", "a" * 3000),
    ("((a{1,100}){1,100}){1,9}", "a" * 50 + "b"),
    ("(?:(?:x{65535}){65535}){65535}", "x"),
    ("(?:x{65535}){65535}", "x"),
    ("(?R)?a", "aaaa"),
    ("(" * 900 + ")" * 900, ""),
    ("a" * 3000, "a" * 3000),
    ("a{99999999999}", "a"),
    ("(a|a)*b", "a" * 100_000),
]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^[0-9]{10}$", "0912345678", True),
        (r"[A-Z]{2}[0-9]{50}x{1,1000}", "AB" + "1" * 50 + "x" * 900, True),
        (r"(?:[0-9]{3}-){2,}[0-9]{4}", "090-123-4567", True),
        (r"\p{L}[\p{L} ]*", "Xã Một", True),
        (r"[^\]{]+", "a", True),
        (r"a\{3\}", "a{3}", True),
        (r"x{,2}", "xx", True),
        (r"abc", "abcd", False),
        (r"(", "(", False),
    ],
)
def test_what_people_write(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(("pattern", "text"), HOPELESS)
def test_nothing_takes_long(pattern: str, text: str) -> None:
    before = time.perf_counter()
    assert not matches(pattern, text)
    assert time.perf_counter() - before < MOST_TIME * 10


def test_a_pattern_that_cannot_be_read_is_refused_with_its_cell(tmp_path: Path) -> None:
    rows = "| | text | a | A | regex(., '[0-9]+') |\n| | text | b | B | regex(., '[0-9+') |"
    assert problems_of(tmp_path, f"| survey |\n| | type | name | label | constraint |\n{rows}") == [
        "survey, row 3: the column “constraint” has an expression that cannot be read: "
        "the regular expression “[0-9+” cannot be used"
    ]
