"""Pictures and voices out: by public address only, fetched more than once."""

import base64

import pytest
from aiohttp import FormData

from tests.telegram.people import picture
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.hook import Hook
from tests.zalo.people import Person
from tests.zalo.raw import Raw

JPEG = picture()
DATA = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()


async def test_a_picture_is_fetched_again_and_again(bot: Raw, lan: Person, hook: Hook) -> None:
    url = hook.shows("m/anh.jpg", JPEG)
    sent = await bot.ok("sendPhoto", chat_id=lan.id, photo=f"{url}?sig=x", caption="**Hội nghị**")
    shown = await lan.hears()
    assert (shown.id, shown.photo, shown.black, shown.text) == (sent["message_id"], JPEG, False, "**Hội nghị**")
    assert await lan.looks_again(shown) == JPEG
    assert hook.asked == ["m/anh.jpg"] * 3


async def test_an_address_good_for_one_time_gives_a_black_picture(bot: Raw, lan: Person, hook: Hook) -> None:
    await bot.ok("sendPhoto", chat_id=lan.id, photo=hook.shows("a.jpg", JPEG, times=1))
    assert (await lan.hears()).black


async def test_an_address_that_dies_soon(bot: Raw, lan: Person, hook: Hook) -> None:
    await bot.ok("sendPhoto", chat_id=lan.id, photo=hook.shows("a.jpg", JPEG, times=2))
    shown = await lan.hears()
    assert (shown.black, await lan.looks_again(shown)) == (False, None)


@pytest.mark.parametrize("photo", [DATA, base64.b64encode(JPEG).decode(), "ftp://x.vn/a.jpg"])
async def test_a_picture_itself_is_no_address(bot: Raw, lan: Person, photo: str) -> None:
    refused = await bot.refused("sendPhoto", chat_id=lan.id, photo=photo)
    assert refused == (400, "The photo must start with http:// or https://")


async def test_nothing_can_be_uploaded(bot: Raw, lan: Person) -> None:
    form = FormData({"chat_id": lan.id})
    form.add_field("photo", JPEG, filename="a.jpg", content_type="image/jpeg")
    async with bot.session.post(bot.url("sendPhoto"), data=form) as answer:
        body = await answer.json()
    assert (body["error_code"], body["description"]) == (400, "The photo must not be empty")


@pytest.mark.parametrize("origin", ["https://upload.wikimedia.org", "http://127.0.0.1:9", "http://10.0.0.1"])
async def test_a_host_that_is_not_there(bot: Raw, lan: Person, origin: str) -> None:
    refused = await bot.refused("sendPhoto", chat_id=lan.id, photo=f"{origin}/a.jpg")
    assert refused == (400, "The photo URL is invalid")


async def test_a_host_that_does_not_answer(bot: Raw, zalo: ZaloEmulator, lan: Person) -> None:
    zalo.knows("http://127.0.0.1:9")
    refused = await bot.refused("sendPhoto", chat_id=lan.id, photo="http://127.0.0.1:9/a.jpg")
    assert refused == (400, "The photo URL is invalid")


@pytest.mark.parametrize(
    ("content", "kind"), [(b"<html>", "text/html"), (JPEG, "application/octet-stream"), (b"no jpeg", "image/jpeg")]
)
async def test_what_is_no_picture(bot: Raw, lan: Person, hook: Hook, content: bytes, kind: str) -> None:
    refused = await bot.refused("sendPhoto", chat_id=lan.id, photo=hook.shows("a.jpg", content, kind))
    assert refused == (400, "The photo URL is invalid")
    assert (await bot.refused("sendPhoto", chat_id=lan.id, photo="https://bot.example.vn/none.jpg"))[0] == 400


async def test_captions(bot: Raw, lan: Person, hook: Hook) -> None:
    url = hook.shows("a.jpg", JPEG)
    for caption, reason in [("", "must not be empty"), ("😀" * 1001, "must not exceed 2000 characters")]:
        refused = await bot.refused("sendPhoto", chat_id=lan.id, photo=url, caption=caption)
        assert refused == (400, f"The caption {reason}")
    await bot.ok("sendPhoto", chat_id=lan.id, photo=url, caption="**x**", parse_mode="markdown")
    assert (await lan.hears()).html == "**x**"


async def test_voices(bot: Raw, zalo: ZaloEmulator, lan: Person, hook: Hook) -> None:
    group = zalo.group("Chi đoàn 1", lan)
    group.adds_bot()
    url = hook.shows("a.aac", b"aac", "audio/aac")
    await bot.ok("sendVoice", chat_id=lan.id, voice_url=url)
    assert (await lan.hears()).voice == b"aac"
    assert (await bot.ok("sendVoice", chat_id=group.id, voice_url=url))["message_id"]
    assert group.sees() == []
    for wrong in ("", "https://bot.example.vn/a.mp3", "https://bot.example.vn/none.aac"):
        assert await bot.refused("sendVoice", chat_id=lan.id, voice_url=wrong) == (400, "The voice_url is invalid")


async def test_only_this_machine_can_be_put_on_the_map(zalo: ZaloEmulator) -> None:
    with pytest.raises(AssertionError, match="not on this machine"):
        zalo.knows("https://bot.example.vn", "https://example.com")
    with pytest.raises(AssertionError, match="not on this machine"):
        zalo.knows("https://example.com")
