"""A file that Telegram has taken goes out again by its id: how often it is uploaded, and what becomes of a refusal."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels import telegram_uploads
from bot.channels.base import Blocked, InDoubt, Refused, TryLater
from bot.channels.telegram import TelegramChannel
from bot.media.store import MediaStore
from handlers.events import Attachment, Reply
from tests.channels.kit import Recorder, say
from tests.telegram import samples
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.files import Recording, StoredFile
from tests.telegram.emulator.params import Upload
from tests.telegram.people import Person, picture

COLOURS = ("red", "gold", "navy")
WRONG = "Bad Request: wrong file identifier/HTTP URL specified"


@pytest.fixture
async def readers(channel: TelegramChannel, emulator: TelegramEmulator, heard: Recorder) -> AsyncIterator[list[Person]]:
    people = [emulator.person(f"Người {number}") for number in range(50)]
    for person in people:
        await person.says("/start")
        await heard.next()
    yield people


@pytest.fixture
async def album(media: MediaStore) -> Reply:
    kept = [await media.keep_photo(picture(colour=colour), "tests") for colour in COLOURS]
    photos = tuple(Attachment(media_id, "a.jpg") for media_id in kept)
    return replace(say("Ra quân", ("Thôi nhận=nt/off",)), photos=photos)


async def paper(media: MediaStore, name: str = "ke-hoach.pdf") -> Attachment:
    kept = await media.keep_file(samples.PDF, name, "tests")
    return Attachment(kept.media_id, name)


def uploads(emulator: TelegramEmulator) -> int:
    """Files that were handed to Telegram as bytes, in calls that it took or not."""
    return sum(len(call.params.uploads) for call in emulator.calls)


async def send_all(channel: TelegramChannel, people: list[Person], reply: Reply) -> None:
    await asyncio.gather(*(channel.send(str(one.id), reply, key=f"{one.id}") for one in people))


def seen(person: Person) -> list[bytes | None]:
    return [one.photo or one.document for one in person.messages if one.photo or one.document]


# --- once ------------------------------------------------------------------------------------------


async def test_an_album_and_a_file_to_fifty_people_are_uploaded_once(
    channel: TelegramChannel, emulator: TelegramEmulator, readers: list[Person], album: Reply, media: MediaStore
) -> None:
    await send_all(channel, readers, replace(album, document=await paper(media)))
    files = [*(picture(colour=colour) for colour in COLOURS), samples.PDF]
    assert [seen(person) for person in readers] == [files] * 50
    assert uploads(emulator) == 4
    assert len(emulator.calls.of("sendMediaGroup")) == 50


async def test_the_same_content_under_another_id_is_not_uploaded_again(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, media: MediaStore
) -> None:
    for number in range(2):
        photo = Attachment(await media.keep_photo(picture(), f"tests {number}"), f"{number}.jpg")
        await channel.send(str(an.id), say("x", photo=photo), key=str(number))
    assert (uploads(emulator), seen(an)) == (1, [picture()] * 2)


async def test_a_file_under_another_name_is_uploaded_under_it(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, media: MediaStore
) -> None:
    for place, name in enumerate(("ke-hoach.pdf", "lich.pdf", "ke-hoach.pdf")):
        await channel.send(str(an.id), say("x", document=await paper(media, name)), key=str(place))
    assert [one.document_name for one in an.messages] == ["ke-hoach.pdf", "lich.pdf", "ke-hoach.pdf"]
    assert uploads(emulator) == 2


async def test_a_picture_as_a_picture_and_as_a_file_are_two(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, media: MediaStore
) -> None:
    file = Attachment(await media.keep_photo(picture(), "tests"), "a.jpg")
    for key in ("1", "2"):
        await channel.send(str(an.id), say("x", photo=file, document=file), key=key)
    assert [(one.photo, one.document) for one in an.messages] == [(picture(), None), (None, picture())] * 2
    assert uploads(emulator) == 2


async def test_of_an_album_only_what_is_new_is_uploaded(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, album: Reply
) -> None:
    await channel.send(str(an.id), say("x", photo=album.photos[1]), key="1")
    await channel.send(str(an.id), album, key="2")
    assert seen(an) == [picture(colour=colour) for colour in ("gold", *COLOURS)]
    assert uploads(emulator) == 3


async def test_what_was_erased_here_does_not_go_out_from_there(
    an: Person, channel: TelegramChannel, media: MediaStore
) -> None:
    photo = Attachment(await media.keep_photo(picture(), "tests"), "a.jpg")
    await channel.send(str(an.id), say("x", photo=photo), key="1")
    (await media.resolve(photo)).path.unlink()
    with pytest.raises(Refused, match="gone"):
        await channel.send(str(an.id), say("x", photo=photo), key="2")


async def test_what_was_sent_long_ago_is_uploaded_again(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, album: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_uploads, "REMEMBERED", 2)
    for place in (0, 1, 0, 2, 0, 1):
        await channel.send(str(an.id), say("x", photo=album.photos[place]), key=str(place))
    # The picture of the middle went when the third came; the first had been used since.
    assert uploads(emulator) == 4


@pytest.mark.parametrize("kind", ["voice", "animation"])
async def test_what_telegram_made_something_else_of_is_uploaded_each_time(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, media: MediaStore, kind: Recording,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A sound sent as a document may come back as a voice message, whose id is none of a document's."""

    async def kept_as(backend: Backend, given: Upload) -> StoredFile:
        return backend.world.files.add_recording(kind, given.content, given.name, "")

    monkeypatch.setattr("tests.telegram.emulator.methods.sending._document", kept_as)
    kept = await media.keep_file(samples.ogg(), "ghi-am.ogg", "tests")
    for key in ("1", "2"):
        await channel.send(str(an.id), say("x", document=Attachment(kept.media_id, kept.name)), key=key)
    assert (uploads(emulator), len(emulator.calls.of("sendDocument"))) == (2, 2)


# --- refused ---------------------------------------------------------------------------------------


async def test_ids_that_telegram_does_not_know_any_more_cost_one_fresh_upload(
    channel: TelegramChannel, emulator: TelegramEmulator, readers: list[Person], album: Reply, media: MediaStore
) -> None:
    reply = replace(album, document=await paper(media))
    await channel.send(str(readers[0].id), reply, key="1")
    emulator.world.files.forget()
    for person in readers[1:4]:
        await channel.send(str(person.id), reply, key=str(person.id))
    assert [len(seen(person)) for person in readers[:4]] == [4] * 4
    assert uploads(emulator) == 8


@pytest.mark.parametrize(
    "words",
    [
        WRONG,
        "Bad Request: invalid remote file identifier",
        "Bad Request: wrong file_id or the file is temporarily unavailable",
        'Bad Request: failed to send message #1 with the error message "Wrong file identifier/HTTP URL specified"',
        "Bad Request: FILE_REFERENCE_EXPIRED",
    ],
)
async def test_all_the_words_in_which_telegram_refuses_an_id(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, album: Reply, words: str
) -> None:
    await channel.send(str(an.id), album, key="1")
    emulator.faults.refuse("sendMediaGroup", 400, description=words)
    await channel.send(str(an.id), album, key="2")
    assert (uploads(emulator), len(seen(an))) == (6, 6)


async def test_a_fresh_upload_that_is_refused_is_not_tried_for_ever(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, album: Reply
) -> None:
    emulator.faults.refuse("sendMediaGroup", 400, description=WRONG)
    with pytest.raises(Refused, match="wrong file identifier"):
        await channel.send(str(an.id), album, key="1")
    assert len(emulator.calls.of("sendMediaGroup")) == 1
    await channel.send(str(an.id), album, key="2")
    emulator.faults.refuse("sendMediaGroup", 400, description=WRONG, times=2)
    with pytest.raises(Refused, match="wrong file identifier"):
        await channel.send(str(an.id), album, key="3")
    assert len(emulator.calls.of("sendMediaGroup")) == 4
    await channel.send(str(an.id), album, key="4")
    assert len(seen(an)) == 6


@pytest.mark.parametrize(
    ("code", "words", "raised"),
    [(400, "Bad Request: can't parse entities", Refused), (429, "", TryLater), (403, "Forbidden: x", Blocked)],
)
async def test_other_refusals_upload_nothing(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, album: Reply, code: int, words: str,
    raised: type[Exception],
) -> None:  # fmt: skip
    await channel.send(str(an.id), album, key="1")
    emulator.faults.refuse("sendMediaGroup", code, description=words, retry_after=1)
    with pytest.raises(raised):
        await channel.send(str(an.id), album, key="2")
    await channel.send(str(an.id), album, key="3")
    assert uploads(emulator) == 3


# --- side by side ----------------------------------------------------------------------------------


async def test_when_the_first_blocked_the_bot_the_second_uploads_for_the_others(
    channel: TelegramChannel, emulator: TelegramEmulator, readers: list[Person], album: Reply
) -> None:
    readers[0].blocks()
    gate = emulator.faults.hold("sendMediaGroup", where=lambda params: params.text("chat_id") == str(readers[0].id))
    first = asyncio.create_task(channel.send(str(readers[0].id), album, key="1"))
    await gate.arrived()
    others = [asyncio.create_task(channel.send(str(one.id), album, key=str(one.id))) for one in readers[1:10]]
    gate.open()
    with pytest.raises(Blocked):
        await first
    assert len(await asyncio.gather(*others)) == 9
    assert uploads(emulator) == 6


async def test_an_upload_that_is_stuck_does_not_hold_up_the_others_for_long(
    channel: TelegramChannel, emulator: TelegramEmulator, readers: list[Person], album: Reply
) -> None:
    channel._sender._uploads._patience = 0.01
    first, second = readers[:2]
    gate = emulator.faults.hold("sendMediaGroup", where=lambda params: params.text("chat_id") == str(first.id))
    stuck = asyncio.create_task(channel.send(str(first.id), album, key="1"))
    await gate.arrived()
    await channel.send(str(second.id), album, key="2")
    assert (len(seen(first)), len(seen(second))) == (0, 3)
    gate.open()
    await stuck
    assert len(seen(first)) == 3


async def test_an_upload_in_doubt_is_tried_anew(
    an: Person, channel: TelegramChannel, emulator: TelegramEmulator, album: Reply
) -> None:
    emulator.faults.cut_before("sendMediaGroup")
    with pytest.raises(InDoubt):
        await channel.send(str(an.id), album, key="1")
    await channel.send(str(an.id), album, key="1")
    assert (uploads(emulator), len(seen(an))) == (6, 3)
