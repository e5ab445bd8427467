"""The web chat: what was said is kept, and shown to whichever windows of the person are open."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from markupsafe import Markup, escape

from bot.channels.base import CannotChange, Capabilities, Intake, NotTaken, Pace, Turn, at_once, ids_in
from bot.channels.webchat_elsewhere import Elsewhere
from bot.channels.webchat_frames import frame_of, is_key, place, place_text, row_id, short_text
from bot.channels.webchat_lines import WebLines
from bot.clock import Clock
from bot.media.filetypes import kind_of
from bot.media.store import MediaStore
from handlers.events import Attachment, Document, Incoming, Photo, Reply
from locales.translator import Translators
from storage.engine import Database
from storage.uow import Row, UnitOfWork

log = structlog.get_logger(__name__)

SHOWN = 60
"""Messages that a page gets when it comes anew."""

NAME_LIMIT = 80

Send = Callable[[dict[str, Any]], Awaitable[None]]


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
        self.elsewhere = Elsewhere(lambda chat: chat in self._windows, self._show_kept, self._show_gone)

    async def start(self, intake: Intake) -> None:
        self._intake = intake
        self.elsewhere.start()

    async def stop(self) -> None:
        self._intake = None
        await self.elsewhere.stop()

    def is_group(self, chat: str) -> bool:
        return chat in self._groups

    # --- to the person -----------------------------------------------------------------------

    async def send(self, chat: str, reply: Reply, *, key: str, turn: Turn = at_once) -> str:
        """Keep the message and show it; one of a key that is kept already is not kept twice. An album is one."""
        if reply.deletes:
            return await self._take_back(chat, ids_in(reply.deletes))
        body = await self._body(reply)
        async with self._db.write(shared=True) as conn:
            lines = WebLines(UnitOfWork(conn, self._clock.now()), chat)
            replaced = await lines.replace(ids_in(reply.replaces or ""), body, files=not reply.only_edit)
            if reply.only_edit and replaced is None:
                raise CannotChange("cannot be edited: it is gone")
            row = replaced or await lines.keep(f"bot/{key}", body, mine=False)
            await self.elsewhere.tell(conn, chat, row["id"], edited=bool(replaced))
        frame = self._frame(row)
        await self._show(chat, {**frame, "type": "edit"} if replaced else frame)
        return str(row["id"])

    async def _take_back(self, chat: str, numbers: list[int]) -> str:
        async with self._db.write(shared=True) as conn:
            await WebLines(UnitOfWork(conn, self._clock.now()), chat).take_back(numbers)
            await self.elsewhere.tell_gone(conn, chat, numbers)
        await self._show_gone(chat, numbers)
        return ""

    async def _show_gone(self, chat: str, numbers: list[int]) -> None:
        await self._show(chat, {"type": "gone", "ids": numbers})

    async def _show_kept(self, chat: str, number: int, edited: bool) -> None:
        async with self._db.read() as conn:
            row = await WebLines(UnitOfWork(conn, self._clock.now()), chat).line(number)
        if row:
            frame = self._frame(row)
            await self._show(chat, {**frame, "type": "edit"} if edited else frame)

    async def _body(self, reply: Reply) -> Row:
        body = reply.to_json()
        for name in ("photo", "document"):
            attachment: Attachment | None = getattr(reply, name)
            if attachment:
                body[name] = await self._kept(attachment)
        if reply.photos:
            body["photos"] = [await self._kept(photo) for photo in reply.photos]
        return body

    async def _kept(self, attachment: Attachment) -> list[str]:
        kept = await self._media.resolve(attachment)
        return [kept.id, attachment.name, kind_of(kept.mime)]

    async def _show(self, chat: str, frame: dict[str, Any]) -> None:
        for window in list(self._windows.get(chat, ())):
            try:
                async with asyncio.timeout(10):
                    await window(frame)
            except (ConnectionError, TimeoutError, RuntimeError):
                # The window is gone or stuck; the message is kept, and shown when it comes back.
                self._windows[chat].discard(window)

    def _frame(self, row: Row) -> dict[str, Any]:
        return frame_of(row, self._translators["vi"], self._media)

    # --- from the person ---------------------------------------------------------------------

    async def opened(self, chat: str, window: Send, after: int) -> None:
        """A window of this chat is there: show what it has not seen, then whatever comes; and which of those that it
        has still stand."""
        # Known first: what arrives during the look is shown, if twice; a page places a message by its id.
        self._windows[chat].add(window)
        async with self._db.read() as conn:
            lines = WebLines(UnitOfWork(conn, self._clock.now()), chat)
            rows, standing = await lines.after(after, SHOWN), await lines.until(after, SHOWN)
        if after:
            first = standing[-1] if len(standing) == SHOWN else 0
            await window({"type": "standing", "from": first, "until": after, "ids": standing})
        for row in rows:
            await window(self._frame(row))

    def closed(self, chat: str, window: Send) -> None:
        self._windows[chat].discard(window)
        if not self._windows[chat]:
            del self._windows[chat]

    async def received(self, chat: str, name: str, frame: dict[str, Any]) -> None:
        """A frame that says something. Raises ValueError if it is not of the protocol, NotTaken if it must come
        again."""
        incoming = await self._incoming(chat, name, frame)
        # A press shows on its button, as in other messengers; all else makes a line of its own.
        if incoming.action is None:
            await self._echo(incoming, frame["key"])
        if self._intake is None:
            raise NotTaken("stopping")
        await self._intake(incoming)

    async def _echo(self, incoming: Incoming, key: str) -> None:
        async with self._db.write(shared=True) as conn:
            uow = UnitOfWork(conn, self._clock.now())
            row = await WebLines(uow, incoming.chat).keep(f"me/{key}", _said(incoming), mine=True)
            await self.elsewhere.tell(conn, incoming.chat, row["id"])
        await self._show(incoming.chat, self._frame(row))

    async def _incoming(self, chat: str, name: str, frame: dict[str, Any]) -> Incoming:
        key, kind = frame.get("key"), frame.get("type")
        if not is_key(key):
            raise ValueError("key")
        text, action, media = (short_text(frame.get(field)) for field in ("text", "action", "media"))
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
        if kind == "location":
            return Incoming(**base, location=place(frame))
        if kind in ("photo", "file") and media:
            return Incoming(**base, **await self._uploaded(chat, media, kind))
        raise ValueError("frame")

    async def _uploaded(self, chat: str, media: str, kind: str) -> dict[str, Any]:
        """What this chat has uploaded, as the file itself says and not the page. Raises ValueError if it is not this
        chat's, or is said to be a picture and is none."""
        async with self._db.read() as conn:
            kept = await self._media.received(UnitOfWork(conn, self._clock.now()), media, chat)
        if kept is None or (kind == "photo" and kept.kind != "image"):
            raise ValueError("media")
        if kept.kind == "image":
            return {"photo": Photo(media)}
        return {"document": Document(media, kept.name, kept.kind)}

    async def clock_frame(self) -> dict[str, Any]:
        """The bot's clock, which may be a simulated one."""
        now: datetime = self._clock.now().astimezone(self._translators.timezone)
        return {"type": "clock", "now": now.isoformat(), "label": f"{now:%H:%M} · {now.day}/{now.month}/{now.year}"}


def _said(incoming: Incoming) -> Row:
    """What the person's own line shows."""
    if incoming.photo and incoming.photo.media_id:
        return Reply(Markup(""), photo=Attachment(incoming.photo.media_id, "anh.jpg")).to_json()
    if incoming.document and incoming.document.media_id:
        file = incoming.document
        return {"text": "", "document": [file.media_id, file.name, file.kind]}
    said = place_text(incoming.location) if incoming.location else incoming.text or ""
    return Reply(escape(said)).to_json()
