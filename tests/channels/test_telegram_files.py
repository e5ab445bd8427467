"""Places and files that come from Telegram, as the conversation gets them."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.telegram import TelegramChannel
from bot.media.store import MediaStore, Received
from handlers.events import Attachment, Document, Location, Photo
from tests.channels.kit import Recorder, say
from tests.telegram import samples
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.emulator.files import LARGEST_DOWNLOAD, Recording
from tests.telegram.people import Person, picture


async def kept(media: MediaStore, media_id: str | None) -> bytes:
    assert media_id
    return (await media.resolve(Attachment(media_id, "x"))).path.read_bytes()


# --- places ----------------------------------------------------------------------------------------


async def test_a_place_that_moves_is_the_place_where_it_began(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    number = await an.sends_location(11.3, 106.1, accuracy=40, live_seconds=900)
    assert (await heard.next()).location == Location(11.3, 106.1, 40)
    message = emulator.world.message_ever(an.id, number)
    message.extra["location"]["latitude"] = 11.4
    emulator.world.edited(message)
    await emulator.polled()
    assert heard.unheard == 0


async def test_a_venue_is_where_it_stands(an: Person, heard: Recorder) -> None:
    await an.sends_location(11.3, 106.1, venue="Nhà văn hoá xã")
    incoming = await heard.next()
    assert (incoming.location, incoming.text) == (Location(11.3, 106.1), None)


# --- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "content", "name", "mime", "expected"),
    [
        ("audio", samples.MP3, "Bài ca.mp3", "audio/mpeg", ("Bài ca.mp3", "audio")),
        ("voice", samples.ogg(), "", "audio/ogg", ("audio.ogg", "audio")),
        ("video", samples.mp4(b"mp42", b"vide", b"soun"), "ra quan.mp4", "video/mp4", ("ra quan.mp4", "video")),
        ("video", samples.mp4(b"qt  ", b"vide"), "", "video/quicktime", ("video.mov", "video")),
        ("video_note", samples.mp4(b"isom", b"vide"), "", "", ("video.mp4", "video")),
        ("audio", samples.mp4(b"isom", b"vide"), "la phim.mp3", "audio/mpeg", ("la phim.mp4", "video")),
    ],
)
async def test_a_recording(
    an: Person,
    heard: Recorder,
    media: MediaStore,
    kind: Recording,
    content: bytes,
    name: str,
    mime: str,
    expected: tuple[str, str],
) -> None:
    await an.sends_recording(kind, content, name, mime=mime)
    document = (await heard.next()).document
    assert document
    assert (document.name, document.kind) == expected
    assert await kept(media, document.media_id) == content


async def test_the_caption_of_a_file_is_passed_over(an: Person, heard: Recorder) -> None:
    await an.sends_document(samples.PDF, "họp.pdf", mime="application/pdf", caption="biên bản")
    incoming = await heard.next()
    assert incoming.document
    assert incoming.text is None


@pytest.mark.parametrize("mime", ["image/png", "application/octet-stream", "text/html"])
async def test_a_picture_as_a_file_is_told_by_its_content(
    an: Person, heard: Recorder, media: MediaStore, mime: str
) -> None:
    content = picture()
    await an.sends_document(content, "IMG.html", mime=mime)
    incoming = await heard.next()
    assert incoming.document is None
    assert incoming.photo
    assert await kept(media, incoming.photo.media_id) == content


async def test_an_album_is_one_picture_after_another(an: Person, heard: Recorder, media: MediaStore) -> None:
    contents = [picture(colour=colour) for colour in ("red", "gold")]
    for content in contents:
        await an.sends_photo(content, album="1")
    photos = [(await heard.next()).photo for _ in contents]
    assert [await kept(media, photo.media_id) for photo in photos if photo] == contents


@pytest.mark.parametrize(
    ("content", "name", "mime", "lost"),
    [
        (b"MZ\x90\x00" + bytes(99), "../thu\u202e.exe", "application/pdf", Document(None, "thu.exe", "file")),
        (b"<html><script>", "trang.html", "text/html", Document(None, "trang.html", "file")),
        (b"GIF89a" + bytes(20), "vui.gif", "audio/mpeg", Document(None, "vui.gif", "audio")),
        (bytes(20), "phim", "video/mp4", Document(None, "phim", "video")),
    ],
)
async def test_a_file_of_a_kind_that_is_not_kept(
    an: Person, heard: Recorder, content: bytes, name: str, mime: str, lost: Document
) -> None:
    await an.sends_document(content, name, mime=mime)
    assert (await heard.next()).document == lost


async def test_a_picture_as_a_file_that_is_not_kept(an: Person, heard: Recorder) -> None:
    await an.sends_document(samples.mp4(b"heic", b"pict"), "IMG_2.HEIC", mime="image/heic")
    incoming = await heard.next()
    assert (incoming.photo, incoming.document) == (Photo(None), None)


async def test_a_file_that_says_it_is_too_large_is_not_even_fetched(
    an: Person, heard: Recorder, emulator: TelegramEmulator
) -> None:
    await an.sends_document(bytes(LARGEST_DOWNLOAD + 1), "phim.mp4", mime="video/mp4")
    await an.sends_document(picture() + bytes(10 << 20), "to.jpg", mime="image/jpeg")
    assert (await heard.next()).document == Document(None, "phim.mp4", "video")
    assert (await heard.next()).photo == Photo(None)
    assert emulator.calls.of("getFile") == []


async def test_a_file_whose_size_was_not_told(an: Person, heard: Recorder, emulator: TelegramEmulator) -> None:
    """Telegram refuses to give it."""
    untold(emulator, an, bytes(LARGEST_DOWNLOAD + 1))
    assert (await heard.next()).document == Document(None, "x.pdf", "file")
    assert len(emulator.calls.of("getFile")) == 1


async def test_a_file_that_turns_out_too_large(
    an: Person, heard: Recorder, emulator: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_files.FILE_LIMIT", 50)
    untold(emulator, an, samples.PDF)
    assert (await heard.next()).document == Document(None, "x.pdf", "file")


def untold(emulator: TelegramEmulator, person: Person, content: bytes) -> None:
    """A document without the size, which the Bot API calls optional."""
    told: dict[str, Any] = emulator.world.files.add_document(content, "x.pdf", "application/pdf").json()
    del told["file_size"]
    message = emulator.world.new_message(emulator.world.chats[person.id], person.user)
    message.extra = {"document": told}
    emulator.world.post(message)


@pytest.mark.parametrize("code", [400, 404, 500])
async def test_a_file_that_cannot_be_fetched(
    an: Person, heard: Recorder, emulator: TelegramEmulator, code: int
) -> None:
    emulator.faults.refuse("getFile", code)
    await an.sends_recording("voice", samples.ogg(), mime="audio/ogg")
    assert (await heard.next()).document == Document(None, "file", "audio")


async def test_a_file_that_takes_too_long(
    an: Person, heard: Recorder, emulator: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_files.FILE_SECONDS", 0.0)
    await an.sends_document(samples.PDF, "hop.pdf")
    assert (await heard.next()).document == Document(None, "hop.pdf", "file")


async def test_a_file_waits_for_a_database_that_is_away(
    an: Person, heard: Recorder, media: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, tries = media.keep_file, []

    async def locked_once(data: bytes, name: str, owner: str) -> Received:
        tries.append(owner)
        if len(tries) == 1:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return await keep(data, name, owner)

    monkeypatch.setattr(media, "keep_file", locked_once)
    await an.sends_document(samples.PDF, "hop.pdf")
    document = (await heard.next()).document
    assert document
    assert await kept(media, document.media_id) == samples.PDF
    assert tries == [f"telegram:{an.id}"] * 2


# --- going out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [samples.MP3, samples.mp4(b"mp42", b"vide")], ids=["audio", "video"])
async def test_a_sound_and_a_film_go_out_as_documents(
    an: Person, channel: TelegramChannel, media: MediaStore, content: bytes
) -> None:
    sent = await media.keep_file(content, "mẫu", "tests")
    reply = say("Nghe mẫu", ("Bỏ qua=skip",), document=Attachment(sent.media_id, sent.name))
    await channel.send(str(an.id), reply, key="1")
    (seen,) = an.messages
    assert (seen.text, seen.document, seen.document_name) == ("Nghe mẫu", content, sent.name)
    assert seen.buttons == (("Bỏ qua",),)
