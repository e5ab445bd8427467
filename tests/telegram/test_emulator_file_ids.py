"""Files sent again by their file_id, as two clients see it: what is taken, what is refused, and in which words."""

from typing import Any

import pytest

from tests.telegram.clients import Client
from tests.telegram.conftest import refusal
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person, picture

UNKNOWN = "wrong remote file identifier specified"


def uploads(emulator: TelegramEmulator) -> int:
    return sum(len(call.params.uploads) for call in emulator.calls)


async def test_a_file_goes_to_another_chat_by_its_id_without_an_upload(
    client: Client, alice: Person, emulator: TelegramEmulator
) -> None:
    other = emulator.person("Trần Thị Bình")
    await other.says("/start")
    photo = await client.call("send_photo", chat_id=alice.id, photo=client.photo(picture()))
    document = await client.call("send_document", chat_id=alice.id, document=client.photo(picture(colour="navy")))
    pictures = [(picture(colour="red"), "một"), (picture(colour="gold"), "")]
    album = await client.call("send_media_group", chat_id=alice.id, media=client.album(*pictures))
    before = uploads(emulator)
    again = await client.call("send_photo", chat_id=other.id, photo=photo.photo[-1].file_id, caption="lại")
    await client.call("send_document", chat_id=other.id, document=document.document.file_id)
    known = [(one.photo[-1].file_id, said) for one, (_, said) in zip(album, pictures, strict=True)]
    await client.call("send_media_group", chat_id=other.id, media=client.album(*known))
    assert (before, uploads(emulator)) == (4, 4)
    assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id
    assert [(one.photo, one.document, one.text) for one in other.messages] == [
        (picture(), None, "lại"), (None, picture(colour="navy"), ""), (picture(colour="red"), None, "một"),
        (picture(colour="gold"), None, ""),
    ]  # fmt: skip


async def test_a_document_keeps_the_name_of_its_upload(client: Client, alice: Person) -> None:
    first = await client.call("send_document", chat_id=alice.id, document=client.photo(picture()))
    again = await client.call("send_document", chat_id=alice.id, document=first.document.file_id)
    assert first.document.file_name
    assert again.document.file_name == first.document.file_name


@pytest.mark.parametrize("given", ["photo", "document", "album"])
async def test_an_unknown_id_is_refused(client: Client, alice: Person, emulator: TelegramEmulator, given: str) -> None:
    sent = await client.call("send_photo", chat_id=alice.id, photo=client.photo(picture()))
    emulator.world.files.forget()
    known: Any = sent.photo[-1].file_id
    if given == "album":
        call: tuple[str, dict[str, Any]] = "send_media_group", {"media": client.album((known, ""), (picture(), ""))}
    else:
        call = f"send_{given}", {given: known}
    refused = await refusal(client, call[0], chat_id=alice.id, **call[1])
    assert refused.kind == client.kinds["bad request"]
    assert UNKNOWN in str(refused).lower()
    assert len(alice.messages) == 1


async def test_the_id_of_one_kind_is_none_of_another(client: Client, alice: Person) -> None:
    photo = await client.call("send_photo", chat_id=alice.id, photo=client.photo(picture()))
    document = await client.call("send_document", chat_id=alice.id, document=client.photo(picture()))
    refused = await refusal(client, "send_document", chat_id=alice.id, document=photo.photo[-1].file_id)
    assert "can't use file of type photo as document" in str(refused).lower()
    mixed = client.album((document.document.file_id, ""), (picture(), ""))
    refused = await refusal(client, "send_media_group", chat_id=alice.id, media=mixed)
    assert "can't use file of type document as photo" in str(refused).lower()
