"""Campaign packs as they are read: all that is wrong is said at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reporting.campaigns.pack import PackError
from reporting.campaigns.packs import read_pack
from tests.reporting.packs import CAMPAIGN, SCHEDULE, SOUND, SURVEY, TAY_NINH, UNITS, workbook_of, written


def problems_of(path: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack(path)
    return caught.value.problems


# --- reading ---------------------------------------------------------------------------------------


def test_a_folder(tmp_path: Path) -> None:
    pack = read_pack(written(tmp_path / "mau", {**SOUND, "README.md": "# not a form", "~$daily.xlsx": "a lock"}))
    assert (pack.slug, pack.campaign["name"]) == ("mau", "Đợt mẫu")
    assert [line.code for line in pack.units] == ["P", "H"]
    (form,) = pack.forms
    assert form.slug == "daily"
    assert [step.name for step in form.schedule.reminders] == ["early", "late"]
    assert form.schedule.digest is not None
    assert form.schedule.digest.after == 15 * 60


def test_several_forms_share_one_campaign_sheet(tmp_path: Path) -> None:
    folder = written(tmp_path / "mau", {**SOUND, "weekly.md": SCHEDULE + SURVEY})
    assert [form.slug for form in read_pack(folder).forms] == ["daily", "weekly"]


def test_the_name_is_the_folder_s_however_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "dan-van.2", SOUND)
    monkeypatch.chdir(folder)
    assert [read_pack(path).slug for path in (folder, Path(), Path("../dan-van.2/"))] == ["dan-van.2"] * 3


def test_one_excel_workbook_is_a_pack(tmp_path: Path) -> None:
    book = workbook_of(tmp_path / "ngay.xlsx", TAY_NINH / "daily.md")
    alone, folder = read_pack(book), read_pack(TAY_NINH)
    assert (alone.slug, alone.units, alone.forms[0].slug) == ("ngay", (), "ngay")
    assert alone.campaign == folder.campaign
    assert alone.forms[0].schedule == folder.forms[0].schedule
    assert alone.forms[0].workbook.columns == folder.forms[0].workbook.columns


def test_beginning_on_another_day(tmp_path: Path) -> None:
    schedule = read_pack(written(tmp_path / "mau", SOUND)).moved_to(date(2026, 3, 1)).forms[0].schedule
    assert (schedule.first, schedule.last) == (date(2026, 3, 1), date(2026, 3, 15))


# --- problems --------------------------------------------------------------------------------------


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    schedule = SCHEDULE.replace("10:00", "mười giờ").replace("| late | 5m |", "| late | soon |")
    survey = SURVEY.replace("| integer |", "| start-geopoint |")
    folder = written(
        tmp_path / "mau",
        {
            "units.csv": UNITS.replace(",huyện,P", ",huyện,Q"),
            "daily.md": CAMPAIGN.replace("| | prefix | M |", "| |  | M |") + schedule + survey,
            "weekly.md": SCHEDULE.replace("leader", "everybody"),
            "yearly.xlsx": "no workbook",
        },
    )
    assert problems_of(folder) == [
        "units.csv, row 3: the parent Q is not in the list",
        "daily.md: campaign, row 3: the key is missing",
        "daily.md: deadlines, row 2: column due: 'mười giờ' is not a time such as 10:00",
        "daily.md: reminders, row 2: column when: 'soon' is not a length of time such as 24h, -30m or 2d",
        "daily.md: survey, row 2: questions of the type “start-geopoint” cannot be asked here",
        "daily.md: survey, row 2: an indicator must stand on an integer, decimal or calculate, not on “start-geopoint”",
        "weekly.md: digest, row 2: column to: 'everybody' is not one of leader, officer, admin",
        "weekly.md: the workbook has no sheet named survey",
        "yearly.xlsx: the file cannot be read as a form: File is not a zip file",
    ]


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("", "daily.md: deadlines: one row at least is needed, none is there"),
        (
            SCHEDULE.replace("huyện |", "huyện |\n| | once | 2022-12-31 | | 10:00 | 24h | 48h | huyện |"),
            "daily.md: deadlines, row 3: column kinds: 'huyện' is not in one row only",
        ),
        (
            SCHEDULE.replace("| early |", "| late |"),
            "daily.md: reminders, row 3: the step 'late' stands more than once",
        ),
        (SCHEDULE + "| | 11:00 | officer |", "daily.md: digest: 2 rows are of each period; one can stand here"),
        (
            SCHEDULE.replace("| 10:15 |", "| 09:45 |"),
            "daily.md: digest, row 2: column at: '09:45' is not a time at or after the due time 10:00",
        ),
    ],
)
def test_a_schedule_that_cannot_be(tmp_path: Path, schedule: str, problem: str) -> None:
    assert problems_of(written(tmp_path / "mau", {**SOUND, "daily.md": CAMPAIGN + schedule + SURVEY})) == [problem]


def test_a_campaign_needs_name_prefix_and_unit(tmp_path: Path) -> None:
    folder = written(tmp_path / "mau", {**SOUND, "daily.md": SCHEDULE + SURVEY})
    assert problems_of(folder) == [
        f"mau: no `campaign` sheet gives {key!r}" for key in ("name", "prefix", "unit")
    ]  # fmt: skip


def test_nothing_to_read(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nowhere") == [f"{tmp_path}/nowhere: there is no such file or folder"]
    empty = written(tmp_path / "empty", {"units.csv": UNITS})
    assert problems_of(empty) == [f"{empty}: there is no workbook (.md, .xlsx, .xls) in this folder"]
