"""The picture of a digest. Whether it is good to look at was judged by looking; here is what must stay true."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from reporting.digests.digest import Coverage, Digest
from reporting.documents import chart, chart_targets, palette
from reporting.targets.target_numbers import Numbers
from reporting.targets.target_progress import Progress, progress
from reporting.targets.targets import Kind, Target
from tests.reporting.samples import daily_digest, without_figures
from tests.reporting.words import english, vietnamese

VI = vietnamese()
BAR_ROW = 135
"""A row of pixels through the bar of the coverage."""


def picture(digest: Digest) -> Image.Image:
    image = Image.open(BytesIO(chart.draw(digest, VI)))
    image.load()
    return image.convert("RGB")


def pixels_of(image: Image.Image, color: str) -> int:
    wanted = rgb(color)
    return sum(count for count, found in image.getcolors(maxcolors=2**24) or () if found == wanted)


def rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


@pytest.mark.parametrize("days", [0, 1, 2, 15])
def test_a_picture_for_every_length_of_campaign(days: int) -> None:
    image = picture(daily_digest(days))
    assert (image.format, image.size) == (None, (palette.WIDTH, palette.HEIGHT))
    bars = pixels_of(image, palette.BAR_NOW) + pixels_of(image, palette.BAR)
    assert bars > 10_000 if days else bars == 0


def test_the_bar_shows_the_shares_of_the_coverage() -> None:
    found = Coverage(expected=100, reported=70, on_time=50, nothing=20, late_nothing=5)
    image = picture(replace(daily_digest(1), coverage=found))
    row = [image.getpixel((x, BAR_ROW)) for x in range(image.width)]
    full = palette.WIDTH - 2 * palette.MARGIN
    shares = {
        palette.ON_TIME: 35,
        palette.PALE_ON_TIME: 15,
        palette.LATE: 15,
        palette.PALE_LATE: 5,
        palette.MISSING: 30,
    }
    for color, share in shares.items():
        assert row.count(rgb(color)) == pytest.approx(full * share / 100, abs=3), color


def test_nobody_owing_is_not_everybody_missing() -> None:
    image = picture(replace(daily_digest(1), coverage=Coverage()))
    assert pixels_of(image, palette.NOBODY) > 30_000
    assert pixels_of(image, palette.MISSING) == 0


def test_zero_is_drawn_and_silence_is_not() -> None:
    digest = without_figures(daily_digest(15), 1)

    def with_third_day(amount: Decimal | None) -> Image.Image:
        told = replace(digest.trend[2], amounts={} if amount is None else {digest.lead: amount})
        return picture(replace(digest, trend=(*digest.trend[:2], told, *digest.trend[3:])))

    stroke = pixels_of(with_third_day(Decimal(0)), palette.BAR) - pixels_of(with_third_day(None), palette.BAR)
    assert 50 < stroke < 300


def test_the_running_total_ends_with_the_sum_so_far() -> None:
    digest = daily_digest(15)
    houses = digest.figures[0]
    early = replace(houses, so_far=Decimal(420))
    before, after = picture(digest), picture(replace(digest, figures=(early, *digest.figures[1:])))
    # What was before the first bar lifts the line from its very start.
    assert pixels_of(after, palette.SUM_FILL) > 1.5 * pixels_of(before, palette.SUM_FILL)


@pytest.mark.parametrize(
    "change",
    [
        {"campaign": "Chi $\\frac$ 📊 漢字 " + "rất dài " * 40, "unit": "Đơn vị " * 40, "is_top": False},
        {"whole": True},
        {"demo": False},
        {"lead": "houses_value"},
        {"lead": "memorials_cared"},
        {"trend": ()},
    ],
)
def test_unlikely_digests_are_drawn_too(change: dict[str, Any]) -> None:
    image = picture(replace(daily_digest(15), **change))
    assert len(image.getcolors(maxcolors=2**24) or ()) > 10


def test_long_periods_and_few_figures() -> None:
    digest = daily_digest(6)
    trend = tuple(
        replace(p, period=replace(p.period, covers_from=p.period.covers_from - timedelta(days=99)))
        for p in digest.trend
    )
    for figures in range(3):
        shorter = replace(without_figures(digest, figures), trend=trend, period=trend[-1].period)
        assert picture(shorter).size == (palette.WIDTH, palette.HEIGHT)


def test_a_negative_amount_and_a_zero_campaign_do_no_harm() -> None:
    digest = daily_digest(2)
    zero = replace(digest.figures[0], so_far=Decimal(0))
    points = tuple(replace(p, amounts={digest.lead: Decimal(-3 * n)}) for n, p in enumerate(digest.trend))
    assert picture(replace(digest, figures=(zero,), trend=points)).size == (palette.WIDTH, palette.HEIGHT)


def test_pictures_drawn_at_the_same_time_are_the_same() -> None:
    digests = [daily_digest(days) for days in (1, 2, 15)]
    one_by_one = [chart.draw(digest, VI) for digest in digests]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda digest: chart.draw(digest, VI), digests)) == one_by_one
    assert chart.draw(digests[0], english()) != one_by_one[0]


def test_matplotlib_is_imported_only_to_draw() -> None:
    code = "import sys, reporting.documents.chart; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    chart.draw(daily_digest(1), VI)
    assert "matplotlib.pyplot" not in sys.modules


# --- targets ---------------------------------------------------------------------------------------


def promised(goal: int, value: int | None, last: date = date(2022, 12, 31)) -> Progress:
    """From 16 December on, as of the evening of the 30th: of the days until the 31st, 15 of 16 are gone."""
    target = Target("t", Kind.SUM, ("t",), Decimal(goal), first=date(2022, 12, 16), last=last, label={"vi": "Lời hứa"})
    numbers = Numbers(None if value is None else Decimal(value))
    return progress(target, numbers, date(2022, 12, 30), is_day_over=True)


def with_targets(*targets: Progress) -> Image.Image:
    return picture(replace(without_figures(daily_digest(15), 1), coverage=Coverage(1, 1, 1), targets=targets))


BAR_PIXELS = (palette.WIDTH - 2 * palette.MARGIN) * chart_targets.BAR_SHARE * chart_targets.BAR_HEIGHT


@pytest.mark.parametrize(
    ("value", "color", "share"),
    [(47, palette.LATE, 0.47), (96, palette.ON_TIME, 0.96), (100, palette.SUM, 1), (0, palette.LATE, 0)],
)
def test_a_bar_is_as_long_as_what_has_been_done_of_a_hundred(value: int, color: str, share: float) -> None:
    """In time is who has 15 sixteenths, 94 per cent, by now."""
    empty = with_targets(promised(100, None))
    drawn = pixels_of(with_targets(promised(100, value)), color) - pixels_of(empty, color)
    assert drawn == pytest.approx(BAR_PIXELS * share, rel=0.02, abs=200)


def test_what_is_more_than_a_hundred_per_cent_is_not_cut_off() -> None:
    image = with_targets(promised(4, 15))
    assert pixels_of(image, palette.BEYOND) == pytest.approx(BAR_PIXELS * 2.75 / 3.75, rel=0.02)
    assert pixels_of(with_targets(promised(4, 4)), palette.BEYOND) == 0


def test_what_was_not_reached_when_it_ended_is_told_apart() -> None:
    over, empty = (with_targets(promised(100, value, last=date(2022, 12, 29))) for value in (47, None))
    drawn = pixels_of(over, palette.MISSING) - pixels_of(empty, palette.MISSING)
    assert drawn == pytest.approx(BAR_PIXELS * 0.47, rel=0.02)


@pytest.mark.parametrize("count", [1, 3, 9, 12])
def test_there_is_room_for_the_trend_below_every_number_of_targets(count: int) -> None:
    image = picture(replace(daily_digest(15), targets=(promised(90, 42), *[promised(4, None)] * (count - 1))))
    assert image.width == palette.WIDTH
    assert image.height == max(palette.HEIGHT, 222 + 66 * min(count, 9) + 10 + 250 + 30)
    assert pixels_of(image, palette.BAR) > 10_000


def test_a_long_label_is_cut_between_two_words() -> None:
    def drawn(label: str) -> bytes:
        figure = replace(daily_digest(1).figures[0], labels={"vi": label})
        return chart.draw(replace(daily_digest(1), figures=(figure,)), VI)

    words = "Đường giao thông nông thôn được làm mới và nâng cấp trên địa bàn toàn tỉnh trong đợt này"
    # Both are cut before the word that differs only where it has no room any more.
    assert drawn(words + " abc") == drawn(words + " xyz")
