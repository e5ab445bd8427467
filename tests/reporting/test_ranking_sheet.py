"""The sheet `ranking` of a campaign's workbook: what it says, and what is wrong in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forms.sheets import Row as SheetRow
from forms.sheets import Sheet
from reporting.ranks import ranking_figures
from reporting.ranks.ranking import Ranking
from reporting.ranks.ranking_rules import Class, Criterion, Rules, What
from reporting.ranks.ranking_sheet import read_ranking
from storage import rates as queries
from storage.uow import UnitOfWork
from tests.reporting.office import Office, at
from tests.reporting.offices import office_after_two_days
from tests.reporting.words import ZONE

NOON = at(16, "12:00")
ON_TIME = Criterion(What.ON_TIME, "", Decimal(30))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_after_two_days(tmp_path) as office:
        yield office


class _Workbook:
    columns = {  # noqa: RUF012
        "a": {"indicator": "houses"}, "b": {"indicator": "complaints", "audience": "leaders"}, "c": {},
    }  # fmt: skip


class _Form:
    slug = "daily"
    workbook = _Workbook()


TARGETS = [
    {"target": "roofs", "kind": "sum", "indicator": "houses", "amount": "40", "weight": "7", "label::vi": "Mái ấm"},
    {"target": "places", "kind": "quota", "indicator": "houses", "amount": "3"},
    {"target": "all", "kind": "each unit", "indicator": "houses"},
    {"target": "grief", "kind": "sum", "indicator": "complaints", "amount": "1"},
]


def read(*rows: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    problems: list[str] = []
    sheets = {"ranking": _sheet(list(rows)), "targets": _sheet(TARGETS)}
    forms: Any = [_Form()]
    return read_ranking([("campaign.md", sheets)], forms, problems), problems


def _sheet(rows: list[dict[str, str]]) -> Sheet:
    return Sheet(tuple(rows[0]), tuple(SheetRow(number, row) for number, row in enumerate(rows, start=2)))


def test_a_sheet_as_an_office_writes_it() -> None:
    settings, problems = read(
        {"criterion": "đơn vị", "kinds": "district, agency"},
        {"criterion": "đúng hạn", "weight": "30"},
        {"criterion": "reporting:daily", "weight": "2,5", "label::Tiếng Việt (vi)": "Nộp"},
        {"criterion": "target:roofs", "cap": "150 %"},
        {"criterion": "indicator:houses", "weight": "20", "goal": "3", "cap": "1"},
        {"criterion": "class", "least": "0", "label::vi": "Trung bình"},
        {"criterion": "class", "least": "90", "label::vi": "Xuất sắc"},
    )
    assert problems == []
    assert Rules.from_json(settings["ranking"]) == Rules(
        kinds=("district", "agency"),
        criteria=(
            ON_TIME,
            Criterion(What.REPORTING, "daily", Decimal("2.5"), label={"vi": "Nộp"}),
            Criterion(What.TARGET, "roofs", Decimal(7), cap=Decimal("1.5")),
            Criterion(What.INDICATOR, "houses", Decimal(20), goal=Decimal(3), cap=Decimal(1)),
        ),
        classes=(Class(Decimal(90), {"vi": "Xuất sắc"}), Class(Decimal(0), {"vi": "Trung bình"})),
    )


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"criterion": "beauty", "weight": "1"}, "criterion"),
        ({"criterion": "", "weight": "1"}, "criterion"),
        ({"criterion": "on_time:weekly", "weight": "1"}, "criterion"),
        ({"criterion": "indicator:complaints", "weight": "1"}, "criterion"),
        ({"criterion": "target:grief", "weight": "1"}, "criterion"),
        ({"criterion": "target:places", "weight": "1"}, "criterion"),
        ({"criterion": "target:all", "weight": "1", "goal": "3"}, "goal"),
        ({"criterion": "on_time"}, "weight"),
        ({"criterion": "on_time", "weight": "0"}, "weight"),
        ({"criterion": "on_time", "weight": "1", "goal": "3"}, "goal"),
        ({"criterion": "on_time", "weight": "1", "cap": "150"}, "cap"),
        ({"criterion": "class", "least": "9"}, "label"),
        ({"criterion": "class", "label::vi": "Khá"}, "least"),
        ({"criterion": "units"}, "kinds"),
        ({"criterion": "indicator:houses", "weight": "5"}, "criterion"),
    ],
)
def test_a_bad_row_is_a_problem_with_file_sheet_and_row(row: dict[str, str], column: str) -> None:
    _, problems = read({"criterion": "indicator:houses", "weight": "5"}, row)
    (problem,) = problems
    assert problem.startswith(f"campaign.md: ranking, row 3: column {column}: ")


def test_a_sheet_without_a_criterion_ranks_nobody_and_says_so() -> None:
    assert read({"criterion": "class", "least": "9", "label::vi": "Khá"})[1] == [
        "campaign.md: ranking: one criterion at least is needed, none is there"
    ]


async def test_a_campaign_without_the_sheet_ranks_nobody(office: Office) -> None:
    async with office.work(NOON) as uow:
        assert await _build(office, uow) is None


async def _build(office: Office, uow: UnitOfWork) -> Ranking | None:
    campaign = await queries.campaign(uow, 1)
    assert campaign
    return await ranking_figures.build(uow, office.library, campaign, office.units["go"], until=NOON, zone=ZONE)
