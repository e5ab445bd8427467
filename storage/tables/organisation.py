"""Units, people, and what lets people in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, words


class Role(StrEnum):
    REPORTER = "reporter"
    LEADER = "leader"
    OFFICER = "officer"
    ADMIN = "admin"


class Unit(SQLModel, table=True):
    """An organisation in the tree. `path` is the ids from the root down, "/1/7/": a subtree is a prefix."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    short_name: str
    name_plain: str = Field(index=True)
    kind: str
    parent_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    path: str = Field(default="", index=True)
    valid_from: datetime | None = instant(nullable=True)
    valid_to: datetime | None = instant(nullable=True)


class UnitKind(SQLModel, table=True):
    """A kind of unit (tỉnh, huyện, xã, chi đoàn …). `level` counts from the top: 0 is the whole country."""

    __tablename__ = "unit_kind"
    name: str = Field(primary_key=True)
    level: int


class UnitPlace(SQLModel, table=True):
    """Where a unit stood in the tree until it was moved: for totals of a time when it stood there."""

    __tablename__ = "unit_place"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    parent_id: int | None = Field(default=None, foreign_key="unit.id")
    path: str
    until: datetime = instant(index=True)


class UnitSuccessor(SQLModel, table=True):
    """Who took over a unit that ended; several where it was divided."""

    __tablename__ = "unit_successor"
    unit_id: int = Field(primary_key=True, foreign_key="unit.id")
    successor_id: int = Field(primary_key=True, foreign_key="unit.id")


class Person(SQLModel, table=True):
    """Somebody, with whatever roles and accounts; all that is kept on who they are. Erased, the name is gone."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    language: str = "vi"
    phone: str | None = None
    created_at: datetime = instant()
    erased_at: datetime | None = instant(nullable=True)


class Member(SQLModel, table=True):
    """A role that a person holds in a unit, until it ends."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: str
    created_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class Account(SQLModel, table=True):
    """A chat identity of a person: the sender's id on one channel. `member_id`: the role that it spoke in last.

    One that was cut off is a stranger's until a code makes it somebody's again.
    """

    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    address: str
    person_id: int = Field(foreign_key="person.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    created_at: datetime = instant()
    blocked_at: datetime | None = instant(nullable=True)
    cut_at: datetime | None = instant(nullable=True)


class GroupChat(SQLModel, table=True):
    """A group that the bot is in. Linked to a unit, it gets what its `topics` say (see `storage.groups`).

    `asked_by`: the person who asked to link it, until that is done. `silent_at`: since when the bot may not write
    there; `blocked_at`: since when it is not in there any more.
    """

    __tablename__ = "group_chat"
    __table_args__ = (UniqueConstraint("channel", "chat"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    chat: str
    title: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    topics: list[str] = words("news", "digest")
    language: str = "vi"
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    linked_by: int | None = Field(default=None, foreign_key="member.id")
    linked_at: datetime | None = instant(nullable=True)
    silent_at: datetime | None = instant(nullable=True)
    blocked_at: datetime | None = instant(nullable=True)


class Invite(SQLModel, table=True):
    """A code that lets somebody join a unit in a role. Only a keyed hash of the code is kept.

    `successor_of`: the membership that is handed over by it. `used_by`: the person who joined by it last, who may use
    it for one more account of theirs.
    """

    id: int | None = Field(default=None, primary_key=True)
    code_hash: str = Field(unique=True)
    unit_id: int = Field(foreign_key="unit.id")
    role: str
    uses_left: int
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_up_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)
    created_by: int | None = Field(default=None, foreign_key="member.id")
    successor_of: int | None = Field(default=None, foreign_key="member.id")
    used_by: int | None = Field(default=None, foreign_key="person.id")


class WebLink(SQLModel, table=True):
    """A personal link that opens the web chat (and the leaders' page) as one account of a person. Only keyed hashes are
    kept: of the link's token, and of the browser that it is bound to from its first use on.

    `address`: the account's on the web. `sent_to`: the account that it was sent to, if it was by a reminder.
    """

    __tablename__ = "web_link"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    address: str
    browser_hash: str | None = Field(default=None, index=True)
    sent_to: int | None = Field(default=None, foreign_key="account.id")
    created_by: int | None = Field(default=None, foreign_key="member.id")
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)
