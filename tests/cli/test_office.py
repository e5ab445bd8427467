"""The office's commands, on a database in a folder of its own."""

from __future__ import annotations

import csv
import re
import struct
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from reporting import register
from reporting.library import Library
from storage import people, plans
from storage import register as ledger
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.cli.kit import A_PERIOD, PACK, Ran, bot, change, database_url, query
from tests.support.database import engine_in_use

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
    ((kept, role, uses, *times),) = query(
        office, "select code_hash, role, uses_left, expires_at, created_at from invite"
    )
    expires, created = map(datetime.fromisoformat, times)
    assert (role, uses, round((expires - created) / timedelta(days=1))) == ("reporter", 3, 7)
    assert code not in kept
    made = query(office, "select action, member_id from audit where subject like 'invite:%'")
    assert made == [("invite.create", None)]


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
    change(office, "update unit set name = 'Huyện đoàn [bold]:boom:[/i]' where code = 'TN-BC'")
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
        (
            ["export", "tay-ninh-2022", "-o", ".", "--format", "openrosa"],
            "✘ -o: . cannot be written: Is a directory",
        ),
        (
            ["export", "tay-ninh", "-o", "reports.zip", "--format", "openrosa"],
            "✘ there is no campaign 'tay-ninh'; `load` one first",
        ),
    ],
)
def test_what_cannot_be_shown(office: Path, words: list[str], complaint: str) -> None:
    assert bot(office, *words).complaint == complaint


ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


async def report(folder: Path, unit: str, when: datetime, answers: dict[str, Any]) -> None:
    """A report to the form that is loaded, on the day that is open then."""
    database = Database(database_url(folder))
    async with database.write() as conn:
        uow = UnitOfWork(conn, when)
        await register.open_periods(uow, ZONE, when)
        (form,) = await plans.live_forms(uow)
        place = await people.unit_by_code(uow, unit)
        assert place
        member_id = await people.add_member(uow, await people.add_person(uow, "Lê Thị Mẫu"), place["id"], "reporter")
        await register.submit(
            uow, await Library().form(uow, form["version_id"]), (await ledger.owed(uow, place["id"], when))[0],
            version_id=form["version_id"], member_id=member_id, account_id=None, result=answers, marks={},
        )  # fmt: skip
        await uow.flush()
    await database.close()


async def test_reports_as_files_of_every_format(office: Path) -> None:
    when = datetime(2022, 12, 16, 9, tzinfo=ZONE)
    await report(office, "TN-BC", when, {"leaflets": 120, "children_supported": 3})
    for style in ("xlsx", "csv", "openrosa"):
        ran = bot(office, "export", "tay-ninh-2022", "-o", f"out.{style}", "--format", style)
        assert ran == Ran(0, f"✔ out.{style}: 1 reports\n", "")
    with ZipFile(office / "out.openrosa") as file:
        found = {name: fromstring(file.read(name)) for name in file.namelist()}
    ((code,),) = query(office, "select code from report")
    form, instance = (found[name] for name in sorted(found, reverse=True))
    assert sorted(found)[0] == f"{code}.xml"
    assert form.tag == "{http://www.w3.org/1999/xhtml}html"
    assert [leaf.text for leaf in instance.iter("leaflets")] == ["120"]
    assert code in (office / "out.csv").read_text(encoding="utf-8")


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
    kept = f"kept in {office}/secret.key: back it up with the database" if engine_in_use() == "sqlite" else "set"
    assert f"SECRET_KEY: {kept}" in texts
    assert f"MEDIA_DIR: {office}/media" in texts


def test_an_installation_that_needs_a_doctor(office: Path) -> None:
    change(office, A_PERIOD, "insert into total values (1, 1, 'gifts_given', 5000, 1, 0)")
    ran = bot(office, "doctor", SECRET_KEY="short")
    assert (ran.code, ran.err) == (1, "✘ see the lines marked ✘ above\n")
    assert [line for line in ran.out.splitlines() if line.startswith("✘")] == [
        "✘ SECRET_KEY is shorter than 16 characters: set a long random one",
        "✘ totals: 1 differ from the reports, first: unit 1, period 1, gifts_given: "
        "kept 5 of 1 reports, 0 inexact; summed 0 of 0 reports, 0 inexact",
    ]


# --- models ----------------------------------------------------------------------------------------


def test_the_register_of_models_as_a_file(tmp_path: Path) -> None:
    models = Path(__file__).parents[1] / "conversations" / "packs" / "models"
    assert bot(tmp_path, "load", str(models)).code == 0
    for style, start in (("xlsx", b"PK"), ("docx", b"PK"), ("csv", "\ufeffMô hình,Đơn vị".encode())):
        ran = bot(tmp_path, "models", "models", "--format", style, "-o", f"m.{style}")
        assert (ran.code, ran.out, ran.err) == (0, f"✔ m.{style}: 0 models\n", "")
        assert (tmp_path / f"m.{style}").read_bytes().startswith(start)
    assert bot(tmp_path, "models", "models", "--list", "clubs", "-o", "m.csv").complaint == (
        "✘ models: there is no such register (there is models)"
    )
    assert bot(tmp_path, "models", "none", "-o", "m.csv").complaint == (
        "✘ there is no campaign 'none'; `load` one first"
    )


# --- totals ----------------------------------------------------------------------------------------


async def test_totals_are_compared_and_made_anew(office: Path) -> None:
    await report(office, "TN-BC", datetime(2022, 12, 16, 8, tzinfo=ZONE), {"participants": 40})
    assert bot(office, "totals", "rebuild", "--check") == Ran(0, "✔ all totals equal the reports\n", "")
    ((province, period),) = query(office, "SELECT unit.id, period.id FROM unit, period WHERE code = 'TN'")
    change(office, f"UPDATE total SET amount = amount + 1000 WHERE unit_id = {province}")
    ran = bot(office, "totals", "rebuild", "--check")
    assert (ran.code, len(ran.out.splitlines())) == (1, 1)
    assert ran.out.startswith(f"unit {province}, period {period}, participants: kept 41")
    assert ran.err == "✘ 1 totals differ from the reports; `totals rebuild` makes them anew\n"
    assert "1 totals were wrong and are right now" in bot(office, "totals", "rebuild").out
    assert query(office, "SELECT action, unit_id FROM audit ORDER BY id DESC LIMIT 1") == [("totals.rebuild", province)]
    assert bot(office, "totals", "rebuild", "--check").code == 0
