"""What every channel must do, told without naming one: `test_contract.py` runs it over each.

A `Road` is a channel with a person at its far end, who speaks, presses and looks at a screen.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import pytest
from markupsafe import Markup

from bot.channels.base import Channel
from bot.media.store import MediaStore
from handlers.events import Attachment, Location, Reply
from tests.channels.kit import HOSTILE, NOW, Recorder, say
from tests.telegram import people as telegram
from tests.telegram import samples
from tests.telegram.people import picture
from tests.zalo import people as zalo


@dataclass(frozen=True)
class Seen:
    """One message of the bot on the screen, as it stands now; `text` is what the eye reads. `buttons` are those that
    answer, `links` the words and addresses of those that open something. `photos`: of an album that is one message."""

    id: str
    text: str
    bold: tuple[str, ...] = ()
    buttons: tuple[tuple[str, ...], ...] = ()
    photo: bytes | None = None
    document: bytes | None = None
    document_name: str = ""
    photos: tuple[bytes, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


class Road(ABC):
    """One channel, started, and a person who has been heard already."""

    channel: Channel
    chat: str
    name: str
    heard: Recorder
    media: MediaStore

    @abstractmethod
    async def says(self, text: str) -> None:
        """Write a line, and again under the same key if it was not taken."""

    @abstractmethod
    async def says_in_vain(self, text: str) -> None:
        """Write a line once, to a bot that does not listen."""

    @abstractmethod
    async def presses(self, message_id: str, label: str) -> None:
        """Press a button."""

    @abstractmethod
    async def sends_photo(self, content: bytes) -> None:
        """Send a picture."""

    @abstractmethod
    async def sends_place(self, latitude: float, longitude: float, accuracy: float) -> None:
        """Send a place, in degrees and metres."""

    @abstractmethod
    async def sends_file(self, content: bytes, name: str, mime: str) -> None:
        """Send a file as it is; `mime` is what the phone takes it for."""

    @abstractmethod
    async def screen(self) -> list[Seen]:
        """The bot's messages, oldest first."""

    async def kept(self, media_id: str) -> bytes:
        """The bytes of a kept file."""
        return (await self.media.resolve(Attachment(media_id, "x"))).path.read_bytes()


class Platform(Road):
    """Over an emulator, which delivers again what was not taken."""

    _person: telegram.Person | zalo.Person

    async def says(self, text: str) -> None:
        await self._person.says(text)

    async def says_in_vain(self, text: str) -> None:
        await self._person.says(text)


class ChannelContract:
    """The tests. A subclass gives the fixture `road`."""

    async def test_what_is_said_comes_in(self, road: Road) -> None:
        await road.says("hôm nay 2 buổi <tuyên truyền>")
        incoming = await road.heard.next()
        assert incoming.text == "hôm nay 2 buổi <tuyên truyền>"
        assert (incoming.channel, incoming.chat, incoming.sender) == (road.channel.name, road.chat, road.chat)
        assert (incoming.sender_name, incoming.at, incoming.is_group) == (road.name, NOW, False)
        assert (incoming.action, incoming.photo, incoming.membership) == (None, None, None)

    async def test_every_update_has_a_key_of_its_own(self, road: Road) -> None:
        await road.says("một")
        await road.says("một")
        assert (await road.heard.next()).key != (await road.heard.next()).key

    async def test_what_was_not_taken_comes_again_under_its_key(self, road: Road) -> None:
        road.heard.refuses(2)
        await road.says("hai buổi")
        taken = await road.heard.next()
        assert [one.key for one in road.heard.offered[-3:]] == [taken.key] * 3
        await road.says("ba buổi")
        assert (await road.heard.next()).text == "ba buổi"

    async def test_text_and_choices_go_out(self, road: Road) -> None:
        reply = say("Đúng đơn vị chứ?\nĐoàn xã Phước Vinh", ("Đúng=join/yes", "Không phải=join/no"), ("Để sau=later",))
        message_id = await road.channel.send(road.chat, reply, key="1")
        (seen,) = await road.screen()
        assert seen.id == message_id
        assert seen.text == "Đúng đơn vị chứ?\nĐoàn xã Phước Vinh"
        assert seen.buttons == (("Đúng", "Không phải"), ("Để sau",))

    async def test_formatting_shows_and_hostile_text_is_only_text(self, road: Road) -> None:
        text = Markup("Mã <b>TN-000123</b>: {}").format(HOSTILE)
        await road.channel.send(road.chat, Reply(text), key="1")
        (seen,) = await road.screen()
        assert (seen.text, seen.bold) == (f"Mã TN-000123: {HOSTILE}", ("TN-000123",))

    async def test_a_press_comes_in_as_its_action(self, road: Road) -> None:
        message_id = await road.channel.send(road.chat, say("Gửi chứ?", ("✅ Gửi=card/send/7", "Huỷ=no")), key="1")
        await road.presses(message_id, "✅ Gửi")
        incoming = await road.heard.next()
        assert (incoming.action, incoming.message_id) == ("card/send/7", message_id)
        assert (incoming.chat, incoming.sender, incoming.text) == (road.chat, road.chat, None)

    async def test_a_reply_takes_the_place_of_another(self, road: Road) -> None:
        first = await road.channel.send(road.chat, say("Câu 1", ("Một=q/1",)), key="1")
        second = await road.channel.send(road.chat, say("Câu 2", ("Hai=q/2",), replaces=first), key="2")
        (seen,) = await road.screen()
        assert second == first
        assert (seen.id, seen.text, seen.buttons) == (first, "Câu 2", (("Hai",),))

    async def test_the_same_again_in_its_own_place_is_no_error(self, road: Road) -> None:
        reply = say("Câu 1", ("Một=q/1",))
        first = await road.channel.send(road.chat, reply, key="1")
        assert await road.channel.send(road.chat, replace(reply, replaces=first), key="2") == first
        assert len(await road.screen()) == 1

    async def test_a_message_that_is_not_there_cannot_be_replaced(self, road: Road) -> None:
        message_id = await road.channel.send(road.chat, say("Câu 2", replaces="999999"), key="1")
        assert [(one.id, one.text) for one in await road.screen()] == [(message_id, "Câu 2")]

    async def test_a_picture_goes_out_with_its_text(self, road: Road) -> None:
        content = picture(320, 200)
        media_id = await road.media.keep_photo(content, "tests")
        await road.channel.send(road.chat, say("Tiến độ", ("Xem=dig/1",), photo=Attachment(media_id, "a.jpg")), key="1")
        (seen,) = await road.screen()
        assert (seen.text, seen.buttons, seen.photo) == ("Tiến độ", (("Xem",),), content)

    async def test_a_picture_needs_no_text(self, road: Road) -> None:
        media_id = await road.media.keep_photo(picture(), "tests")
        await road.channel.send(road.chat, say("", photo=Attachment(media_id, "a.jpg")), key="1")
        (seen,) = await road.screen()
        assert (seen.text, seen.photo) == ("", picture())

    async def test_a_picture_comes_in_and_is_kept(self, road: Road) -> None:
        content = picture(400, 300, "gold")
        await road.sends_photo(content)
        incoming = await road.heard.next()
        assert incoming.photo is not None
        assert incoming.photo.media_id is not None
        assert incoming.text is None
        assert await road.kept(incoming.photo.media_id) == content

    async def test_a_place_comes_in(self, road: Road) -> None:
        await road.sends_place(11.3094, 106.1021, 15)
        incoming = await road.heard.next()
        assert incoming.location == Location(11.3094, 106.1021, 15)
        assert (incoming.chat, incoming.text, incoming.photo, incoming.document) == (road.chat, None, None, None)

    async def test_a_place_of_unknown_accuracy(self, road: Road) -> None:
        await road.sends_place(-33.5, 0, 0)
        assert (await road.heard.next()).location == Location(-33.5, 0)

    @pytest.mark.parametrize(
        ("content", "name", "mime", "kind"),
        [
            (samples.PDF, "Biên bản họp.pdf", "application/pdf", "file"),
            (samples.xlsx(), "danh sách.xlsx", "application/octet-stream", "file"),
            (samples.ogg(), "ghi âm.ogg", "audio/ogg", "audio"),
            (samples.mp4(b"mp42", b"vide"), "ra quân.mp4", "video/mp4", "video"),
        ],
        ids=["pdf", "xlsx", "audio", "video"],
    )
    async def test_a_file_comes_in_and_is_kept(
        self, road: Road, content: bytes, name: str, mime: str, kind: str
    ) -> None:
        await road.sends_file(content, name, mime)
        incoming = await road.heard.next()
        assert incoming.document is not None
        assert incoming.document.media_id is not None
        assert (incoming.document.name, incoming.document.kind) == (name, kind)
        assert (incoming.text, incoming.photo, incoming.location) == (None, None, None)
        assert await road.kept(incoming.document.media_id) == content

    async def test_a_picture_sent_as_a_file_is_a_picture(self, road: Road) -> None:
        content = picture(400, 300, "gold")
        await road.sends_file(content, "IMG_0001.JPG", "image/jpeg")
        incoming = await road.heard.next()
        assert incoming.photo is not None
        assert incoming.photo.media_id is not None
        assert incoming.document is None
        assert await road.kept(incoming.photo.media_id) == content

    async def test_a_file_goes_out_and_a_wish_changes_nothing_else(self, road: Road) -> None:
        kept = await road.media.keep_file(samples.ogg(), "hướng dẫn.ogg", "tests")
        file = Attachment(kept.media_id, kept.name)
        reply = say("Nghe rồi gửi vị trí nhé", ("Bỏ qua=skip",), document=file)
        await road.channel.send(road.chat, replace(reply, wants="place"), key="1")
        (seen,) = await road.screen()
        assert (seen.text, seen.buttons) == ("Nghe rồi gửi vị trí nhé", (("Bỏ qua",),))
        assert (seen.document, seen.document_name) == (samples.ogg(), "hướng dẫn.ogg")

    async def test_a_long_text_arrives_whole_and_its_choices_last(self, road: Road) -> None:
        lines = [f"{number}. Đoàn xã số {number} chưa báo cáo 🙂" for number in range(300)]
        await road.channel.send(road.chat, say("\n".join(lines), ("Xem=dig/1",)), key="1")
        seen = await road.screen()
        assert "\n".join(one.text for one in seen).split("\n") == lines
        assert [one.buttons for one in seen] == [()] * (len(seen) - 1) + [(("Xem",),)]

    async def test_messages_stand_in_the_order_they_were_sent(self, road: Road) -> None:
        for number in range(5):
            await road.channel.send(road.chat, say(f"tin {number}"), key=str(number))
        assert [one.text for one in await road.screen()] == [f"tin {number}" for number in range(5)]

    async def test_a_person_is_no_group(self, road: Road) -> None:
        assert not road.channel.is_group(road.chat)

    async def test_nothing_is_handed_over_after_the_stop(self, road: Road) -> None:
        before = len(road.heard.offered)
        await road.channel.stop()
        await road.says_in_vain("còn ai không?")
        assert len(road.heard.offered) == before

    async def test_what_is_left_to_be_said_goes_out_after_the_stop(self, road: Road) -> None:
        """The answers to what came last: one after the other, with pauses between them."""
        await road.channel.stop()
        for number in range(2):
            await road.channel.send(road.chat, say(f"tin {number}"), key=str(number))
        assert [one.text for one in await road.screen()] == ["tin 0", "tin 1"]
