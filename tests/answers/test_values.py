"""What the tables cannot say: types of values, silence about certain answers, the shared refusals."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from forms.answers import (
    LONGEST_ANSWER,
    LONGEST_PLACE,
    LONGEST_PLACES,
    Reason,
    Rejected,
    Understood,
    Unsure,
    read_choice,
    read_choices,
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

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 10, 17, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
READERS = {
    "integer": read_integer,
    "decimal": read_decimal,
    "money": read_money,
    "percent": read_percent,
    "date": lambda text: read_date(text, TODAY),
    "time": read_time,
    "datetime": lambda text: read_datetime(text, NOW),
    "month": lambda text: read_month(text, TODAY),
    "year": lambda text: read_year(text, TODAY),
    "yes": read_yes,
    "choice": lambda text: read_choice(text, ()),
    "choices": lambda text: read_choices(text, ()),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_nothing_and_far_too_much_are_refused_alike(reader) -> None:
    assert reader("") == reader(" \n\t") == Rejected(Reason.EMPTY)
    assert reader("1" * (LONGEST_ANSWER + 1)) == Rejected(Reason.TOO_LONG)


@pytest.mark.parametrize(("reader", "longest"), [(read_place, LONGEST_PLACE), (read_places, LONGEST_PLACES)])
def test_links_may_be_long_and_are_bounded_too(reader, longest: int) -> None:
    link = "https://www.google.com/maps/place/X/data=!3d10.77!4d106.7&hl=" + "a" * 400

    assert read_place(link) == Understood("10.77 106.7 0 0")
    assert reader(" ") == Rejected(Reason.EMPTY)
    assert reader("1" * (longest + 1)) == Rejected(Reason.TOO_LONG)
    assert reader("em chưa rõ ạ") == reader("khoong bieets") == Rejected(Reason.UNKNOWN)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("text", ["không biết", "em chưa rõ ạ", "không nhớ", "khoong bieets", "chưa tổng hợp"])
def test_not_knowing_is_never_a_value(reader, text: str) -> None:
    assert reader(text) == Rejected(Reason.UNKNOWN)


def test_whole_numbers_and_money_are_int() -> None:
    assert type(read_integer("12 em").value) is int  # type: ignore[union-attr]
    assert type(read_money("1,2 tỷ").value) is int  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["8,50", "10", "1000", "0,5 nghìn"])
def test_decimals_carry_neither_exponent_nor_trailing_zeros(text: str) -> None:
    reading = read_decimal(text)

    assert isinstance(reading, Understood)
    assert isinstance(reading.value, Decimal)
    assert "E" not in str(reading.value)
    assert "." not in str(reading.value) or not str(reading.value).endswith("0")


@pytest.mark.parametrize("text", ["12", "12 em", "mười hai", "1.344.522"])
def test_a_plain_figure_needs_no_confirmation(text: str) -> None:
    reading = read_integer(text)

    assert isinstance(reading, Understood)
    assert not reading.confirm
    assert reading.mark == ""


def test_small_and_slangy_amounts_are_confirmed_and_ordinary_ones_are_not() -> None:
    assert read_money("2k") == Understood(2000, confirm=True)
    assert read_money("15 củ") == Understood(15_000_000, confirm=True)
    assert read_money("200k") == Understood(200_000)


def test_the_stronger_mark_stays() -> None:
    assert read_money("khoảng hơn 40tr") == Understood(40_000_000, "over")


def test_a_remark_in_brackets_changes_nothing() -> None:
    assert read_integer("12 em (trong đó 5 nữ)") == Understood(12)
    assert read_integer("12 em, trong đó 5 nữ") == Understood(12)


def test_a_day_is_read_at_the_edge_of_the_year() -> None:
    assert read_date("31/12", date(2027, 1, 1)) == Unsure(
        (date(2026, 12, 31), date(2027, 12, 31)), reason=Reason.WHICH_DAY
    )
    assert read_date("thứ 7 tuần trước", date(2027, 1, 4)) == Understood(date(2027, 1, 2))
    assert read_date("ngày 25", date(2027, 1, 4)) == Unsure(
        (date(2026, 12, 25), date(2027, 1, 25)), reason=Reason.WHICH_DAY
    )


def test_nothing_is_read_beyond_the_calendar() -> None:
    assert read_date("999 ngày trước", date(1901, 1, 1)) == Rejected(Reason.NO_SUCH_DAY)
    assert read_date("15/6/0000", TODAY) == Rejected(Reason.NO_SUCH_DAY)


def test_a_moment_is_of_the_zone_of_the_reporter() -> None:
    paris = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))

    assert read_datetime("2026-06-30T20:30Z", paris) == Understood(datetime(2026, 6, 30, 22, 30, tzinfo=paris.tzinfo))
    assert read_datetime("hôm qua 15h", paris) == Understood(datetime(2026, 6, 30, 15, 0, tzinfo=paris.tzinfo))


def test_months_at_the_edge_of_the_year() -> None:
    january = date(2027, 1, 9)

    assert read_month("tháng trước", january) == Understood(date(2026, 12, 1))
    assert read_month("tháng 2", january) == Unsure((date(2026, 2, 1), date(2027, 2, 1)), reason=Reason.WHICH_DAY)
    assert read_year("năm ngoái", january) == Understood(date(2026, 1, 1))
