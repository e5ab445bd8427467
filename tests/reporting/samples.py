"""Digests made by hand, with plausible numbers, for the words and the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from reporting.digests.digest import Coverage, Digest, Figure, MissingUnit, Point, Span
from reporting.digests.digest_text import render
from tests.reporting.office import at
from tests.reporting.words import vietnamese

VI = vietnamese()

DAILY: dict[str, tuple[str, str, Sequence[int | None]]] = {
    "charity_houses_repaired": ("Nhà sửa chữa", "căn", [1, 2, 0, 4, 2, 3, 1, 5, 4, 2, 3, 6, 1, 2, 6]),
    "children_supported": (
        "Thiếu nhi được hỗ trợ", "em", [60, 85, 40, 120, 0, 25, 90, 145, 100, 80, 66, 130, 95, 143, 145],
    ),
    "houses_value": (
        "Giá trị nhà", "đồng", [m and m * 1_000_000 for m in (40, 85, None, 160, None, 120, 40, 200, 150, 80, 120, 240,
                                                              40, 80, 1_250)],
    ),
    "rural_road_km": ("Đường giao thông nông thôn được làm mới", "km", [None] * 10 + [2, 3, None, 4, 1]),
    "publicity_people": ("Lượt người được tuyên truyền", "lượt", [1200, 900, 1500] * 5),
    "memorials_cared": ("Nghĩa trang, nhà bia được chăm sóc", "điểm", [None] * 15),
}  # fmt: skip


def span(day: int) -> Span:
    return Span(f"2022-12-{day:02}", at(day, "10:00") - timedelta(days=1), at(day, "10:00"), at(day, "10:00"))


def figure(name: str, days: int, data: Mapping[str, tuple[str, str, Sequence[int | None]]] = DAILY) -> Figure:
    label, unit, daily = data[name]
    told = [Decimal(n) for n in daily[:days] if n is not None]
    last = daily[days - 1] if days else None
    return Figure(
        indicator=name,
        labels={"vi": label},
        unit={"vi": unit},
        is_money=unit == "đồng",
        amount=None if last is None else Decimal(last),
        before=Decimal(daily[days - 2] or 0) if days > 1 else None,
        so_far=sum(told, Decimal(0)) if told else None,
        inexact=0,
        inexact_so_far=0,
        top=(("Hòa Thành", Decimal(12)), ("Gò Dầu", Decimal(9))) if told else (),
    )


def daily_digest(days: int) -> Digest:
    """The digest of the `days`th day of a campaign that began on 16 December; 0: nothing is open yet."""
    coverage = Coverage(expected=96, reported=87, on_time=80, nothing=4, late_nothing=1) if days else Coverage()
    missing = ["Bến Cầu", "Tân Châu", "Tân Biên", "Dương Minh Châu", "Châu Thành", "Phước Vinh", "Cẩm Giang"]
    points = [
        Point(
            span(15 + day),
            coverage,
            {name: Decimal(n) for name, (_, _, daily) in DAILY.items() if (n := daily[day - 1]) is not None},
        )
        for day in range(1, days + 1)
    ]
    return Digest(
        campaign="Dân vận đợt 2",
        demo=True,
        unit="Tỉnh đoàn Mẫu",
        is_top=True,
        period=span(15 + days) if days else None,
        whole=not days,
        cut_off=at(max(16, 15 + days), "10:15"),
        coverage=coverage,
        figures=tuple(figure(name, days) for name in DAILY),
        lead="charity_houses_repaired",
        missing=tuple(MissingUnit(i, name, f"Huyện đoàn {name}") for i, name in enumerate(missing)) if days else (),
        adjustments=(),
        trend=tuple(points),
    )


def without_figures(digest: Digest, keep: int) -> Digest:
    """The same with only the first figures."""
    return replace(digest, figures=digest.figures[:keep], lead=digest.lead if keep else "")


def lines_of(digest: Digest, *, names: bool = True, limit: int = 12) -> list[str]:
    """Its text in Vietnamese, as on the morning of the 30th."""
    return str(render(digest, VI, now=at(30, "10:15"), names=names, limit=limit)).split("\n")
