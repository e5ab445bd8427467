"""Replies on their way to Telegram, message by message."""

from __future__ import annotations

from collections import OrderedDict
from itertools import chain
from typing import Any

import structlog

from bot.channels.attached import file_of
from bot.channels.base import InDoubt, Moved, Refused, TryLater, Turn, at_once, ids_in
from bot.channels.calling import Failure, describe
from bot.channels.telegram_api import TelegramApi, Upload
from bot.channels.telegram_calls import call_for, file_name, perform
from bot.channels.telegram_changing import Changer, Outcome
from bot.channels.telegram_errors import as_send_errors
from bot.channels.telegram_render import Part, render
from bot.channels.telegram_uploads import Uploads
from bot.media.store import MediaStore
from handlers.events import Reply

log = structlog.get_logger(__name__)

Commands = tuple[tuple[str, str], ...]

_REMEMBERED = 1000


class Sender:
    """Sends replies. A reply of several messages that breaks off goes on, at the next try, where it stopped."""

    def __init__(self, api: TelegramApi, media: MediaStore) -> None:
        self._api, self._media = api, media
        self._changer, self._uploads = Changer(api), Uploads(api)
        # By part: the ids of the messages that it became.
        self._begun: OrderedDict[str, list[list[int]]] = OrderedDict()

    async def send(self, chat: str, reply: Reply, key: str, turn: Turn = at_once) -> str:
        """The ids of all messages, as `Channel.send` tells them. Raises a `SendError`."""
        if reply.deletes:
            return await self._changer.take_back(chat, reply.deletes)
        if reply.only_edit:
            return await self._changer.change(chat, reply)
        parts = render(reply)
        if not parts:
            raise Refused("nothing to say")
        sent = await self._send_parts(chat, reply, parts, key, turn)
        if reply.menu:
            await self._show_menu(chat, reply.menu)
        return ",".join(map(str, chain.from_iterable(sent)))

    async def _send_parts(self, chat: str, reply: Reply, parts: list[Part], key: str, turn: Turn) -> list[list[int]]:
        sent = self._begun.pop(key, [])
        first = len(sent)
        try:
            for place, part in enumerate(parts[first:], first):
                if place > first:
                    await turn()
                replaces = reply.replaces if not sent else None
                sent.append(await self._send_part(chat, part, replaces))
        except (TryLater, InDoubt, Moved):
            self._remember(key, sent)
            raise
        return sent

    def _remember(self, key: str, sent: list[list[int]]) -> None:
        if sent:
            self._begun[key] = sent
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)

    async def _send_part(self, chat: str, part: Part, replaces: str | None) -> list[int]:
        files = [Upload((await file_of(self._media, one)).path, file_name(one)) for one in part.files]
        with as_send_errors():
            for number in ids_in(replaces or "")[:1]:
                # A picture or a file would not take the place of a text, nor a text theirs.
                if not files and await self._changer.edit(chat, number, part) is Outcome.SHOWN:
                    return [number]
            if files:
                return await self._uploads.send(chat, part, files)
            return await perform(self._api, call_for(part, files, chat))

    async def _show_menu(self, chat: str, menu: Commands) -> None:
        try:
            await self._set_menu(menu, type="chat", chat_id=chat)
        except Failure as error:
            log.warning("menu not set", chat=chat, error=describe(error))

    async def show_menu_to_all(self, menu: Commands) -> None:
        """What a private chat's menu shows as long as it has none of its own. Raises a `Failure`."""
        await self._set_menu(menu, type="all_private_chats")

    async def _set_menu(self, menu: Commands, **scope: Any) -> None:
        commands = [{"command": name, "description": description} for name, description in menu]
        await self._api.call("setMyCommands", commands=commands, scope=scope)
