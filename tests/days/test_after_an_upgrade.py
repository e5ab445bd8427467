"""The morning after an upgrade: `first_release.sql` is what the first release wrote on two days in December,
dumped; people go on where they were, also with the buttons that it put.

Lan (Bến Cầu) and Minh (Gò Dầu, nothing took place) have reported for the 16th; for the 17th Hoa (Tân Châu) is in the
middle of her report, and Minh has begun to correct his. Hùng leads the province.

The dump holds each form's XForm as pyxform wrote it. What looks like a path of a machine there,
`instance('…')/root/item`, is where XForms keep the items of a secondary instance (a list of choices).
"""

import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from reporting.organisation.invites import hash_code
from storage.chain import verify
from tests.support.world import SECRET, ZONE, World

WRITTEN = Path(__file__).with_name("first_release.sql")

pytestmark = pytest.mark.sqlite("what the first release wrote is a dump of its file: it knew no PostgreSQL")


@pytest.fixture
async def morning(tmp_path: Path) -> AsyncIterator[World]:
    with sqlite3.connect(tmp_path / World.FILE) as old:
        old.executescript(WRITTEN.read_text())
    old.close()
    world = World(tmp_path, datetime(2022, 12, 17, 8, 30, tzinfo=ZONE), keys=1000)
    await world.db.migrate()
    async with world:
        yield world


async def test_nothing_is_lost(morning: World) -> None:
    await morning.totals_are_true()
    assert await morning.query("SELECT code, state, revision_no FROM report ORDER BY id") == [
        ("TN-000001", "received", 1), ("TN-000002", "received", 1)
    ]  # fmt: skip
    assert await morning.query(
        "SELECT indicator, amount FROM total JOIN unit ON unit.id = unit_id WHERE code = 'TN' ORDER BY indicator"
    ) == [
        ("children_supported", 25000), ("participants", 3000),
        ("publicity_people", 120000), ("publicity_sessions", 2000),
    ]  # fmt: skip
    assert await morning.query(
        "SELECT person.name, role, code FROM member JOIN person ON person.id = person_id JOIN unit ON unit.id = unit_id"
        " ORDER BY member.id"
    ) == [
        ("Lan", "reporter", "TN-BC"), ("Minh", "reporter", "TN-GD"), ("Hoa", "reporter", "TN-TC"),
        ("Hùng", "leader", "TN"), ("Mai", "officer", "TN"),
    ]  # fmt: skip
    assert await morning.query("SELECT count(*) FROM draft") == [(2,)]
    async with morning.db.read() as conn:
        assert (await verify(conn)).broken is None


async def test_a_report_under_way_goes_on(morning: World) -> None:
    (_, asked), *_ = await morning.says("Hoa", "150")
    assert "150" in asked.text
    while "✅ Gửi báo cáo" not in morning.channel.chats["Hoa"][-1].labels:
        labels = morning.channel.chats["Hoa"][-1].labels
        await (morning.presses("Hoa", "Bỏ qua") if "Bỏ qua" in labels else morning.says("Hoa", "3"))
    sent = await morning.presses("Hoa", "✅ Gửi báo cáo")
    assert "Đã nhận lúc 08:30, đúng hạn. Mã báo cáo: TN-000003." in sent[0][1].text
    await morning.totals_are_true()


async def test_a_button_of_before_still_does_what_it_says(morning: World) -> None:
    """The first receipt that Lan was given has *Sửa báo cáo này*, with the report's number in its action."""
    (_, asked), *_ = await morning.happens("Lan", action="fix/1", message_id="1")
    assert "Đang sửa báo cáo TN-000001" in asked.text


async def test_the_leader_reads_the_same_numbers(morning: World) -> None:
    today = await morning.says("Hùng", "/tonghop")
    assert "cả đợt 120 lượt người" in today[-1][1].text
    yesterday = await morning.happens("Hùng", action="dig/1/2022-12-16", message_id="1")
    assert "2/13 đơn vị đã báo cáo" in yesterday[-1][1].text
    assert "1 không phát sinh" in yesterday[-1][1].text


async def test_the_day_goes_on_by_the_clock(morning: World) -> None:
    reminded = await morning.time_is(datetime(2022, 12, 17, 9, 35, tzinfo=ZONE))
    assert {chat for chat, _ in reminded} >= {"Lan", "Hoa"}
    digests = await morning.time_is(datetime(2022, 12, 17, 10, 20, tzinfo=ZONE))
    assert {"Hùng"} <= {chat for chat, shown in digests if "17/12" in shown.text}
    assert await morning.query("SELECT count(*) FROM failed_update") == [(0,)]


async def test_a_code_that_was_given_out_before_still_opens(morning: World) -> None:
    stored = await morning.query("SELECT code_hash FROM invite")
    assert (hash_code("K7QM-2XPD", SECRET),) in stored
    (_, welcome), *_ = await morning.says("Thu", "/start K7QM-2XPD")
    assert "Huyện đoàn Bến Cầu" in welcome.text
