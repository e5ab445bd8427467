"""Every row of the tables: what people type, and what may be made of it.

Columns: kind, input, today, expected, note. `expected` is a value, REJECT, or ASK:a|b (candidates in that order; "skip"
offers to leave it empty; nothing behind the colon asks without candidates). A note may demand more: "confirm",
"flag approx", "flag lower bound", "flag upper bound", "reason=<code>". It is 10:17 in Việt Nam on the day of `today`.
In the strict tables a value that needs no yes must not ask for one.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from forms.answers import (
    Reading,
    Reason,
    Rejected,
    Understood,
    Unsure,
    Value,
    read_date,
    read_datetime,
    read_decimal,
    read_integer,
    read_money,
    read_month,
    read_percent,
    read_place,
    read_places,
    read_time,
    read_year,
    read_yes,
)

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Table -> the language of the people who typed it, and whether it is strict.
TABLES = {
    "vi_inputs.csv": ("vi", False),
    "more_inputs.csv": ("vi", False),
    "moments_and_places.csv": ("vi", True),
    "english_inputs.csv": ("en", True),
}
READERS: dict[str, Callable[[str, date, str], Reading]] = {
    "int": lambda text, _today, language: read_integer(text, language=language),
    "decimal": lambda text, _today, language: read_decimal(text, language=language),
    "percent": lambda text, _today, language: read_percent(text, language=language),
    "vnd": lambda text, _today, language: read_money(text, language=language),
    "time": lambda text, _today, language: read_time(text, language=language),
    "date": lambda text, today, language: read_date(text, today, language=language),
    "datetime": lambda text, today, language: read_datetime(text, now(today), language=language),
    "month": lambda text, today, language: read_month(text, today, language=language),
    "year": lambda text, today, language: read_year(text, today, language=language),
    "place": lambda text, _today, _language: read_place(text),
    "places": lambda text, _today, _language: read_places(text),
    "yes": lambda text, _today, _language: read_yes(text),
}
MARKS = {"flag approx": "about", "flag lower bound": "over", "flag upper bound": "under"}


def now(today: date) -> datetime:
    return datetime(today.year, today.month, today.day, 10, 17, 42, tzinfo=ZONE)


def rows() -> Iterator[dict[str, str]]:
    for name in TABLES:
        with (HERE / name).open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                yield {**row, "table": name}


def read(row: dict[str, str]) -> Reading:
    language, _ = TABLES[row["table"]]
    return READERS[row["kind"]](row["input"], date.fromisoformat(row["today"]), language)


def shown(value: Value) -> str:
    if isinstance(value, datetime):
        assert value.tzinfo is ZONE
        return value.strftime("%Y-%m-%dT%H:%M")
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
    _, strict = TABLES[row["table"]]
    if strict and isinstance(reading, Understood):
        assert reading.confirm == ("confirm" in row["note"])


def check_note(reading: Reading, note: str) -> None:
    if isinstance(reading, Understood):
        assert reading.mark == next((mark for words, mark in MARKS.items() if words in note), "")
        assert reading.confirm or "confirm" not in note
    elif code := re.search(r"reason=(\w+)", note):
        assert reading.reason is Reason(code.group(1))


def test_tables_are_whole() -> None:
    found = list(rows())

    assert {row["kind"] for row in found} == set(READERS)
    assert len(found) > 980
    assert sum(row["table"] == "english_inputs.csv" for row in found) >= 300


def test_english_needs_no_english_screen() -> None:
    """What has one reading in English has it in a Vietnamese conversation too, or is asked; never another value."""
    for row in rows():
        if row["table"] != "english_inputs.csv" or row["expected"].startswith("ASK"):
            continue
        reading = READERS[row["kind"]](row["input"], date.fromisoformat(row["today"]), "vi")
        if row["input"] not in CONTESTED and isinstance(reading, Understood):
            assert as_expected(reading) == row["expected"], row


# A comma before three digits is a decimal sign to a Vietnamese who goes on to write 168 metres.
CONTESTED = {"53,168", "1,255 billion"}
