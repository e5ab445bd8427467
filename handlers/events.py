"""The neutral words between a channel and a conversation.

A channel turns what it received into an `Incoming`; a handler answers with `Reply` objects; the channel
renders a reply with what it has. Neither side knows the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol, Self
from urllib.parse import urlsplit
from zlib import crc32

from markupsafe import Markup

from storage.types import storable

ACTION_LIMIT = 64
"""Bytes that a choice's action may take: the smallest limit among the channels (Telegram's callback data)."""

URL_LIMIT = 2048
"""Characters that the address of a link may have."""

SHORT_LABEL = 16
"""Characters up to which two buttons fit beside each other on a small phone."""


class Membership(StrEnum):
    """What happened to the bot in a chat."""

    ADDED = "added"
    REMOVED = "removed"
    SILENCED = "silenced"
    """It is in there still, and may not write."""
    ALLOWED = "allowed"
    """It may write again."""
    MOVED = "moved"
    """The chat goes on under another id (`Incoming.moved_to`)."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that somebody sent: kept already (`media_id`), or lost on the way (None)."""

    media_id: str | None


@dataclass(frozen=True, slots=True)
class Location:
    """A place that somebody sent: degrees (WGS 84), and by how many metres it may be off (0: not told)."""

    latitude: float
    longitude: float
    accuracy: float = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody sent and that is no picture: kept already (`media_id`), or lost on the way (None).

    `kind` is by its content, not by its name: audio, video or file.
    """

    media_id: str | None
    name: str
    kind: str


class Answer(Protocol):
    """Room for one reply in the answer to the request that brought an update."""

    def takes(self, reply: Reply) -> bool:
        """Whether a reply can go that way now."""

    def give(self, reply: Reply) -> None:
        """It is committed, and goes that way."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that happened in a chat. Exactly one of text, action, photo, location, document, membership is set,
    or none (`unsupported`): something arrived that no conversation here can use.

    `key` is unique within the channel for all time; `at` is when the channel received it.
    """

    channel: str
    chat: str
    sender: str
    key: str
    at: datetime
    sender_name: str = ""
    is_group: bool = False
    title: str = ""
    """Of the group."""
    text: str | None = None
    markup: str | None = None
    """The text as safe HTML of the small subset, where the channel lets people format what they write and they did."""
    action: str | None = None
    photo: Photo | None = None
    location: Location | None = None
    document: Document | None = None
    membership: Membership | None = None
    moved_to: str | None = None
    message_id: str | None = None
    """Of the message whose button was pressed."""

    shown: tuple[Choice, ...] = ()
    """On a channel without buttons, where choices are answered by typing: those that were put last, in their order."""
    numbered: bool = False
    """Whether `shown` stand there with numbers."""
    hurried: bool = False
    """One too many in a short time: it is not to be done, only answered."""

    answer: Answer | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Here, so that no channel and no handler has to think of it.
        for name in ("text", "sender_name", "title", "markup"):
            if (value := getattr(self, name)) and (kept := storable(value)) != value:
                object.__setattr__(self, name, type(value)(kept))


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a numbered line: what it says, and what comes back when it is chosen."""

    label: str
    action: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.action.encode()) <= ACTION_LIMIT:
            raise ValueError(f"action {self.action!r} is not 1 to {ACTION_LIMIT} bytes long")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A kept file that goes out with a reply."""

    media_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an address: http or https, with a host."""

    label: str
    url: str

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise ValueError("a link without a label")
        if len(self.url) > URL_LIMIT or not self.url.isprintable() or " " in self.url:
            raise ValueError(f"address {self.url[:80]!r} is too long, or has white space")
        parts = urlsplit(self.url)
        # The port is read because one that there cannot be raises only then.
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.port == 0:
            raise ValueError(f"address {self.url[:80]!r} is none of the web")


class Priority(IntEnum):
    """Lower overtakes higher on the way out."""

    REPLY = 0
    URGENT = 5
    DUTY = 10
    NEWS = 20


Rows = tuple[tuple[Choice, ...], ...]


def in_rows(choices: Sequence[Choice]) -> Rows:
    """Two in a row where the words are short, else one."""
    rows: list[tuple[Choice, ...]] = []
    for choice in choices:
        fits = rows and len(rows[-1]) == 1 and max(len(rows[-1][0].label), len(choice.label)) <= SHORT_LABEL
        if fits:
            rows[-1] = (*rows[-1], choice)
        else:
            rows.append((choice,))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to say: safe HTML of the small subset (b, i, u, s, code, a), with choices, links, a picture or an album
    of them (`photos`: two to ten; one alone is `photo`), and a file.

    `replaces`: show this in place of the message whose button was pressed (or of those that an outbox row tells of, the
    text under the first), where the channel can edit. `only_edit`: else say nothing at all. `deletes`: take back the
    messages that an outbox row tells of; such a reply says nothing.
    `menu`: the commands (name, description) that this chat's menu shows from now on, where the channel has one.
    `wants`: what the answer is to be, for a channel that has a control of its own for it ("place", "picture", "file")
    or no buttons ("number", "text": digits are the answer itself; "choice": of a question).
    """

    text: Markup
    choices: Rows = ()
    photo: Attachment | None = None
    photos: tuple[Attachment, ...] = ()
    document: Attachment | None = None
    links: tuple[Link, ...] = ()
    replaces: str | None = None
    only_edit: bool = False
    deletes: str | None = None
    menu: tuple[tuple[str, str], ...] = ()
    wants: str = ""

    def to_json(self) -> dict[str, Any]:
        """As kept in the outbox; only what is set."""
        data: dict[str, Any] = {"text": str(self.text)}
        if self.choices:
            data["choices"] = [[[c.label, c.action] for c in row] for row in self.choices]
        for name in ("photo", "document"):
            attachment: Attachment | None = getattr(self, name)
            if attachment:
                data[name] = [attachment.media_id, attachment.name]
        if self.photos:
            data["photos"] = [[photo.media_id, photo.name] for photo in self.photos]
        if self.links:
            data["links"] = [[link.label, link.url] for link in self.links]
        for name in ("replaces", "only_edit", "deletes", "wants"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.menu:
            data["menu"] = [list(command) for command in self.menu]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        photo, document = data.get("photo"), data.get("document")
        return cls(
            # Written by to_json above, so it was Markup once.
            text=Markup(data["text"]),  # noqa: S704  (written by `to_json`, which had it safe)
            choices=tuple(tuple(Choice(*c) for c in row) for row in data.get("choices", ())),
            photo=Attachment(*photo) if photo else None,
            photos=tuple(Attachment(*one) for one in data.get("photos", ())),
            document=Attachment(*document) if document else None,
            links=tuple(Link(*one) for one in data.get("links", ())),
            replaces=data.get("replaces"),
            only_edit=data.get("only_edit", False),
            deletes=data.get("deletes"),
            wants=data.get("wants", ""),
            menu=tuple((name, description) for name, description in data.get("menu", ())),
        )


def place_of(path: str) -> str:
    """What stands for a path of a form in an action, which has no room for the path itself."""
    return f"{crc32(path.encode()):x}"


class BadAction(Exception):
    """A button's action that none of ours has: it was made up, or is from another version of the bot."""


def word(parts: Sequence[str], place: int) -> str:
    """One part of an action. Raises BadAction if it is not there."""
    if place >= len(parts):
        raise BadAction(f"part {place} of {parts!r} is missing")
    return parts[place]


def number(parts: Sequence[str], place: int) -> int:
    """One part of an action that is a number of up to 18 digits. Raises BadAction if it is not."""
    text = word(parts, place)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadAction(f"part {place} of {parts!r} is no number")
    return int(text)
