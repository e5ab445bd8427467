"""What must hold for every number and every text, not only for those that somebody thought of."""

import random
import time as clock
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms.answers import (
    Option,
    Reading,
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
    unaccent,
)
from forms.answers.counts import looks_like_phone
from forms.answers.vocabulary import words
from tests.answers.speller import spelled
from tests.support.examples import examples

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 10, 17, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
UNITS = tuple(Option(str(n), (f"Đoàn xã số {n} Tân Phú", f"Unit {n}")) for n in range(168))
READERS: dict[str, Callable[[str], Reading]] = {
    "integer": read_integer,
    "decimal": read_decimal,
    "money": read_money,
    "percent": read_percent,
    "date": lambda text: read_date(text, TODAY),
    "time": read_time,
    "integer in km": lambda text: read_integer(text, unit="km", language="en"),
    "decimal in m2": lambda text: read_decimal(text, unit="m2", language="en"),
    "English money": lambda text: read_money(text, language="en"),
    "English date": lambda text: read_date(text, TODAY, language="en"),
    "English time": lambda text: read_time(text, language="en"),
    "datetime": lambda text: read_datetime(text, NOW),
    "English datetime": lambda text: read_datetime(text, NOW, language="en"),
    "month": lambda text: read_month(text, TODAY),
    "year": lambda text: read_year(text, TODAY),
    "yes": read_yes,
    "place": read_place,
    "places": read_places,
    "choice": lambda text: read_choice(text, UNITS),
    "choices": lambda text: read_choices(text, UNITS),
}
MOST_CPU_SECONDS = 0.05

pieces = st.sampled_from(
    [
        *sorted(words()), *"0123456789/-+x*%~().,:'\"_?!$^=&\n", "1.200", "3,6", "1tr5", "10h30", "15/6", "٣", "½",
        "half past", "quarter to", "between", "and a half", "the 16th", "1,200", "500 m", "2 km", "m2", "T", "ago",
        "ca8n", "lúc",
        "10.7769", "106,7009", "10°46'", "N", "https://", "?q=10.7,106.7", "!3d1!4d2", "@", "geo:", "&mlat=1", ".com/",
    ]
)  # fmt: skip
lines = st.builds(lambda parts, gap: gap.join(parts)[:200], st.lists(pieces, max_size=60), st.sampled_from([" ", ""]))
texts = st.text(st.characters(), max_size=210) | lines | st.builds(lambda part: (part * 200)[:200], pieces)


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The tables of words are built on first use."""
    for reader in READERS.values():
        reader("một")


@pytest.mark.parametrize("name", READERS)
@examples(250)
@given(text=texts)
def test_any_text_gets_a_reading_in_no_time(name: str, text: str) -> None:
    reading, spent = timed(READERS[name], text)
    if spent > MOST_CPU_SECONDS:  # once more: a pause of the garbage collector is not the reader's
        reading, spent = timed(READERS[name], text)

    assert isinstance(reading, Understood | Unsure | Rejected)
    assert spent < MOST_CPU_SECONDS


def timed(reader: Callable[[str], Reading], text: str) -> tuple[Reading, float]:
    """The reading and the seconds of CPU that it took."""
    started = clock.process_time()
    return reader(text), clock.process_time() - started


@given(text=texts)
@examples(200)
def test_counts_and_amounts_are_whole_and_never_negative(text: str) -> None:
    for reader in (read_integer, read_money):
        for value in _values(reader(text)):
            assert type(value) is int
            assert value >= 0


@given(text=texts)
@examples(200)
def test_measures_are_finite_and_never_negative(text: str) -> None:
    for reader in (read_decimal, read_percent):
        for value in _values(reader(text)):
            assert isinstance(value, Decimal)
            assert value.is_finite()
            assert value >= 0


def _values(reading: Reading) -> tuple[object, ...]:
    match reading:
        case Understood():
            return (reading.value,)
        case Unsure():
            return reading.candidates
        case Rejected():
            return ()


@given(number=st.integers(0, 10**15))
def test_a_count_as_an_office_writes_it(number: int) -> None:
    written = f"{number:,}"
    # 84.912.345.678 is a phone and no count, and so is 840 000 000 000.
    assume(not any(looks_like_phone(written.replace(",", mark)) for mark in (".", " ", ",")))

    assert read_integer(written.replace(",", ".")) == Understood(number)
    assert read_integer(written.replace(",", " ")) == Understood(number)
    assert read_integer(written) == Understood(number)
    assert read_integer(f"{written.replace(',', '.')} lượt người") == Understood(number)


@given(number=st.integers(10_000, 10**15))
def test_an_amount_as_an_office_writes_it(number: int) -> None:
    written = f"{number:,}".replace(",", ".")

    for unit in ("đ", " đồng", " VNĐ", " ₫"):
        assert read_money(written + unit) == Understood(number)


@given(number=st.integers(1_000_000, 10**12), digits=st.integers(1, 9))
def test_a_measure_with_groups_and_a_fraction_has_one_reading(number: int, digits: int) -> None:
    written = f"{number:,}".replace(",", ".") + f",{digits}"

    assert read_decimal(written) == Understood(Decimal(f"{number}.{digits}"))


@given(whole=st.integers(1, 999), fraction=st.integers(0, 999))
def test_three_digits_behind_a_dot_are_never_settled_silently(whole: int, fraction: int) -> None:
    reading = read_decimal(f"{whole}.{fraction:03}")

    assert isinstance(reading, Unsure)
    assert set(reading.candidates) == {Decimal(f"{whole}.{fraction:03}"), Decimal(whole * 1000 + fraction)}


@given(number=st.integers(1, 999_999))
def test_a_bare_amount_below_a_million_is_always_asked(number: int) -> None:
    reading = read_money(str(number))

    assert isinstance(reading, Unsure)
    assert len(reading.candidates) == 2


def test_small_numbers_in_words_read_back() -> None:
    assert read_integer("không") == Understood(0, confirm=True)
    for number in range(1, 10_000):
        assert read_integer(spelled(number)) == Understood(number), spelled(number)


def test_large_numbers_in_words_read_back() -> None:
    source = random.Random(1912)
    for _ in range(1500):
        number = source.randrange(1, 10 ** source.randint(4, 12))
        for written in (spelled(number), spelled(number, zero="lẻ", thousand="ngàn")):
            assert read_integer(written) == Understood(number), written
        assert number in _values(read_integer(unaccent(spelled(number)))), number


@given(day=st.dates(date(1950, 1, 1), date(2040, 12, 31)))
def test_a_full_date_reads_back(day: date) -> None:
    for written in (f"{day.day}/{day.month}/{day.year}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", day.isoformat()):
        assert read_date(written, TODAY) == Understood(day)
    assert read_date(f"ngày {day.day} tháng {day.month} năm {day.year}", TODAY) == Understood(day)


@given(today=st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_days_near_today_follow_today(today: date) -> None:
    assert read_date("hôm nay", today) == Understood(today)
    assert read_date("hôm kìa", today) == Understood(today - timedelta(days=3))
    for text in ("t7", "ngày 25", "15/12", "chủ nhật"):
        reading = read_date(text, today)
        assert all(value <= today for value in _values(reading)[:1])


@given(moment=st.times())
def test_a_time_of_the_clock_reads_back(moment: time) -> None:
    moment = moment.replace(second=0, microsecond=0)

    reading = read_time(f"{moment:%H:%M}")

    assert isinstance(reading, Understood)
    assert reading.value == moment


def test_an_amount_of_eighty_four_milliards_is_no_phone() -> None:
    assert read_integer("840.000.000.000") == Understood(840_000_000_000)
    assert not isinstance(read_integer("84 912 345 678"), Understood)


@given(whole=st.integers(1, 999), fraction=st.integers(0, 999))
def test_no_language_settles_a_factor_of_a_thousand_silently(whole: int, fraction: int) -> None:
    for sign in ".,":
        for reader in (read_decimal, read_money):
            reading = reader(f"{whole}{sign}{fraction:03}", language="en")
            assert isinstance(reading, Unsure) or (isinstance(reading, Understood) and reading.confirm)
