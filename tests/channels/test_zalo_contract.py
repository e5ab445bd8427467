"""The contract of the channels, over Zalo (its emulator, real HTTP). What Zalo cannot do is told here in place of the
contract's test of the same name."""

import re

import pytest

from bot.channels.zalo import ZaloChannel
from bot.media.store import MediaStore
from handlers import numbering
from handlers.events import Attachment
from tests.channels.contract import ChannelContract, Platform, Road, Seen
from tests.channels.contract_news import Stands
from tests.channels.kit import Recorder, say
from tests.telegram import samples
from tests.zalo.people import Person
from tests.zalo.phone import Shown

_BOLD = re.compile(r"<b>(.*?)</b>", re.DOTALL)
_LINE = re.compile(r"(\d+)\. (.+)")


class ZaloRoad(Platform):
    """Somebody who answers with numbers."""

    def __init__(self, channel: ZaloChannel, person: Person, heard: Recorder, media: MediaStore) -> None:
        self.channel, self.heard, self.media = channel, heard, media
        self.chat, self.name = person.id, person.name
        self._person = person

    async def presses(self, message_id: str, label: str) -> None:
        (seen,) = [one for one in await self.screen() if one.id == message_id]
        await self._person.says(str(seen.buttons.index((label,)) + 1))

    async def sends_photo(self, content: bytes) -> None:
        await self._person.sends_photo(content)

    async def sends_place(self, latitude: float, longitude: float, accuracy: float) -> None:
        await self._person.sends_unsupported()

    async def sends_file(self, content: bytes, name: str, mime: str) -> None:
        await self._person.sends_unsupported()

    async def screen(self) -> list[Seen]:
        return [_seen(one) for one in self._person.sees()]


def _seen(shown: Shown) -> Seen:
    """The numbered lines at the end are the buttons, one below the other."""
    text, mark, last = shown.text.rpartition("\n\n")
    found = [_LINE.fullmatch(line) for line in last.split("\n")]
    labels = [line[2] for line in found if line]
    if [int(line[1]) for line in found if line] != list(range(1, len(found) + 1)):
        text, mark, last, labels = "", "", shown.text, []
    said = text if labels else text + mark + last
    return Seen(shown.id, said, tuple(_BOLD.findall(shown.html)), tuple((one,) for one in labels), shown.photo)


class TestZalo(ChannelContract, Stands):
    @pytest.fixture
    def road(self, zalo_channel: ZaloChannel, lan: Person, heard: Recorder, media: MediaStore) -> Road:
        return ZaloRoad(zalo_channel, lan, heard, media)

    async def test_text_and_choices_go_out(self, road: Road) -> None:
        """Without buttons each choice has a line."""
        reply = say("Đúng đơn vị chứ?\nĐoàn xã Phước Vinh", ("Đúng=join/yes", "Không phải=join/no"), ("Để sau=later",))
        message_id = await road.channel.send(road.chat, reply, key="1")
        (seen,) = await road.screen()
        assert (seen.id, seen.text) == (message_id, "Đúng đơn vị chứ?\nĐoàn xã Phước Vinh")
        assert seen.buttons == (("Đúng",), ("Không phải",), ("Để sau",))

    async def test_a_press_comes_in_as_its_action(self, road: Road) -> None:
        """It is a line, and comes with what it may stand for: the conversation knows whether it takes numbers."""
        message_id = await road.channel.send(road.chat, say("Gửi chứ?", ("✅ Gửi=card/send/7", "Huỷ=no")), key="1")
        await road.presses(message_id, "✅ Gửi")
        incoming = await road.heard.next()
        assert (incoming.chat, incoming.text, incoming.action) == (road.chat, "1", None)
        assert numbering.meant(incoming, {}) == "card/send/7"
        assert numbering.meant(incoming, {"typed": "number"}) is None

    async def test_a_reply_takes_the_place_of_another(self, road: Road) -> None:
        """Nothing can be edited: it is said anew."""
        first = await road.channel.send(road.chat, say("Câu 1", ("Một=q/1",)), key="1")
        second = await road.channel.send(road.chat, say("Câu 2", ("Hai=q/2",), replaces=first), key="2")
        seen = await road.screen()
        assert [(one.id, one.text) for one in seen] == [(first, "Câu 1"), (second, "Câu 2")]

    async def test_the_same_again_in_its_own_place_is_no_error(self, road: Road) -> None:
        reply = say("Câu 1", ("Một=q/1",))
        ids = [await road.channel.send(road.chat, reply, key=key) for key in ("1", "2")]
        assert [one.id for one in await road.screen()] == ids

    async def test_a_place_comes_in(self, road: Road) -> None:
        """Zalo tells only that something came."""
        await road.sends_place(11.3094, 106.1021, 15)
        incoming = await road.heard.next()
        assert (incoming.chat, incoming.text, incoming.location, incoming.document) == (road.chat, None, None, None)

    async def test_a_place_of_unknown_accuracy(self, road: Road) -> None:
        """A place is typed, or its link from the map is."""
        await road.says("-33.5, 0")
        assert (await road.heard.next()).text == "-33.5, 0"

    @pytest.mark.parametrize(
        ("content", "name", "mime", "kind"), [(samples.PDF, "Biên bản.pdf", "application/pdf", "")]
    )
    async def test_a_file_comes_in_and_is_kept(
        self, road: Road, content: bytes, name: str, mime: str, kind: str
    ) -> None:
        """Zalo tells only that something came."""
        await road.sends_file(content, name, mime)
        incoming = await road.heard.next()
        assert (incoming.chat, incoming.text, incoming.photo, incoming.document) == (road.chat, None, None, None)

    async def test_a_picture_sent_as_a_file_is_a_picture(self, road: Road) -> None:
        await self.test_a_file_comes_in_and_is_kept(road, b"", "IMG_0001.JPG", "image/jpeg", "")

    async def test_a_file_goes_out_and_a_wish_changes_nothing_else(self, road: Road) -> None:
        """As its address."""
        kept = await road.media.keep_file(samples.ogg(), "hướng dẫn.ogg", "tests")
        reply = say("Nghe nhé", ("Bỏ qua=skip",), document=Attachment(kept.media_id, kept.name))
        await road.channel.send(road.chat, reply, key="1")
        (seen,) = await road.screen()
        assert seen.text.startswith("Nghe nhé\n\nhướng dẫn.ogg: https://")
        assert seen.buttons == (("Bỏ qua",),)
        assert await road.kept(road.media.linked(seen.text.split("/media/")[1].split("/")[0])) == samples.ogg()
