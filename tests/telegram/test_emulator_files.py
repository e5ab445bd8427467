"""Photos and documents: in, out, again by file_id, by address, and their limits."""

import io
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.emulator.files import Recording
from tests.telegram.people import Person, picture
from tests.telegram.raw import Raw


async def downloaded(bot: Raw, file_id: str) -> bytes:
    path = (await bot.ok("getFile", file_id=file_id))["file_path"]
    async with bot.session.get(f"{bot.emulator.base_url}/file/bot{bot.emulator.token}/{path}") as answer:
        assert answer.status == 200
        return await answer.read()


async def test_a_photo_from_the_phone_has_sizes_the_last_one_whole(bot: Raw, alice: Person) -> None:
    content = picture(800, 600)
    await alice.sends_photo(content, "nhà ông Ba")
    message = (await bot.ok("getUpdates"))[-1]["message"]
    assert message["caption"] == "nhà ông Ba"
    assert [(size["width"], size["height"]) for size in message["photo"]] == [(90, 68), (320, 240), (800, 600)]
    assert await downloaded(bot, message["photo"][-1]["file_id"]) == content
    preview = Image.open(io.BytesIO(await downloaded(bot, message["photo"][0]["file_id"])))
    assert preview.size == (90, 68)


async def test_a_photo_of_the_bot_reaches_the_phone(bot: Raw, alice: Person) -> None:
    content = picture()
    sent = await bot.ok("sendPhoto", chat_id=alice.id, caption="<b>biểu đồ</b>", parse_mode="HTML", photo=content)
    heard = await alice.hears()
    assert (heard.photo, heard.html) == (content, "<b>biểu đồ</b>")
    again = await bot.ok("sendPhoto", chat_id=alice.id, photo=sent["photo"][0]["file_id"])
    assert again["photo"] == sent["photo"]


async def test_a_photo_may_be_attached_under_any_name(bot: Raw, alice: Person) -> None:
    content = picture()
    await bot.ok("sendPhoto", chat_id=alice.id, photo="attach://chart", chart=content)
    assert alice.messages[0].photo == content


async def test_documents_keep_their_name(bot: Raw, alice: Person) -> None:
    await alice.sends_document(b"a;b", "kết quả.csv", caption="gửi lại")
    document = (await bot.ok("getUpdates"))[-1]["message"]["document"]
    assert (document["file_name"], document["file_size"]) == ("kết quả.csv", 3)
    sent = await bot.ok("sendDocument", chat_id=alice.id, document=document["file_id"])
    assert sent["document"]["file_unique_id"] == document["file_unique_id"]
    assert (alice.messages[0].document, alice.messages[0].document_name) == (b"a;b", "kết quả.csv")


VIDEO = {"width": 640, "height": 360, "duration": 3}


@pytest.mark.parametrize(
    ("kind", "name", "mime", "more", "folder"),
    [
        ("audio", "bài ca.mp3", "audio/mpeg", {"duration": 3, "file_name": "bài ca.mp3"}, "music"),
        ("voice", "", "audio/ogg", {"duration": 3}, "voice"),
        ("video", "ra quân.mp4", "video/mp4", VIDEO | {"file_name": "ra quân.mp4"}, "videos"),
        ("video_note", "", "", {"length": 240, "duration": 3}, "video_notes"),
        ("animation", "vui.mp4", "video/mp4", VIDEO | {"file_name": "vui.mp4"}, "animations"),
    ],
)
async def test_recordings_stand_in_a_field_of_their_own(
    bot: Raw, alice: Person, kind: Recording, name: str, mime: str, more: dict[str, Any], folder: str
) -> None:
    await alice.sends_recording(kind, b"sound", name, mime=mime)
    message = (await bot.ok("getUpdates"))[-1]["message"]
    told = dict(message[kind])
    file_id = told.pop("file_id")
    assert len(told.pop("file_unique_id")) == 16
    assert told == more | {"file_size": 5} | ({"mime_type": mime} if mime else {})
    assert (await bot.ok("getFile", file_id=file_id))["file_path"].startswith(f"{folder}/file_")
    assert await downloaded(bot, file_id) == b"sound"


async def test_an_animation_is_a_document_too(bot: Raw, alice: Person) -> None:
    await alice.sends_recording("animation", b"film", "vui.mp4", mime="video/mp4")
    message = (await bot.ok("getUpdates"))[-1]["message"]
    assert message["document"].items() < message["animation"].items()
    assert set(message["animation"]) - set(message["document"]) == set(VIDEO)


async def test_pictures_of_an_album_share_its_number(bot: Raw, alice: Person) -> None:
    for _ in range(2):
        await alice.sends_photo(picture(), album="7")
    messages = [update["message"] for update in (await bot.ok("getUpdates"))[-2:]]
    assert [message["media_group_id"] for message in messages] == ["7", "7"]
    assert len({message["message_id"] for message in messages}) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            bytes((10 << 20) + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
    ids=["empty", "no picture", "too large", "too narrow", "too heavy"],
)
async def test_refused_photos(bot: Raw, alice: Person, content: bytes, complaint: str) -> None:
    refused = await bot.refused("sendPhoto", chat_id=alice.id, photo=content)
    assert refused == f"Bad Request: {complaint}"


async def test_a_caption_has_1024_characters(bot: Raw, alice: Person) -> None:
    await bot.ok("sendPhoto", chat_id=alice.id, caption="ế" * 1024, photo=picture())
    assert await bot.refused("sendPhoto", chat_id=alice.id, caption="x" * 1025, photo=picture()) == (
        "Bad Request: message caption is too long"
    )


async def test_what_is_not_there_cannot_be_sent(bot: Raw, alice: Person) -> None:
    assert await bot.refused("sendPhoto", chat_id=alice.id) == "Bad Request: there is no photo in the request"
    assert await bot.refused("sendDocument", chat_id=alice.id) == "Bad Request: there is no document in the request"
    assert await bot.refused("sendPhoto", chat_id=alice.id, photo="attach://chart") == (
        "Bad Request: there is no photo in the request"
    )
    assert await bot.refused("sendPhoto", chat_id=alice.id, photo="AgACunknown") == (
        "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
    )


async def test_a_document_is_no_photo(bot: Raw, alice: Person) -> None:
    sent = await bot.ok("sendDocument", chat_id=alice.id, document=b"x")
    assert await bot.refused("sendPhoto", chat_id=alice.id, photo=sent["document"]["file_id"]) == (
        "Bad Request: can't use file of type Document as Photo"
    )


async def test_only_twenty_megabytes_can_be_fetched(bot: Raw, alice: Person) -> None:
    for size, method in [(20 << 20, bot.ok), ((20 << 20) + 1, bot.refused)]:
        await alice.sends_document(bytes(size), "lớn.bin")
        await alice.sends_recording("video", bytes(size), mime="video/mp4")
        document, video = [update["message"] for update in (await bot.ok("getUpdates"))[-2:]]
        ids = (document["document"]["file_id"], video["video"]["file_id"])
        answers: list[Any] = [await method("getFile", file_id=file_id) for file_id in ids]
    assert answers == ["Bad Request: file is too big"] * 2


async def test_files_that_do_not_exist(bot: Raw) -> None:
    assert await bot.refused("getFile") == "Bad Request: file_id not specified"
    assert await bot.refused("getFile", file_id="x") == "Bad Request: invalid file_id"
    async with bot.session.get(f"{bot.emulator.base_url}/file/bot{bot.emulator.token}/photos/file_9.jpg") as answer:
        assert answer.status == 404
    async with bot.session.get(f"{bot.emulator.base_url}/file/bot6000000001:other/photos/file_9.jpg") as answer:
        assert answer.status == 401


async def test_a_photo_by_its_address(bot: Raw, alice: Person, emulator: TelegramEmulator) -> None:
    async def serve(request: web.Request) -> web.Response:
        kind = "text/html" if request.path == "/page.html" else "image/jpeg"
        return web.Response(body=picture(), content_type=kind)

    application = web.Application()
    application.router.add_get("/{name}", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await bot.ok("sendPhoto", chat_id=alice.id, photo=f"{here}/chart.jpg")
    assert alice.messages[0].photo == picture()
    for address, complaint in [
        (f"{here}/page.html", "wrong type of the web page content"),
        ("https://elsewhere.example.org/chart.jpg", "failed to get HTTP URL content"),
    ]:
        assert await bot.refused("sendPhoto", chat_id=alice.id, photo=address) == f"Bad Request: {complaint}"
    await runner.cleanup()
