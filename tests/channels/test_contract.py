"""The contract of the channels, over Telegram (the emulator, real HTTP) and over the web chat (a real file)."""

import asyncio
import html
import itertools
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import NotTaken
from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.media.store import MediaStore
from locales.translator import Translators
from storage.engine import Database
from tests.channels.contract import ChannelContract, Platform, Road, Seen
from tests.channels.contract_news import Edits, NewsContract
from tests.channels.kit import Recorder, StillClock
from tests.telegram.emulator import TelegramEmulator
from tests.telegram.people import Person
from tests.telegram.phone import Shown

_TAG = re.compile(r"<[^>]*>")
_BOLD = re.compile(r"<b>(.*?)</b>", re.DOTALL)


def _bold(source: str) -> tuple[str, ...]:
    return tuple(html.unescape(_TAG.sub("", found)) for found in _BOLD.findall(source))


class TelegramRoad(Platform):
    def __init__(self, channel: TelegramChannel, person: Person, heard: Recorder, media: MediaStore) -> None:
        self.channel, self.heard, self.media = channel, heard, media
        self.chat, self.name = str(person.id), person.user.first_name
        self._person = person

    async def presses(self, message_id: str, label: str) -> None:
        await self._person.presses(label, of=self._shown(message_id))

    async def sends_photo(self, content: bytes) -> None:
        await self._person.sends_photo(content)

    async def sends_place(self, latitude: float, longitude: float, accuracy: float) -> None:
        await self._person.sends_location(latitude, longitude, accuracy=accuracy)

    async def sends_file(self, content: bytes, name: str, mime: str) -> None:
        await self._person.sends_document(content, name, mime=mime)

    async def screen(self) -> list[Seen]:
        return [self._seen(one) for one in self._person.messages]

    def _seen(self, one: Shown) -> Seen:
        opening = {label for label, _ in one.links}
        rows = (tuple(label for label in row if label not in opening) for row in one.buttons)
        buttons, bold = tuple(row for row in rows if row), _bold(one.html)
        return Seen(str(one.id), one.text, bold, buttons, one.photo, one.document, one.document_name, links=one.links)

    def _shown(self, message_id: str) -> Shown:
        return next(one for one in self._person.messages if str(one.id) == message_id)


class WebRoad(Road):
    """The page's side of the protocol: a line is said again, under its key, until it is acknowledged."""

    def __init__(self, channel: WebChat, heard: Recorder, media: MediaStore) -> None:
        self.channel, self.heard, self.media = channel, heard, media
        self.chat, self.name = "a-session", "Trần Thị Bình"
        self._web = channel
        self._keys = itertools.count(1)

    async def says(self, text: str) -> None:
        await self._received({"type": "text", "text": text})

    async def says_in_vain(self, text: str) -> None:
        with pytest.raises(NotTaken):
            await self._web.received(self.chat, self.name, {"type": "text", "text": text, "key": "in-vain"})

    async def presses(self, message_id: str, label: str) -> None:
        (frame,) = [one for one in await self._frames() if str(one["id"]) == message_id]
        (action,) = [one["action"] for row in frame["choices"] for one in row if one["label"] == label]
        await self._received({"type": "button", "action": action, "label": label, "message": int(message_id)})

    async def sends_photo(self, content: bytes) -> None:
        media_id = await self.media.keep_photo(content, f"web:{self.chat}")
        await self._received({"type": "photo", "media": media_id})

    async def sends_place(self, latitude: float, longitude: float, accuracy: float) -> None:
        await self._received({"type": "location", "lat": latitude, "lon": longitude, "accuracy": accuracy})

    async def sends_file(self, content: bytes, name: str, mime: str) -> None:
        kept = await self.media.keep_file(content, name, f"web:{self.chat}")
        await self._received({"type": "file", "media": kept.media_id})

    async def screen(self) -> list[Seen]:
        return [await self._seen(frame) for frame in await self._frames() if not frame["mine"]]

    async def _received(self, frame: dict[str, Any]) -> None:
        frame = {**frame, "key": f"line-{next(self._keys)}"}
        while True:
            try:
                return await self._web.received(self.chat, self.name, frame)
            except NotTaken:
                await asyncio.sleep(0)

    async def _frames(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = []

        async def window(frame: dict[str, Any]) -> None:
            frames.append(frame)

        await self._web.opened(self.chat, window, 0)
        self._web.closed(self.chat, window)
        return frames

    async def _seen(self, frame: dict[str, Any]) -> Seen:
        source = frame["html"]
        photo, document = [await self._linked(frame.get(name)) for name in ("photo", "document")]
        buttons = tuple(tuple(one["label"] for one in row) for row in frame["choices"])
        name = frame["document"]["name"] if document else ""
        text = html.unescape(_TAG.sub("", source))
        photos = tuple([await self._linked(one) or b"" for one in frame.get("photos", ())])
        links = tuple((one["label"], one["url"]) for one in frame.get("links", ()))
        return Seen(str(frame["id"]), text, _bold(source), buttons, photo, document, name, photos, links)

    async def _linked(self, file: dict[str, Any] | None) -> bytes | None:
        if file is None:
            return None
        token = file["url"].split("/media/")[1].split("/")[0]
        return await self.kept(self.media.linked(token))


class TestTelegram(ChannelContract, NewsContract, Edits):
    @pytest.fixture
    def road(
        self, channel: TelegramChannel, an: Person, heard: Recorder, media: MediaStore, emulator: TelegramEmulator
    ) -> Road:
        return TelegramRoad(channel, an, heard, media)


class TestWeb(ChannelContract, NewsContract, Edits):
    @pytest.fixture
    async def road(self, db: Database, heard: Recorder, media: MediaStore) -> Road:
        channel = WebChat(db, media, StillClock(), Translators(ZoneInfo("Asia/Ho_Chi_Minh")), frozenset())
        await channel.start(heard.take)
        return WebRoad(channel, heard, media)
