"""Replies out to Zalo: as often as is sure, no more; pictures by address; what Zalo refuses said in a plainer way."""

import asyncio
from dataclasses import replace

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from bot.channels.base import CannotChange, InDoubt, Refused, SendError, TryLater
from bot.channels.zalo import ZaloChannel
from handlers.events import Attachment, Choice, Reply
from storage.engine import Database
from storage.uow import UnitOfWork
from tests.channels.kit import NOW, Recorder, ZaloSet, say
from tests.telegram import samples
from tests.telegram.people import picture
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import Person


async def kept(zalo_set: ZaloSet, name: str = "biểu đồ.jpg") -> Attachment:
    return Attachment(await zalo_set.media.keep_photo(picture(), "tests"), name)


async def test_styles_arrive(lan: Person, zalo_channel: ZaloChannel) -> None:
    await zalo_channel.send(lan.id, Reply(Markup("Mã <b>TN-1</b> <i>gấp</i>")), key="1")
    shown = await lan.hears()
    assert (shown.text, shown.html) == ("Mã TN-1 gấp", "Mã <b>TN-1</b> <i>gấp</i>")


async def test_what_zalo_does_not_take_formatted_it_takes_plain(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel
) -> None:
    zalo.faults.refuse("sendMessage", 400, description="text_styles is invalid")
    await zalo_channel.send(lan.id, Reply(Markup("Mã <b>TN-1</b>")), key="1")
    shown = await lan.hears()
    assert (shown.text, shown.styles) == ("Mã TN-1", ())
    assert lan.unheard == 0


async def test_a_picture_can_be_fetched_again_and_again(
    lan: Person, zalo_channel: ZaloChannel, zalo_set: ZaloSet
) -> None:
    await zalo_channel.send(lan.id, say("Tiến độ", photo=await kept(zalo_set)), key="1")
    shown = await lan.hears()
    assert (shown.text, shown.photo, shown.black) == ("Tiến độ", picture(), False)
    assert await lan.looks_again(shown) == picture()


async def test_a_picture_that_zalo_cannot_fetch_is_an_address(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel, zalo_set: ZaloSet
) -> None:
    zalo.faults.refuse("sendPhoto", 400, description="The photo URL is invalid")
    await zalo_channel.send(lan.id, say("Tiến độ", photo=await kept(zalo_set)), key="1")
    shown = await lan.hears()
    assert shown.photo is None
    assert shown.text.startswith("Tiến độ\n\n")
    assert "https://bot.example.vn/media/" in shown.text


async def test_an_album_and_a_document(lan: Person, zalo_channel: ZaloChannel, zalo_set: ZaloSet) -> None:
    pair = (await kept(zalo_set, "1.jpg"), await kept(zalo_set, "2.jpg"))
    file = await zalo_set.media.keep_file(samples.PDF, "Kế hoạch.pdf", "tests")
    reply = replace(say("Lễ ra quân"), photos=pair, document=Attachment(file.media_id, file.name))
    ids = await zalo_channel.send(lan.id, reply, key="1")
    first, second = lan.sees()
    assert ids == f"{first.id},{second.id}"
    assert "Kế hoạch.pdf: https://bot.example.vn/media/" in first.text
    assert (first.photo, second.photo, second.text) == (picture(), picture(), "")


async def test_without_a_public_address_files_are_left_out_and_told_of(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder
) -> None:
    channel = zalo_set.channel(public_url="")
    await channel.start(heard.take)
    lan = zalo.person("Lan")
    await lan.says("xin chào")
    await heard.next()
    with capture_logs() as logs:
        await channel.send(lan.id, say("Tiến độ", photo=await kept(zalo_set)), key="1")
    assert (await lan.hears()).text.startswith("Tiến độ\n\n")
    assert any("PUBLIC_URL" in line["event"] for line in logs)
    await channel.stop()


async def test_nothing_is_changed_and_what_replaces_is_said_anew(lan: Person, zalo_channel: ZaloChannel) -> None:
    first = await zalo_channel.send(lan.id, say("Câu 1"), key="1")
    second = await zalo_channel.send(lan.id, say("Câu 2", replaces=first), key="2")
    assert [one.id for one in lan.sees()] == [first, second]
    for reply in (Reply(Markup("x"), replaces=first, only_edit=True), Reply(Markup(""), deletes=first)):
        with pytest.raises(CannotChange):
            await zalo_channel.send(lan.id, reply, key="3")
    assert len(lan.sees()) == 2


async def test_a_message_without_an_id_was_sent(lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel) -> None:
    zalo.faults.without_id("sendMessage")
    assert await zalo_channel.send(lan.id, say("xin chào"), key="1") == ""
    assert len(lan.sees()) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [(400, Refused), (403, TryLater), (404, Refused), (408, InDoubt), (500, InDoubt), (503, InDoubt)],
)
async def test_what_an_error_means(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel, code: int, error: type[SendError]
) -> None:
    zalo.faults.refuse("sendMessage", code, description="no")
    with pytest.raises(error) as caught:
        await zalo_channel.send(lan.id, say("xin chào"), key="1")
    assert type(caught.value) is error
    assert zalo.token not in str(caught.value)


async def test_a_used_up_quota_is_not_hammered(lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel) -> None:
    zalo.quota.messages = zalo.quota.used
    for _ in range(2):
        with pytest.raises(TryLater) as caught:
            await zalo_channel.send(lan.id, say("xin chào"), key="1")
        assert caught.value.after > 200
    assert len(zalo.calls.of("sendMessage")) == 1


async def test_a_connection_that_was_not_made_took_nothing(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel, unused_tcp_port: int
) -> None:
    zalo_channel._api._base = f"http://127.0.0.1:{unused_tcp_port}"
    with pytest.raises(TryLater):
        await zalo_channel.send(lan.id, say("xin chào"), key="1")


async def test_a_broken_connection_leaves_it_in_doubt(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel
) -> None:
    zalo.faults.cut_after("sendMessage")
    with pytest.raises(InDoubt) as caught:
        await zalo_channel.send(lan.id, say("xin chào"), key="1")
    assert zalo.token not in repr(caught.value)
    assert len(lan.sees()) == 1


async def test_what_stays_in_doubt_is_not_repeated_minute_by_minute(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel
) -> None:
    zalo.faults.cut_after("sendMessage", times=3)
    for error in (InDoubt, TryLater, TryLater):
        with pytest.raises(error) as caught:
            await zalo_channel.send(lan.id, say("xin chào"), key="1")
    assert isinstance(caught.value, TryLater)
    assert caught.value.after > 200
    await zalo_channel.send(lan.id, say("xin chào"), key="1")
    zalo.faults.cut_after("sendMessage")
    with pytest.raises(InDoubt):
        await zalo_channel.send(lan.id, say("xin chào"), key="2")


async def test_what_broke_off_goes_on_where_it_stopped(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel
) -> None:
    reply = say("\n\n".join(f"Đoạn {n} " + "chữ " * 400 for n in range(3)))
    zalo.faults.refuse("sendMessage", 502, where=lambda params: "Đoạn 1" in params.text("text"))
    with pytest.raises(InDoubt):
        await zalo_channel.send(lan.id, reply, key="1")
    ids = await zalo_channel.send(lan.id, reply, key="1")
    assert [one.text[:6] for one in lan.sees()] == ["Đoạn 0", "Đoạn 1", "Đoạn 2"]
    assert ids == ",".join(one.id for one in lan.sees())


async def test_nothing_to_say_is_refused(lan: Person, zalo_channel: ZaloChannel) -> None:
    with pytest.raises(Refused):
        await zalo_channel.send(lan.id, say(" "), key="1")


async def test_a_file_that_is_gone_is_refused(lan: Person, zalo_channel: ZaloChannel, zalo_set: ZaloSet) -> None:
    photo = await kept(zalo_set)
    (await zalo_set.media.resolve(photo)).path.unlink()
    for lost in (photo, Attachment("p/nothing", "x.jpg")):
        with pytest.raises(Refused):
            await zalo_channel.send(lan.id, say("Tiến độ", photo=lost), key="1")


async def test_choices_can_be_answered_before_zalo_says_that_they_were_sent(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel, heard: Recorder
) -> None:
    gate = zalo.faults.hold("sendMessage", after_work=True)
    sending = asyncio.create_task(zalo_channel.send(lan.id, say("Gửi chứ?", ("Gửi=card/7/send",)), key="1"))
    await gate.arrived()
    await lan.says("1")
    assert (await heard.next()).shown == (Choice("Gửi", "card/7/send"),)
    gate.open()
    await sending


async def test_choices_that_were_not_sent_do_not_count(
    lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel, heard: Recorder
) -> None:
    await zalo_channel.send(lan.id, say("Gửi chứ?", ("Gửi=card/7/send",)), key="1")
    zalo.faults.refuse("sendMessage", 403)
    with pytest.raises(TryLater):
        await zalo_channel.send(lan.id, say("Huỷ chứ?", ("Huỷ=no",)), key="2")
    await lan.says("1")
    assert (await heard.next()).shown == (Choice("Gửi", "card/7/send"),)


async def test_choices_of_before_the_start_are_found_in_the_outbox(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder, db: Database
) -> None:
    lan = zalo.person("Lan")
    async with db.write() as conn:
        uow = UnitOfWork(conn, NOW)
        for text, rows in (("Cũ", (("Xem=dig/1",),)), ("Mới", (("Gửi=card/7/send",),)), ("Tin", ())):
            uow.send("zalo", lan.id, say(text, *rows).to_json(), priority=0)
        await uow.flush()
        await conn.exec_driver_sql("UPDATE outbox SET state = 'sent'")
    channel = zalo_set.channel()
    await channel.start(heard.take)
    await lan.says("1")
    assert (await heard.next()).shown == (Choice("Gửi", "card/7/send"),)
    await channel.stop()
