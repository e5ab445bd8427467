"""What stands on the screen of a phone: the messages of one chat, and waiting for the next one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulating import phone

if TYPE_CHECKING:
    from tests.telegram.emulator.model import Chat, Message, User
    from tests.telegram.emulator.world import Happening, World


class NoSuchButton(AssertionError):
    """No button, or more than one, answers to that label; the message lists those that are there."""


@dataclass(frozen=True)
class Shown:
    """One message of the bot as it stood on the screen at one moment.

    `text` is plain, `html` the same with its formatting; under a picture or a document both are the caption.
    `buttons` are the words on the inline buttons, row by row; `keyboard` those of a reply keyboard. `links`: words and
    address of the buttons that open one. `album`: the same for all pictures of one.
    """

    id: int
    chat_id: int
    text: str
    html: str
    buttons: tuple[tuple[str, ...], ...] = ()
    keyboard: tuple[tuple[str, ...], ...] = ()
    photo: bytes | None = None
    document: bytes | None = None
    document_name: str = ""
    date: int = 0
    edited: bool = False
    silent: bool = False
    reply_to: int | None = None
    actions: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    links: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    album: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """All words on inline buttons in one row."""
        return tuple(label for row in self.buttons for label in row)

    def data_of(self, label: str) -> str:
        """What a press of the button sends to the bot; NoSuchButton if it opens an address instead."""
        data = dict(self.actions).get(label)
        if data is None:
            raise NoSuchButton(f"{label!r} sends nothing to the bot")
        return data


def matching_label(labels: tuple[str, ...], wanted: str) -> str:
    """The label that is `wanted`, or the only one that begins with it."""
    if wanted in labels:
        return wanted
    found = [label for label in labels if label.startswith(wanted)]
    if len(found) != 1:
        raise NoSuchButton(f"{wanted!r} names {len(found)} buttons of {list(labels)}")
    return found[0]


def shown(message: "Message") -> Shown:
    """`message` as a phone shows it now."""
    markup = message.markup
    return Shown(
        id=message.id,
        chat_id=message.chat.id,
        text=message.words.text,
        html=message.words.html(),
        buttons=markup.labels() if markup is not None and markup.kind == "inline" else (),
        keyboard=markup.labels() if markup is not None and markup.kind == "reply" else (),
        photo=message.photo[-1].content if message.photo else None,
        document=message.file.content if message.file is not None else None,
        document_name=message.file.name if message.file is not None else "",
        date=message.date,
        edited=message.edited_at is not None,
        silent=message.silent,
        reply_to=None if message.reply_to is None else message.reply_to.id,
        actions=_buttons(message, "callback_data"),
        links=_buttons(message, "url"),
        album=message.extra.get("media_group_id", ""),
    )


def _buttons(message: "Message", does: str) -> tuple[tuple[str, str], ...]:
    buttons = [button for row in message.markup.rows for button in row] if message.markup is not None else []
    return tuple((one["text"], one[does]) for one in buttons if does in one)


class Screen(phone.Screen[Shown]):
    """One chat on a phone. A message that is edited is heard again."""

    def __init__(self, world: "World", chat: "Chat", name: str) -> None:
        super().__init__(name)
        self._bot: User = world.bot
        self._all: list[Message] = []
        self.keyboard: tuple[tuple[str, ...], ...] = ()
        self.follows(world, chat)

    def follows(self, world: "World", chat: "Chat") -> None:
        """Show what is written in `chat` too (a group that became a supergroup goes on in another chat)."""
        world.watch(chat, self._on)

    @property
    def messages(self) -> list[Shown]:
        """The bot's messages, oldest first, as they stand now: edited in place, without deleted ones."""
        return [shown(message) for message in self.standing() if message.sender is self._bot]

    def standing(self) -> Iterator["Message"]:
        """Every message that was not deleted, the person's own ones too."""
        return (message for message in self._all if not message.deleted)

    def last_with_buttons(self) -> "Message":
        """The newest message of the bot with inline buttons under it."""
        found = [one for one in self.standing() if one.markup is not None and one.markup.kind == "inline"]
        if not found:
            raise NoSuchButton(f"{self._name} sees no buttons:\n{self.transcript()}")
        return found[-1]

    def transcript(self) -> str:
        """The whole conversation: ``>`` what people said, ``-`` what the bot said, ``[buttons]``."""
        return "\n".join(self._line(message) for message in self.standing())

    def _line(self, message: "Message") -> str:
        view = shown(message)
        what = view.text or ("(photo)" if view.photo else view.document_name or "(something else)")
        buttons = " ".join(f"[{label}]" for label in view.labels)
        return f"{'-' if message.sender is self._bot else '>'} {what} {buttons}".rstrip()

    def _on(self, happening: "Happening", message: "Message") -> None:
        if happening == "new":
            self._all.append(message)
        if message.sender is not self._bot or happening == "deleted":
            return
        if message.markup is not None and message.markup.kind in {"reply", "remove"}:
            self.keyboard = message.markup.labels()
        self._unheard.put_nowait(shown(message))
