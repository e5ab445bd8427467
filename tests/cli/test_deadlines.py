"""`deadline extend`, `exempt`, `restore`: on a real database, with a period that is due in an hour."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import people, plans, register
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.cli.kit import bot, database_url, query
from tests.support.world import ZONE

CAMPAIGN = "tay-ninh-2022"
NOW = datetime.now(UTC).replace(microsecond=0)
DUE, CLOSES = NOW + timedelta(hours=1), NOW + timedelta(hours=49)
DAY = NOW.astimezone(ZONE).date().isoformat()


def local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"


@pytest.fixture
def office(office: Path) -> Path:
    """Everybody owes today's report; Lan reports for Bến Cầu."""
    asyncio.run(_begin(office))
    return office


async def _begin(folder: Path) -> None:
    database = Database(database_url(folder))
    async with database.write() as conn:
        uow = UnitOfWork(conn, NOW)
        (form,) = await plans.live_forms(uow)
        period = {
            "name": DAY, "covers_from": NOW - timedelta(days=1), "covers_to": DUE, "opens_at": NOW - timedelta(days=1),
            "due_at": DUE, "closes_at": CLOSES,
        }  # fmt: skip
        root = await register.unit_path(uow, form["unit_id"])
        await register.open_period(uow, form["id"], period, form["schedule"]["kinds"], root)
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        await people.join(uow, channel="web", address="lan", name="Lan", unit_id=unit["id"], role="reporter")
        await uow.flush()
    await database.close()


def rows(folder: Path, unit: str) -> tuple[str, str | None]:
    """A unit's state and due time in the register."""
    sql = "SELECT e.state, e.due_at FROM expected_report e JOIN unit u ON u.id = e.unit_id WHERE u.code = '{}'"
    ((state, due),) = query(folder, sql.format(unit))
    return state, due


def test_one_unit_is_given_more_time_and_its_reporter_told(office: Path) -> None:
    until = DUE + timedelta(hours=3)
    words = (CAMPAIGN, "--unit", "TN-BC", "--until", local(until), "--reason", "Mất mạng")
    ran = bot(office, "deadline", "extend", *words)
    assert (ran.code, ran.err) == (0, "")
    when = local(until).replace("T", " ")
    assert ran.out == f"✔ {DAY}: until {when}: Huyện đoàn Bến Cầu\n  reporters told: 1\n"
    assert rows(office, "TN-BC")[1] == f"{until.astimezone(UTC):%Y-%m-%d %H:%M}:00.000000"
    assert rows(office, "TN-GD") == ("open", None)
    ((chat, reply),) = query(office, "SELECT chat, reply FROM outbox")
    assert chat == "lan"
    assert "Mất mạng" in json.loads(reply)["text"]
    told = query(office, "SELECT action, member_id, reason, unit_id IS NULL FROM audit WHERE action LIKE 'deadline%'")
    assert told == [("deadline.extend", None, "Mất mạng", 0)]


def test_all_that_owe_are_given_more_time(office: Path) -> None:
    assert bot(office, "deadline", "exempt", CAMPAIGN, "--unit", "TN-GD", "--period", DAY, "--reason", "Bão").code == 0
    until = local(DUE + timedelta(hours=3))
    ran = bot(office, "deadline", "extend", CAMPAIGN, "--until", until, "--reason", "Mất mạng")
    assert ran.code == 0
    ((extended, of),) = query(office, "SELECT count(due_at), count(*) FROM expected_report")
    assert (extended, of) == (12, 13)
    assert rows(office, "TN-GD") == ("exempt", None)


def test_a_unit_is_exempt_and_owes_again(office: Path) -> None:
    words = (CAMPAIGN, "--unit", "TN-BC", "--period", DAY, "--reason", "Bão")
    assert (
        bot(office, "deadline", "exempt", *words).out == f"✔ {DAY}: exempt: Huyện đoàn Bến Cầu\n  reporters told: 1\n"
    )
    assert rows(office, "TN-BC")[0] == "exempt"
    assert bot(office, "deadline", "exempt", *words).complaint.startswith("✘ nothing was changed: ")
    ran = bot(office, "deadline", "restore", *words)
    assert ran.out == f"✔ {DAY}: owed again: Huyện đoàn Bến Cầu\n  reporters told: 1\n"
    assert rows(office, "TN-BC")[0] == "open"
    actions = query(office, "SELECT action, reason FROM audit WHERE action LIKE 'unit.%exempt' ORDER BY id")
    assert actions == [("unit.exempt", "Bão"), ("unit.unexempt", "Bão")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("extend", "no-such", "--until", local(DUE), "--reason", "Bão"), "there is no campaign 'no-such'"),
        (("extend", CAMPAIGN, "--until", "14h", "--reason", "Bão"), "'14h' is not a time"),
        (("extend", CAMPAIGN, "--until", "2022-12-16T14:00", "--reason", "Bão"),
         "nothing was changed: that time is over"),
        (("extend", CAMPAIGN, "--until", "2999-12-16T14:00", "--reason", "Bão"),
         "nothing was changed: that time is more"),
        (("extend", CAMPAIGN, "--until", local(NOW + timedelta(minutes=40)), "--reason", "Bão"),
         "nothing was changed: they have"),
        (("extend", CAMPAIGN, "--until", local(DUE + timedelta(hours=2)), "--reason", " "),
         "nothing was changed: a reason"),
        (("extend", CAMPAIGN, "--unit", "X", "--until", local(DUE), "--reason", "Bão"),
         "there is no unit with the code 'X'"),
        (("exempt", CAMPAIGN, "--unit", "TN", "--period", DAY, "--reason", "Bão"),
         "Tỉnh đoàn Tây Ninh has nothing to report"),
        (("exempt", CAMPAIGN, "--unit", "TN-BC", "--period", "2021-01-01", "--reason", "Bão"),
         f"{CAMPAIGN}: there is no period 2021-01-01"),
        (("restore", CAMPAIGN, "--unit", "TN-BC", "--period", DAY, "--reason", "Bão"), "nothing was changed: none"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_one_line(office: Path, words: tuple[str, ...], said: str) -> None:
    before = query(office, "SELECT * FROM expected_report"), query(office, "SELECT count(*) FROM audit")
    assert bot(office, "deadline", *words).complaint.startswith(f"✘ {said}")
    assert (query(office, "SELECT * FROM expected_report"), query(office, "SELECT count(*) FROM audit")) == before
