"""The office's commands, on a database in a folder of its own."""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
import struct
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.kit import PACK, Ran, bot, query

PLACES = "select code, name from unit order by id"


# --- load ------------------------------------------------------------------------------------------


def test_loading_once_and_again(first_load: tuple[Path, Ran], office: Path) -> None:
    assert first_load[1] == Ran(0, "✔ Dân vận đợt 2 năm 2022: 14 units; forms published: daily\n", "")
    before = query(office, PLACES)
    assert bot(office, "load", PACK).out == "✔ Dân vận đợt 2 năm 2022: 14 units; forms published: nothing new\n"
    assert query(office, PLACES) == before
    assert query(office, "select count(*) from form_version") == [(1,)]


def test_a_broken_pack_is_not_loaded_and_every_problem_is_told(office: Path) -> None:
    pack = shutil.copytree(PACK, office / PACK.name)
    spoil(pack / "units.csv", ",huyện,TN\nTN-BC", ",huyện,QN\nTN-BC")
    spoil(pack / "units.csv", "Thành đoàn Tây Ninh", "Thành đoàn Khác")
    spoil(pack / "daily.md", "| 10:00 | 24h |", "| [/red] | 24h |")
    spoil(pack / "daily.md", "| | integer | leaflets |", "| | number | leaflets |")
    before = query(office, PLACES)
    ran = bot(office, "load", pack.name)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "✘ units.csv, row 10: the parent QN is not in the list",
        "✘ daily.md: deadlines, row 2: column due: '[/red]' is not a time such as 10:00",
        "✘ daily.md: survey, row 6: questions of the type “number” are not supported yet",
        "✘ daily.md: survey, row 6: an indicator must stand on an integer, decimal or calculate, not on “number”",
        "✘ tay-ninh-2022: nothing was loaded (4 to mend)",
    ]
    assert query(office, PLACES) == before


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- invite ----------------------------------------------------------------------------------------


def test_an_invite_with_its_link_and_picture(office: Path) -> None:
    ran = bot(office, "invite", "TN-BC", "--role", "reporter", "--uses", "3", "--days", "7", "--qr", "mã.png",
              PUBLIC_URL="https://bot.example.vn/", SECRET_KEY="one secret for the tests")  # fmt: skip
    code, *lines = ran.out.splitlines()
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code)
    assert lines == [
        "Huyện đoàn Bến Cầu · reporter · 3× · 7 days",
        "Telegram: (TELEGRAM_TOKEN is not set or Telegram cannot be reached)",
        f"Web:      https://bot.example.vn/?code={code}",
        "QR:       mã.png",
    ]
    assert (ran.code, ran.err) == (0, "")
    picture = (office / "mã.png").read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert width == height >= 10 * (25 + 2 * 4)
    ((kept, role, uses, days),) = query(
        office,
        "select code_hash, role, uses_left, julianday(expires_at) - julianday(created_at) from invite",
    )
    assert (role, uses, round(days)) == ("reporter", 3, 7)
    assert code not in kept
    assert query(office, "select action, member_id from audit") == [("invite.create", None)]


def test_an_invite_for_a_unit_that_there_is_not(office: Path) -> None:
    assert bot(office, "invite", "Bến Câu", "--role", "leader").complaint == (
        "✘ there is no unit with the code 'Bến Câu' (perhaps TN-BC (Huyện đoàn Bến Cầu)); see `units`"
    )
    assert query(office, "select count(*) from invite") == [(0,)]


def test_an_invite_in_a_role_that_there_is_not(tmp_path: Path) -> None:
    complaint = bot(tmp_path, "invite", "TN-BC", "--role", "boss").complaint
    assert complaint == "✘ --role: 'boss' is not one of reporter, leader, officer, admin"


# --- looking ---------------------------------------------------------------------------------------


def test_units_for_a_spreadsheet(office: Path) -> None:
    ran = bot(office, "units", "--format", "csv")
    with (PACK / "units.csv").open(encoding="utf-8", newline="") as file:
        listed = {(row["code"], row["name"], row["parent"]) for row in csv.DictReader(file)}
    header, *rows = csv.reader(StringIO(ran.out))
    assert header == ["code", "name", "parent"]
    assert {tuple(row) for row in rows} == listed
    assert (ran.code, ran.err) == (0, "")


def test_units_for_the_eye(office: Path) -> None:
    with closing(sqlite3.connect(office / "bot.db")) as connection:
        connection.execute("update unit set name = 'Huyện đoàn [bold]:boom:[/i]' where code = 'TN-BC'")
        connection.commit()
    table = bot(office, "units").out
    assert re.search(r"TN-BC\s+│ Huyện đoàn \[bold\]:boom:\[/i\]\s+│ TN ", table)
    assert table.count("\n") == 14 + 4


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["digest", "tay-ninh"], "✘ there is no campaign 'tay-ninh'; `load` one first"),
        (["digest", "tay-ninh-2022", "--at", "[/b]"], "✘ '[/b]' is not a time such as 2022-12-16T08:00"),
        (
            ["digest", "tay-ninh-2022", "--at", "2022-12-16T11:00"],
            "✘ tay-ninh-2022: no day had been opened by 2022-12-16T11:00:00+07:00; `run` opens them",
        ),
        (
            ["export", "tay-ninh-2022", "-o", "nowhere/reports.xlsx"],
            "✘ -o: nowhere/reports.xlsx cannot be written: No such file or directory",
        ),
    ],
)
def test_what_cannot_be_shown(office: Path, words: list[str], complaint: str) -> None:
    assert bot(office, *words).complaint == complaint


def test_migrate_makes_a_database_where_there_is_none(tmp_path: Path) -> None:
    assert bot(tmp_path, "migrate") == Ran(0, "✔ the schema is up to date\n", "")
    assert query(tmp_path, "select count(*) from report") == [(0,)]


# --- doctor ----------------------------------------------------------------------------------------


def test_a_sound_installation(office: Path) -> None:
    ran = bot(office, "doctor", TIMEZONE="Asia/Ho_Chi_Minh")
    assert (ran.code, ran.err) == (0, "")
    marks, texts = zip(*(line.split(" ", 1) for line in ran.out.splitlines()), strict=True)
    assert set(marks) == {"✔"}
    assert "database: opened, schema up to date; campaigns: tay-ninh-2022" in texts
    assert f"SECRET_KEY: kept in {office}/secret.key: back it up with the database" in texts
    assert f"MEDIA_DIR: {office}/media" in texts


def test_an_installation_that_needs_a_doctor(office: Path) -> None:
    with closing(sqlite3.connect(office / "bot.db")) as connection:
        connection.execute("insert into period select 1, 1, 'p', t, t, t, t, t from (select '2022-12-16' as t)")
        connection.execute("insert into total values (1, 1, 'gifts_given', 5000, 1, 0)")
        connection.commit()
    ran = bot(office, "doctor", SECRET_KEY="short")
    assert (ran.code, ran.err) == (1, "✘ see the lines marked ✘ above\n")
    assert [line for line in ran.out.splitlines() if line.startswith("✘")] == [
        "✘ SECRET_KEY is shorter than 16 characters: set a long random one",
        "✘ totals: 1 differ from the reports, first: unit 1, period 1, gifts_given: "
        "kept 5 of 1 reports, 0 inexact; summed 0 of 0 reports, 0 inexact",
    ]
