"""`campaign list`, `pause`, `resume`, `extend`, `close`: on a real database."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.kit import bot, query

CAMPAIGN = "tay-ninh-2022"
LATER = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011  (any day that is near)


def state(folder: Path) -> str:
    ((found,),) = query(folder, "SELECT state FROM campaign")
    return str(found)


def test_from_running_to_over(office: Path) -> None:
    ran = bot(office, "campaign", "pause", CAMPAIGN, "--reason", "Bão số 9")
    assert (ran.code, ran.out, ran.err) == (0, f"✔ {CAMPAIGN}: paused\n", "")
    assert state(office) == "paused"
    assert bot(office, "campaign", "list").out == f"{CAMPAIGN}\tpaused\tDân vận đợt 2 năm 2022\n"
    assert bot(office, "campaign", "resume", CAMPAIGN, "--reason", "Bão đã tan").out == f"✔ {CAMPAIGN}: running\n"
    ran = bot(office, "campaign", "extend", CAMPAIGN, "--until", LATER, "--reason", "Bù những ngày bão")
    assert ran.out == f"✔ {CAMPAIGN}: extended until {LATER}: daily\n"
    assert query(office, "SELECT last_day FROM form") == [(LATER,)]
    assert bot(office, "campaign", "close", CAMPAIGN, "--reason", "Đã tổng kết").out == f"✔ {CAMPAIGN}: closed\n"
    told = query(office, "SELECT action, member_id, reason FROM audit WHERE action LIKE 'campaign.%' ORDER BY id")
    assert told == [
        ("campaign.load", None, ""),
        ("campaign.pause", None, "Bão số 9"),
        ("campaign.resume", None, "Bão đã tan"),
        ("campaign.extend", None, "Bù những ngày bão"),
        ("campaign.close", None, "Đã tổng kết"),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pause", "khac", "--reason", "vì bão"), "there is no campaign 'khac'"),
        (("pause", CAMPAIGN, "--reason", "ờ"), "a reason has 3 to 300 characters"),
        (("resume", CAMPAIGN, "--reason", "vì bão"), "this cannot be done with the campaign as it stands now"),
        (("extend", CAMPAIGN, "--until", "mai", "--reason", "vì bão"), "'mai' is not a day such as 2022-12-31"),
        (("extend", CAMPAIGN, "--until", "2022-12-20", "--reason", "vì bão"), "a day that is later"),
    ],
)
def test_what_cannot_be_done(office: Path, words: tuple[str, ...], told: str) -> None:
    assert told in bot(office, "campaign", *words).complaint
    assert state(office) == "running"
