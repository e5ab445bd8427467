"""Answers in their three shapes: JSON, values, and the texts of defaults."""

from datetime import date, time
from decimal import Decimal

import pytest

from forms.kinds import MOST, Kind, clean, convert, dump, load
from forms.values import Json, Value


@pytest.mark.parametrize(
    ("kind", "answer", "canonical"),
    [
        (Kind.INTEGER, 5, 5),
        (Kind.INTEGER, -MOST, -MOST),
        (Kind.INTEGER, None, None),
        (Kind.INTEGER, "", None),
        (Kind.DECIMAL, "8.50", "8.5"),
        (Kind.DECIMAL, Decimal("1E+3"), "1000"),
        (Kind.DECIMAL, 3, "3"),
        (Kind.DECIMAL, "-0.0", "0"),
        (Kind.TEXT, " a ", " a "),
        (Kind.SELECT_MULTIPLE, ["b", "a", "b"], ["b", "a"]),
        (Kind.SELECT_MULTIPLE, [], None),
        (Kind.DATE, "2022-12-16", "2022-12-16"),
        (Kind.DATE, date(2022, 12, 16), "2022-12-16"),
        (Kind.TIME, "09:30:59", "09:30"),
        (Kind.TIME, time(9, 30), "09:30"),
    ],
)
def test_clean(kind: Kind, answer: object, canonical: Json) -> None:
    assert clean(kind, answer) == canonical


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Kind.INTEGER, "5"),
        (Kind.INTEGER, 5.0),
        (Kind.INTEGER, True),
        (Kind.INTEGER, MOST + 1),
        (Kind.DECIMAL, "8,5"),
        (Kind.DECIMAL, "NaN"),
        (Kind.DECIMAL, 8.5),
        (Kind.DECIMAL, False),
        pytest.param(Kind.DECIMAL, 10**5000, id="endless"),
        (Kind.TEXT, 5),
        (Kind.SELECT_ONE, ["a"]),
        (Kind.SELECT_MULTIPLE, "a"),
        (Kind.SELECT_MULTIPLE, [1]),
        (Kind.DATE, "16/12/2022"),
        (Kind.TIME, "25:00"),
        (Kind.CALCULATE, ["a"]),
    ],
)
def test_what_is_of_another_kind(kind: Kind, answer: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        clean(kind, answer)


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        (Kind.INTEGER, 5, Decimal(5)),
        (Kind.DECIMAL, "8.5", Decimal("8.5")),
        (Kind.TEXT, "5", "5"),
        (Kind.SELECT_MULTIPLE, ["a", "b"], "a b"),
        (Kind.DATE, "2022-12-16", date(2022, 12, 16)),
        (Kind.TIME, "09:30", time(9, 30)),
        (Kind.CALCULATE, True, True),
        (Kind.CALCULATE, 5, Decimal(5)),
        (Kind.TEXT, None, ""),
    ],
)
def test_load(kind: Kind, answer: Json, value: Value) -> None:
    found = load(kind, answer)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (Decimal("5.0"), 5),
        (Decimal("5.50"), "5.5"),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        ("", None),
        ("x", "x"),
        (False, False),
        (date(2022, 12, 16), "2022-12-16"),
    ],
)
def test_dump(value: Value, json: Json) -> None:
    found = dump(value)
    assert found == json
    assert type(found) is type(json)


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        (Kind.INTEGER, "5", 5),
        (Kind.INTEGER, Decimal(5), 5),
        (Kind.DECIMAL, "8.50", "8.5"),
        (Kind.TEXT, Decimal(5), "5"),
        (Kind.SELECT_ONE, "a", "a"),
        (Kind.SELECT_MULTIPLE, "a b", ["a", "b"]),
        (Kind.DATE, Decimal(19342), "2022-12-16"),
        (Kind.DATE, "2022-12-16", "2022-12-16"),
        (Kind.TIME, "09:30:00.000+07:00", "09:30"),
        (Kind.CALCULATE, Decimal(7), 7),
        (Kind.NOTE, "", None),
    ],
)
def test_convert(kind: Kind, value: Value, answer: Json) -> None:
    assert convert(kind, value) == answer


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.INTEGER, "8.5"), (Kind.INTEGER, "x"), (Kind.DECIMAL, "x"), (Kind.DATE, "soon"), (Kind.TIME, "noon")],
)
def test_what_cannot_be_converted(kind: Kind, value: Value) -> None:
    with pytest.raises(ValueError, match=r"."):
        convert(kind, value)
