"""The web chat: what was said is kept, and shown to whichever windows of the person are open."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from markupsafe import Markup, escape
from sqlalchemy import select, update

from bot.channels.base import Capabilities, Intake, NotTaken, Pace
from bot.clock import Clock
from bot.media import MediaStore
from handlers.events import Attachment, Incoming, Photo, Reply
from locales.translator import Translators
from storage.engine import Database
from storage.tables import WebMessage
from storage.uow import Row, UnitOfWork, table

log = structlog.get_logger(__name__)

SHOWN = 60
"""Messages that a page gets when it comes anew."""

TEXT_LIMIT = 4000
NAME_LIMIT = 80

Send = Callable[[dict[str, Any]], Awaitable[None]]
_message = table(WebMessage)


class WebChat:
    """The channel `web`. A chat's id is the person's in the demo, the browser session's otherwise."""

    name = "web"
    capabilities = Capabilities(text_limit=16_000, caption_limit=16_000, buttons=True, edits=True, files=True)
    pace = Pace()

    def __init__(
        self, db: Database, media: MediaStore, clock: Clock, translators: Translators, groups: frozenset[str]
    ) -> None:
        """`groups`: the chat ids that stand for groups (in the demo)."""
        self._db, self._media, self._clock, self._translators = db, media, clock, translators
        self._groups = groups
        self._windows: dict[str, set[Send]] = defaultdict(set)
        self._intake: Intake | None = None

    async def start(self, intake: Intake) -> None:
        self._intake = intake

    async def stop(self) -> None:
        self._intake = None

    def is_group(self, chat: str) -> bool:
        return chat in self._groups

    # --- to the person -----------------------------------------------------------------------

    async def send(self, chat: str, reply: Reply, *, key: str) -> str:
        """Keep the message and show it; one of a key that is kept already is not kept twice."""
        body = await self._body(reply)
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            replaced = await self._replace(uow, chat, reply.replaces, body) if reply.replaces else None
            row = replaced or await self._keep(uow, chat, f"bot/{key}", body, mine=False)
        frame = self._frame(row)
        await self._show(chat, {**frame, "type": "edit"} if replaced else frame)
        return str(row["id"])

    async def _body(self, reply: Reply) -> Row:
        body = reply.to_json()
        for name in ("photo", "document"):
            attachment: Attachment | None = getattr(reply, name)
            if attachment:
                kept = await self._media.resolve(attachment)
                body[name] = [kept.id, attachment.name]
        return body

    async def _keep(self, uow: UnitOfWork, chat: str, key: str, body: Row, *, mine: bool) -> Row:
        statement = uow.upsert(WebMessage).values(chat=chat, key=key, mine=mine, body=body, at=uow.now)
        await uow.run(statement.on_conflict_do_nothing(index_elements=["chat", "key"]))
        query = select(_message).where(_message.c.chat == chat, _message.c.key == key)
        return (await uow.fetch(query))[0]

    async def _replace(self, uow: UnitOfWork, chat: str, message_id: str, body: Row) -> Row | None:
        where = (_message.c.chat == chat, _message.c.id == int(message_id), _message.c.mine.is_(False))
        await uow.run(update(_message).where(*where).values(body=body))
        found = await uow.fetch(select(_message).where(*where))
        return found[0] if found else None

    async def _show(self, chat: str, frame: dict[str, Any]) -> None:
        for window in list(self._windows.get(chat, ())):
            try:
                async with asyncio.timeout(10):
                    await window(frame)
            except (ConnectionError, TimeoutError, RuntimeError):
                # The window is gone or stuck; the message is kept, and shown when it comes back.
                self._windows[chat].discard(window)

    def _frame(self, row: Row) -> dict[str, Any]:
        body, at = row["body"], row["at"]
        translator = self._translators["vi"]
        frame: dict[str, Any] = {
            "type": "message",
            "id": row["id"],
            "mine": row["mine"],
            "at": at.isoformat(),
            "time": translator.time(at),
            "html": body["text"],
            "choices": [[{"label": c[0], "action": c[1]} for c in r] for r in body.get("choices", ())],
        }
        if body.get("menu"):
            frame["menu"] = [f"/{name}" for name, _ in body["menu"]]
        if row["mine"]:
            frame["key"] = row["key"].removeprefix("me/")
        for name in ("photo", "document"):
            if body.get(name):
                media_id, filename = body[name]
                frame[name] = {"url": self._media.link(media_id, filename), "name": filename}
        return frame

    # --- from the person ---------------------------------------------------------------------

    async def opened(self, chat: str, window: Send, after: int) -> None:
        """A window of this chat is there: show what it has not seen, then whatever comes."""
        # Known first: what arrives during the look is shown, if twice; a page places a message by its id.
        self._windows[chat].add(window)
        async with self._db.read() as conn:
            query = select(_message).where(_message.c.chat == chat, _message.c.id > after)
            rows = await UnitOfWork(conn, self._clock.now()).fetch(query.order_by(_message.c.id.desc()).limit(SHOWN))
        for row in reversed(rows):
            await window(self._frame(row))

    def closed(self, chat: str, window: Send) -> None:
        self._windows[chat].discard(window)
        if not self._windows[chat]:
            del self._windows[chat]

    async def received(self, chat: str, name: str, frame: dict[str, Any]) -> None:
        """A frame that says something. Raises ValueError if it is not of the protocol, NotTaken if it must come
        again."""
        incoming = self._incoming(chat, name, frame)
        # A press shows on its button, as in other messengers; words and pictures make a line of their own.
        if incoming.action is None:
            await self._echo(incoming, frame["key"])
        if self._intake is None:
            raise NotTaken("stopping")
        await self._intake(incoming)

    async def _echo(self, incoming: Incoming, key: str) -> None:
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            body = await self._said(uow, incoming)
            row = await self._keep(uow, incoming.chat, f"me/{key}", body, mine=True)
        await self._show(incoming.chat, self._frame(row))

    def _incoming(self, chat: str, name: str, frame: dict[str, Any]) -> Incoming:
        key, kind = frame.get("key"), frame.get("type")
        if not isinstance(key, str) or not 1 <= len(key) <= 64:
            raise ValueError("key")
        text, action, media = (_short_text(frame.get(field)) for field in ("text", "action", "media"))
        group = self.is_group(chat)
        base: dict[str, Any] = {
            "channel": self.name, "chat": chat, "sender": chat, "key": f"{chat}/{key}",
            "at": self._clock.now(), "sender_name": name[:NAME_LIMIT], "is_group": group,
        }  # fmt: skip
        if kind == "text" and text:
            return Incoming(**base, text=text)
        if kind == "button" and action:
            message = row_id(frame.get("message"))
            return Incoming(**base, action=action, message_id=str(message) if message else None)
        if kind == "photo" and media:
            return Incoming(**base, photo=Photo(media))
        raise ValueError("frame")

    async def _said(self, uow: UnitOfWork, incoming: Incoming) -> Row:
        """What the person's own line shows. A picture must be one that this chat has uploaded."""
        if incoming.photo and incoming.photo.media_id:
            if not await self._media.belongs(uow, incoming.photo.media_id, incoming.chat):
                raise ValueError("media")
            return Reply(Markup(""), photo=Attachment(incoming.photo.media_id, "anh.jpg")).to_json()
        return Reply(escape(incoming.text or "")).to_json()

    async def clock_frame(self) -> dict[str, Any]:
        """The bot's clock, which may be a simulated one."""
        now: datetime = self._clock.now().astimezone(self._translators.timezone)
        return {"type": "clock", "now": now.isoformat(), "label": f"{now:%H:%M} · {now.day}/{now.month}/{now.year}"}


def _short_text(value: Any) -> str | None:
    return value[:TEXT_LIMIT] if isinstance(value, str) else None


def row_id(value: Any) -> int:
    """A message's id as a page gives it; 0, which none has, for anything that cannot be one."""
    return value if type(value) is int and 0 <= value < 2**63 else 0


def parse_frame(data: str) -> dict[str, Any]:
    """A frame's JSON object. Raises ValueError for anything else."""
    try:
        frame = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(frame, dict):
        raise ValueError("frame")
    return frame


def key_of(data: str) -> str | None:
    """The key of a frame that could not be used, if it has one."""
    try:
        key = parse_frame(data).get("key")
    except ValueError:
        return None
    return key if isinstance(key, str) and len(key) <= 64 else None
