"""What reports are called, what they cover, and how long there is time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.interview.duty import ways_in
from handlers.words import due_text, period_covers, period_title
from locales.translator import Translators
from reporting.planning.periods import Schedule
from tests.support.world import ZONE

TR = Translators(ZONE)["vi"]
NOON = datetime(2022, 12, 16, 12, 0, tzinfo=ZONE)
DAY, YEAR = timedelta(days=1), timedelta(days=365)


def owed(name: str = "2022-12-16", covers: timedelta = DAY, **more: Any) -> dict[str, Any]:
    """A report that is due at noon and taken for two days more."""
    ends = datetime(2023, 1, 1, tzinfo=ZONE) if covers == YEAR else NOON
    times = {"covers_from": ends - covers, "covers_to": ends, "due_at": NOON, "closes_at": NOON + 2 * DAY}
    return {"period": name, "schedule": {}, **times, **more}


@pytest.mark.parametrize(
    ("row", "title"),
    [
        (owed(), "Báo cáo ngày 16/12"),
        (owed("2022-W50", 7 * DAY), "Báo cáo tuần 50 (12/12 – 18/12)"),
        (owed("2022-12", 31 * DAY), "Báo cáo tháng 12/2022"),
        (owed("2022-06-15", 180 * DAY), "Báo cáo kỳ đến 15/06/2022"),
        (owed("2022", YEAR, form_title="Rà soát <mô hình>"), "Rà soát &lt;mô hình&gt;, năm 2022"),
    ],
)
def test_a_report_is_called_by_its_period_and_by_its_form_where_there_are_several(
    row: dict[str, Any], title: str
) -> None:
    assert period_title(row, TR) == title


def test_what_a_long_period_covers_is_told_by_days_with_their_year() -> None:
    assert period_covers(owed(), NOON, TR) == "từ 12:00 hôm qua đến 12:00 hôm nay"
    assert period_covers(owed("2022", YEAR), NOON, TR) == "từ 01/01/2022 đến hết 31/12/2022"


@pytest.mark.parametrize(
    ("later", "grace", "said"),
    [
        (timedelta(hours=-1), 0, "hạn 12:00 hôm nay (còn 1 giờ)"),
        (timedelta(hours=1), 0, "đã quá hạn 12:00 hôm nay; vẫn nhận đến 12:00 ngày 18/12"),
        (timedelta(hours=1), 7200, "hạn 12:00 hôm nay; gửi ngay vẫn tính là đúng hạn"),
        (timedelta(hours=3), 7200, "đã quá hạn 12:00 hôm nay; vẫn nhận đến 12:00 ngày 18/12"),
        (2 * DAY, 0, "hạn 12:00 ngày 16/12, đã khoá"),
    ],
)
def test_how_long_there_is_time(later: timedelta, grace: int, said: str) -> None:
    assert due_text(owed(schedule={"grace": grace}), NOON + later, TR) == said


@pytest.mark.parametrize(
    ("repeat", "more", "labels"),
    [
        ("daily", {}, ["📝 Báo cáo ngay", "Không phát sinh", "Giống hôm qua"]),
        ("monthly", {}, ["📝 Báo cáo ngay", "Không phát sinh", "Giống lần trước"]),
        ("yearly", {"again": False}, ["📝 Báo cáo ngay", "Không phát sinh"]),
        ("yearly", {"again": False, "nothing": False}, ["📝 Báo cáo ngay"]),
    ],
)
def test_what_a_reminder_offers(repeat: str, more: dict[str, Any], labels: list[str]) -> None:
    schedule = Schedule.from_json({
        "repeat": repeat, "first": "2022-12-16", "last": "2022-12-16", "due": "12:00", "covers": "day", "closes": 0,
        "kinds": ["xã"], "nothing": True, "reminders": [], "digest": None, **more,
    })  # fmt: skip
    offered = [choice.label for row in ways_in(TR, 1, schedule, has_earlier=True) for choice in row]
    assert offered == labels
    first = [choice.label for row in ways_in(TR, 1, schedule, has_earlier=False) for choice in row]
    assert first == [label for label in labels if not label.startswith("Giống")]
