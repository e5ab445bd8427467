"""Rates and states by hand: the two days of `office`, on 16 December at noon.

             15 December      16 December
Hòa Thành    on time          on time
 Hiệp Tân    on time          –
Gò Dầu       late             nothing, on time
Bến Cầu      late             –
Tân Châu     –                exempt
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from locales.translator import Translators
from reporting.digests.digest_data import Coverage
from reporting.ranks import rates
from reporting.ranks.rates import Rate, Standing, State, standing, words
from storage import rates as queries
from storage import units
from storage.tables import Report
from storage.uow import Row, table
from tests.reporting.office import Office, at
from tests.reporting.offices import office_after_two_days
from tests.reporting.words import ZONE

NOON = at(16, "12:00")
TR = Translators(ZONE)["en"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_after_two_days(tmp_path) as office:
        yield office


def numbers(lines: list[rates.Line]) -> dict[str, tuple[int, int, int]]:
    return {line.name: (line.covered.expected, line.covered.reported, line.covered.on_time) for line in lines}


async def test_by_unit_with_all_below_it(office: Office) -> None:
    async with office.work(NOON) as uow:
        periods = await queries.due_periods(uow, 1, NOON)
        lines = await rates.by_unit(uow, periods, office.units["province"])
        below = await rates.by_unit(uow, periods, office.units["hoa"])
    assert numbers(lines) == {
        "Huyện đoàn Bến Cầu": (2, 1, 0), "Huyện đoàn Gò Dầu": (2, 2, 1), "Huyện đoàn Hòa Thành": (4, 3, 3),
        "Huyện đoàn Tân <Châu> & con": (1, 0, 0),
    }  # fmt: skip
    assert [line.name for line in lines if line.below] == ["Huyện đoàn Hòa Thành"]
    assert numbers(below) == {"Huyện đoàn Hòa Thành": (2, 2, 2), "Đoàn xã Hiệp Tân": (2, 1, 1)}
    assert [line.itself for line in below] == [True, False]


async def test_by_period_and_by_form(office: Office) -> None:
    async with office.work(NOON) as uow:
        periods = await queries.due_periods(uow, 1, NOON)
        assert numbers(await rates.by_period(uow, periods, "/")) == {"2022-12-15": (5, 4, 2), "2022-12-16": (4, 2, 2)}
        assert numbers(await rates.by_form(uow, periods, "/")) == {"daily": (9, 6, 4)}
        covered = await rates.overall(uow, periods, office.units["province"]["path"])
    assert covered == Coverage(expected=9, reported=6, on_time=4, nothing=1)
    assert covered == (await office.digest(16, NOON, whole=True)).coverage


async def test_a_period_counts_from_its_due_time_on(office: Office) -> None:
    async with office.work(NOON) as uow:
        assert await queries.due_periods(uow, 1, at(15, "09:59")) == []
        assert [p["name"] for p in await queries.due_periods(uow, 1, at(16, "09:59"))] == ["2022-12-15"]


async def test_a_unit_that_has_moved_counts_where_it_stood(office: Office) -> None:
    moved = at(15, "12:00")
    async with office.work(moved) as uow:
        await units.move(uow, office.units["hiep"]["id"], office.units["go"], moved)
    async with office.work(NOON) as uow:
        periods = await queries.due_periods(uow, 1, NOON)
        lines = numbers(await rates.by_unit(uow, periods, office.units["province"]))
    # Hiệp Tân's report of the 15th is Hòa Thành's, the one of the 16th, which is missing, Gò Dầu's.
    assert lines["Huyện đoàn Hòa Thành"] == (3, 3, 3)
    assert lines["Huyện đoàn Gò Dầu"] == (3, 2, 1)


def test_a_rate_of_nothing_is_none_and_99_6_percent_are_not_all() -> None:
    assert [Rate(0, 0).percent, Rate(0, 3).percent, Rate(2, 3).percent, Rate(3, 3).percent] == [None, 0, 67, 100]
    assert Rate(249, 250).percent == 99


# --- states ----------------------------------------------------------------------------------------

DUE, CLOSES = at(16, "10:00"), at(18, "10:00")
BEFORE, BETWEEN, AFTER = at(16, "09:00"), at(17), at(19)


def row(state: str, *, late: bool | None = None, report_state: str | None = None) -> Row:
    return {"state": state, "due_at": DUE, "closes_at": CLOSES, "late": late, "report_state": report_state}


@pytest.mark.parametrize(
    ("found", "now", "state", "said"),
    [
        (row("open"), BEFORE, State.OPEN, "Not due yet"),
        (row("open"), DUE, State.OPEN, "Not due yet"),
        (row("open"), BETWEEN, State.MISSING, "Not reported"),
        (row("open"), AFTER, State.MISSING, "Not reported"),
        (row("exempt"), AFTER, State.EXEMPT, "Exempt"),
        (row("reported", late=False), BETWEEN, State.REPORTED, "On time"),
        (row("reported", late=True), BETWEEN, State.LATE, "Late"),
        (row("nothing", late=False), BETWEEN, State.NOTHING, "Nothing to report"),
        (row("nothing", late=True), BETWEEN, State.LATE, "Nothing to report, late"),
        (row("reported", late=True, report_state="returned"), BETWEEN, State.RETURNED, "Late, asked back"),
        (row("reported", late=False, report_state="returned"), AFTER, State.LOCKED, "On time, locked"),
        (row("reported", late=False, report_state="approved"), BETWEEN, State.LOCKED, "On time, locked"),
        (row("nothing", late=False, report_state="corrected"), CLOSES, State.LOCKED, "Nothing to report, locked"),
    ],
)  # fmt: skip
def test_how_a_row_stands(found: Row, now: datetime, state: State, said: str) -> None:
    assert standing(found, now).state is state
    assert words(standing(found, now), TR) == said


def test_without_more_a_cell_says_only_how_it_came() -> None:
    assert words(Standing(State.REPORTED, late=True, locked=True), TR, more=False) == "Late"


async def test_the_rows_of_a_unit_as_they_stand(office: Office) -> None:
    async with office.work(NOON) as uow:
        t = table(Report)
        await uow.run(update(t).where(t.c.unit_id == office.units["go"]["id"], t.c.late).values(state="approved"))
        found: list[Any] = [
            [
                (r["period"], r["form"], standing(r, NOON).state)
                for r in await queries.rows_of_unit(uow, unit["id"], 1, NOON)
            ]
            for unit in (office.units["go"], office.units["tan"])
        ]
    assert found[0] == [("2022-12-16", "daily", State.NOTHING), ("2022-12-15", "daily", State.LOCKED)]
    assert found[1] == [("2022-12-16", "daily", State.EXEMPT), ("2022-12-15", "daily", State.MISSING)]
