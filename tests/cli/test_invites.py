"""Codes for a whole level, calling codes back, and who has which role, on the command line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image

from storage import people
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.cli.kit import bot, change, database_url, query

SHEET = ("--sheet", "invites.xlsx")
WEB = {"PUBLIC_URL": "https://bot.example.vn", "SECRET_KEY": "one secret for the tests"}
OURS = " where substr(action, 1, 7) in ('invite.', 'member.', 'account')"
CODE = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")


def codes(path: Path) -> list[str]:
    return [str(row[3]) for row in rows(path)]


def rows(path: Path) -> list[tuple[Any, ...]]:
    return list(load_workbook(path).active.iter_rows(min_row=2, values_only=True))


def open_invites(office: Path) -> int:
    ((count,),) = query(office, "select count(*) from invite where revoked_at is null and uses_left > 0")
    return int(count)


# --- a whole level ---------------------------------------------------------------------------------


def test_a_row_for_each_unit_of_a_kind(office: Path) -> None:
    ran = bot(
        office, "invite", "--level", "huyện", *SHEET, "--print", "invites.pdf", "--uses", "2", "--days", "7", **WEB
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "✔ invites.xlsx, invites.pdf: 6 codes as reporter; 0 earlier ones were revoked\n"
    listed = rows(office / "invites.xlsx")
    units = {name for (name,) in query(office, "select name from unit where kind = 'huyện'")}
    assert {row[1] for row in listed} == units
    for parent, _unit, role, code, telegram, web, uses, until, _picture in listed:
        assert (parent, role, telegram, uses) == ("Tỉnh đoàn Tây Ninh", "người báo cáo", None, 2)
        assert CODE.fullmatch(code)
        assert web == f"https://bot.example.vn/?code={code}"
        assert 6 <= (until - datetime.now(UTC).replace(tzinfo=None)).days <= 7
    assert len({row[3] for row in listed}) == len(units) == open_invites(office)
    assert (office / "invites.pdf").read_bytes().startswith(b"%PDF-")
    assert query(office, "select distinct action, unit_id is null from audit" + OURS) == [("invite.create", 0)]


def test_a_picture_in_each_row(office: Path) -> None:
    bot(office, "invite", "--level", "huyện", *SHEET, **WEB)
    page: Any = load_workbook(office / "invites.xlsx").active
    pictures = {image.anchor._from.row for image in page._images}
    assert pictures == set(range(1, 7))
    with Image.open(BytesIO(page._images[0]._data())) as picture:
        assert picture.format == "PNG"


def test_a_sheet_made_again_takes_the_place_of_the_first(office: Path) -> None:
    bot(office, "invite", "TN-BC", "--role", "leader")
    bot(office, "invite", "--level", "huyện", *SHEET)
    first = codes(office / "invites.xlsx")
    ran = bot(office, "invite", "--level", "huyện", *SHEET)
    assert "6 codes as reporter; 6 earlier ones were revoked" in ran.out
    assert not set(first) & set(codes(office / "invites.xlsx"))
    # The leader's code is for another role.
    assert open_invites(office) == 6 + 1
    kept = bot(office, "invite", "--level", "huyện", "--sheet", "more.xlsx", "--keep")
    assert "; 0 earlier ones" in kept.out
    assert open_invites(office) == 12 + 1


def test_a_level_by_its_number_below_a_unit(office: Path) -> None:
    change(
        office,
        "update unit_kind set level = 9",
        "delete from unit_kind where name in ('huyện', 'thị xã')",
        "insert into unit_kind values ('huyện', 2), ('thị xã', 2)",
    )
    ran = bot(office, "invite", "--level", "2", "--under", "TN-BC", "--role", "leader", *SHEET)
    assert "1 codes as leader" in ran.out
    bot(office, "invite", "--level", "2", *SHEET)
    assert len(codes(office / "invites.xlsx")) == 8


def test_units_that_have_ended_are_left_out(office: Path) -> None:
    change(office, "update unit set valid_to = '2022-01-01 00:00:00' where code = 'TN-BC'")
    assert "5 codes" in bot(office, "invite", "--level", "huyện", *SHEET).out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--level", "ấp", *SHEET), "✘ --level: there is no unit of the kind or level 'ấp'; there are: huyện, "),
        (("--level", "huyện", "--under", "TN-X", *SHEET), "✘ there is no unit with the code 'TN-X'"),
        (("--level", "huyện"), "✘ --level: say where the codes go, with --sheet invites.xlsx or --print invites.pdf"),
        (("--level", "huyện", "--sheet", "a.csv"), "✘ --sheet: a.csv is to end in .xlsx"),
        (("--level", "huyện", "--print", "a.docx"), "✘ --print: a.docx is to end in .pdf"),
        (("--level", "huyện", "--sheet", "no/a.xlsx"), "✘ --sheet: no/a.xlsx cannot be written: No such file"),
        (("TN-BC", "--level", "huyện"), "✘ give either a unit's code or --level"),
        (("TN-BC",), "✘ --role: '' is not one of reporter, leader, officer, admin"),
        (("make",), "✘ give either a unit's code or --level"),
    ],
)
def test_what_cannot_be_made_changes_nothing(office: Path, words: tuple[str, ...], complaint: str) -> None:
    assert bot(office, "invite", *words).complaint.startswith(complaint)
    assert query(office, "select count(*) from invite") == [(0,)]
    assert query(office, "select count(*) from audit" + OURS) == [(0,)]


# --- calling back ----------------------------------------------------------------------------------


def test_a_code_called_back(office: Path) -> None:
    code = bot(office, "invite", "TN-BC", "--role", "reporter", **WEB).out.splitlines()[0]
    assert bot(office, "invite", "revoke", code.lower(), **WEB).out == "✔ 1 revoked\n"
    assert open_invites(office) == 0
    assert bot(office, "invite", "revoke", code, **WEB).complaint == f"✘ the invite {code} was revoked before"
    assert bot(office, "invite", "revoke", "AAAA-AAAA").complaint == "✘ there is no invite with the code 'AAAA-AAAA'"
    assert bot(office, "invite", "revoke").complaint == "✘ give either a code or --unit"


def test_all_open_codes_of_a_unit_called_back(office: Path) -> None:
    for unit, role in (("TN-BC", "reporter"), ("TN-BC", "leader"), ("TN-GD", "reporter")):
        bot(office, "invite", unit, "--role", role)
    assert bot(office, "invite", "revoke", "--unit", "TN-BC").out == "✔ 2 revoked\n"
    assert open_invites(office) == 1
    # A unit's own, not those of the units below it.
    assert bot(office, "invite", "revoke", "--unit", "TN").out == "✔ 0 revoked\n"


# --- members ---------------------------------------------------------------------------------------


@pytest.fixture
def staffed(office: Path) -> Iterator[Path]:
    """Lan reports for Bến Cầu and Gò Dầu, from two accounts; Mai is the province's one officer."""

    async def join() -> None:
        db = Database(database_url(office))
        async with db.write() as conn:
            uow = UnitOfWork(conn, datetime(2022, 12, 16, 1, tzinfo=UTC))
            for address, name, unit, role in (
                ("lan", "Lan", "TN-BC", "reporter"),
                ("lan", "Lan", "TN-GD", "reporter"),
                ("mai", "Mai", "TN", "officer"),
            ):
                row = await people.unit_by_code(uow, unit)
                assert row
                await people.join(uow, channel="web", address=address, name=name, unit_id=row["id"], role=role)
            await people.add_account(uow, "telegram", "100200300", 1, 1)
            await uow.flush()
        await db.close()

    asyncio.run(join())
    yield office


def test_who_has_which_role(staffed: Path) -> None:
    out = bot(staffed, "member", "list").out
    assert re.search(r"1 +│ Lan +│ reporter +│ TN-BC +│ \d \(\w+\), \d \(\w+\)", out)
    assert "100200300" not in out
    below = bot(staffed, "member", "list", "--unit", "TN-GD", "--role", "reporter").out
    assert "TN-GD" in below
    assert "TN-BC" not in below
    assert bot(staffed, "member", "list", "--role", "boss").complaint.startswith("✘ --role: 'boss'")
    assert bot(staffed, "member", "list", "--unit", "X").complaint.startswith("✘ there is no unit with the code 'X'")


def test_a_role_ends_and_the_other_stays(staffed: Path) -> None:
    assert bot(staffed, "member", "end", "1").out == "✔ Lan is no longer reporter of Huyện đoàn Bến Cầu\n"
    assert query(staffed, "select id from member where ended_at is null order by id") == [(2,), (3,)]
    assert query(staffed, "select action, subject from audit" + OURS) == [("member.end", "member:1")]
    assert "there is no role 1" in bot(staffed, "member", "end", "1").complaint


def accounts(folder: Path) -> list[int]:
    """Their numbers, in the order in which they came; an engine may leave some out."""
    return [number for (number,) in query(folder, "select id from account order by id")]


def test_the_last_officer_stays(staffed: Path) -> None:
    before = query(staffed, "select * from member"), query(staffed, "select * from account")
    assert "with no officer, there or above" in bot(staffed, "member", "end", "3").complaint
    second = accounts(staffed)[1]
    assert "--even-the-last" in bot(staffed, "member", "cut", str(second)).complaint
    assert (query(staffed, "select * from member"), query(staffed, "select * from account")) == before
    assert query(staffed, "select count(*) from audit" + OURS) == [(0,)]
    assert bot(staffed, "member", "cut", str(second), "--even-the-last").code == 0
    assert query(staffed, "select id from account where cut_at is not null") == [(second,)]


def test_a_lost_phone(staffed: Path) -> None:
    first, second, third = accounts(staffed)
    ran = bot(staffed, "member", "cut", str(third))
    assert ran.out == f"✔ the account {third} (telegram) is cut off; a new code lets them in again\n"
    assert query(staffed, "select id from account where cut_at is null order by id") == [(first,), (second,)]
    assert "was cut off before" in bot(staffed, "member", "cut", str(third)).complaint


def test_a_link_to_the_web_chat(staffed: Path) -> None:
    first = bot(staffed, "member", "link", "1", "--days", "3", "--qr", str(staffed / "lan.png")).out.splitlines()
    assert first[0] == "✔ link of Lan, to be opened within 3 days; earlier ones end:"
    assert re.fullmatch(r"http://\S+/vao/[\w-]{32}", first[1])
    assert (staffed / "lan.png").read_bytes().startswith(b"\x89PNG")
    second = bot(staffed, "member", "link", "2").out.splitlines()
    assert second[1] != first[1]
    links = query(staffed, "select address, revoked_at is null, sent_to, created_by from web_link order by id")
    assert links == [("lan", 0, None, None), ("lan", 1, None, None)]
    assert (
        query(staffed, "select action, subject, member_id from audit where action like 'weblink%'")
        == [("weblink.create", "account:1", None)] * 2
    )
    assert "there is no role 99" in bot(staffed, "member", "link", "99").complaint
