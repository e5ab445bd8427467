"""Everything that exists in this Zalo: who there is, what was written where, and what of it the bot hears."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from tests.zalo.emulator.errors import Json, bad_request
from tests.zalo.emulator.limits import Quota
from tests.zalo.emulator.model import Bot, Chat, ChatKind, Message
from tests.zalo.emulator.styled import plain, utf16_length
from tests.zalo.emulator.updates import UpdateQueue

Watcher: TypeAlias = Callable[[Message], None]

# What a person may write at once is not published; taken to be what a bot may.
LONGEST_WORDS: Final = 2000


@dataclass
class World:
    """`clock` gives seconds since 1970. `photo_field`: ``photo`` in the documentation, else live."""

    bot: Bot
    updates: UpdateQueue
    quota: Quota
    clock: Callable[[], float]
    photo_field: Literal["photo_url", "photo"] = "photo_url"
    chats: dict[str, Chat] = field(default_factory=dict)
    actions: list[tuple[str, str]] = field(default_factory=list)
    _watchers: dict[str, list[Watcher]] = field(default_factory=dict)
    _ids: int = 0

    def new_id(self) -> str:
        """Twenty hex digits that tell nothing."""
        self._ids += 1
        return hashlib.sha256(f"{self.bot.id} {self._ids}".encode()).hexdigest()[:20]

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock() * 1000)

    def add_chat(self, kind: ChatKind, name: str) -> Chat:
        """A new person with an unused chat, or a new group without the bot."""
        chat = Chat(self.new_id(), kind, name)
        self.chats[chat.id] = chat
        return chat

    def watch(self, chat: Chat, watcher: Watcher) -> None:
        """Call `watcher` for every message that comes into `chat`."""
        self._watchers.setdefault(chat.id, []).append(watcher)

    def open_chat(self, chat_id: str) -> Chat:
        """A chat that the bot may write to; 400 for a person who never wrote, a group without the bot, a wrong id."""
        if not chat_id:
            raise bad_request("chat_id is required")
        chat = self.chats.get(chat_id)
        if chat is None or not chat.is_open:
            raise bad_request("chat_id is invalid")
        return chat

    def post(self, message: Message) -> None:
        """Show a message on the phones of its chat."""
        for watcher in self._watchers.get(message.chat.id, []):
            watcher(message)

    def written(self, chat: Chat, sender: Chat, text: str, other: str) -> Message:
        """A person writes: show it to everybody in the chat. `other`: what it is beside its words."""
        if utf16_length(text) > LONGEST_WORDS:
            raise AssertionError(f"a phone would not send {utf16_length(text)} characters in one message")
        message = Message(self.new_id(), chat, self.now(), sender, plain(text), other=other)
        self.post(message)
        return message

    def reaches_bot(self, message: Message, is_for_bot: bool) -> bool:
        """Whether the bot hears of something: all in private, in a group with the bot what is for it.

        The plan knows a number of people, and who comes after them is not served.
        """
        chat = message.chat
        if chat.kind == "GROUP":
            return chat.is_open and is_for_bot
        served = sum(one.is_open for one in self.chats.values() if one.kind == "PRIVATE")
        if not chat.is_open and (self.quota.users is None or served < self.quota.users):
            chat.is_open = True
        return chat.is_open

    def update(self, event: str, message: Message, extra: Json) -> Json:
        """The update about something that a person wrote."""
        sender = message.sender
        if sender is None:
            raise AssertionError("the bot does not hear itself")
        head = {"message_id": message.id, "date": message.date}
        tail = {"chat": message.chat.json(), "from": sender.as_sender()}
        return {"event_name": event, "message": head | extra | tail}

    def tell_bot(self, update: Json) -> None:
        """Send the bot an update, which counts as a message received."""
        self.quota.count_received()
        self.updates.add(update)
