"""Polling Zalo: each update is on disk before anything else, and no trouble makes the bot deaf."""

import asyncio
import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels.base import NotTaken, TryLater
from bot.channels.calling import Trouble, Unreached
from bot.channels.zalo import REFUSAL, ZaloChannel
from bot.channels.zalo_errors import LONG, ApiError, patience
from bot.media.store import MediaStore
from handlers.events import Incoming
from storage.engine import Database
from tests.channels.kit import NOW, Recorder, ZaloSet, idly, say
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import Person


async def settled(zalo: ZaloEmulator, zalo_set: ZaloSet) -> None:
    """Everything that came was dealt with."""
    await zalo.polled()
    async with asyncio.timeout(5):
        while zalo_set.journalled:
            await asyncio.sleep(0.001)


async def test_an_update_is_on_disk_until_it_is_committed(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, zalo_set: ZaloSet
) -> None:
    await zalo.polled()
    heard.open.clear()
    await lan.says("2 buổi")
    await heard.was_offered(2)
    (file,) = zalo_set.journal.glob("*.json")
    assert json.loads(file.read_text())["message"]["text"] == "2 buổi"
    assert file.stat().st_mode & 0o077 == 0
    heard.open.set()
    await heard.next()
    await lan.says("xong")
    await heard.next()
    await settled(zalo, zalo_set)


async def test_the_next_update_is_fetched_while_one_waits(lan: Person, heard: Recorder, zalo: ZaloEmulator) -> None:
    minh = zalo.person("Trần Văn Minh")
    heard.refuses(3, chat=lan.id)
    await lan.says("một")
    await lan.says("hai")
    await minh.says("có mặt")
    taken = [await heard.next() for _ in range(3)]
    assert [one.text for one in taken if one.chat == lan.id] == ["một", "hai"]
    assert len({one.key for one in heard.offered if one.text == "một"}) == 1


async def test_what_was_not_committed_comes_first_after_a_start(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder
) -> None:
    async def away(_incoming: Incoming) -> None:
        raise NotTaken("the database is away")

    first = zalo_set.channel()
    await first.start(away)
    lan = zalo.person("Lan")
    await zalo.polled()
    for line in ("một", "hai", "ba"):
        await lan.says(line)
    await zalo.polled()
    await first.stop()
    assert zalo_set.journalled == 3
    await lan.says("bốn")
    second = zalo_set.channel()
    await second.start(heard.take)
    assert [(await heard.next()).text for _ in range(4)] == ["một", "hai", "ba", "bốn"]
    await settled(zalo, zalo_set)
    await second.stop()


async def test_a_half_written_update_is_put_aside(zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder) -> None:
    zalo_set.journal.mkdir()
    (zalo_set.journal / "0000000000000007.json").write_text('{"event_name": "mess')
    channel = zalo_set.channel()
    with capture_logs() as logs:
        await channel.start(heard.take)
    assert "update cannot be read any more" in [line["event"] for line in logs]
    lan = zalo.person("Lan")
    await lan.says("xin chào")
    await heard.next()
    await settled(zalo, zalo_set)
    assert [file.name for file in zalo_set.journal.iterdir()] == ["0000000000000007.spoilt"]
    await channel.stop()


async def test_a_full_disk_loses_nothing_while_the_bot_lives(
    lan: Person, heard: Recorder, zalo_channel: ZaloChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_update: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zalo_channel._handing._journal, "keep", full)
    heard.refuses(2)
    with capture_logs() as logs:
        await lan.says("2 buổi")
        assert (await heard.next()).text == "2 buổi"
    assert [line["error"] for line in logs if line["event"] == "update not written down"] == ["No space left on device"]


async def test_a_fault_of_ours_holds_up_nobody(lan: Person, zalo_channel: ZaloChannel, heard: Recorder) -> None:
    async def broken(_chat: str) -> object:
        raise ZeroDivisionError

    reader = zalo_channel._reader
    whole = reader._offered
    reader._offered = broken  # type: ignore[assignment]
    with capture_logs() as logs:
        await lan.says("một")
        await lan.sends_sticker()
        await heard.next()
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["update given up"]
    reader._offered = whole
    await lan.says("hai")
    assert (await heard.next()).text == "hai"


async def test_no_messages_is_no_trouble(lan: Person, zalo: ZaloEmulator, zalo_channel: ZaloChannel) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            await zalo.polled()
            zalo.times_out()
    assert logs == []
    assert zalo_channel.state == "works"


@pytest.mark.parametrize("http", [200, None])
async def test_an_error_in_a_good_answer_is_one(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, http: int | None
) -> None:
    zalo.faults.refuse("getUpdates", 500, times=2, http=http, description="Internal")
    with capture_logs() as logs:
        zalo.times_out()
        await lan.says("còn đó không?")
        assert (await heard.next()).text == "còn đó không?"
        await zalo.polled()
    assert [line["event"] for line in logs] == ["zalo updates not fetched", "zalo works again"]


async def test_a_gateway_or_a_cut_line_is_waited_out(lan: Person, heard: Recorder, zalo: ZaloEmulator) -> None:
    zalo.faults.gateway("getUpdates", code=502)
    zalo.faults.cut_before("getUpdates")
    zalo.faults.text("getUpdates", status=503)
    zalo.times_out()
    await lan.says("còn đó không?")
    assert (await heard.next()).text == "còn đó không?"


async def test_a_reset_token_stops_the_channel_and_is_told(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, zalo_set: ZaloSet, zalo_channel: ZaloChannel
) -> None:
    await zalo.polled()
    with capture_logs() as logs:
        zalo.token = "1459232241454765289:another-one"
        zalo.times_out()
        assert zalo_channel._receiving is not None
        await zalo_channel._receiving
    assert zalo_channel.state == REFUSAL
    assert zalo_set.refusals == 1
    assert "emulated" not in repr(logs)
    calls = len(zalo.calls.of("sendMessage"))
    with pytest.raises(TryLater):
        await zalo_channel.send(lan.id, say("còn đó không?"), key="1")
    assert len(zalo.calls.of("sendMessage")) == calls


@pytest.mark.parametrize("how", ["http", "ok", "text"])
async def test_a_wrong_token_at_the_start_stops_no_other(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder, how: str
) -> None:
    zalo.bad_token = how  # type: ignore[assignment]
    channel = zalo_set.channel(token="1459232241454765289:wrong")
    await channel.start(heard.take)
    assert (channel.state, zalo_set.refusals) == (REFUSAL, 1)
    await channel.stop()


async def test_a_reset_token_is_noticed_when_sending_too(
    lan: Person, zalo: ZaloEmulator, zalo_set: ZaloSet, zalo_channel: ZaloChannel
) -> None:
    zalo.faults.refuse("sendMessage", 401)
    with pytest.raises(TryLater):
        await zalo_channel.send(lan.id, say("xin chào"), key="1")
    assert (zalo_channel.state, zalo_set.refusals) == (REFUSAL, 1)


async def test_a_zalo_that_is_away_at_the_start_is_waited_for(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder
) -> None:
    zalo.faults.cut_before("getMe")
    zalo.faults.gateway("getMe", code=504)
    channel = zalo_set.channel()
    await channel.start(heard.take)
    assert channel.state == "away"
    lan = zalo.person("Lan")
    await lan.says("xin chào")
    await heard.next()
    assert channel.state == "works"
    await channel.stop()


async def test_a_webhook_that_is_left_over_is_told_and_not_removed(
    zalo: ZaloEmulator, zalo_set: ZaloSet, heard: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo._LOOK_AGAIN_SECONDS", 0.01)
    zalo.webhook.url = "https://other.example.vn/secret-path"
    channel = zalo_set.channel()
    with capture_logs() as logs:
        await channel.start(heard.take)
        await zalo.calls.wait_for("getWebhookInfo", 4)
    (told,) = [line for line in logs if line["event"] == "zalo is not set up"]
    assert "other.example.vn" in told["why"]
    assert "python -m bot zalo webhook remove" in told["why"]
    assert "secret-path" not in repr(logs)
    assert channel.state == told["why"]
    assert (zalo.calls.of("getUpdates"), zalo.calls.of("deleteWebhook")) == ([], [])
    zalo.webhook.url = ""
    await zalo.polled()
    assert channel.state == "works"
    await channel.stop()


async def test_a_stop_waits_for_the_poll_that_may_hold_an_update(
    db: Database, media: MediaStore, tmp_path: Path, heard: Recorder
) -> None:
    async with ZaloEmulator(clock=NOW.timestamp, second=10) as zalo:
        zalo_set = ZaloSet(zalo, db, media, tmp_path)
        channel = zalo_set.channel()
        gate = zalo.faults.hold("getUpdates", after_work=True)
        await channel.start(heard.take)
        lan = zalo.person("Lan")
        await zalo.polled()
        await lan.says("đến lúc dừng")
        await gate.arrived()
        stopping = asyncio.create_task(channel.stop())
        await idly()
        assert not stopping.done()
        gate.open()
        await stopping
        assert (await heard.next()).text == "đến lúc dừng"
        assert zalo_set.journalled == 0


async def test_messages_are_counted_both_ways(
    lan: Person, heard: Recorder, zalo: ZaloEmulator, zalo_set: ZaloSet, zalo_channel: ZaloChannel
) -> None:
    await zalo_channel.send(lan.id, say("một"), key="1")
    await zalo_channel.send(lan.id, say("hai " * 1000), key="2")
    await lan.says("ba")
    await heard.next()
    await zalo_channel.stop()
    received, sent = await zalo_set.counted()
    assert (received, sent) == (2, 3)
    assert received + sent == zalo.quota.used


def test_patience_grows_and_a_used_up_quota_is_left_alone() -> None:
    assert [patience(failures) for failures in (1, 2, 3, 4, 5, 6, 100)] == [1, 2, 4, 8, 16, 30, 30]
    trouble = Trouble("zalo", "x", patience)
    assert trouble.met(Unreached("x")) == 1
    assert trouble.met(ApiError(429, "Quota exceeded")) == LONG
