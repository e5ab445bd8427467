"""People: what they say, press and send to the bot, alone with it or in a group."""

import asyncio
import io
from typing import TYPE_CHECKING

from PIL import Image

from tests.emulating.phone import Listener
from tests.telegram.phone import Screen, Shown, matching_label, shown

if TYPE_CHECKING:
    from tests.telegram.emulator.commands import CommandLists, Scope
    from tests.telegram.emulator.files import Recording
    from tests.telegram.emulator.model import Chat, Message, User
    from tests.telegram.emulator.presses import Press, Presses
    from tests.telegram.emulator.updates import Update
    from tests.telegram.emulator.world import World
    from tests.telegram.groups import Group


def picture(width: int = 64, height: int = 48, colour: str = "seagreen") -> bytes:
    """A small JPEG for tests: real enough for a phone to send."""
    packed = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(packed, "JPEG")
    return packed.getvalue()


class Person(Listener[Shown]):
    """Somebody with a phone. What they do reaches the bot as an update, if Telegram lets it through."""

    def __init__(self, world: "World", presses: "Presses", commands: "CommandLists", chat: "Chat") -> None:
        if chat.peer is None:
            raise ValueError("a person needs a private chat")
        self.user: User = chat.peer
        self._world = world
        self._presses = presses
        self._commands = commands
        self._chat = chat
        self.screen = Screen(world, chat, self.user.first_name)
        self._last_update: Update | None = None
        self._last_said: Message | None = None

    @property
    def id(self) -> int:
        """The user id, which is the id of the private chat too."""
        return self.user.id

    @property
    def messages(self) -> list[Shown]:
        """The bot's messages in the private chat as they stand now."""
        return self.screen.messages

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """The commands in the menu of the private chat: name and description."""
        scopes: tuple[Scope, ...] = (("chat", self.id), ("all_private_chats",), ("default",))
        return self._commands.seen(scopes, self.user.language_code)

    async def says(
        self, text: str, *, to: "Group | None" = None, reply_to: Shown | None = None, formatted: bool = False
    ) -> int:
        """Write a message, here or in a group; its number. `formatted`: the text is HTML, as the phone's menu makes
        it bold and so on."""
        message = self._written(to, reply_to)
        message.text = self._world.formatted(text) if formatted else self._world.words(text)
        return await self._post(message)

    async def corrects(self, text: str) -> None:
        """Edit the last thing said."""
        message = self._last_said
        if message is None or message.text is None:
            raise AssertionError(f"{self.user.first_name} has said nothing to correct")
        message.text = self._world.words(text)
        self._last_update = self._world.edited(message) or self._last_update
        await asyncio.sleep(0)

    async def sends_photo(
        self, content: bytes, caption: str | None = None, *, to: "Group | None" = None, album: str = ""
    ) -> int:
        """Send a picture (real image bytes, see `picture`), alone or as one of an album."""
        message = self._written(to, None)
        message.extra = {"media_group_id": album} if album else {}
        message.photo = self._world.files.add_photo(content)
        message.caption = self._world.caption(caption)
        return await self._post(message)

    async def sends_document(
        self, content: bytes, name: str, *, mime: str = "", caption: str | None = None, to: "Group | None" = None
    ) -> int:
        """Send a file as it is."""
        message = self._written(to, None)
        message.file = self._world.files.add_document(content, name, mime)
        message.caption = self._world.caption(caption)
        return await self._post(message)

    async def sends_recording(
        self, kind: "Recording", content: bytes, name: str = "", *, mime: str = "", to: "Group | None" = None
    ) -> int:
        """Send a sound or a film to be played; a voice and a round video have no name."""
        message = self._written(to, None)
        message.file = self._world.files.add_recording(kind, content, name, mime)
        return await self._post(message)

    async def sends_location(
        self,
        latitude: float,
        longitude: float,
        *,
        accuracy: float = 0,
        venue: str = "",
        live_seconds: int = 0,
        to: "Group | None" = None,
    ) -> int:
        """Send a place, in degrees and metres: a pin, a venue by its name, or one that moves for a while."""
        message = self._written(to, None)
        optional = {"horizontal_accuracy": accuracy, "live_period": live_seconds}
        place = {"latitude": latitude, "longitude": longitude} | {key: one for key, one in optional.items() if one}
        message.extra = {"location": place}
        if venue:
            message.extra["venue"] = {"location": place, "title": venue, "address": "x"}
        return await self._post(message)

    async def presses(self, label: str, *, of: Shown | None = None, to: "Group | None" = None) -> "Press":
        """Press an inline button by its words, or by a prefix that it alone has.

        It is looked for in the message `of` as it stands now, or else in the last message with buttons, here or in
        a group. Returns the press: its ``answer()`` waits for what the bot answers.
        """
        if of is not None:
            message = self._world.message_ever(of.chat_id, of.id)
        else:
            message = (to.screen if to is not None else self.screen).last_with_buttons()
        return await self.presses_stale(shown(message), label)

    async def presses_stale(self, message: Shown, label: str) -> "Press":
        """Press a button as it stood in `message`, though the bot may have changed or deleted that since."""
        data = message.data_of(matching_label(message.labels, label))
        pressed = self._world.message_ever(message.chat_id, message.id)
        press = self._presses.add(self.user, pressed, data)
        self._last_update = self._world.pressed(press) or self._last_update
        await asyncio.sleep(0)
        return press

    async def taps(self, label: str) -> int:
        """Tap a key of the reply keyboard, which says its words."""
        labels = tuple(words for row in self.screen.keyboard for words in row)
        return await self.says(matching_label(labels, label))

    async def repeats_last_update(self) -> None:
        """Make Telegram deliver this person's last update again under its old number: the bot's answer got lost."""
        if self._last_update is None:
            raise AssertionError(f"{self.user.first_name} has caused no update yet")
        self._world.updates.repeat(self._last_update)
        await asyncio.sleep(0)

    def blocks(self) -> None:
        """Stop the bot."""
        self._last_update = self._world.set_blocked(self._chat, True) or self._last_update

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._last_update = self._world.set_blocked(self._chat, False) or self._last_update

    def deletes_account(self) -> None:
        """Leave Telegram for good."""
        self.user.deactivated = True

    def _written(self, to: "Group | None", reply_to: Shown | None) -> "Message":
        chat = self._chat if to is None else to.chat
        if chat.blocked:
            raise AssertionError(f"{self.user.first_name} has to unblock the bot first")
        if to is not None and to.chat.status(self.user) in {"left", "kicked"}:
            raise AssertionError(f"{self.user.first_name} is not in {to.chat.title}")
        message = self._world.new_message(chat, self.user)
        if reply_to is not None:
            message.reply_to = self._world.message_ever(chat.id, reply_to.id)
        return message

    async def _post(self, message: "Message") -> int:
        message.chat.started = True
        self._last_said = message
        self._last_update = self._world.post(message) or self._last_update
        await asyncio.sleep(0)  # the bot may live in this loop: let it begin
        return message.id
