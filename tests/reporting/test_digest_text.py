"""The words of a digest, as they are read on a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from reporting.digests.digest import Adjustment, Coverage, Figure, MissingUnit
from reporting.digests.digest_text import LENGTH, render
from reporting.digests.digest_words import percent
from reporting.digests.shortening import shortened
from tests.reporting.office import at, open_office, two_days
from tests.reporting.samples import VI, daily_digest, lines_of, span, without_figures
from tests.reporting.words import english

MORNING_FOR_LEADERS = """\
📊 <b>Dân vận &lt;đợt 2&gt; – ngày 16/12</b> (chốt 10:15)
<i>(dữ liệu minh hoạ)</i>
<b>2/4</b> đơn vị đã báo cáo (50 %), 2 đúng hạn, 1 không phát sinh.
Nhà sửa chữa · hôm nay 6 căn · cả đợt <b>28 căn</b> · −16 ▼
Đường nông thôn · hôm nay 2,25 km · cả đợt <b>3,875 km</b> · +0,625 ▲
Giá trị nhà · hôm nay – · cả đợt <b>khoảng 400.000.000 đ</b>
Thiếu nhi được hỗ trợ · hôm nay – · cả đợt <b>12 em</b>
Đến nay bằng 0: Nghĩa trang được chăm sóc.
Nhiều nhất (Nhà sửa chữa): Hòa Thành (19), Gò Dầu (9).
Chưa báo cáo: Bến Cầu, Hiệp Tân.
Điều chỉnh: Hòa Thành sửa báo cáo ngày 15/12: Nhà sửa chữa +2 căn.
Điều chỉnh: Bến Cầu nộp trễ báo cáo ngày 15/12: Thiếu nhi được hỗ trợ +12 em."""

NEXT_DAY_FOR_A_GROUP = """\
📊 <b>Dân vận &lt;đợt 2&gt; – day 16/12</b> (as of 08:00 on 17/12)
<b>Huyện đoàn Hòa Thành</b>
<i>(demo data)</i>
<b>1/2</b> units have reported (50 %), 1 on time.
Nhà sửa chữa · day 16/12: 6 căn · altogether <b>19 căn</b> · −7 ▼
Đường nông thôn · day 16/12: 2.25 km · altogether <b>3.875 km</b> · +0.625 ▲
Giá trị nhà · day 16/12: – · altogether <b>about 400,000,000 đ</b>
Not reported yet: 1 unit.
Adjustment: 1 corrected report of day 15/12: Nhà sửa chữa +2 căn."""


async def test_the_morning_of_the_standing_committee(tmp_path: Path) -> None:
    office = await open_office(tmp_path, demo=True)
    await two_days(office)
    digest = await office.digest(16, at(16, "10:15"))
    assert render(digest, VI, now=at(16, "10:15"), names=True) == MORNING_FOR_LEADERS
    branch = await office.digest(16, at(17, "08:00"), unit="hoa")
    assert render(branch, english(), now=at(17, "08:00"), names=False) == NEXT_DAY_FOR_A_GROUP
    await office.database.close()


def test_the_whole_campaign() -> None:
    digest = replace(daily_digest(15), whole=True, missing=(), coverage=Coverage(480, 412, 400, 20))
    lines = lines_of(digest)
    assert lines[0] == "📊 <b>Dân vận đợt 2 – cả đợt</b> (chốt 10:15 ngày 30/12)"
    assert lines[2] == "<b>412/480</b> lượt báo cáo (86 %), 400 đúng hạn, 20 không phát sinh."
    assert "Nhà sửa chữa · cả đợt <b>42 căn</b>" in "\n".join(lines)
    assert "hôm nay" not in "\n".join(lines)
    assert lines[-1] == "Còn thiếu 68 báo cáo."


def test_before_anything_is_open() -> None:
    lines = lines_of(daily_digest(0))
    assert lines[0] == "📊 <b>Dân vận đợt 2 – cả đợt</b> (chốt 10:15 ngày 16/12)"
    assert lines[2] == "Chưa có đơn vị nào phải báo cáo."
    assert lines[3] == "Chưa có số liệu nào."
    assert len(lines) == 4


def test_a_period_that_is_not_a_day() -> None:
    digest = daily_digest(15)
    assert digest.period
    half_year = replace(digest.period, covers_from=digest.period.covers_to - timedelta(days=180))
    lines = lines_of(replace(digest, period=half_year))
    assert lines[0] == "📊 <b>Dân vận đợt 2 – kỳ đến 30/12/2022</b> (chốt 10:15)"
    assert "Nhà sửa chữa · kỳ này 6 căn · cả đợt <b>42 căn</b> · +4 ▲" in lines


def test_a_group_reads_how_many_and_not_who() -> None:
    digest = daily_digest(15)
    late = Adjustment("charity_houses_repaired", span(29), "Bến Cầu", Decimal(1), late=True)
    digest = replace(digest, adjustments=(late, replace(late, difference=Decimal(-1), late=False)))
    lines = lines_of(digest, names=False)
    assert "Bến Cầu" not in "\n".join(lines)
    assert lines[-3:] == [
        "Chưa báo cáo: 7 đơn vị.",
        "Điều chỉnh: 1 báo cáo ngày 29/12 đã sửa: Nhà sửa chữa −1 căn.",
        "Điều chỉnh: 1 báo cáo ngày 29/12 nộp trễ: Nhà sửa chữa +1 căn.",
    ]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (3, "Chưa báo cáo: Bến Cầu, Tân Châu, Tân Biên … và 4 đơn vị khác."),
        (6, "Chưa báo cáo: Bến Cầu, Tân Châu, Tân Biên, Dương Minh Châu, Châu Thành, Phước Vinh … và 1 đơn vị khác."),
        (
            7,
            "Chưa báo cáo: Bến Cầu, Tân Châu, Tân Biên, Dương Minh Châu, Châu Thành, Phước Vinh, Cẩm Giang.",
        ),
    ],
)
def test_a_long_list_of_names_is_cut(limit: int, said: str) -> None:
    assert lines_of(daily_digest(15), limit=limit)[-1] == said


def test_nothing_from_outside_reaches_the_markup() -> None:
    nasty = "<script>&\"'{0}{label}%s"
    digest = daily_digest(2)
    figure = replace(
        digest.figures[0], labels={"vi": nasty}, unit={"vi": nasty}, top=((nasty, Decimal(2)),), before=Decimal(5)
    )
    digest = replace(
        digest,
        campaign=nasty,
        unit=nasty,
        is_top=False,
        figures=(figure, replace(figure, indicator="silent", so_far=None)),
        missing=(MissingUnit(1, nasty, nasty),),
        adjustments=(Adjustment(figure.indicator, span(16), nasty, Decimal(1), late=True),),
    )
    text = str(render(digest, VI, now=at(17, "10:15"), names=True))
    assert set(re.findall(r"</?(\w+)", text)) == {"b", "i"}
    assert text.count("&lt;script&gt;") == 12
    assert "{label}" in text


LABEL = "Số lượt đoàn viên & thanh niên tham gia các hoạt động tình nguyện hè trên địa bàn"


def test_a_form_of_sixty_wordy_questions_still_fits() -> None:
    digest = daily_digest(15)
    wordy = [
        replace(
            digest.figures[place % 2],
            indicator=f"figure_{place}",
            labels={"vi": f"{place} {LABEL}"},
            so_far=None if place % 5 == 4 else digest.figures[0].so_far,
            top=tuple((f"Thị trấn rất dài tên số {n}", Decimal(10**12)) for n in range(5)),
        )
        for place in range(60)
    ]
    units = tuple(MissingUnit(n, f"Phường có cái tên thật dài số {n}", "") for n in range(90))
    moved = tuple(
        Adjustment(f"figure_{n}", span(29), f"Phường có cái tên thật dài số {n}", Decimal(n + 1), late=False)
        for n in range(40)
    )
    digest = replace(digest, figures=tuple(wordy), lead="figure_0", missing=units, adjustments=moved)
    text = str(render(digest, VI, now=at(30, "10:15"), names=True, full=True))
    assert len(text) <= LENGTH
    assert re.search(r"… và \d+ số liệu khác trong tệp Excel", text)
    assert re.search(r"Chưa báo cáo: .*… và \d+ đơn vị khác\.", text)
    assert "… và 36 điều chỉnh khác" in text
    short = lines_of(digest)
    assert "… và 40 số liệu khác" in short
    assert len(short) <= 25
    assert len(lines_of(digest, names=False)) <= 12
    cut = {word.removesuffix("…") for line in short for word in re.findall(r"\w+…", line)}
    assert cut
    assert cut <= set(LABEL.split())


def test_silence_and_zero_are_two_lines() -> None:
    digest = daily_digest(15)
    zero = replace(digest.figures[1], so_far=Decimal(0), amount=Decimal(0))
    lines = lines_of(replace(digest, figures=(digest.figures[0], zero, digest.figures[5])))
    assert "Chưa có số liệu: Nghĩa trang, nhà bia được chăm sóc." in lines
    assert "Đến nay bằng 0: Thiếu nhi được hỗ trợ." in lines


def test_a_form_that_adds_nothing_up() -> None:
    lines = lines_of(without_figures(daily_digest(15), 0))
    assert len(lines) == 4
    assert lines[3].startswith("Chưa báo cáo: ")


@pytest.mark.parametrize(
    ("amount", "before", "said"),
    [
        (Decimal(6), Decimal(4), "+2 ▲"),
        (Decimal(4), Decimal("6.5"), "−2,5 ▼"),
        (Decimal(0), Decimal(2), "−2 ▼"),
        (Decimal(4), Decimal(4), None),
        (Decimal(4), None, None),
        (None, Decimal(4), None),
    ],
)
def test_a_change_is_between_two_numbers(amount: Decimal | None, before: Decimal | None, said: str | None) -> None:
    digest = daily_digest(2)
    figure: Figure = replace(digest.figures[0], amount=amount, before=before)
    line = next(line for line in lines_of(replace(digest, figures=(figure,))) if line.startswith("Nhà sửa chữa"))
    assert line.endswith(f"</b> · {said}" if said else "</b>")


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(87, 96, 91), (0, 96, 0), (96, 96, 100), (999, 1000, 99), (1, 200, 1), (1, 201, 0)]
)
def test_all_is_said_only_of_all(part: int, whole: int, shown: int) -> None:
    assert percent(part, whole) == shown


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("Nhà sửa chữa", 12, "Nhà sửa chữa"),
        ("Nhà sửa chữa, xây mới", 15, "Nhà sửa chữa…"),
        ("Nhàsửachữaxâymới", 8, "Nhàsửac…"),
    ],
)
def test_a_long_text_is_cut_where_a_word_ends(text: str, length: int, short: str) -> None:
    assert shortened(text, length) == short
