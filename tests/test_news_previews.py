"""What an author, and whoever agrees, sees of news before they go out; and what there is nobody for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from reporting.documents.recipients import xlsx_for
from reporting.news import placeholders
from storage import opt_outs, people
from storage.tables import GroupChat
from storage.uow import table
from tests.support.story import world_after
from tests.support.world import ZONE, World

PACK = Path(__file__).parent / "conversations" / "packs" / "news"
START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)
WHO = (("Bình", "2FFC-ER23", "TN-BC", "officer"), ("Hùng", "HEAD-ER23", "TN", "leader"),
       ("Lan", "K7QM-2XPD", "TN-BC-LT", "reporter"))  # fmt: skip


async def _written(world: World) -> None:
    await world.load(PACK)
    for name, code, unit, role in WHO:
        await world.joins(name, code, unit, role)
    await world.says("Bình", "/tin")
    await world.presses("Bình", "✍️ Soạn tin mới")
    await world.says("Bình", "Chào đồng chí {họ tên} của {đơn vị}")
    await world.happens("Bình", action="tin/all/1")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_written, tmp_path, START) as world:
        yield world


async def _group(world: World, title: str, topics: list[str]) -> None:
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, "TN-BC")
        assert unit
        await uow.insert(GroupChat, channel="test", chat=f"-{title}", title=title, unit_id=unit["id"], topics=topics)


async def _said(world: World, who: str, action: str) -> str:
    return "\n".join(shown.text for chat, shown in await world.happens(who, action=action) if chat == who)


async def _declined(world: World, name: str) -> None:
    async with world.unit_of_work() as uow:
        person = (await uow.people([("test", name)]))["test", name]["person_id"]
        for topic in ("general", "campaign"):
            await opt_outs.set_wanted(uow, person, topic, wanted=False)


async def test_a_preview_stops_nobodys_news(world: World) -> None:
    heard = await world.happens("Bình", action="tin/see/1")
    assert [shown.text for _, shown in heard][1] == "Chào đồng chí Bình của Huyện đoàn Bến Cầu"
    assert not any("🔕" in label for _, shown in heard for label in shown.labels)
    assert "còn thấy mục 🔕" in heard[2][1].text


async def test_who_agrees_reads_it_as_one_of_them_does(world: World) -> None:
    await world.happens("Bình", action="tin/unit/1/3")
    await world.happens("Bình", action="tin/camp/1/1")
    await world.happens("Bình", action="tin/role/1/reporter")
    await world.happens("Bình", action="tin/send/1")
    await world.presses("Bình", "Xin ý kiến")
    heard = [shown for shown in world.channel.chats["Hùng"] if "🔕" not in shown.text][-3:]
    assert "đồng chí Lan (Đoàn xã Long Thuận) sẽ đọc như sau:" in heard[0].text
    assert heard[1].text == "Chào đồng chí Lan của Đoàn xã Long Thuận"
    assert not any("🔕" in label for shown in heard for label in shown.labels)


async def test_a_group_is_addressed_as_all_of_them(world: World) -> None:
    await _group(world, "Bến Cầu", ["news"])
    await world.happens("Bình", action="tin/grp/1/too")
    said = await _said(world, "Bình", "tin/see/1")
    assert "Chào đồng chí Bình của" in said
    assert "Trong nhóm, chỗ {họ tên} em ghi “các đồng chí”." in said
    await world.happens("Bình", action="tin/grp/1/only")
    said = await _said(world, "Bình", "tin/see/1")
    assert "Nhóm Bến Cầu sẽ thấy đúng như sau:\nChào các đồng chí của Huyện đoàn Bến Cầu" in said
    assert "🔕" not in said


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("Mời đồng chí {họ tên} dự", "Mời các đồng chí dự"),
        ("Mời các đồng chí <b>{ho ten}</b> dự", "Mời <b>các đồng chí</b> dự"),
        ("Đồng chí {họ tên} ơi", "Các đồng chí ơi"),
        ("{họ tên} ơi,\n{Họ tên} nhé", "Các đồng chí ơi,\nCác đồng chí nhé"),
        ("Chào đ/c {họ tên}", "Chào các đồng chí"),
        ("đồng chí {đơn vị}, {hạn}", "đồng chí {đơn vị}, {hạn}"),
    ],
)
def test_what_a_group_reads_for_a_name(html: str, said: str) -> None:
    assert placeholders.to_all(html, "các đồng chí") == said


async def test_groups_only_and_there_is_none(world: World) -> None:
    said = await _said(world, "Bình", "tin/grp/1/only")
    assert "→ 0 nhóm\nChưa có nhóm nào nhận Tin tức. Đồng chí xem /nhom." in said
    heard = await world.happens("Bình", action="tin/show/1")
    assert "👥 Người nhận: 0 nhóm" in heard[0][1].labels
    await _group(world, "Im lặng", ["news"])
    async with world.unit_of_work() as uow:
        await uow.run(update(table(GroupChat)).values(silent_at=START))
    assert "Em chưa được phép nhắn trong Im lặng." in await _said(world, "Bình", "tin/to/1")


async def test_who_wants_no_such_news_is_counted_apart(world: World) -> None:
    assert "→ 2 người\n" in await _said(world, "Bình", "tin/show/1") + "\n"
    await _declined(world, "Lan")
    for action in ("tin/to/1", "tin/show/1"):
        assert "→ 1 người (1 người đã thôi nhận)" in await _said(world, "Bình", action)
    assert "(1 người đã thôi nhận)" in await _said(world, "Bình", "tin/see/1")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("{đơn vị} chưa gửi báo cáo, hạn {hạn}", "{đơn vị} chưa gửi báo cáo…"),
        ("Kính gửi các đồng chí ở {đơn vị}", "Kính gửi các đồng chí ở…"),
        ("Mời họp lúc mười bảy giờ hôm nay", "Mời họp lúc mười bảy giờ hôm…"),
        ("x" * 40, "x" * 29 + "…"),
        ("Ngắn", "Ngắn"),
    ],
)
async def test_a_title_ends_with_a_whole_word(world: World, text: str, title: str) -> None:
    await world.happens("Bình", action="tin/text/1")
    await world.says("Bình", text)
    await world.says("Bình", "/tin")
    assert f"✏️ {title} · bản nháp" in world.channel.chats["Bình"][-1].labels


async def test_who_has_sent_nothing_finds_what_others_sent(world: World) -> None:
    await world.happens("Bình", action="tin/send/1")
    await world.presses("Bình", "✅ Đúng, gửi")
    await world.says("Hùng", "/tin")
    assert "📜 Tin đã gửi trong hệ thống" in world.channel.chats["Hùng"][-1].labels


async def test_the_list_of_recipients_tells_of_them_too(world: World) -> None:
    await _declined(world, "Lan")
    await world.happens("Bình", action="tin/send/1")
    await world.presses("Bình", "✅ Đúng, gửi")
    await world.time_is(START + timedelta(minutes=2))
    async with world.unit_of_work() as uow:
        book = load_workbook(BytesIO((await xlsx_for(uow, 1, world.office.translators["vi"]))()))
    rows = {row[1]: row for row in book.active.iter_rows(values_only=True)}
    assert rows["Lan"][4:] == ("không gửi", None, "không muốn nhận loại tin này")
    assert rows["Bình"][4] != "không gửi"


# --- a link, a time ----------------------------------------------------------------------------------


async def _link(world: World) -> object:
    parts = (f"json_extract(content, '$.link[{place}]')" for place in (0, 1))
    return (await world.query(f"SELECT {', '.join(parts)} FROM broadcast"))[0]


async def test_an_address_and_then_its_words(world: World) -> None:
    await world.happens("Bình", action="tin/link/1")
    ((_, shown),) = await world.says("Bình", "example.vn/dangky")
    assert "Nút ghi chữ gì ạ?" in shown.text
    assert await _link(world) == ("Mở liên kết", "https://example.vn/dangky")
    ((_, shown),) = await world.says("Bình", "x" * 41)
    assert "dài quá 40" in shown.text
    await world.says("Bình", "Đăng ký")
    assert await _link(world) == ("Đăng ký", "https://example.vn/dangky")


@pytest.mark.parametrize("line", ["Đăng ký | https://example.vn", "Đăng ký https://example.vn", "Đăng ký|example.vn"])
async def test_words_and_an_address_in_one_line(world: World, line: str) -> None:
    await world.happens("Bình", action="tin/link/1")
    await world.says("Bình", line)
    assert await _link(world) == ("Đăng ký", "https://example.vn")


@pytest.mark.parametrize("line", ["Đăng ký", "ftp://example.vn", "javascript:alert(1)", "http://", ""])
async def test_what_is_no_address(world: World, line: str) -> None:
    await world.happens("Bình", action="tin/link/1")
    ((_, shown),) = await world.says("Bình", line)
    assert "Em chưa đọc được địa chỉ đó." in shown.text
    assert await _link(world) == (None, None)


@pytest.mark.parametrize(
    ("day", "hour", "at"),
    [("20/12", "9h", "2022-12-20 02:00"), ("sáng mai", "8h30", "2022-12-17 01:30"), ("mai", "14h", "2022-12-17 07:00"),
     ("thứ hai", "9h", "2022-12-19 02:00"), ("20/12", "mai 9h", "2022-12-17 02:00")],
)  # fmt: skip
async def test_a_day_and_then_its_hour(world: World, day: str, hour: str, at: str) -> None:
    await world.happens("Bình", action="tin/time/1")
    ((_, shown),) = await world.says("Bình", day)
    assert shown.text == f"{day}: mấy giờ ạ? Đồng chí gõ giờ, ví dụ 8h hoặc 14h30."
    ((_, shown),) = await world.says("Bình", "lúc rảnh")
    assert f"{day}: mấy giờ ạ?" in shown.text
    await world.says("Bình", hour)
    assert await world.query("SELECT send_at FROM broadcast") == [(f"{at}:00.000000",)]


async def test_a_day_of_the_week_is_the_next(world: World) -> None:
    await world.happens("Bình", action="tin/time/1")
    await world.says("Bình", "thứ hai 9h")
    assert await world.query("SELECT send_at FROM broadcast") == [("2022-12-19 02:00:00.000000",)]
