"""The question's unit: converted with a yes, refused when it is of another kind; and unlike things are never added."""

from decimal import Decimal

import pytest

from forms.answers import Reading, Reason, Rejected, Understood, Unsure, read_decimal, read_integer
from forms.answers.units import measure


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2km", "km", "2"), ("3 km", "km đường", "3"), ("500m", "m", "500"), ("500 mét", "mét", "500"),
        ("500 m2", "m2", "500"), ("hai cây rưỡi", "km", "2.5"), ("hai cây số", "km", "2"), ("nửa cây", "km", "0.5"),
        ("8km5", "km", "8.5"), ("8 km 500 m", "km", "8.5"), ("500 cây", "cây", "500"), ("1 lít", "lít", "1"),
        ("5", "km", "5"), ("12 em", "em", "12"), ("2.5 kilometres", "km", "2.5"),
    ],
)  # fmt: skip
def test_its_own_unit_changes_nothing(text: str, unit: str, value: str) -> None:
    assert read_decimal(text, unit=unit) == Understood(Decimal(value))


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("500 mét", "km", "0.5"), ("500 metres", "km", "0.5"), ("2 km rưỡi", "m", "2500"), ("8km5", "m", "8500"),
        ("8 km 500 m", "m", "8500"), ("1,5 ha", "m2", "15000"), ("2 tấn", "kg", "2000"), ("1 tạ", "kg", "100"),
        ("2 kg", "tấn", "0.002"), ("1,5 m3", "lít", "1500"),
    ],
)  # fmt: skip
def test_another_size_is_converted_and_confirmed(text: str, unit: str, value: str) -> None:
    assert read_decimal(text, unit=unit) == Understood(Decimal(value), confirm=True)


@pytest.mark.parametrize(
    ("text", "unit", "reading"),
    [
        ("600", "triệu đồng", Understood(Decimal(600))),
        ("600 triệu", "triệu đồng", Understood(Decimal(600))),
        ("600 triệu đồng", "triệu đồng", Understood(Decimal(600))),
        ("40 million", "million dong", Understood(Decimal(40))),
        ("1,2 tỷ", "triệu đồng", Understood(Decimal(1200), confirm=True)),
        ("600 ngàn đồng", "triệu đồng", Understood(Decimal("0.6"), confirm=True)),
        ("600.000.000 đồng", "triệu đồng", Understood(Decimal(600), confirm=True)),
        ("khoảng 40tr", "nghìn đồng", Understood(Decimal(40_000), "about", confirm=True)),
        ("1.200 triệu", "triệu đồng", Unsure((Decimal("1.2"), Decimal(1200)), reason=Reason.THOUSANDS)),
        ("1 tỷ 200 triệu", "triệu đồng", Rejected(Reason.WRONG_UNIT)),
        ("1tr5", "triệu đồng", Rejected(Reason.WRONG_UNIT)),
        ("2 nghìn", "người", Understood(Decimal(2000))),
    ],
)
def test_a_table_in_millions_never_takes_a_million_millions(text: str, unit: str, reading: Reading) -> None:
    assert read_decimal(text, unit=unit) == reading


def test_a_count_is_converted_when_it_stays_whole() -> None:
    assert read_integer("2 km", unit="m") == Understood(2000, confirm=True)
    assert type(read_integer("2 km", unit="m").value) is int  # type: ignore[union-attr]
    assert read_integer("500 m", unit="km") == Rejected(Reason.NOT_WHOLE)


def test_marks_and_ranges_are_kept() -> None:
    assert read_decimal("khoảng 800m", unit="km") == Understood(Decimal("0.8"), "about", confirm=True)
    assert read_decimal("500-600 m", unit="km") == Unsure((Decimal("0.5"), Decimal("0.6")), reason=Reason.RANGE)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("5 kg", "km"), ("500 m2", "km"), ("5 km", "căn"), ("2 miles", "km"), ("từ 500 m đến 1 km", "km"), ("3 ha", "kg"),
     ("2 tuyến 800 m", "km")],
)  # fmt: skip
def test_what_cannot_be_converted_is_refused(text: str, unit: str) -> None:
    assert read_decimal(text, unit=unit) == Rejected(Reason.WRONG_UNIT)


def test_a_count_of_things_is_no_length() -> None:
    assert read_decimal("5 căn", unit="km") == Unsure((Decimal(5),), reason=Reason.WRONG_UNIT)


def test_without_a_unit_metres_may_be_either() -> None:
    assert read_decimal("500 m") == Unsure((Decimal(500), Decimal("0.5")), reason=Reason.THOUSANDS)


def test_which_units_are_measures() -> None:
    assert all(measure(unit) for unit in ("km", "km đường", "mét", "kilometres", "m²"))
    assert not any(measure(unit) for unit in ("căn", "lượt người", ""))


@pytest.mark.parametrize(
    ("text", "unit", "candidates"),
    [
        ("2 buổi 120 người", "", (2, 120)), ("2 buổi, 120 người", "", (2, 120)), ("2 buổi và 120 lượt", "", (2, 120)),
        ("2 buổi, 120 người", "người", (120,)), ("2 buoi 120 nguoi", "buổi", (2,)), ("3 hộ 12 người", "", (3, 12)),
        ("6 meetings and 120 people", "", (6, 120)), ("2 tuyến 5 km", "km", (5,)),
    ],
)  # fmt: skip
def test_unlike_things_are_never_added(text: str, unit: str, candidates: tuple[int, ...]) -> None:
    assert read_integer(text, unit=unit) == Unsure(candidates, reason=Reason.UNLIKE)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("5 nam, 3 nữ", 8),
        ("5 đoàn viên 3 thanh niên", 8),
        ("2 căn và 3 căn", 5),
        ("12 children and 3 adults", 15),
        ("5+3", 8),
    ],
)
def test_like_things_are_added_and_asked(text: str, total: int) -> None:
    assert read_integer(text) == Unsure((total,), reason=Reason.SUM)
