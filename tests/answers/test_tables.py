"""Every row of both tables: what people type, and what may be made of it.

Columns: kind, input, today, expected, note. `expected` is a value, REJECT, or ASK:a|b (candidates in that order; "skip"
offers to leave it empty; nothing behind the colon asks without candidates). A note may demand more: "confirm",
"flag approx", "flag lower bound", "flag upper bound", "reason=<code>".
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest

from forms.answers import (
    Reading,
    Reason,
    Rejected,
    Understood,
    Unsure,
    Value,
    read_date,
    read_decimal,
    read_integer,
    read_money,
    read_percent,
    read_time,
)

HERE = Path(__file__).parent
READERS = {
    "int": read_integer,
    "decimal": read_decimal,
    "percent": read_percent,
    "vnd": read_money,
    "time": read_time,
}
MARKS = {"flag approx": "about", "flag lower bound": "over", "flag upper bound": "under"}


def rows() -> Iterator[dict[str, str]]:
    for name in ("vi_inputs.csv", "more_inputs.csv"):
        with (HERE / name).open(encoding="utf-8", newline="") as table:
            yield from csv.DictReader(table)


def read(row: dict[str, str]) -> Reading:
    if row["kind"] == "date":
        return read_date(row["input"], date.fromisoformat(row["today"]))
    return READERS[row["kind"]](row["input"])


def shown(value: Value) -> str:
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def as_expected(reading: Reading) -> str:
    match reading:
        case Understood():
            return shown(reading.value)
        case Unsure():
            return "ASK:" + "|".join([*map(shown, reading.candidates), *(["skip"] if reading.skip else [])])
        case Rejected():
            return "REJECT"


@pytest.mark.parametrize("row", tuple(rows()), ids=lambda row: f"{row['kind']}:{row['input']}")
def test_row(row: dict[str, str]) -> None:
    reading = read(row)

    assert as_expected(reading) == row["expected"]
    check_note(reading, row["note"])


def check_note(reading: Reading, note: str) -> None:
    if isinstance(reading, Understood):
        assert reading.mark == next((mark for words, mark in MARKS.items() if words in note), "")
        assert reading.confirm or "confirm" not in note
    elif code := re.search(r"reason=(\w+)", note):
        assert reading.reason is Reason(code.group(1))


def test_tables_are_whole() -> None:
    kinds = [row["kind"] for row in rows()]

    assert set(kinds) == {*READERS, "date"}
    assert len(kinds) > 430
