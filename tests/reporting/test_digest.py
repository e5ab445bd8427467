"""A digest against figures worked out by hand, on a database that the ledger wrote."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from forms.xform import parse
from reporting.digests.digest import Adjustment, Coverage, Digest, Span
from reporting.questions import in_language, plain_texts
from tests.reporting.office import CHOICES, SURVEY, Office, at, open_office, two_days, xform

MORNING = at(16, "10:15")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    opened = await open_office(tmp_path)
    yield opened
    await opened.database.close()


def by_indicator(digest: Digest) -> dict[str, tuple[Decimal | None, Decimal | None, Decimal | None]]:
    return {f.indicator: (f.amount, f.before, f.so_far) for f in digest.figures}


async def test_figures_of_a_day_of_the_day_before_and_of_the_campaign(office: Office) -> None:
    await two_days(office)
    digest = await office.digest(16, MORNING)
    assert by_indicator(digest) == {
        "charity_houses_repaired": (Decimal(6), Decimal(12 + 1 + 9), Decimal(12 + 1 + 9 + 6)),
        "houses_value": (None, Decimal(400_000_000), Decimal(400_000_000)),
        "rural_road_km": (Decimal("2.25"), Decimal("1.625"), Decimal("3.875")),
        "children_supported": (None, Decimal(12), Decimal(12)),
        "memorials_cared": (None, Decimal(0), Decimal(0)),
    }
    assert digest.cut_off == MORNING
    assert (digest.campaign, digest.unit, digest.is_top, digest.whole) == (
        "Dân vận <đợt 2>",
        "Tỉnh đoàn Mẫu",
        True,
        False,
    )


async def test_coverage_leaves_out_the_exempt_and_tells_late_nothing_and_missing_apart(office: Office) -> None:
    await two_days(office)
    digest = await office.digest(16, MORNING)
    assert digest.coverage == Coverage(expected=4, reported=2, on_time=2, nothing=1, late_nothing=0)
    assert [unit.short_name for unit in digest.missing] == ["Bến Cầu", "Hiệp Tân"]
    await office.report("ben", 16, at(16, "11:00"))
    later = await office.digest(16, at(16, "11:15"))
    assert later.coverage == Coverage(expected=4, reported=3, on_time=2, nothing=2, late_nothing=1)
    assert (later.coverage.late, later.coverage.missing) == (1, 1)


async def test_the_first_day_has_nothing_to_compare_with(office: Office) -> None:
    await two_days(office)
    digest = await office.digest(15, MORNING)
    figure = digest.figure("charity_houses_repaired")
    assert (figure.amount, figure.before, figure.change, figure.so_far) == (Decimal(22), None, None, Decimal(22))
    assert digest.adjustments == ()


async def test_what_changed_after_the_last_digest_is_owned_up_to(office: Office) -> None:
    await two_days(office)
    digest = await office.digest(16, MORNING)
    day = Span("2022-12-15", at(14, "10:00"), at(15, "10:00"), at(15, "10:00"))
    assert digest.adjustments == (
        Adjustment("charity_houses_repaired", day, "Hòa Thành", Decimal(2), late=False),
        Adjustment("children_supported", day, "Bến Cầu", Decimal(12), late=True),
    )


async def test_several_corrections_of_one_report_are_one_adjustment_or_none(office: Office) -> None:
    await office.open_periods(at(15, "11:00"))
    await office.report("hoa", 15, at(15, "09:00"), {"repaired": 10, "children": 7})
    await office.digest_sent(15, at(15, "10:15"))
    await office.report("hoa", 15, at(15, "10:30"), {"repaired": 99, "children": 9})
    await office.report("hoa", 15, at(15, "10:40"), {"repaired": 10, "children": 5})
    digest = await office.digest(16, MORNING)
    assert [(a.indicator, a.difference) for a in digest.adjustments] == [("children_supported", Decimal(-2))]


async def test_a_correction_between_the_due_time_and_the_digest_is_no_adjustment(office: Office) -> None:
    await office.open_periods(at(15, "11:00"))
    await office.report("hoa", 15, at(15, "09:00"), {"repaired": 10})
    await office.report("hoa", 15, at(15, "10:05"), {"repaired": 11})
    await office.digest_sent(15, at(15, "10:15"))
    assert (await office.digest(16, MORNING)).adjustments == ()


async def test_after_a_digest_that_came_late_this_period_is_no_adjustment(office: Office) -> None:
    await office.open_periods(at(15, "11:00"))
    await office.report("hoa", 15, at(15, "09:00"), {"repaired": 10})
    await office.report("hoa", 16, at(16, "09:00"), {"repaired": 5})
    await office.digest_sent(15, at(16, "10:05"))
    await office.report("hoa", 15, at(16, "10:10"), {"repaired": 11})
    await office.report("hoa", 16, at(16, "10:10"), {"repaired": 7})
    digest = await office.digest(16, MORNING)
    assert [(a.period.name, a.difference) for a in digest.adjustments] == [("2022-12-15", Decimal(1))]


async def test_without_a_digest_the_due_time_counts(office: Office) -> None:
    await office.open_periods(at(15, "11:00"))
    await office.report("hoa", 15, at(15, "09:00"), {"repaired": 10})
    await office.report("hoa", 15, at(15, "10:05"), {"repaired": 11})
    assert [a.difference for a in (await office.digest(16, MORNING)).adjustments] == [Decimal(1)]


async def test_a_correction_that_empties_a_total_leaves_silence_and_not_zero(office: Office) -> None:
    await office.open_periods(at(14, "11:00"))
    await office.report("go", 15, at(15, "09:00"), {"memorials": 0, "repaired": 3})
    before = await office.digest(15, at(15, "09:05"))
    assert before.figure("memorials_cared").amount == Decimal(0)
    await office.report("go", 15, at(15, "09:10"))
    after = await office.digest(15, at(15, "09:15"))
    assert after.figure("memorials_cared").amount is None
    assert after.figure("charity_houses_repaired").so_far is None
    assert after.coverage.nothing == 1


async def test_what_is_for_leaders_enters_no_digest(office: Office) -> None:
    await two_days(office)
    for digest in (await office.digest(16, MORNING), await office.digest(None, MORNING, whole=True)):
        assert "complaints_heard" not in json.dumps(digest.to_json())


async def test_a_branch_sees_its_own_numbers_and_the_units_below_it(office: Office) -> None:
    await two_days(office)
    digest = await office.digest(16, MORNING, unit="hoa")
    assert (digest.is_top, digest.coverage.expected) == (False, 2)
    assert digest.figure("charity_houses_repaired").so_far == Decimal(12 + 1 + 6)
    assert digest.figure("charity_houses_repaired").top == (("Hiệp Tân", Decimal(1)),)
    assert digest.figure("children_supported").so_far is None
    assert [unit.short_name for unit in digest.missing] == ["Hiệp Tân"]
    assert [a.unit for a in digest.adjustments] == ["Hòa Thành"]


async def test_units_are_ranked_over_the_campaign_with_all_below_them(office: Office) -> None:
    await two_days(office)
    digest = await office.digest(16, MORNING)
    assert digest.figure("charity_houses_repaired").top == (("Hòa Thành", Decimal(19)), ("Gò Dầu", Decimal(9)))
    assert digest.figure("memorials_cared").top == ()


async def test_the_whole_campaign_counts_reports(office: Office) -> None:
    await two_days(office)
    await office.report("ben", 16, at(16, "11:00"))
    for period in (None, 16):
        digest = await office.digest(period, at(16, "11:30"), whole=True)
        assert digest.whole
        assert digest.coverage == Coverage(expected=9, reported=7, on_time=4, nothing=2, late_nothing=1)
        assert (digest.missing, digest.adjustments) == ((), ())
        houses = digest.figure("charity_houses_repaired")
        assert (houses.amount, houses.so_far, houses.change) == (Decimal(28), Decimal(28), None)


async def test_inexact_reports_are_counted_for_the_day_and_for_the_campaign(office: Office) -> None:
    await two_days(office)
    value = (await office.digest(16, MORNING)).figure("houses_value")
    assert (value.is_money, value.inexact, value.inexact_so_far) == (True, 0, 1)
    assert (await office.digest(15, MORNING)).figure("houses_value").inexact == 1


async def test_before_the_first_period_there_is_an_empty_digest(office: Office) -> None:
    digest = await office.digest(None, at(14))
    assert (digest.period, digest.whole, digest.coverage, digest.trend) == (None, True, Coverage(), ())
    assert {f.so_far for f in digest.figures} == {None}


async def test_the_trend_looks_back_on_fifteen_periods_and_the_sum_on_all(office: Office) -> None:
    await office.open_periods(at(30, "11:00"))
    for day in range(15, 32):
        await office.report("go", day, at(day, "09:00"), {"repaired": day})
    digest = await office.digest(31, at(31, "10:15"))
    assert [p.period.name for p in digest.trend] == [f"2022-12-{day}" for day in range(17, 32)]
    assert [p.amounts["charity_houses_repaired"] for p in digest.trend] == list(map(Decimal, range(17, 32)))
    assert {p.coverage for p in digest.trend} == {Coverage(expected=5, reported=1, on_time=1)}
    assert digest.figure("charity_houses_repaired").so_far == sum(range(15, 32))


async def test_the_digest_sheet_names_the_leading_indicator(tmp_path: Path) -> None:
    for lead, wanted in (("rural_road_km", "rural_road_km"), ("complaints_heard", "charity_houses_repaired")):
        office = await open_office(tmp_path / lead, lead=lead)
        digest = await office.digest(None, at(14))
        assert digest.lead == wanted
        assert digest.leading is digest.figure(wanted)
        await office.database.close()


async def test_a_digest_survives_json(office: Office) -> None:
    await two_days(office)
    for digest in (await office.digest(16, MORNING), await office.digest(None, at(14), whole=True)):
        assert Digest.from_json(json.loads(json.dumps(digest.to_json()))) == digest


async def test_a_digest_is_a_handful_of_reads_however_long_the_campaign(office: Office) -> None:
    await two_days(office)
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    await office.digest(15, MORNING)
    event.listen(office.database.engine.sync_engine, "before_cursor_execute", note)
    await office.digest(16, MORNING)
    short = [s for s in statements if s.startswith(("SELECT", "WITH"))]
    await office.open_periods(at(25, "11:00"))
    statements.clear()
    await office.digest(26, at(26, "10:15"))
    long = [s for s in statements if s.startswith(("SELECT", "WITH"))]
    assert len(long) == len(short) <= 13


def test_a_text_in_another_language_is_better_than_none() -> None:
    assert in_language({"vi": "căn", "en": "houses"}, "en") == "houses"
    assert in_language({"": "căn", "en": "houses"}, "vi") == "căn"
    assert in_language({"en": "houses"}, "vi") == "houses"
    assert in_language({}, "vi") == ""


async def test_a_figure_has_the_short_name_of_its_question(office: Office) -> None:
    digest = await office.digest(None, at(14))
    names = {f.indicator: dict(f.labels) for f in digest.figures}
    assert names["charity_houses_repaired"] == {"vi": "Nhà sửa chữa"}
    assert names["children_supported"] == {"vi": "Thiếu nhi được hỗ trợ"}
    assert names["memorials_cared"] == {"": "Nghĩa trang được chăm sóc"}


def test_a_label_repeats_nobodys_answers() -> None:
    form = parse(xform(SURVEY, CHOICES))
    assert plain_texts(form.by_name["memorials"].label) == {"vi": "Chăm sóc … nghĩa trang?"}
