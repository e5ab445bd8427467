"""What leaders read in a digest beside the sums: targets, who has most and least, good examples, what was corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reporting.digests.digest import Adjustment, Coverage, Digest, Laggards, MoreTime, Span, Story
from reporting.digests.digest_text import render
from reporting.targets.target_numbers import Measure, Numbers
from reporting.targets.target_progress import Progress, progress
from reporting.targets.targets import Kind, Target
from tests.reporting.office import at
from tests.reporting.samples import VI, daily_digest, lines_of, span


def promised(digest: Digest, indicator: str, amount: int, *, kind: Kind = Kind.SUM) -> Progress:
    """A target from 16 to 31 December for what a figure of the digest adds up to."""
    target = Target(
        indicator, kind, (indicator,), Decimal(amount), first=date(2022, 12, 16), last=date(2022, 12, 31),
        label={"vi": "Lời hứa"},
    )  # fmt: skip
    figure = digest.figure(indicator)
    measure = Measure.MONEY if figure.is_money else Measure.COUNT
    return progress(target, Numbers(figure.so_far, None, measure), date(2022, 12, 30), is_day_over=True)


def test_what_has_a_target_comes_first_on_one_line_with_it() -> None:
    """1.324 children of 3.000 by the 30th, one day left; the houses lead and changed; the people of publicity fell."""
    digest = daily_digest(15)
    digest = replace(digest, targets=(promised(digest, "children_supported", 3000),))
    assert lines_of(digest)[3:7] == [
        "🎯 Thiếu nhi được hỗ trợ · hôm nay 145 em · cả đợt <b>1.324/3.000 em</b> (44 %) · +2 ▲"
        " · cần 1.676 em mỗi ngày để kịp",
        "Nhà sửa chữa · hôm nay 6 căn · cả đợt <b>42 căn</b> · +4 ▲",
        "Giá trị nhà · hôm nay 1.250.000.000 đ · cả đợt <b>2.605.000.000 đ</b> · +1.170.000.000 đ ▲",
        "Đường giao thông nông thôn được làm mới · hôm nay 1 km · cả đợt <b>10 km</b> · −3 ▼",
    ]
    assert "Lời hứa" not in "\n".join(lines_of(digest))


def test_a_target_of_other_days_than_the_figure_s_is_told_by_itself() -> None:
    digest = daily_digest(15)
    of_this_year = replace(promised(digest, "children_supported", 3000), value=Decimal(900))
    lines = lines_of(replace(digest, targets=(of_this_year,)))
    assert any(line.startswith("🎯 Lời hứa: <b>900/3.000 em</b> (30 %)") for line in lines)
    assert any(line.startswith("Thiếu nhi được hỗ trợ · ") for line in lines)


def test_more_than_promised_is_never_cut() -> None:
    digest = daily_digest(15)
    (line,) = (x for x in lines_of(replace(digest, targets=(promised(digest, digest.lead, 11),))) if x[0] == "🎯")
    assert line.endswith("cả đợt <b>42/11 căn</b> (382 %) · +4 ▲ · ✅ đã đạt")


def test_one_line_for_a_unit_and_period_however_many_figures_it_corrected() -> None:
    moved = [
        Adjustment("charity_houses_repaired", span(17), "Hòa Thành", Decimal(2), late=False),
        Adjustment("houses_value", span(17), "Hòa Thành", Decimal(80_000_000), late=False),
        Adjustment("children_supported", span(29), "Gò Dầu", Decimal(5), late=True),
        Adjustment("children_supported", span(29), "Bến Cầu", Decimal(7), late=True),
        Adjustment("charity_houses_repaired", span(29), "Bến Cầu", Decimal(1), late=True),
    ]
    lines = lines_of(replace(daily_digest(15), adjustments=tuple(moved)))
    assert lines[-2:] == [
        "Điều chỉnh: Hòa Thành sửa báo cáo ngày 17/12: Nhà sửa chữa +2 căn, Giá trị nhà +80.000.000 đ.",
        "Điều chỉnh: 2 báo cáo ngày 29/12 nộp trễ (Gò Dầu, Bến Cầu): "
        "Nhà sửa chữa +1 căn, Thiếu nhi được hỗ trợ +12 em.",
    ]


def test_who_has_most_none_and_least_is_for_leaders() -> None:
    digest = replace(daily_digest(15), laggards=Laggards(silent=("Tân Biên", "Tân Châu")))
    assert "Chưa có (Nhà sửa chữa): Tân Biên, Tân Châu." in lines_of(digest)
    least = replace(digest, laggards=Laggards(least=(("Gò Dầu", Decimal(1)), ("Bến Cầu", Decimal(2)))))
    assert "Ít nhất cả đợt (Nhà sửa chữa): Gò Dầu (1), Bến Cầu (2)." in lines_of(least)
    group = "\n".join(lines_of(digest, names=False))
    assert "Tân Biên" not in group
    assert "Hòa Thành" not in group


def test_a_good_example_is_told_to_leaders_and_in_short() -> None:
    told = "Đoàn xã vận động hai mươi hộ dân hiến đất mở đường. " * 8
    digest = replace(daily_digest(15), stories=(Story("Hiệp Tân", told), Story("Gò Dầu", "Bạn trẻ trả lại của rơi")))
    stories = [line for line in lines_of(digest) if line.startswith("🌟")]
    assert stories[1] == "🌟 Gò Dầu: Bạn trẻ trả lại của rơi"
    assert len(stories[0]) < 160
    assert stories[0].endswith("…")
    assert "🌟" not in "\n".join(lines_of(digest, names=False))


def test_who_has_more_time_stands_in_every_digest() -> None:
    digest = replace(daily_digest(15), more_time=(MoreTime(at(30, "14:00"), 2),))
    assert "2 đơn vị được gia hạn đến 14:00 hôm nay." in lines_of(digest)
    assert "2 đơn vị được gia hạn đến 14:00 hôm nay." in lines_of(digest, names=False)


def test_how_many_are_approved_where_the_campaign_asks_for_it() -> None:
    digest = replace(daily_digest(15), coverage=Coverage(96, 87, 80, 4, 1, approved=60))
    assert lines_of(digest)[2].endswith("4 không phát sinh.")
    assert lines_of(replace(digest, approval=True))[2].endswith("4 không phát sinh, 60 đã duyệt.")


def test_a_week_is_told_by_its_reports() -> None:
    week = Span("2022-W52", at(25, "10:00"), at(30, "10:00"), at(30, "10:00"))
    digest = replace(daily_digest(15), period=week, stretch=True, missing=(), coverage=Coverage(480, 412, 400, 20))
    lines = lines_of(digest)
    assert lines[0] == "📊 <b>Dân vận đợt 2 – tuần 52 (26/12 – 1/1)</b> (chốt 10:15 ngày 30/12)"
    assert lines[2] == "<b>412/480</b> lượt báo cáo (86 %), 400 đúng hạn, 20 không phát sinh."
    assert "Nhà sửa chữa · trong tuần 6 căn · cả đợt <b>42 căn</b> · +4 ▲" in lines
    assert lines[-1] == "Còn thiếu 68 báo cáo."


def test_all_figures_have_how_many_units_give_them() -> None:
    digest = daily_digest(15)
    digest = replace(digest, figures=(replace(digest.figures[0], reports=38), *digest.figures[1:]))
    lines = str(render(digest, VI, now=at(30, "10:15"), names=True, full=True)).split("\n")
    assert "Nhà sửa chữa · hôm nay 6 căn (38 đơn vị) · cả đợt <b>42 căn</b> · +4 ▲" in lines
