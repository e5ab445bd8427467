"""A channel of the tests: what is sent is kept by chat, as the chat would show it."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.base import CannotChange, Capabilities, Pace
from handlers.events import Reply


@dataclass
class Shown:
    """A message as a chat shows it; an album with its text is one. `id`: as the channel told it."""

    id: str
    reply: Reply

    @property
    def ids(self) -> set[str]:
        return set(self.id.split(","))

    @property
    def text(self) -> str:
        return html.unescape(re.sub(r"</?[a-z]+[^>]*>", "", str(self.reply.text)))

    def action(self, label: str) -> str:
        """The action of the button with this label."""
        found = [c.action for row in self.reply.choices for c in row if c.label == label]
        assert found, f"no button {label!r} in {[[c.label for c in r] for r in self.reply.choices]}"
        return found[0]

    @property
    def labels(self) -> list[str]:
        return [c.label for row in self.reply.choices for c in row]

    @property
    def links(self) -> dict[str, str]:
        """The addresses by their labels."""
        return {link.label: link.url for link in self.reply.links}


class Outgoing:
    """A channel that nothing comes in by. What it does with what is sent is its own."""

    async def start(self, intake: Any) -> None:
        pass

    async def stop(self) -> None:
        pass

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")


@dataclass
class RememberingChannel(Outgoing):
    """Edits replace in place; what is taken back is `gone`. `trouble`: raised by the next sends. `fixed`: ids of
    messages that can neither be edited nor taken back."""

    name: str = "test"
    capabilities = Capabilities(text_limit=4096, caption_limit=1024, buttons=True, edits=True, files=True)
    pace = Pace()
    chats: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    log: list[tuple[str, Shown]] = field(default_factory=list)
    gone: list[tuple[str, Shown]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    fixed: set[str] = field(default_factory=set)

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Any = None) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        if reply.deletes:
            return self._take_back(chat, reply.deletes)
        old = self._standing(chat, reply.replaces or "")
        if reply.only_edit:
            if old is None:
                raise CannotChange("cannot be edited")
            stays = old.reply
            reply = replace(reply, photo=stays.photo, photos=stays.photos, document=stays.document)
        shown = Shown(old.id if old else _ids(reply, key), reply)
        if old:
            self.chats[chat][self.chats[chat].index(old)] = shown
        else:
            self.chats[chat].append(shown)
        self.log.append((chat, shown))
        return shown.id

    def _standing(self, chat: str, told: str) -> Shown | None:
        """The message of the first id, if it is there and can be changed."""
        first, _, _ = told.partition(",")
        found = (shown for shown in self.chats[chat] if first in shown.ids and not shown.ids & self.fixed)
        return next(found, None)

    def _take_back(self, chat: str, told: str) -> str:
        ids = set(told.split(","))
        if ids & self.fixed:
            raise CannotChange("cannot be taken back: older than 48 hours")
        self.gone += [(chat, shown) for shown in self.chats[chat] if shown.ids & ids]
        self.chats[chat] = [shown for shown in self.chats[chat] if not shown.ids & ids]
        return ""


def _ids(reply: Reply, key: str) -> str:
    """One for each picture and one for the document, whose caption the text is; after an album without one the text has
    an id of its own where it has buttons."""
    count = max(len(reply.photos), bool(reply.photo)) + bool(reply.document)
    if len(reply.photos) > 1 and not reply.document:
        count += bool(reply.choices or reply.links)
    return ",".join(f"{key}.{number + 1}" for number in range(count)) if count > 1 else key
