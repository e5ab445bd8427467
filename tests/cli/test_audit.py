"""`audit`, `audit verify` and `member erase`, on a database in a folder of its own."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage import people
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.cli.kit import Ran, bot, change, database_url, query

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
async def town(office: Path) -> Path:
    """Two reporters of Bến Cầu and one of Gò Dầu; five changes on five days, one with a reason that is a formula."""
    database = Database(database_url(office))
    for day, unit, name, reason in (
        (12, "TN-BC", "Lê Thị Mẫu", ""), (13, "TN-BC", "Lê Văn Thử", ""), (14, "TN-GD", "Trần Văn Ví", ""),
        (15, "TN-BC", "", "=HYPERLINK(1)\x1b[31m"), (16, "TN-GD", "", "mất mạng"),
    ):  # fmt: skip
        async with database.write() as conn:
            uow = UnitOfWork(conn, datetime(2022, 12, day, 9, tzinfo=ZONE))
            row = await people.unit_by_code(uow, unit)
            assert row
            values = {"unit_id": row["id"], "after": {"unit": unit, "role": "reporter"}, "reason": reason}
            if name:
                member_id = await people.add_member(uow, await people.add_person(uow, name), row["id"], "reporter")
                await people.add_account(uow, "web", f"chat-{member_id}", member_id, member_id)
                uow.audit("member.join", f"member:{member_id}", member_id=member_id, account_id=member_id, **values)
            else:
                uow.audit("invite.create", "invite:1", member_id=None, **values)
            await uow.flush()
    await database.close()
    return office


def _rows(ran: Ran) -> list[dict[str, str]]:
    assert (ran.code, ran.err) == (0, "")
    return list(csv.DictReader(StringIO(ran.out)))


def test_the_log_in_words(town: Path) -> None:
    rows = _rows(bot(town, "audit", "--since", "2022-12-12", "--until", "2022-12-16", "--format", "csv"))
    assert [(row["who"], row["what"]) for row in rows] == [
        ("Lê Thị Mẫu", "vào Bến Cầu với vai trò người báo cáo"),
        ("Lê Văn Thử", "vào Bến Cầu với vai trò người báo cáo"),
        ("Trần Văn Ví", "vào Gò Dầu với vai trò người báo cáo"),
        ("Văn phòng (dòng lệnh)", "mời người báo cáo vào Bến Cầu, lý do: =HYPERLINK(1)[31m"),
        ("Văn phòng (dòng lệnh)", "mời người báo cáo vào Gò Dầu, lý do: mất mạng"),
    ]
    assert rows[0]["at"] == "2022-12-12T09:00:00+07:00"
    assert (rows[0]["role"], rows[0]["channel"], rows[0]["unit"]) == ("reporter", "web", "TN-BC")
    assert rows[3]["reason"] == "'=HYPERLINK(1)[31m"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (["--unit", "TN-BC"], [12, 13, 15]),
        (["--unit", "TN", "--since", "2022-12-15"], [15, 16]),
        (["--until", "2022-12-13"], [12, 13]),
        (["--until", "2022-12-13T09:00"], [12]),
        (["--since", "2022-12-13T09:00+07:00"], [13, 14, 15, 16]),
        (["--action", "invite.create"], [15, 16]),
        (["--unit", "TN-GD", "--action", "member.join"], [14]),
        (["--last", "2"], [15, 16]),
        (["--unit", "TN-BC", "--last", "1"], [15]),
        (["--last", "99"], [12, 13, 14, 15, 16]),
    ],
)
def test_a_part_of_the_log(town: Path, words: list[str], days: list[int]) -> None:
    # What loading the campaign left is of today, and in nobody's way here.
    change(town, "DELETE FROM audit WHERE at > '2023-01-01'")
    ran = bot(town, "audit", *words, "--format", "jsonl")
    assert (ran.code, ran.err) == (0, "")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [int(line["at"][8:10]) for line in lines] == days
    assert all(line["after"]["role"] == "reporter" for line in lines)


def test_a_table_for_the_eye(town: Path) -> None:
    out = bot(town, "audit", "--unit", "TN-GD").out
    assert re.search(r"│ Trần Văn Ví +│ TN-GD +│ vào Gò Dầu", out)
    assert "\x1b" not in bot(town, "audit").out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--unit", "TN-XX"], "✘ --unit: there is no unit with the code 'TN-XX'; see `units`"),
        (["--since", "hôm qua"], "✘ 'hôm qua' is not a time such as 2022-12-16T08:00"),
    ],
)
def test_what_cannot_be_shown(town: Path, words: list[str], complaint: str) -> None:
    assert bot(town, "audit", *words).complaint == complaint


# --- verify ----------------------------------------------------------------------------------------


def test_a_whole_log_gives_its_head(town: Path) -> None:
    ran = bot(town, "audit", "verify")
    ((count, last),) = query(town, "SELECT count(*), max(id) FROM audit")
    ((head,),) = query(town, f"SELECT chain FROM audit WHERE id = {last}")
    sound = f"✔ audit: {count} entries, none changed or missing; the last is {last}\nhead: {head}\n"
    assert ran == Ran(0, sound, "")
    assert bot(town, "audit", "verify", "--head", head.upper()) == ran
    ((earlier,),) = query(town, f"SELECT chain FROM audit WHERE id = {last - 2}")
    assert bot(town, "audit", "verify", "--head", earlier) == ran


def test_a_log_that_was_changed(town: Path) -> None:
    ((changed,),) = query(town, "SELECT id FROM audit WHERE reason = 'mất mạng'")
    change(town, f"UPDATE audit SET reason = 'mất điện' WHERE id = {changed}")
    assert bot(town, "audit", "verify").complaint == (
        f"✘ audit: entry {changed} (2022-12-16 09:00:00+07:00) was changed, put in, or stands in another's place"
    )


def test_a_log_from_which_something_is_missing(town: Path) -> None:
    ((changed,),) = query(town, "SELECT id FROM audit WHERE reason = 'mất mạng'")
    change(town, f"DELETE FROM audit WHERE id = {changed - 1}")
    assert bot(town, "audit", "verify").complaint == (
        f"✘ audit: entries are missing before entry {changed} (2022-12-16 09:00:00+07:00)"
    )


def test_a_log_whose_end_is_missing(town: Path) -> None:
    ((last, head),) = query(town, "SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1")
    change(town, f"DELETE FROM audit WHERE id = {last}")
    assert bot(town, "audit", "verify").code == 0
    ran = bot(town, "audit", "verify", "--head", head)
    assert ran.code == 1
    assert ran.err == "✘ --head: it is not in the log: the end was cut off, or the log was written anew\n"


# --- erasing ---------------------------------------------------------------------------------------


def test_a_person_is_erased(town: Path) -> None:
    ran = bot(town, "member", "erase", "1", "--reason", "xin xoá")
    assert ran == Ran(0, "✔ member 1: erased; the reports stay\n", "")
    assert query(town, "SELECT name, phone FROM person WHERE id = 1") == [("Người dùng đã xoá", None)]
    ((address, cut),) = query(town, "SELECT address, cut_at IS NOT NULL FROM account WHERE person_id = 1")
    assert address.startswith("erased:")
    assert cut
    assert query(town, "SELECT subject, reason FROM audit ORDER BY id DESC LIMIT 1") == [("person:1", "xin xoá")]
    assert bot(town, "audit", "verify").code == 0
    rows = _rows(bot(town, "audit", "--until", "2022-12-13", "--format", "csv"))
    assert [row["who"] for row in rows] == ["(đã xoá)", "Lê Văn Thử"]
    assert bot(town, "member", "erase", "1").complaint == "✘ member 1 was erased already"


async def test_nobody_is_erased_whom_a_unit_cannot_spare(town: Path) -> None:
    database = Database(database_url(town))
    async with database.write() as conn:
        uow = UnitOfWork(conn, datetime(2022, 12, 17, 9, tzinfo=ZONE))
        row = await people.unit_by_code(uow, "TN-GD")
        assert row
        officer = await people.add_member(uow, await people.add_person(uow, "Phạm Thị Giữ"), row["id"], "officer")
        await people.add_account(uow, "web", "chat-officer", officer, officer)
        await uow.flush()
    await database.close()
    complaint = bot(town, "member", "erase", str(officer)).complaint
    assert complaint.startswith("✘ nobody else, there or above, is officer of TN-GD: invite another first")
    assert query(town, f"SELECT name FROM person WHERE id = {officer}") == [("Phạm Thị Giữ",)]
    assert bot(town, "member", "erase", str(officer), "--leave-unit-alone").code == 0
    assert bot(town, "member", "erase", "99").complaint == "✘ there is no member 99"
