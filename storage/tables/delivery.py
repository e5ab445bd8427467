"""Conversations, what is sent, what came in, and what is written down of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Json, instant, json


class Conversation(SQLModel, table=True):
    """Where a chat stands: plain JSON that the handlers own."""

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    state: Json = json()
    updated_at: datetime = instant()


class Draft(SQLModel, table=True):
    """Answers under way of one member for one expected report (a new one, or a revision of `report_id`)."""

    # Buttons carry a draft's id, also old ones: an id must never come again.
    __table_args__ = (UniqueConstraint("member_id", "expected_id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    expected_id: int = Field(foreign_key="expected_report.id")
    version_id: int = Field(foreign_key="form_version.id")
    report_id: int | None = Field(default=None, foreign_key="report.id")
    state: Json = json()
    updated_at: datetime = instant(index=True)


class OutboxState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"


class Outbox(SQLModel, table=True):
    """What is to be sent, and what became of it. Lower `priority` goes first; `key` makes a push unique; `message_id`:
    of all the messages that it became, with commas between."""

    # A channel knows a message by its id, and sent ones are pruned: an id must never come again.
    __table_args__ = (Index("ix_outbox_state_due", "state", "due_at"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True)
    channel: str
    chat: str
    priority: int
    reply: Json = json()
    state: str = OutboxState.WAITING
    attempts: int = 0
    created_at: datetime = instant()
    due_at: datetime = instant()
    sent_at: datetime | None = instant(nullable=True)
    message_id: str | None = None
    error: str | None = None


class SeenUpdate(SQLModel, table=True):
    """The key of an update that has been done, so that its repeats are dropped."""

    __tablename__ = "seen_update"
    channel: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = instant(index=True)


class FailedUpdate(SQLModel, table=True):
    """An update whose handler raised: the code that the person was given, and the facts for us."""

    __tablename__ = "failed_update"
    code: str = Field(primary_key=True)
    channel: str
    key: str
    at: datetime = instant()
    traceback: str


class Turn(SQLModel, table=True):
    """Of what only one process may have at a time: how often it has changed hands (see `storage.locks`)."""

    name: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)


class MessageCount(SQLModel, table=True):
    """How many messages a channel with a quota has carried in a month ("2022-12", local time): one row a month."""

    __tablename__ = "message_count"
    channel: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    received: int = 0
    sent: int = 0


class WebMessage(SQLModel, table=True):
    """A line of a web chat, said by the person or by the bot, so that a page that comes back shows it."""

    __tablename__ = "web_message"
    __table_args__ = (UniqueConstraint("chat", "key"), Index("ix_web_message_chat", "chat", "id"))
    id: int | None = Field(default=None, primary_key=True)
    chat: str
    key: str
    mine: bool
    body: Json = json()
    at: datetime = instant()


class Media(SQLModel, table=True):
    """A kept file: its content is in the media directory under its SHA-256. `owner`: the chat that sent it, if one did
    (channel:chat). `looks`: of a picture, a hash of what it shows, which survives scaling and compression."""

    id: str = Field(primary_key=True)
    sha256: str = Field(index=True)
    mime: str
    size: int
    name: str
    owner: str = ""
    looks: str | None = Field(default=None, index=True)
    created_at: datetime = instant()


class Audit(SQLModel, table=True):
    """Who changed what, when, from which account, and why; append-only. No names stand here, so nobody is erased.

    `unit_id`: the unit that it concerns. `chain`: a hash over this row and the chain of the row before it.
    """

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant(index=True)
    member_id: int | None = Field(default=None, foreign_key="member.id")
    account_id: int | None = None
    action: str
    subject: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    before: Json = json()
    after: Json = json()
    reason: str = ""
    chain: str = ""
