"""What goes to many and what comes from one for all: broadcasts, good examples, urgent matters."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Json, instant, json, words


class BroadcastState(StrEnum):
    """From the first line written to the last message sent."""

    DRAFT = "draft"
    ASKING = "asking"
    REFUSED = "refused"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"


class Broadcast(SQLModel, table=True):
    """News to many. `content`: text (as typed), photos, document, link; `audience`: whom it is for (see
    `reporting.news.audience`). `unit_id`: the branch that it can reach at most. `channel`, `chat`: where its author is
    told how it goes. `edition` counts the corrections after sending; `counts`: what became of it in the end.
    """

    __table_args__ = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    unit_id: int = Field(foreign_key="unit.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    state: str = Field(default=BroadcastState.DRAFT, index=True)
    topic: str
    content: Json = json()
    audience: Json = json()
    channel: str
    chat: str
    created_at: datetime = instant()
    updated_at: datetime = instant()
    send_at: datetime | None = instant(nullable=True)
    started_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)
    withdrawn_at: datetime | None = instant(nullable=True)
    approved_by: int | None = Field(default=None, foreign_key="member.id")
    edition: int = 0
    counts: Json = json()


class RecipientState(StrEnum):
    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    STOPPED = "stopped"


class BroadcastRecipient(SQLModel, table=True):
    """One chat that a broadcast goes to, fixed when it starts, and what became of it there. A person (`person_id`) or a
    group (`group_id`); `message_id`: as in the outbox. `edition`: which correction it shows."""

    __tablename__ = "broadcast_recipient"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "channel", "chat"),
        Index("ix_broadcast_recipient_state", "broadcast_id", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id")
    channel: str
    chat: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    group_id: int | None = Field(default=None, foreign_key="group_chat.id")
    unit_id: int = Field(foreign_key="unit.id")
    language: str = "vi"
    state: str = RecipientState.WAITING
    edition: int = 0
    message_id: str | None = None
    sent_at: datetime | None = instant(nullable=True)
    error: str | None = None


class OptOut(SQLModel, table=True):
    """A topic of news that a person does not want. Duties have no topic."""

    __tablename__ = "opt_out"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    topic: str = Field(primary_key=True)
    at: datetime = instant()


class StoryState(StrEnum):
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"


class Story(SQLModel, table=True):
    """A good example that a unit tells. `text` is the author's, `told` what the editor made of it. `report_id` and
    `question` where it was told in a report; `groups`: ids of the group chats that it was chosen for.
    `tapped_at`: when a reaction came that its posts do not show yet."""

    __table_args__ = (UniqueConstraint("report_id", "question"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    report_id: int | None = Field(default=None, foreign_key="report.id")
    question: str | None = None
    text: str
    told: str
    photos: list[str] = words()
    state: str = Field(default=StoryState.WAITING, index=True)
    editor_id: int | None = Field(default=None, foreign_key="member.id")
    reason: str = ""
    groups: list[int] = words()
    created_at: datetime = instant(index=True)
    decided_at: datetime | None = instant(nullable=True)
    tapped_at: datetime | None = instant(nullable=True, index=True)


class StoryOfWeek(SQLModel, table=True):
    """Which good example a unit has chosen for a week ("2022-W50")."""

    __tablename__ = "story_of_week"
    unit_id: int = Field(primary_key=True, foreign_key="unit.id")
    week: str = Field(primary_key=True)
    story_id: int = Field(foreign_key="story.id", index=True)


class StoryReaction(SQLModel, table=True):
    """One tap of somebody (an address on a channel, known to us or not) under a good example."""

    __tablename__ = "story_reaction"
    story_id: int = Field(primary_key=True, foreign_key="story.id")
    channel: str = Field(primary_key=True)
    sender: str = Field(primary_key=True)
    at: datetime = instant()


class Alert(SQLModel, table=True):
    """An urgent matter for leaders. `reached_id`: the highest unit whose leaders were told; unless somebody has taken
    it, it climbs at `climbs_at` (None: nobody is left above)."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    channel: str
    chat: str
    text: str
    photos: list[str] = words()
    created_at: datetime = instant()
    reached_id: int = Field(foreign_key="unit.id")
    climbs_at: datetime | None = instant(nullable=True, index=True)
    taken_at: datetime | None = instant(nullable=True)
    taken_by: int | None = Field(default=None, foreign_key="member.id")


class AlertTold(SQLModel, table=True):
    """A leader who was told of an urgent matter, and when they said that they have it; `by_id`: the leader who passed
    it on, if one did."""

    __tablename__ = "alert_told"
    alert_id: int = Field(primary_key=True, foreign_key="alert.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    member_id: int = Field(foreign_key="member.id")
    told_at: datetime = instant()
    taken_at: datetime | None = instant(nullable=True)
    by_id: int | None = Field(default=None, foreign_key="member.id")
