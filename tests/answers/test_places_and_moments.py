"""What must hold for every place, moment and month, and for texts that are made to hurt a reader."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms.answers import (
    LONGEST_PLACE,
    LONGEST_PLACES,
    Reading,
    Understood,
    read_datetime,
    read_month,
    read_place,
    read_places,
    read_year,
)
from forms.geography import clean_place, clean_places
from tests.answers.test_properties import NOW, READERS, TODAY, timed

# Eight hundred places in one text.
MOST_CPU_SECONDS_FOR_LONG = 0.4
LONG = [
    *(part * (5000 // len(part)) for part in ("1", "1 ", "1.", "1,", "10.1,", "1°", "a.", "a-", "=&", "?mlat=1&", "-")),
    *("https://" + part * 600 for part in ("1.", "?q=1,1", "&mlat=1", "!3d1", "@1,1", "°", "a.", "%31", "/place/°")),
    *(start + part * 900 for start in ("geo:", "10.1,106.1;") for part in ("1,", ";u=1", "10.1,106.1\n", "N", "n b ")),
    "www." + "a." * 900, "x" * 1900 + ".com/", ";".join(["10.1 106.1"] * 800), "lat " * 1000, "độ " * 1000,
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_hostile_text_takes_no_time(reader: Callable[[str], Reading]) -> None:
    """Five thousand characters, and cuts of them at the caps of the readers."""
    for text in LONG:
        for cut in (text, text[:200], text[:LONGEST_PLACE], text[:LONGEST_PLACES]):
            assert min(timed(reader, cut)[1] for _ in range(2)) < MOST_CPU_SECONDS_FOR_LONG, cut[:40]


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_a_place_reads_back(latitude: float, longitude: float) -> None:
    canonical = clean_place(f"{latitude:.6f} {longitude:.6f}")
    assume(canonical.count(".") == 2)  # whole degrees are whole places to nobody but a machine
    for written in (
        f"{latitude:.6f}, {longitude:.6f}",
        f"{latitude:.6f} {longitude:.6f} 0 0",
        f"https://maps.google.com/?q={latitude:.6f},{longitude:.6f}",
        f"lon {longitude:.6f} lat {latitude:.6f}",
    ):
        reading = read_place(written)
        near = 8 <= longitude <= 24 and 102 <= latitude <= 118
        assert isinstance(reading, Understood)
        assert reading.value == canonical or near
    assert read_places(f"{canonical}; {canonical}").value == clean_places(f"{canonical};{canonical}")  # type: ignore[union-attr]


@given(day=st.dates(date(1950, 1, 1), date(2040, 12, 31)), hour=st.times())
def test_a_full_moment_reads_back(day: date, hour: time) -> None:
    moment = datetime.combine(day, hour.replace(second=0, microsecond=0), NOW.tzinfo)

    for written in (f"{moment:%d/%m/%Y %H:%M}", f"{moment:%H:%M %d/%m/%Y}", f"{moment:%Y-%m-%dT%H:%M}"):
        reading = read_datetime(written, NOW)
        assert isinstance(reading, Understood)
        assert reading.value == moment


@given(month=st.dates(date(1950, 1, 1), date(2040, 12, 31)))
def test_a_full_month_reads_back(month: date) -> None:
    month = month.replace(day=1)

    for written in (f"{month:%m/%Y}", f"tháng {month.month} năm {month.year}", f"T{month.month}/{month.year}"):
        assert read_month(written, TODAY) == Understood(month)
    assert read_year(str(month.year), TODAY) == Understood(month.replace(month=1))
