"""The list of holidays that the bot brings along, lists that offices write, and years of which there is none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from reporting.planning.holidays import HolidayListError, Holidays, read_holidays

LIST = Path(__file__).parents[2] / "campaigns" / "holidays_vn.csv"


@pytest.fixture(scope="module")
def vietnam() -> Holidays:
    return read_holidays(LIST)


def off_weekdays(holidays: Holidays, first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [f"{day:%d/%m}" for day in days if day.weekday() < 5 and not holidays.is_working(day)]


# --- the list --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "off"),
    [
        # As announced: Tết 2022 was Tuesday 1/2; New Year's Day fell on a Saturday, Giỗ Tổ on a Sunday.
        ("2022-01-01", "2022-02-28", ["03/01", "31/01", "01/02", "02/02", "03/02", "04/02"]),
        ("2022-04-01", "2022-05-31", ["11/04", "02/05", "03/05"]),
        ("2022-09-01", "2022-09-30", ["01/09", "02/09"]),
        ("2020-09-01", "2020-09-30", ["02/09"]),
        ("2025-01-01", "2025-02-28", ["01/01", "27/01", "28/01", "29/01", "30/01", "31/01"]),
        ("2026-02-01", "2026-02-28", ["16/02", "17/02", "18/02", "19/02", "20/02"]),
        ("2026-11-01", "2026-12-31", ["24/11"]),
    ],
)
def test_days_off_as_announced(vietnam: Holidays, first: str, last: str, off: list[str]) -> None:
    assert off_weekdays(vietnam, first, last) == off


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        ("2024-04-29", "2024-05-04"),
        ("2025-05-02", "2025-04-26"),
        ("2026-01-02", "2026-01-10"),
        ("2026-08-31", "2026-08-22"),
    ],
)
def test_a_day_off_for_which_a_saturday_is_worked(vietnam: Holidays, off: str, worked: str) -> None:
    assert not vietnam.is_working(date.fromisoformat(off))
    assert vietnam.is_working(date.fromisoformat(worked))
    assert date.fromisoformat(worked).weekday() == 5


# The first day of the lunar year, and 10/3 by the moon. In 2030 the new moon is on 2/2 in Hà Nội, on 3/2 in Beijing.
TET = [
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
    "2028-01-26", "2029-02-13", "2030-02-02",
]  # fmt: skip
GIO_TO = [
    "2020-04-02", "2021-04-21", "2022-04-10", "2023-04-29", "2024-04-18", "2025-04-07", "2026-04-26", "2027-04-16",
    "2028-04-04", "2029-04-23", "2030-04-12",
]  # fmt: skip


def test_every_year_has_its_holidays(vietnam: Holidays) -> None:
    assert vietnam.years == frozenset(range(2020, 2031))
    for tet in map(date.fromisoformat, TET):
        assert {tet - timedelta(days=1), tet, tet + timedelta(days=1), tet + timedelta(days=2)} <= vietnam.off
    assert set(map(date.fromisoformat, GIO_TO)) <= vietnam.off
    for year in vietnam.years:
        solar = {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)}
        assert solar <= vietnam.off


def test_what_is_not_announced_yet_says_so() -> None:
    rows = [row.split(",") for row in LIST.read_text(encoding="utf-8").splitlines()[1:]]
    assert all(("dự kiến" in name) == (day >= "2027") for day, _, name in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


# --- years without a list --------------------------------------------------------------------------


def test_without_a_list_the_same_days_of_each_year_are_off() -> None:
    # 2033: 1/1 and 30/4 on Saturdays, 1/5 on a Sunday, 2/9 on a Friday.
    assert off_weekdays(Holidays(), "2033-01-01", "2033-12-31") == ["03/01", "02/05", "03/05", "02/09"]
    # 2034: 30/4 on a Sunday, 1/5 on the Monday after.
    assert off_weekdays(Holidays(), "2034-04-20", "2034-05-20") == ["01/05", "02/05"]


def test_a_due_day_is_moved_over_the_whole_of_tet(vietnam: Holidays) -> None:
    tet = date(2026, 2, 17)
    assert vietnam.moved(tet, 1) == date(2026, 2, 23)
    assert vietnam.moved(tet, -1) == date(2026, 2, 13)
    assert vietnam.moved(date(2026, 2, 13), 1) == date(2026, 2, 13)


def test_a_list_that_leaves_no_working_day_moves_nothing() -> None:
    year = Holidays(frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(365)))
    assert year.moved(date(2026, 6, 1), 1) == date(2026, 6, 1)


# --- lists that offices write ----------------------------------------------------------------------


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "holidays.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("comma", [",", ";"])
def test_a_list_as_a_spreadsheet_writes_it(tmp_path: Path, comma: str) -> None:
    text = "date,day,name\n24/11/2026,Nghỉ,Ngày Văn hóa\n28/11/2026,Làm việc,bù\n2026-12-25,,Nghỉ riêng\n"
    found = read_holidays(written(tmp_path, text.replace(",", comma)))
    assert found.off == {date(2026, 11, 24), date(2026, 12, 25)}
    assert found.worked == {date(2026, 11, 28)}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("date,day,name\n2026-13-01,nghỉ,x\n2026-01-01,lễ,y\n", [
            "holidays.csv, row 2: the date '2026-13-01' is not a day such as 2022-12-16",
            "holidays.csv, row 3: the day 'lễ' is not one of nghỉ, làm việc",
        ]),
        ("date,day\n2026-01-01,nghỉ\n2026-01-01,làm việc\n", [
            "holidays.csv, row 3: 2026-01-01 stands in the list with another kind of day, too",
        ]),
        ("date,day\n", ["holidays.csv: there is no day in the list"]),
        ("ngày,loại\n1/1/2026,nghỉ\n", ["holidays.csv, row 2: the date None is not a day such as 2022-12-16"]),
        ("date,day\n" + "2026-01-01,nghỉ\n" * 5001, ["holidays.csv: there are more than 5000 rows"]),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used(tmp_path: Path, text: str, problems: list[str]) -> None:
    with pytest.raises(HolidayListError) as caught:
        read_holidays(written(tmp_path, text))
    assert list(caught.value.problems) == problems


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(HolidayListError, match="cannot be read"):
        read_holidays(tmp_path / "holidays.csv")
