"""People: what they say and send to the bot, alone with it or in a group."""

import asyncio
from typing import TYPE_CHECKING

from tests.emulating.phone import Listener
from tests.zalo.phone import Screen, Shown

if TYPE_CHECKING:
    from tests.zalo.emulator.errors import Json
    from tests.zalo.emulator.hosts import Internet
    from tests.zalo.emulator.media import MediaServer
    from tests.zalo.emulator.model import Chat, Message
    from tests.zalo.emulator.world import World

# A real sticker of stickers.zaloapp.com has such a number.
STICKER = "0e078a2fb66a5f34067b"

_MENTION = "{bot}"


class Person(Listener[Shown]):
    """Somebody with a phone. What they do reaches the bot as an update, if Zalo lets it through.

    In a group that takes `mention` (the name picked from the list, which stands where the text has ``{bot}``, or else
    first) or `reply_to` (a message of the bot).
    """

    def __init__(self, world: "World", media: "MediaServer", internet: "Internet", chat: "Chat") -> None:
        self._world = world
        self._media = media
        self._internet = internet
        self._chat = chat
        self.screen = Screen(chat.name).follows(world, chat)
        self._last_update: Json | None = None

    @property
    def id(self) -> str:
        """The id of the person, which is that of the private chat too."""
        return self._chat.id

    @property
    def name(self) -> str:
        """What others see; the bot is told no other name."""
        return self._chat.name

    def sees(self) -> list[Shown]:
        """All messages of the bot in the private chat."""
        return self.screen.sees()

    async def looks_again(self, message: Shown) -> bytes | None:
        """Open a picture later: the phone fetches it once more. None is a black picture."""
        return await looks_again(self._internet, message)

    async def says(
        self, text: str, *, to: "Group | None" = None, mention: bool = False, reply_to: Shown | None = None
    ) -> str:
        """Write a message, here or in a group; its id."""
        words = self._mentioned(text, mention)
        message = self._writes(to, words)
        return await self._reaches("message.text.received", message, {"text": words}, mention, reply_to)

    async def sends_photo(
        self,
        content: bytes,
        caption: str | None = None,
        *,
        to: "Group | None" = None,
        mention: bool = False,
        reply_to: Shown | None = None,
    ) -> str:
        """Send a picture; its id. A mention stands in the caption."""
        return await self.sends_photo_at(self._media.add(content), caption, to=to, mention=mention, reply_to=reply_to)

    async def sends_photo_at(
        self,
        url: str,
        caption: str | None = None,
        *,
        to: "Group | None" = None,
        mention: bool = False,
        reply_to: Shown | None = None,
    ) -> str:
        """Send a picture that Zalo says stands at `url`."""
        words = self._mentioned(caption or "", mention)
        message = self._writes(to, words, "photo")
        extra = {"message_type": "CHAT_PHOTO", self._world.photo_field: url} | ({"caption": words} if words else {})
        return await self._reaches("message.image.received", message, extra, mention, reply_to)

    async def sends_album(self, contents: list[bytes], caption: str | None = None) -> list[str]:
        """Send pictures at once: they arrive one by one, the first with the caption."""
        return [await self.sends_photo(one, None if at else caption) for at, one in enumerate(contents)]

    async def sends_sticker(self, sticker: str = STICKER) -> str:
        """Send a sticker."""
        message = self._writes(None, "", "sticker")
        extra = {"sticker": sticker, "url": self._media.add(b"sticker", "png", "image/png")}
        return await self._reaches("message.sticker.received", message, extra)

    async def sends_voice(self, content: bytes) -> str:
        """Send a voice."""
        message = self._writes(None, "", "voice")
        extra = {"message_type": "CHAT_VOICE", "voice_url": self._media.add(content, "aac", "audio/aac")}
        return await self._reaches("message.voice.received", message, extra)

    async def sends_unsupported(
        self, *, with_message: bool = True, to: "Group | None" = None, reply_to: Shown | None = None
    ) -> str:
        """Send a file, a contact card or the like, of which the bot is told next to nothing."""
        message = self._writes(to, "", "unsupported")
        event = "message.unsupported.received"
        return await self._reaches(event, message, {}, False, reply_to, with_message)

    async def repeats_last_update(self) -> None:
        """Make Zalo deliver this person's last update once more."""
        if self._last_update is None:
            raise AssertionError(f"{self.name} has caused no update yet")
        self._world.updates.add(self._last_update)
        await asyncio.sleep(0)

    def _mentioned(self, text: str, mention: bool) -> str:
        if not mention:
            return text
        name = f"@{self._world.bot.name}"
        return text.replace(_MENTION, name) if _MENTION in text else f"{name} {text}".rstrip()

    def _writes(self, to: "Group | None", text: str, other: str = "") -> "Message":
        chat = self._chat if to is None else to.chat
        if to is not None and self.id not in chat.members:
            raise AssertionError(f"{self.name} is not in {chat.name}")
        return self._world.written(chat, self._chat, text, other)

    async def _reaches(
        self,
        event: str,
        message: "Message",
        extra: "Json",
        mention: bool = False,
        reply_to: Shown | None = None,
        with_message: bool = True,
    ) -> str:
        update = self._world.update(event, message, extra) if with_message else {"event_name": event}
        if self._world.reaches_bot(message, mention or reply_to is not None):
            self._last_update = update
            self._world.tell_bot(update)
        await asyncio.sleep(0)  # the bot may live in this loop: let it begin
        return message.id


class Group(Listener[Shown]):
    """A group chat as its members see it."""

    def __init__(self, world: "World", internet: "Internet", chat: "Chat") -> None:
        self.chat = chat
        self._world = world
        self._internet = internet
        self.screen = Screen(chat.name).follows(world, chat)

    @property
    def id(self) -> str:
        """The id of the chat, as opaque as that of a person."""
        return self.chat.id

    def adds_bot(self) -> None:
        """The group's admin confirms the bot, of which Zalo tells it nothing; the plan knows a number of groups."""
        groups = sum(one.is_open for one in self._world.chats.values() if one.kind == "GROUP")
        if self._world.quota.groups is not None and groups >= self._world.quota.groups:
            raise AssertionError(f"Zalo lets no bot of this plan into more than {groups} groups")
        self.chat.is_open = True

    def removes_bot(self) -> None:
        """Throw the bot out, of which Zalo tells it nothing."""
        self.chat.is_open = False

    def welcomes(self, person: Person) -> None:
        """Somebody joins, of which Zalo tells the bot nothing."""
        self.chat.members.add(person.id)

    def sees(self) -> list[Shown]:
        """All messages of the bot in the group."""
        return self.screen.sees()

    async def looks_again(self, message: Shown) -> bytes | None:
        """Somebody opens a picture later; None is a black one."""
        return await looks_again(self._internet, message)


async def looks_again(internet: "Internet", message: Shown) -> bytes | None:
    """What a phone gets that fetches the picture of `message` now; None is black."""
    from tests.zalo.emulator.sending import picture

    return picture(await internet.fetch(message.photo_url))
