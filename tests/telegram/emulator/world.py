"""Everything that exists in this Telegram: who there is, what was written where, who hears of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from tests.telegram.emulator.errors import Json
from tests.telegram.emulator.files import FileStore
from tests.telegram.emulator.formatting import LONGEST_CAPTION, LONGEST_TEXT
from tests.telegram.emulator.htmltext import parse_html
from tests.telegram.emulator.model import PRESENT, Chat, Message, Status, User, member_json
from tests.telegram.emulator.presses import Press
from tests.telegram.emulator.text import FormattedText
from tests.telegram.emulator.updates import Update, UpdateQueue

Happening: TypeAlias = Literal["new", "edited", "deleted"]
Watcher: TypeAlias = Callable[[Happening, Message], None]

# Above 2**32: an identifier of a Telegram user may have up to 52 significant bits.
_FIRST_PERSON: Final = 7_000_000_001
_FIRST_GROUP: Final = -4_000_000_001
_FIRST_SUPERGROUP: Final = -1_002_000_000_001


@dataclass
class World:
    """`clock` gives the seconds since 1970 that messages are dated with."""

    bot: User
    updates: UpdateQueue
    clock: Callable[[], float]
    privacy_mode: bool = True
    files: FileStore = field(default_factory=FileStore)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    _messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    _last_message_id: dict[int, int] = field(default_factory=dict)
    _watchers: dict[int, list[Watcher]] = field(default_factory=dict)

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.clock())

    def add_person(self, name: str, username: str, language_code: str) -> Chat:
        """A new person, and their chat with the bot, in which nothing was written yet."""
        user = User(_FIRST_PERSON + len(self.users), name, username, language_code)
        self.users[user.id] = user
        chat = Chat(user.id, "private", peer=user)
        self.chats[chat.id] = chat
        return chat

    def add_group(self, title: str, members: dict[int, Status], supergroup: bool) -> Chat:
        """A new group without the bot."""
        first = _FIRST_SUPERGROUP if supergroup else _FIRST_GROUP
        chat = Chat(first - len(self.chats), "supergroup" if supergroup else "group", title, members=members)
        self.chats[chat.id] = chat
        return chat

    def watch(self, chat: Chat, watcher: Watcher) -> None:
        """Call `watcher` for every message of `chat` that comes, changes or goes."""
        self._watchers.setdefault(chat.id, []).append(watcher)

    def message(self, chat: Chat, message_id: int) -> Message | None:
        """A message that is still there."""
        found = self._messages.get((chat.id, message_id))
        return None if found is None or found.deleted else found

    def message_ever(self, chat_id: int, message_id: int) -> Message:
        """A message that is there or was deleted; KeyError for one that never was."""
        return self._messages[chat_id, message_id]

    def words(self, said: str, longest: int = LONGEST_TEXT) -> FormattedText:
        """What a person typed, as Telegram keeps it. A phone sends at most `longest` UTF-16 code units at once."""
        words = FormattedText(said).trimmed()
        if len(words) > longest:
            raise AssertionError(f"a phone would not send {len(words)} characters in one message")
        return words.with_found_entities()

    def formatted(self, source: str) -> FormattedText:
        """What a person typed and formatted, written as HTML."""
        return parse_html(source).trimmed().with_found_entities()

    def caption(self, said: str | None) -> FormattedText:
        """What a person typed under a picture or a document."""
        return self.words(said or "", LONGEST_CAPTION)

    def new_message(self, chat: Chat, sender: User) -> Message:
        """An empty message with the next number, dated now and not yet posted."""
        # Private chats and basic groups share one row of numbers, every supergroup has its own.
        row = chat.id if chat.kind == "supergroup" else 0
        self._last_message_id[row] = self._last_message_id.get(row, 0) + 1
        return Message(self._last_message_id[row], chat, sender, self.now())

    def post(self, message: Message) -> Update | None:
        """Put a message into its chat; the update about it, if the bot gets one."""
        self._messages[message.chat.id, message.id] = message
        self._tell("new", message)
        return self._update_about("message", message)

    def edited(self, message: Message) -> Update | None:
        """A message was changed in place: date the edit and tell everybody."""
        message.edited_at = self.now()
        self._tell("edited", message)
        return self._update_about("edited_message", message)

    def delete(self, message: Message) -> None:
        """Take a message away from every phone."""
        message.deleted = True
        self._tell("deleted", message)

    def set_status(self, chat: Chat, user: User, status: Status, by: User) -> Update | None:
        """Change a membership; the update about it, if the bot gets one."""
        before = chat.status(user)
        chat.members[user.id] = status
        if user is self.bot:
            return self._membership("my_chat_member", chat, user, (before, status), by)
        if chat.status(self.bot) != "administrator":
            return None  # only those who run a group are told who comes and goes, beside the service message
        return self._membership("chat_member", chat, user, (before, status), by)

    def set_blocked(self, chat: Chat, blocked: bool) -> Update | None:
        """A person stops the bot or lets it write again."""
        person = chat.peer
        if person is None:
            raise ValueError("only a person can block the bot")
        chat.blocked = blocked
        statuses: tuple[Status, Status] = ("member", "kicked") if blocked else ("kicked", "member")
        return self._membership("my_chat_member", chat, self.bot, statuses, person)

    def pressed(self, press: Press) -> Update | None:
        """The update about a button press, if the bot gets one."""
        return self.updates.add("callback_query", press.json(), press.message.chat.id)

    def service(self, chat: Chat, sender: User, extra: Json) -> Update | None:
        """Post a message that Telegram itself writes, such as the arrival of a member."""
        message = self.new_message(chat, sender)
        message.extra, message.is_service = extra, True
        return self.post(message)

    def _membership(
        self, kind: str, chat: Chat, user: User, statuses: tuple[Status, Status], by: User
    ) -> Update | None:
        payload = {
            "chat": chat.json(),
            "from": by.json(),
            "date": self.now(),
            "old_chat_member": member_json(user, statuses[0]),
            "new_chat_member": member_json(user, statuses[1]),
        }
        return self.updates.add(kind, payload, chat.id)

    def _tell(self, happening: Happening, message: Message) -> None:
        for watcher in self._watchers.get(message.chat.id, []):
            watcher(happening, message)

    def _update_about(self, kind: str, message: Message) -> Update | None:
        if message.sender is self.bot or not self._bot_sees(message):
            return None
        return self.updates.add(kind, message.json(), message.chat.id)

    def _bot_sees(self, message: Message) -> bool:
        chat = message.chat
        if chat.kind == "private":
            return True
        if chat.status(self.bot) not in PRESENT:
            return False
        sees_everything = not self.privacy_mode or chat.status(self.bot) == "administrator"
        return sees_everything or message.is_service or self._is_for_bot(message)

    def _is_for_bot(self, message: Message) -> bool:
        """A command not meant for another bot, an answer to the bot, or a text that mentions it."""
        if message.reply_to is not None and message.reply_to.sender is self.bot:
            return True
        units = message.words.text.encode("utf-16-le")
        own_name = f"@{self.bot.username}".lower()
        for entity in message.words.entities:
            words = units[2 * entity.offset : 2 * entity.end].decode("utf-16-le").lower()
            if entity.type == "mention" and words == own_name:
                return True
            if entity.type == "bot_command" and ("@" not in words or words.endswith(own_name)):
                return True
        return False
