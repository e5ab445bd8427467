"""A list of units as an office has it: numbered, with levels and with the word for the organisation; typed, or as a
file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.events import Document
from handlers.news import audience_units
from tests.reporting.test_unit_files import workbook
from tests.support.story import world_after
from tests.support.world import ZONE, World

PACK = Path(__file__).parent / "conversations" / "packs" / "approved"
START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)


async def _asked_for_a_list(world: World) -> None:
    await world.load(PACK)
    await world.joins("Bình", "HEAD-ER23", "TN", "officer")
    await world.says("Bình", "/tin")
    await world.presses("Bình", "✍️ Soạn tin mới")
    await world.says("Bình", "Mai họp")
    await world.happens("Bình", action="tin/names/1")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_asked_for_a_list, tmp_path, START) as world:
        yield world


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1. Xã Long Thuận", "TN-BC-LT"),
        ("02) Đoàn xã Long Khánh", "TN-BC-LK"),
        ("3.\tXã đoàn Long Thuận", "TN-BC-LT"),
        ("4 - phường LONG KHANH;", "TN-BC-LK"),
        ("5/ X. Long Thuận", "TN-BC-LT"),
        ("• Đoàn Long Khánh", "TN-BC-LK"),
        ("6. Huyện Bến Cầu", "TN-BC"),
        ("H. Bến Cầu", "TN-BC"),
        ("BCH Đoàn tỉnh Tây Ninh", "TN"),
        ("7. tn-bc-lt", "TN-BC-LT"),
    ],
)
async def test_a_line_that_is_certain(world: World, line: str, code: str) -> None:
    ((_, shown),) = await world.says("Bình", line)
    assert "Em nhận ra 1 đơn vị trong danh sách." in shown.text
    assert "đơn vị nào" not in shown.text
    listed = "SELECT CAST(json_extract(audience, '$.units[0]') AS INTEGER) FROM broadcast"
    query = f"SELECT code FROM unit WHERE id = ({listed})"
    assert await world.query(query) == [(code,)]


@pytest.mark.parametrize("line", ["Thị trấn Bến Cầu", "1. Xã Tây Ninh", "Huyện Long Thuận"])
async def test_another_level_than_the_units_is_asked_about(world: World, line: str) -> None:
    ((_, shown),) = await world.says("Bình", line)
    assert "Em nhận ra 0 đơn vị" in shown.text
    assert "là đơn vị nào ạ?" in shown.text
    assert any(label.startswith("➕") for label in shown.labels)


# --- as a file -------------------------------------------------------------------------------------


async def chosen(world: World) -> list[str]:
    """The codes of the units in the draft's list."""
    listed = await world.query("SELECT json_extract(audience, '$.units') FROM broadcast")
    ids = {number for (units,) in listed for number in json.loads(units or "[]")}
    found = await world.query("SELECT id, code FROM unit ORDER BY code")
    return [str(code) for number, code in found if number in ids]


async def test_a_workbook_is_read_and_what_is_not_clear_is_named_by_its_row(world: World) -> None:
    data = workbook(
        ("TT", "Tên đơn vị", "Mã"), (1, "x", "TN-BC-LT"), (2, "Đoàn xã Long Khánh", None), (3, "Xã Kia", "")
    )
    reading, (_, shown) = await world.sends_file("Bình", data, "danh sách.xlsx")
    assert "Em đang đọc" in reading[1].text
    assert "Em nhận ra 2 đơn vị trong danh sách." in shown.text
    assert "dòng 4, Xã Kia" in shown.text
    assert "✔ Xong" in shown.labels
    assert await chosen(world) == ["TN-BC-LK", "TN-BC-LT"]


@pytest.mark.parametrize("name", ["ds.csv", "ds.txt"])
async def test_a_text_is_read_and_adds_to_the_list(world: World, name: str) -> None:
    await world.says("Bình", "Long Khánh")
    await world.happens("Bình", action="tin/names/1")
    await world.sends_file("Bình", "1. Xã Long Thuận\n".encode(), name)
    assert await chosen(world) == ["TN-BC-LK", "TN-BC-LT"]


async def test_many_lines_that_are_not_clear_come_as_a_file_that_can_be_sent_again(world: World) -> None:
    lines = [f"Xã Không Có {n}" for n in range(1, 9)]
    _, (_, answer), (_, beside) = await world.sends_file("Bình", "\n".join(lines).encode(), "ds.txt")
    assert "còn 3 dòng" in answer.text or "3 dòng nữa" in answer.text
    document = beside.reply.document
    assert document is not None
    kept = await world.media.resolve(document)
    told = kept.path.read_text("utf-8-sig").splitlines()
    assert told == ["Dòng\tMã\tTên", *(f"{n}\t\t{line}" for n, line in enumerate(lines, 1))]
    mended = "\n".join(told).replace("Không Có 1", "Long Thuận")
    await world.happens("Bình", action="tin/names/1")
    await world.sends_file("Bình", mended.encode(), "chua-ro.txt")
    assert await chosen(world) == ["TN-BC-LT"]


async def test_more_units_than_a_list_has_are_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_units, "MOST_UNITS", 1)
    await world.says("Bình", "Long Khánh")
    await world.happens("Bình", action="tin/names/1")
    ((_, shown),) = await world.says("Bình", "Long Thuận\nBến Cầu")
    assert "còn 1 đơn vị chưa đưa vào" in shown.text
    assert await chosen(world) == ["TN-BC-LK"]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"%PDF-1.4 no list", "ds.pdf", "không đọc được thành danh sách"),
        (b"Long Thuan\n" * 200_000, "ds.txt", "lớn hơn 2 MB"),
        (b" , ,\n,,\n-", "ds.csv", "Em nhận ra 0 đơn vị"),
        (b"Ma\n\n", "ds.csv", "không có dòng đơn vị nào"),
        ("Long Thuận\n".encode() * 10_001, "ds.txt", "hỏng hoặc quá lớn"),
    ],
)
async def test_a_file_that_is_no_list_leaves_the_draft(world: World, data: bytes, name: str, said: str) -> None:
    heard = await world.sends_file("Bình", data, name)
    assert said in heard[-1][1].text
    assert await world.query("SELECT state, json_extract(content, '$.text') FROM broadcast") == [("draft", "Mai họp")]
    await world.presses("Bình", next(one for one in heard[-1][1].labels if "Danh sách" in one or "Người nhận" in one))
    await world.happens("Bình", action="tin/names/1")
    await world.says("Bình", "Long Thuận")
    assert await chosen(world) == ["TN-BC-LT"]


async def test_a_file_that_was_lost_on_the_way_is_asked_for_again(world: World) -> None:
    ((_, shown),) = await world.happens("Bình", document=Document(None, "ds.xlsx", "file"))
    assert "Tệp chưa đến được" in shown.text
    await world.sends_file("Bình", b"Long Thuan", "ds.txt")
    assert await chosen(world) == ["TN-BC-LT"]


async def test_a_list_for_news_that_were_sent_meanwhile_changes_nothing(world: World) -> None:
    kept = await world.media.keep_file(b"Long Thuan", "ds.txt", "test:Bình")
    await world.intake.take(world.incoming("Bình", document=Document(kept.media_id, kept.name, kept.kind)))
    async with world.unit_of_work() as uow:
        await uow.conn.exec_driver_sql("UPDATE broadcast SET state = 'waiting', send_at = created_at")
    assert "Em nhận ra" not in "".join(shown.text for _, shown in await world.send())
    assert await chosen(world) == []


async def test_a_leader_sends_one_too_and_reaches_no_further_than_the_branch(world: World) -> None:
    await world.joins("Mai", "K7QM-2XPD", "TN-BC", "leader")
    await world.says("Mai", "/tin")
    await world.presses("Mai", "✍️ Soạn tin mới")
    await world.says("Mai", "Mai họp")
    await world.happens("Mai", action="tin/names/2")
    heard = await world.sends_file("Mai", b"TN-BC-LT\nTN\n", "ds.txt")
    assert "Em nhận ra 1 đơn vị" in heard[-1][1].text
    assert "dòng 2, TN" in heard[-1][1].text
    assert await chosen(world) == ["TN-BC-LT"]


async def test_nobody_has_a_list_read_for_the_news_of_another(world: World) -> None:
    await world.joins("Mai", "K7QM-2XPD", "TN", "officer")
    kept = await world.media.keep_file(b"Long Thuan", "ds.txt", "test:Bình")
    await world.happens("Mai", action="tin/names/1")
    await world.happens("Mai", document=Document(kept.media_id, kept.name, kept.kind))
    assert await chosen(world) == []
