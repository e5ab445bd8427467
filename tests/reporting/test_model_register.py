"""The register of models as people read it: fields and states, villages, two years, commendations, history."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from forms.sheets import Row, Sheet
from reporting.models import model_register
from reporting.models.model_sheet import COLUMNS, ModelSheet, day_of, of_campaign, read_models
from storage import people
from storage.tables import Campaign
from storage.uow import table
from tests.reporting.models import CC, HOUSE, ND, STREET, TOP, Communes, at, open_communes
from tests.support.world import TRANSLATORS, ZONE

TR = TRANSLATORS["vi"]


@pytest.fixture
async def communes(tmp_path: Path) -> AsyncIterator[Communes]:
    """Cam Cọn has two models, one of them highly effective and put forward; Nghĩa Đô one, in a village of its own."""
    found = await open_communes(tmp_path)
    await found.register(CC, STREET, HOUSE)
    await found.register(ND, {**HOUSE, "model_name": "Đường hoa", "village": "THON  CON 2"})
    key = (await found.kept())["Thắp sáng đường quê"]["key"]
    found.now = at(18)
    await found.review(CC, key, state="effective", proposed="praised")
    yield found
    await found.database.close()


async def test_it_is_by_unit_and_name_and_knows_its_fields_and_states(communes: Communes) -> None:
    seen = await communes.seen()
    assert [(model.short_unit, model.label) for model in seen.models] == [
        ("Cam Cọn", "Ngôi nhà khăn quàng đỏ"),
        ("Cam Cọn", "Thắp sáng đường quê"),
        ("Nghĩa Đô", "Đường hoa"),
    ]
    assert (seen.values("field"), seen.values("state")) == (["economy", "culture"], ["effective"])
    assert seen.names.title("field", TR) == "Lĩnh vực"
    assert [seen.names.value("field", value, TR) for value in seen.values("field")] == ["Kinh tế", "Văn hóa – xã hội"]
    assert [model.label for model in (await communes.seen(ND)).models] == ["Đường hoa"]


async def test_two_years_count_from_the_day_it_says_else_from_its_registration(communes: Communes) -> None:
    seen = await communes.seen()
    since = {model.label: model.since for model in seen.models}
    assert since["Thắp sáng đường quê"] == date(2019, 5, 1) and since["Đường hoa"] == date(2022, 12, 16)
    for day, long in ((date(2021, 4, 30), 0), (date(2021, 5, 1), 1), (date(2024, 12, 15), 1), (date(2024, 12, 16), 3)):
        assert sum(map(replace(seen, today=day).is_long, seen.models)) == long


async def test_what_has_ended_counts_for_nothing(communes: Communes) -> None:
    key = (await communes.kept())["Thắp sáng đường quê"]["key"]
    await communes.review(CC, key, state="ended", proposed="praised")
    seen = await communes.seen()
    assert (len(seen.models), len(seen.kept), sum(map(seen.is_long, seen.models))) == (3, 2, 0)
    async with communes.work() as uow:
        (quota,) = await model_register.quotas(uow, seen, ZONE)
    assert quota.models == ()


async def test_villages_are_told_apart_by_unit_and_counted_against_what_units_report(communes: Communes) -> None:
    """Two of Cam Cọn, one of Nghĩa Đô, of four and four."""
    seen = await communes.seen()
    async with communes.work() as uow:
        top = await people.unit_by_code(uow, TOP)
        assert top is not None
        covered = await model_register.coverage(uow, communes.library, seen, top, ZONE)
    assert covered == model_register.Coverage(3, Decimal(8))
    assert covered.percent == 37


async def test_two_spellings_of_a_village_are_one(communes: Communes) -> None:
    await communes.register(ND, {**HOUSE, "village": "Thôn Cọn"}, {**STREET, "village": "thon  con"})
    seen = await communes.seen(ND)
    async with communes.work() as uow:
        unit = await people.unit_by_code(uow, ND)
        assert unit is not None
        covered = await model_register.coverage(uow, communes.library, seen, unit, ZONE)
    assert covered == model_register.Coverage(1, Decimal(4))


async def test_a_proposal_fills_a_quota_by_the_name_of_the_target_or_its_indicator_in_its_days(
    communes: Communes,
) -> None:
    async def candidates(**target: str | None) -> list[str]:
        async with communes.work() as uow:
            (campaign,) = await communes.campaigns(uow)
            (kept,) = campaign["settings"]["targets"]
            settings = {**campaign["settings"], "targets": [{**kept, **target}]}
            await uow.run(update(table(Campaign)).values(settings=settings))
        seen = await communes.seen()
        async with communes.work() as uow:
            (quota,) = await model_register.quotas(uow, seen, ZONE)
        assert quota.places == 1
        return [model.label for model in quota.models]

    assert await candidates() == ["Thắp sáng đường quê"]
    assert await candidates(name="praised_2022", indicators=["praised"]) == ["Thắp sáng đường quê"]  # type: ignore[arg-type]
    assert await candidates(last="2022-12-17") == []
    assert await candidates(last="2022-12-18") == ["Thắp sáng đường quê"]
    assert await candidates(indicators=["proposals"], last=None) == []  # type: ignore[arg-type]


async def test_a_quota_matters_in_its_days_and_once_somebody_is_put_forward(communes: Communes) -> None:
    seen = await communes.seen()
    async with communes.work() as uow:
        (full,) = await model_register.quotas(uow, seen, ZONE)
    empty = replace(full, models=())
    assert [quota.matters(date(2023, 1, 1)) for quota in (full, empty)] == [True, False]
    assert empty.matters(date(2022, 12, 31))


async def test_the_history_says_what_each_report_changed(communes: Communes) -> None:
    communes.now = at(19)
    await communes.register(CC, {**STREET, "model_name": "Đường quê sáng"}, HOUSE)
    seen = await communes.seen()
    model = next(model for model in seen.models if model.label == "Đường quê sáng")
    async with communes.work() as uow:
        created, changed = (await model_register.history(uow, seen, [model]))[model.id]
    assert (created.creates, created.code, created.at) == (True, "BY-000001", at(16, "08:00"))
    assert (changed.creates, changed.code, changed.at) == (False, "BY-000003", at(18))
    assert changed.parts == (("state", "", "effective"), ("proposed", "", "praised"))


# --- the sheet -------------------------------------------------------------------------------------


def read(**cells: str) -> tuple[tuple[ModelSheet, ...], list[str]]:
    problems: list[str] = []
    sheets = {"models": Sheet(tuple(cells), (Row(2, cells),))}
    known = {"models": {"field", "state", "since"}}
    return read_models([("campaign.md", sheets)], known, {"villages"}, problems), problems


def test_a_row_names_properties_that_forms_give() -> None:
    cells = {"field": "field", "state": "state", "ended": "ended, gone", "since": "since", "villages": "villages"}
    (found,), problems = read(dataset="models", **cells, shown="state", **{"label::vi": "Mô hình"})
    assert problems == []
    assert (found.ended, found.shown, found.label) == (("ended", "gone"), ("state",), {"vi": "Mô hình"})
    assert ModelSheet.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"dataset": "modles"}, "column dataset: 'modles' is not an entity list of the pack's forms: models"),
        ({"dataset": "models", "field": "feild"}, "column field: 'feild' is not a save_to name of the list"),
        ({"dataset": "models", "shown": "field, x"}, "column shown: 'x' is not a save_to name"),
        ({"dataset": "models", "villages": "houses"}, "column villages: 'houses' is not an indicator"),
        ({"dataset": "models", "ended": "gone"}, "column ended: 'gone' is not empty"),
        ({"dataset": "models", "filed": "field"}, "column filed: 'field' is not in a column of this sheet"),
    ],
)
def test_what_cannot_be_is_named_with_sheet_and_row(cells: dict[str, str], problem: str) -> None:
    found, problems = read(**cells)
    assert found == () and len(problems) == 1
    assert problems[0].startswith(f"campaign.md: models, row 2: {problem}"), problems


def test_every_column_is_told() -> None:
    document = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text(encoding="utf-8")
    section = document.partition("The sheet `models` has")[2].partition("The sheet `")[0]
    assert {*re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)} == {*COLUMNS, "label"}


def test_without_a_row_there_is_a_register_all_the_same() -> None:
    told = ModelSheet("models", field="field")
    found = of_campaign({"models": [told.to_json()]}, ["clubs", "models"])
    assert found == [told, ModelSheet("clubs")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-05-02", date(2021, 5, 2)), ("2021-05", date(2021, 5, 1)), ("2021", date(2021, 1, 1)),
        ("2021-13-01", None), ("lâu rồi", None), ("", None),
    ],
)  # fmt: skip
def test_since_may_be_a_day_a_month_or_a_year(text: str, day: date | None) -> None:
    assert day_of(text) == day
