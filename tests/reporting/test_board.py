"""The board's lines: the same sums as the digest's, found by name, put in order; and the trend as bars."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.board import board, trend
from reporting.board.board import Board
from reporting.board.choosing import Order, Which, chosen
from reporting.board.unit_lines import UnitLine
from reporting.digests.digest_data import Coverage
from storage.uow import UnitOfWork
from tests.reporting.office import Office, at, open_office, two_days
from tests.reporting.words import ZONE

HOUSES = "charity_houses_repaired"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path, lead=HOUSES)
    await two_days(office)
    yield office
    await office.database.close()


async def build(office: Office, day: int, unit: str = "province", *, whole: bool = False) -> Board:
    async with office.database.read() as conn:
        uow = UnitOfWork(conn, at(16, "11:00"))
        period = await office.period(uow, day)
        form = await office.form(uow)
        return await board.build(
            uow, office.library, form, office.units[unit], period, whole=whole, now=uow.now, zone=ZONE
        )  # fmt: skip


def by_name(found: Board) -> dict[str, UnitLine]:
    return {line.short_name: line for line in found.lines}


async def test_a_line_for_each_unit_right_below(office: Office) -> None:
    lines = by_name(await build(office, 15))
    assert list(lines) == ["Bến Cầu", "Gò Dầu", "Hòa Thành", "Tân <Châu> & con"]
    hoa = lines["Hòa Thành"]
    # With the commune below it, and as it was corrected.
    assert (hoa.below, hoa.report_id, hoa.covered.expected, hoa.covered.reported) == (True, None, 2, 2)
    assert hoa.amounts[HOUSES] == 12 + 1
    assert lines["Gò Dầu"].covered == Coverage(expected=1, reported=1)
    assert lines["Gò Dầu"].report_id
    assert lines["Tân <Châu> & con"].covered == Coverage(expected=1)


async def test_a_report_without_figures_silence_and_zero_are_three_things(office: Office) -> None:
    lines = by_name(await build(office, 15))
    assert lines["Gò Dầu"].amounts["memorials_cared"] == 0
    assert "memorials_cared" not in lines["Bến Cầu"].amounts
    of_next = by_name(await build(office, 16))
    assert of_next["Gò Dầu"].covered.nothing == 1
    assert of_next["Gò Dầu"].amounts == {}
    assert of_next["Tân <Châu> & con"].exempt
    assert of_next["Tân <Châu> & con"].covered.expected == 0


@pytest.mark.parametrize(("day", "whole"), [(15, False), (16, False), (16, True)])
async def test_the_lines_add_up_to_the_digest(office: Office, day: int, whole: bool) -> None:
    found = await build(office, day, whole=whole)
    assert sum((line.covered for line in found.lines), Coverage()) == found.digest.coverage
    for figure in found.digest.figures:
        of_now = [line.amounts[figure.indicator] for line in found.lines if figure.indicator in line.amounts]
        so_far = [line.so_far[figure.indicator] for line in found.lines if figure.indicator in line.so_far]
        assert (sum(of_now) if of_now else None) == figure.amount
        assert (sum(so_far) if so_far else None) == figure.so_far


async def test_of_the_whole_campaign_there_is_no_one_report(office: Office) -> None:
    lines = by_name(await build(office, 16, whole=True))
    assert {line.report_id for line in lines.values()} == {None}
    assert lines["Gò Dầu"].covered == Coverage(expected=2, reported=2, on_time=1, nothing=1)


async def test_a_branch_has_its_own_line_first(office: Office) -> None:
    found = await build(office, 15, "hoa")
    assert [(line.short_name, line.itself) for line in found.lines] == [("Hòa Thành", True), ("Hiệp Tân", False)]
    # What it has without the commune, no total says.
    assert found.lines[0].amounts == {}
    assert found.lines[0].report_id
    assert found.lines[1].amounts[HOUSES] == 1


async def test_who_stands_alone_has_what_the_digest_says(office: Office) -> None:
    (line,) = (await build(office, 15, "go")).lines
    assert line.itself
    assert line.amounts[HOUSES] == line.so_far[HOUSES] == 9


async def test_what_is_for_leaders_is_no_figure(office: Office) -> None:
    found = await build(office, 15)
    assert "complaints_heard" not in [figure.indicator for figure in found.digest.figures]
    assert found.figure("complaints_heard") == found.digest.leading


# --- which, and in which order ---------------------------------------------------------------------


def line(name: str, covered: Coverage, amount: int | None = None) -> UnitLine:
    amounts = {} if amount is None else {"n": Decimal(amount)}
    return UnitLine(len(name), name, name, covered=covered, amounts=amounts, so_far=amounts)


LINES = [
    line("Xã Bến Cầu", Coverage(1, 1, 1), 5),
    line("Xã Đức Hòa", Coverage(1, 1, 0), 0),
    line("Huyện Gò Dầu", Coverage(4, 2, 1, 1)),
    line("Phường Tân Ninh", Coverage(1), 9),
]


@pytest.mark.parametrize("typed", ["duc hoa", "Đức", "DUC  HOA", "đức hòa", "ức h"])
def test_found_with_accents_and_without(typed: str) -> None:
    assert [one.name for one in chosen(LINES, words=typed)] == ["Xã Đức Hòa"]


def test_what_no_name_has_finds_nothing() -> None:
    assert chosen(LINES, words="<script>") == []
    assert chosen(LINES, words="  ") == LINES


@pytest.mark.parametrize(
    ("which", "names"),
    [
        (Which.OPEN, ["Huyện Gò Dầu", "Phường Tân Ninh"]),
        (Which.LATE, ["Xã Đức Hòa", "Huyện Gò Dầu"]),
        (Which.ON_TIME, ["Xã Bến Cầu", "Huyện Gò Dầu"]),
        (Which.NOTHING, ["Huyện Gò Dầu"]),
    ],
)
def test_a_branch_is_shown_where_one_of_its_units_stands_so(which: Which, names: list[str]) -> None:
    assert [one.name for one in chosen(LINES, which=which)] == names


def test_orders() -> None:
    def first_letters(order: Order) -> str:
        return "".join(one.name.split()[1][0] for one in chosen(LINES, order=order, by="n"))

    assert first_letters(Order.NAME) == "BĐGT"
    assert first_letters(Order.STATE) == "TGĐB"
    # Zero is less than five and more than silence.
    assert first_letters(Order.AMOUNT) == first_letters(Order.SO_FAR) == "TBĐG"


# --- the trend -------------------------------------------------------------------------------------


async def test_bars_of_the_trend(office: Office) -> None:
    digest = (await build(office, 16)).digest
    first, second = trend.bars(digest, HOUSES, 5)
    assert (first.amount, second.amount) == (12 + 1 + 9, 6)
    assert first.height == trend.HEIGHT - trend.ABOVE - trend.BELOW
    assert second.height == pytest.approx(first.height * 6 / 22, abs=0.1)
    assert first.base == second.base == trend.HEIGHT - trend.BELOW
    assert (first.is_now, second.is_now) == (False, True)
    zero, silence = trend.bars(digest, "memorials_cared", 5)
    assert (zero.height, silence.height) == (trend.ZERO, 0)


async def test_close_bars_are_labelled_as_far_as_there_is_room(office: Office) -> None:
    digest = (await build(office, 16)).digest
    labelled = [bar.is_labelled for bar in trend.bars(digest, HOUSES, 12)]
    assert labelled == [False, True]
