"""Chats and messages."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tests.zalo.emulator.errors import Json
from tests.zalo.emulator.styled import NOTHING, Styled

ChatKind: TypeAlias = Literal["PRIVATE", "GROUP"]


@dataclass(frozen=True)
class Bot:
    """The bot itself; `id` is decimal, `name` is what people pick from the list of mentions."""

    id: str
    name: str
    account_name: str

    def json(self) -> Json:
        """The answer to getMe."""
        return {
            "id": self.id,
            "account_name": self.account_name,
            "account_type": "BASIC",
            "can_join_groups": True,
            "display_name": self.name,
        }


@dataclass(eq=False)
class Chat:
    """One chat; a private one is the person too. `is_open`: the person has written, or the group has let the bot in."""

    id: str
    kind: ChatKind
    name: str
    is_open: bool = False
    members: set[str] = field(default_factory=set)

    def json(self) -> Json:
        """The field ``chat`` of a message."""
        return {"id": self.id, "chat_type": self.kind}

    def as_sender(self) -> Json:
        """The field ``from`` of a message."""
        return {"id": self.id, "display_name": self.name, "is_bot": False}


@dataclass(frozen=True)
class Message:
    """What stands in a chat. `sender` is None for the bot; `date` is in milliseconds since 1970."""

    id: str
    chat: Chat
    date: int
    sender: Chat | None = None
    words: Styled = NOTHING
    photo_url: str = ""
    photo: bytes | None = None
    sticker: str = ""
    voice: bytes | None = None
    other: str = ""
