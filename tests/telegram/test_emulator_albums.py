"""Albums, taking back and captions, as the documentation of the Bot API says."""

import json
from typing import Any

import pytest

from tests.telegram.conftest import HandClock
from tests.telegram.people import Person, picture
from tests.telegram.raw import Raw

PHOTO = {"type": "photo", "media": "attach://one"}
TWO = [PHOTO, {**PHOTO, "media": "attach://two", "caption": "<b>hai</b>", "parse_mode": "HTML"}]


async def album(bot: Raw, chat: int, media: Any = None) -> list[dict[str, Any]]:
    uploads = {"one": picture(colour="red"), "two": picture(colour="gold")}
    sent: list[dict[str, Any]] = await bot.ok("sendMediaGroup", chat_id=chat, media=media or TWO, **uploads)
    return sent


async def test_an_album(bot: Raw, alice: Person) -> None:
    one, two = await album(bot, alice.id)
    assert one["media_group_id"] == two["media_group_id"]
    assert ("caption" in one, two["caption"]) == (False, "hai")
    assert [(seen.id, seen.photo, seen.html) for seen in alice.messages] == [
        (one["message_id"], picture(colour="red"), ""),
        (two["message_id"], picture(colour="gold"), "<b>hai</b>"),
    ]
    again = [{"type": "photo", "media": message["photo"][-1]["file_id"]} for message in (one, two)]
    other, _ = await album(bot, alice.id, again)
    assert other["media_group_id"] != one["media_group_id"]


@pytest.mark.parametrize(
    ("media", "complaint"),
    [
        ("[", "can't parse media JSON object"),
        ({}, "expected an Array of InputMedia"),
        (["x", "y"], "can't parse InputMedia: expected an Object"),
        ([{"type": "text"}] * 2, "can't parse InputMedia: invalid type specified"),
        ([{"type": "photo"}] * 2, "can't parse InputMedia: media not found"),
        ([{"type": "photo", "media": "attach://three"}] * 2, "can't parse InputMedia: media not found"),
        ([PHOTO], "too few messages to send as an album"),
        ([PHOTO] * 11, "too much messages to send as an album"),
        ([PHOTO, {**PHOTO, "caption": "x" * 1025}], "message caption is too long"),
    ],
)
async def test_refused_albums(bot: Raw, alice: Person, media: Any, complaint: str) -> None:
    refused = await bot.refused("sendMediaGroup", chat_id=alice.id, media=media, one=picture())
    assert refused == f"Bad Request: {complaint}"
    assert alice.messages == []


async def test_a_caption_that_does_not_parse(bot: Raw, alice: Person) -> None:
    media = [PHOTO, {**PHOTO, "caption": "<b>x", "parse_mode": "HTML"}]
    refused = await bot.refused("sendMediaGroup", chat_id=alice.id, media=media, one=picture())
    assert refused.startswith("Bad Request: can't parse InputMedia: can't parse entities")


async def test_an_album_is_taken_back_whole(bot: Raw, alice: Person, clock: HandClock) -> None:
    ids = [message["message_id"] for message in await album(bot, alice.id)]
    assert await bot.ok("deleteMessages", chat_id=alice.id, message_ids=[*ids, 999]) is True
    assert alice.messages == []
    assert await bot.ok("deleteMessages", chat_id=alice.id, message_ids=ids) is True


async def test_of_several_all_may_be_deleted_or_none(bot: Raw, alice: Person, clock: HandClock) -> None:
    old = (await bot.ok("sendMessage", chat_id=alice.id, text="cũ"))["message_id"]
    clock.goes_on(49 * 3600)
    new = (await bot.ok("sendMessage", chat_id=alice.id, text="mới"))["message_id"]
    refused = await bot.refused("deleteMessages", chat_id=alice.id, message_ids=[new, old])
    assert refused == "Bad Request: message can't be deleted for everyone"
    assert len(alice.messages) == 2


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        ("[", "can't parse message_ids JSON object"),
        ([], "message identifiers are not specified"),
        ({"a": 1}, "expected an Array of message identifiers"),
        ([1] * 101, "too many message identifiers specified"),
        ([True], "message identifier must be a Number"),
        ([0], "invalid message identifier specified"),
    ],
)
async def test_refused_deletions(bot: Raw, alice: Person, ids: Any, complaint: str) -> None:
    given = ids if isinstance(ids, str) else json.dumps(ids)
    assert await bot.refused("deleteMessages", chat_id=alice.id, message_ids=given) == f"Bad Request: {complaint}"


async def test_captions_and_texts_are_edited_each_by_its_own_method(bot: Raw, alice: Person) -> None:
    one, _ = await album(bot, alice.id)
    text = await bot.ok("sendMessage", chat_id=alice.id, text="chữ")
    await bot.ok("editMessageCaption", chat_id=alice.id, message_id=one["message_id"], caption="mới")
    assert alice.messages[0].text == "mới"
    refused = await bot.refused("editMessageText", chat_id=alice.id, message_id=one["message_id"], text="x")
    assert refused == "Bad Request: there is no text in the message to edit"
    refused = await bot.refused("editMessageCaption", chat_id=alice.id, message_id=text["message_id"], caption="x")
    assert refused == "Bad Request: there is no caption in the message to edit"
