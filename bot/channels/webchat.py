"""The web chat: what was said is kept, and shown to whichever windows of the person are open."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from markupsafe import Markup, escape
from sqlalchemy import select, update

from bot.channels.base import Capabilities, Intake, NotTaken, Pace
from bot.channels.webchat_frames import place, place_text, row_id, short_text
from bot.clock import Clock
from bot.filetypes import kind_of
from bot.media import MediaStore
from handlers.events import Attachment, Document, Incoming, Photo, Reply
from locales.translator import Translators
from storage.engine import Database
from storage.tables import WebMessage
from storage.uow import Row, UnitOfWork, table

log = structlog.get_logger(__name__)

SHOWN = 60
"""Messages that a page gets when it comes anew."""

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
                body[name] = [kept.id, attachment.name, kind_of(kept.mime)]
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
            "day": at.astimezone(translator.timezone).date().isoformat(),
            "html": body["text"],
            "choices": [[{"label": c[0], "action": c[1]} for c in r] for r in body.get("choices", ())],
        }
        if body.get("wants"):
            frame["wants"] = body["wants"]
        if body.get("menu"):
            frame["menu"] = [f"/{name}" for name, _ in body["menu"]]
        if row["mine"]:
            frame["key"] = row["key"].removeprefix("me/")
        for name in ("photo", "document"):
            if body.get(name):
                media_id, filename, *kind = body[name]
                frame[name] = {"url": self._media.link(media_id, filename), "name": filename}
                # Lines of before kinds were kept have none.
                if name == "document":
                    frame[name]["kind"] = kind[0] if kind else "file"
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
        incoming = await self._incoming(chat, name, frame)
        # A press shows on its button, as in other messengers; all else makes a line of its own.
        if incoming.action is None:
            await self._echo(incoming, frame["key"])
        if self._intake is None:
            raise NotTaken("stopping")
        await self._intake(incoming)

    async def _echo(self, incoming: Incoming, key: str) -> None:
        async with self._db.write() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            row = await self._keep(uow, incoming.chat, f"me/{key}", _said(incoming), mine=True)
        await self._show(incoming.chat, self._frame(row))

    async def _incoming(self, chat: str, name: str, frame: dict[str, Any]) -> Incoming:
        key, kind = frame.get("key"), frame.get("type")
        if not isinstance(key, str) or not 1 <= len(key) <= 64:
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
