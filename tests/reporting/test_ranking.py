"""Ranking by hand: the two days of `office`, looked at on 16 December at noon, when both days were due.

            on time      received     houses repaired (with Hiệp Tân below Hòa Thành)   children
Hòa Thành   3 of 4       3 of 4       12 + 6 + 1 = 19                                   –
Gò Dầu      1 of 2       2 of 2       9                                                 –
Bến Cầu     0 of 2       1 of 2       –                                                 12
Tân Châu    0 of 1       0 of 1       –                                                 –         (exempt on the 16th)
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from locales.translator import Translators
from reporting.documents.ranking import write_csv, write_xlsx
from reporting.ranks import ranking_figures
from reporting.ranks.ranking import Part, Ranked, Ranking, in_order
from reporting.ranks.ranking_rules import Class, Criterion, Rules, What
from reporting.ranks.ranking_words import derivation, figure, head, line
from reporting.targets.targets import Kind, Take, Target, to_settings
from storage import rates as queries
from storage.tables import Campaign
from storage.uow import table
from tests.reporting.office import Office, at
from tests.reporting.offices import office_after_two_days
from tests.reporting.words import ZONE

NOON = at(16, "12:00")
TR = Translators(ZONE)["en"]
HOUSES, CHILDREN = "charity_houses_repaired", "children_supported"
ON_TIME = Criterion(What.ON_TIME, "", Decimal(30))
REPORTING = Criterion(What.REPORTING, "", Decimal(10))
MOST_HOUSES = Criterion(What.INDICATOR, HOUSES, Decimal(40))
TEN_CHILDREN = Criterion(What.INDICATOR, CHILDREN, Decimal(20), goal=Decimal(10), cap=Decimal(1))
CLASSES = (Class(Decimal(60), {"vi": "Tốt", "en": "Good"}), Class(Decimal(25), {"vi": "Khá", "en": "Fair"}))
RULES = Rules((ON_TIME, REPORTING, MOST_HOUSES, TEN_CHILDREN), CLASSES)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_after_two_days(tmp_path) as office:
        yield office


async def ranked(office: Office, rules: Rules, *, unit: str = "province", until: Any = NOON,
                 targets: tuple[Target, ...] = ()) -> Ranking:  # fmt: skip
    async with office.work(NOON) as uow:
        t = table(Campaign)
        await uow.run(update(t).values(settings={"ranking": rules.to_json(), **to_settings(targets)}))
        campaign = await queries.campaign(uow, 1)
        assert campaign
        found = await ranking_figures.build(uow, office.library, campaign, office.units[unit], until=until, zone=ZONE)
    assert found
    return found


def scores(found: Ranking) -> dict[str, tuple[int | None, str]]:
    return {one.short_name: (one.rank, str(one.score)) for one in found.units}


def points(found: Ranking, unit: str) -> list[str]:
    (one,) = [one for one in found.units if one.short_name == unit]
    return [str(part.points) for part in one.parts]


async def test_every_figure_is_as_worked_out_by_hand(office: Office) -> None:
    found = await ranked(office, RULES)
    assert points(found, "Hòa Thành") == ["22.5", "7.5", "40", "0"]
    assert points(found, "Gò Dầu") == ["15", "10", "18.9", "0"]
    assert points(found, "Bến Cầu") == ["0", "5", "0", "20"]
    assert scores(found) == {
        "Hòa Thành": (1, "70.0"), "Gò Dầu": (2, "43.9"), "Bến Cầu": (3, "25"), "Tân <Châu> & con": (4, "0"),
    }  # fmt: skip
    assert [one.band and one.band.label["en"] for one in found.units] == ["Good", "Fair", "Fair", None]


async def test_the_rates_are_those_of_the_digest(office: Office) -> None:
    covered = (await office.digest(16, NOON, whole=True, unit="hoa")).coverage
    (hoa,) = [one for one in (await ranked(office, RULES)).units if one.short_name == "Hòa Thành"]
    assert [part.done for part in hoa.parts[:2]] == [covered.on_time, covered.reported]
    assert {part.of for part in hoa.parts[:2]} == {Decimal(covered.expected)}
    figures = {f.indicator: f.so_far for f in (await office.digest(16, NOON, whole=True, unit="hoa")).figures}
    assert hoa.parts[2].done == figures[HOUSES] == 19


async def test_up_to_a_date_only_what_was_due_then_counts(office: Office) -> None:
    found = await ranked(office, Rules((ON_TIME, REPORTING)), until=at(15, "23:59"))
    # Hòa Thành with Hiệp Tân 2 of 2; Gò Dầu and Bến Cầu late; Tân Châu silent.
    assert scores(found) == {
        "Hòa Thành": (1, "40"), "Bến Cầu": (2, "10"), "Gò Dầu": (2, "10"), "Tân <Châu> & con": (4, "0"),
    }  # fmt: skip
    assert [one.tied for one in found.units] == [False, True, True, False]


async def test_what_was_never_expected_is_left_out_and_the_score_brought_up(office: Office) -> None:
    await office.exempt("ben", 15)
    await office.exempt("ben", 16)
    found = await ranked(office, Rules((ON_TIME, MOST_HOUSES, TEN_CHILDREN)))
    (ben,) = [one for one in found.units if one.short_name == "Bến Cầu"]
    assert [part.applies for part in ben.parts] == [False, True, True]
    # 20 of the 60 points that count, and there are 90: 30.
    assert (ben.score, ben.is_brought_up) == (Decimal(30), True)
    assert "20 of the 60 points that count, brought up to 90: 30" in derivation(found, ben, TR)


async def test_a_target_for_all_is_an_equal_part_for_each(office: Office) -> None:
    houses = Target("houses", Kind.SUM, (HOUSES,), Decimal(40), label={"en": "Houses"})
    rules = Rules((Criterion(What.TARGET, "houses", Decimal(40)),))
    found = await ranked(office, rules, targets=(houses,))
    # 40 houses by four districts: ten each; 19 are 190 %, and nothing is cut.
    assert scores(found) == {
        "Hòa Thành": (1, "76"), "Gò Dầu": (2, "36"), "Bến Cầu": (3, "0"), "Tân <Châu> & con": (3, "0"),
    }  # fmt: skip
    assert figure(found.units[0].parts[0], TR) == "19/10 (190 %) × 40 = 76"
    # The one commune of Hòa Thành has its tenth: 1 of 10.
    assert scores(await ranked(office, rules, targets=(houses,), unit="hoa")) == {"Hiệp Tân": (1, "4")}


async def test_of_what_stands_the_newest_number_counts_and_only_days_of_the_target(office: Office) -> None:
    roofs = Target("roofs", Kind.SUM, (HOUSES,), Decimal(4), take=Take.LAST)
    first = Target("first", Kind.SUM, (HOUSES,), Decimal(40), last=at(15).date())
    rules = Rules(tuple(Criterion(What.TARGET, name, Decimal(10)) for name in ("roofs", "first")))
    (hoa,) = [u for u in (await ranked(office, rules, targets=(roofs, first))).units if u.short_name == "Hòa Thành"]
    # The newest total of Hòa Thành with all below it, as a digest takes it, is that of the 16th. On the 15th: 12 and 1.
    assert [figure(part, TR) for part in hoa.parts] == ["6/1 (600 %) × 10 = 60", "13/10 (130 %) × 10 = 13"]


async def test_a_target_may_have_a_goal_for_each_and_a_cap(office: Office) -> None:
    houses = Target("houses", Kind.SUM, (HOUSES,), Decimal(40))
    rules = Rules((Criterion(What.TARGET, "houses", Decimal(40), goal=Decimal(5), cap=Decimal("1.5")),))
    found = await ranked(office, rules, targets=(houses,))
    # Both are above the cap, so they are equal, and stand by name.
    assert [(one.short_name, one.rank, one.tied) for one in found.units[:2]] == [
        ("Gò Dầu", 1, True), ("Hòa Thành", 1, True)
    ]  # fmt: skip
    assert figure(found.units[1].parts[0], TR) == "19/5 (380 %, counted as 150 %) × 40 = 60"


async def test_a_target_of_units_counts_those_below(office: Office) -> None:
    each = Target("each", Kind.EACH, (HOUSES,), Decimal(2), unit_kinds=("commune",))
    ratio = Target("ratio", Kind.RATIO, (HOUSES,), Decimal("0.5"), per=(CHILDREN,))
    rules = Rules((Criterion(What.TARGET, "each", Decimal(10)), Criterion(What.TARGET, "ratio", Decimal(10))))
    found = await ranked(office, rules, targets=(each, ratio))
    parts = {one.short_name: one.parts for one in found.units}
    # Hiệp Tân, the one commune, repaired one house; two are wanted. The other districts have no commune.
    assert figure(parts["Hòa Thành"][0], TR) == "0/1 (0 %) × 10 = 0"
    assert [parts[name][0].applies for name in ("Hòa Thành", "Gò Dầu")] == [True, False]
    # Nobody in Hòa Thành has children to divide by, which earns nothing; Bến Cầu has no houses for its twelve.
    assert [figure(parts[name][1], TR) for name in ("Hòa Thành", "Bến Cầu")] == ["no figures yet: 0"] * 2


async def test_kinds_are_ranked_over_the_whole_campaign_whoever_looks(office: Office) -> None:
    found = await ranked(office, Rules((REPORTING,), kinds=("commune", "district")))
    assert scores(found)["Hiệp Tân"] == (3, "5")
    below = await ranked(office, Rules((REPORTING,), kinds=("commune", "district")), unit="hoa")
    assert scores(below) == {"Hiệp Tân": (3, "5")}
    assert (below.ranked, len(below.units)) == (5, 1)


async def test_what_leaders_alone_may_read_is_no_criterion(office: Office) -> None:
    secret = Criterion(What.INDICATOR, "complaints_heard", Decimal(10))
    assert (await ranked(office, Rules((REPORTING, secret)))).rules.criteria == (REPORTING,)


async def test_the_same_in_words(office: Office) -> None:
    found = await ranked(office, RULES)
    assert head(found, TR).splitlines() == [
        "🏆 <b>Ranking: Dân vận &lt;đợt 2&gt;</b> – Tỉnh đoàn Mẫu",
        "As of 12:00 16/12/2022; 100 points where all is done to 100 %.",
    ]
    assert [line(one, TR) for one in found.units[1:]] == [
        "2. Gò Dầu: <b>43.9</b> points · Fair",
        "3. Bến Cầu: <b>25</b> points · Fair",
        "4. Tân &lt;Châu&gt; &amp; con: <b>0</b> points",
    ]
    assert derivation(found, found.units[2], TR).splitlines() == [
        "<b>Huyện đoàn Bến Cầu</b>: rank <b>3/4</b>, <b>25</b> points · class: <b>Fair</b>",
        "• Reports in time: 0/2 (0 %) × 30 = 0",
        "• Reports handed in: 1/2 (50 %) × 10 = 5",
        "• Nhà sửa chữa: no figures yet: 0",
        "• Thiếu nhi được hỗ trợ: 12/10 (120 %, counted as 100 %) × 20 = 20",
    ]


async def test_a_workbook_and_a_text_have_the_same_rows(office: Office) -> None:
    found = await ranked(office, RULES)
    page = load_workbook(BytesIO(write_xlsx(found, TR))).active
    assert page is not None
    rows = [list(row) for row in page.values]
    assert rows[0][:8] == ["Rank", "Unit", "Score", "Class", "Note", "Reports in time: done", "Reports in time: goal",
                           "Reports in time: points (weight 30)"]  # fmt: skip
    assert rows[1] == [
        1, "Huyện đoàn Hòa Thành", 70, "Good", None, 3, 4, 22.5, 3, 4, 7.5, 19, 19, 40, None, 10, 0
    ]  # fmt: skip
    text = write_csv(found, TR)
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(text.decode("utf-8-sig"))))
    assert lines[2][:8] == ["2", "Huyện đoàn Gò Dầu", "43.9", "Fair", "", "1", "2", "15"]


# --- pure ------------------------------------------------------------------------------------------


def one(unit_id: int, *parts: tuple[Criterion, int | None, int | None]) -> Ranked:
    amounts = [(c, None if d is None else Decimal(d), None if o is None else Decimal(o)) for c, d, o in parts]
    return Ranked(unit_id, f"U{unit_id}", f"U{unit_id}", tuple(Part(*amount) for amount in amounts))


def test_after_two_on_the_second_rank_comes_the_fourth() -> None:
    units = [one(n, (ON_TIME, done, 15)) for n, done in enumerate((13, 15, 13, 2))]
    found = in_order(Rules((ON_TIME,)), units)
    assert [(u.unit_id, u.rank, u.tied, str(u.score)) for u in found] == [
        (1, 1, False, "30"), (0, 2, True, "26"), (2, 2, True, "26"), (3, 4, False, "4"),
    ]  # fmt: skip


def test_half_a_tenth_is_rounded_up_and_99_and_a_half_percent_are_not_all() -> None:
    assert Part(REPORTING, Decimal(1), Decimal(8)).points == Decimal("1.3")
    assert figure(Part(REPORTING, Decimal(199), Decimal(200)), TR) == "199/200 (99 %) × 10 = 10"
