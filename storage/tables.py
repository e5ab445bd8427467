"""The tables. One class for each word of the house; queries live in their own modules.

Names end in no plural; ids are integers given by the database, except where a chat platform gives
opaque strings. Times are aware datetimes (see `types.Instant`); amounts are exact (see `types.Amount`).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.types import Amount, Instant

Json = dict[str, Any]


def _instant(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Instant, nullable=nullable, index=index), default=None)


def _json() -> Any:
    return Field(sa_column=Column(JSON, nullable=False), default_factory=dict)


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
    valid_from: datetime | None = _instant(nullable=True)
    valid_to: datetime | None = _instant(nullable=True)


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
    until: datetime = _instant(index=True)


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
    created_at: datetime = _instant()
    erased_at: datetime | None = _instant(nullable=True)


class Member(SQLModel, table=True):
    """A role that a person holds in a unit, until it ends."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: str
    created_at: datetime = _instant()
    ended_at: datetime | None = _instant(nullable=True)


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
    created_at: datetime = _instant()
    blocked_at: datetime | None = _instant(nullable=True)
    cut_at: datetime | None = _instant(nullable=True)


class GroupChat(SQLModel, table=True):
    """A group that a unit's news and digests go to."""

    __tablename__ = "group_chat"
    __table_args__ = (UniqueConstraint("channel", "chat"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    chat: str
    title: str
    unit_id: int = Field(foreign_key="unit.id", index=True)
    language: str = "vi"
    blocked_at: datetime | None = _instant(nullable=True)


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
    created_at: datetime = _instant()
    expires_at: datetime = _instant()
    used_up_at: datetime | None = _instant(nullable=True)
    revoked_at: datetime | None = _instant(nullable=True)
    created_by: int | None = Field(default=None, foreign_key="member.id")
    successor_of: int | None = Field(default=None, foreign_key="member.id")
    used_by: int | None = Field(default=None, foreign_key="person.id")


class CampaignState(StrEnum):
    """Whether a campaign asks and reminds; a paused one goes on later, a closed one takes nothing any more."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"


class Campaign(SQLModel, table=True):
    """A plan: who reports under which unit, from when to when. `settings` holds the pack's other choices."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    unit_id: int = Field(foreign_key="unit.id")
    prefix: str
    next_number: int = 1
    settings: Json = _json()
    demo: bool = False
    state: str = CampaignState.RUNNING


class FormRecord(SQLModel, table=True):
    """A form of a campaign; its text is in the versions. `last_day`: where the office has extended the schedule."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("campaign_id", "slug"),)
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    slug: str
    version_id: int | None = None
    last_day: date | None = None


class FormVersion(SQLModel, table=True):
    """One published version: the XForm, our own columns, and the schedule sheets as data.

    `media`: by the name in the XForm ("images/a.png"), the id of each kept file that its labels show.
    """

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("form_id", "digest"),)
    id: int | None = Field(default=None, primary_key=True)
    form_id: int = Field(foreign_key="form.id", index=True)
    digest: str
    xform: str
    columns: Json = _json()
    schedule: Json = _json()
    media: Json = _json()
    created_at: datetime = _instant()


class Period(SQLModel, table=True):
    """One occurrence of a form's deadline, with the span of time that it covers."""

    __table_args__ = (UniqueConstraint("form_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    form_id: int = Field(foreign_key="form.id")
    name: str
    covers_from: datetime = _instant()
    covers_to: datetime = _instant()
    opens_at: datetime = _instant()
    due_at: datetime = _instant(index=True)
    closes_at: datetime = _instant(index=True)


class PeriodStep(SQLModel, table=True):
    """A push of a period that has been made (`remind/…`, `digest`), so that a late or second run makes no other."""

    __tablename__ = "period_step"
    period_id: int = Field(primary_key=True, foreign_key="period.id")
    step: str = Field(primary_key=True)
    done_at: datetime = _instant()


class ExpectedState(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    NOTHING = "nothing"
    EXEMPT = "exempt"


class ExpectedReport(SQLModel, table=True):
    """A row of the register: one unit owes one form for one period. `due_at`, `closes_at`: where this unit was given
    more time than the period has."""

    __tablename__ = "expected_report"
    __table_args__ = (
        UniqueConstraint("period_id", "unit_id"),
        Index("ix_expected_unit_state", "unit_id", "state"),
        Index("ix_expected_period_state", "period_id", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    form_id: int = Field(foreign_key="form.id")
    period_id: int = Field(foreign_key="period.id")
    unit_id: int = Field(foreign_key="unit.id")
    state: str = ExpectedState.OPEN
    due_at: datetime | None = _instant(nullable=True)
    closes_at: datetime | None = _instant(nullable=True)


class ReportState(StrEnum):
    """How far a report has come. One whose period is closed takes no change, whatever it says here."""

    RECEIVED = "received"
    RETURNED = "returned"
    CORRECTED = "corrected"
    APPROVED = "approved"


class Report(SQLModel, table=True):
    """A submission: the one report of a unit for a period. Its content is in the revisions."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    expected_id: int = Field(foreign_key="expected_report.id", unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    received_at: datetime = _instant()
    late: bool = False
    is_nothing: bool = False
    revision_no: int = 1
    demo: bool = False
    state: str = ReportState.RECEIVED
    approved_by: int | None = Field(default=None, foreign_key="member.id")


class Revision(SQLModel, table=True):
    """One kept version of a report: the answers by question name, and what it adds to the totals.

    `odd`: what looked strange in it and was confirmed by the sender (see `reporting.doubts.oddities`).
    `reason`: why this version was made.
    """

    __table_args__ = (UniqueConstraint("report_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id")
    number: int
    version_id: int = Field(foreign_key="form_version.id")
    answers: Json = _json()
    marks: Json = _json()
    indicators: Json = _json()
    odd: list[Json] = Field(sa_column=Column(JSON, nullable=False), default_factory=list)
    reason: str = ""
    member_id: int = Field(foreign_key="member.id")
    created_at: datetime = _instant(index=True)


class ReportReturn(SQLModel, table=True):
    """A line of a report that a leader asked back: which question, why, and the version that answered it."""

    __tablename__ = "report_return"
    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    question: str
    reason: str
    member_id: int = Field(foreign_key="member.id")
    created_at: datetime = _instant()
    revision_before: int
    answered_at: datetime | None = _instant(nullable=True)
    revision_after: int | None = None


class Entity(SQLModel, table=True):
    """A thing that lives longer than a report, such as a registered model: an entity of XLSForm. It belongs to the unit
    that registered it. `label` and `data` (its properties) are what its events, in their order, have made of them.

    `key`: the entity's id in forms. `label_plain`: the label without diacritics, to be found by.
    """

    __table_args__ = (UniqueConstraint("campaign_id", "dataset", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str
    campaign_id: int = Field(foreign_key="campaign.id")
    dataset: str
    unit_id: int = Field(foreign_key="unit.id", index=True)
    label: str
    label_plain: str = Field(index=True)
    data: Json = _json()
    created_at: datetime = _instant()
    updated_at: datetime = _instant()


class EntityEvent(SQLModel, table=True):
    """What the current revision of one report says of an entity. A new revision takes the place of the old one's.

    `place`: where in the report: the path of the repeat's instance, or of the form. `creates`: it registers the entity;
    others change it. `label` is "" where it does not say.
    """

    __tablename__ = "entity_event"
    __table_args__ = (UniqueConstraint("report_id", "place"),)
    id: int | None = Field(default=None, primary_key=True)
    entity_id: int = Field(foreign_key="entity.id", index=True)
    report_id: int = Field(foreign_key="report.id")
    place: str
    creates: bool
    label: str = ""
    data: Json = _json()
    at: datetime = _instant()


class Total(SQLModel, table=True):
    """The sum of an indicator over the current revisions of a unit and all units below it, for one period."""

    unit_id: int = Field(primary_key=True, foreign_key="unit.id")
    period_id: int = Field(primary_key=True, foreign_key="period.id")
    indicator: str = Field(primary_key=True)
    amount: Decimal = Field(sa_column=Column(Amount, nullable=False))
    reports: int = 0
    inexact: int = 0


class Conversation(SQLModel, table=True):
    """Where a chat stands: plain JSON that the handlers own."""

    channel: str = Field(primary_key=True)
    chat: str = Field(primary_key=True)
    state: Json = _json()
    updated_at: datetime = _instant()


class Draft(SQLModel, table=True):
    """Answers under way of one member for one expected report (a new one, or a revision of `report_id`)."""

    # Buttons carry a draft's id, also old ones: an id must never come again.
    __table_args__ = (UniqueConstraint("member_id", "expected_id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    expected_id: int = Field(foreign_key="expected_report.id")
    version_id: int = Field(foreign_key="form_version.id")
    report_id: int | None = Field(default=None, foreign_key="report.id")
    state: Json = _json()
    updated_at: datetime = _instant(index=True)


class OutboxState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BLOCKED = "blocked"


class Outbox(SQLModel, table=True):
    """What is to be sent, and what became of it. Lower `priority` goes first; `key` makes a push unique."""

    # A channel knows a message by its id, and sent ones are pruned: an id must never come again.
    __table_args__ = (Index("ix_outbox_state_due", "state", "due_at"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True)
    channel: str
    chat: str
    priority: int
    reply: Json = _json()
    state: str = OutboxState.WAITING
    attempts: int = 0
    created_at: datetime = _instant()
    due_at: datetime = _instant()
    sent_at: datetime | None = _instant(nullable=True)
    message_id: str | None = None
    error: str | None = None


class SeenUpdate(SQLModel, table=True):
    """The key of an update that has been done, so that its repeats are dropped."""

    __tablename__ = "seen_update"
    channel: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = _instant(index=True)


class FailedUpdate(SQLModel, table=True):
    """An update whose handler raised: the code that the person was given, and the facts for us."""

    __tablename__ = "failed_update"
    code: str = Field(primary_key=True)
    channel: str
    key: str
    at: datetime = _instant()
    traceback: str


class Audit(SQLModel, table=True):
    """Who changed what, when, from which account, and why; append-only. No names stand here, so nobody is erased.

    `unit_id`: the unit that it concerns. `chain`: a hash over this row and the chain of the row before it.
    """

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _instant(index=True)
    member_id: int | None = Field(default=None, foreign_key="member.id")
    account_id: int | None = None
    action: str
    subject: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    before: Json = _json()
    after: Json = _json()
    reason: str = ""
    chain: str = ""


class Snapshot(SQLModel, table=True):
    """A digest as it was sent: its cut-off and its numbers, so that it can be opened again."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    cut_off: datetime = _instant()
    numbers: Json = _json()


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
    created_at: datetime = _instant()


class WebMessage(SQLModel, table=True):
    """A line of a web chat, said by the person or by the bot, so that a page that comes back shows it."""

    __tablename__ = "web_message"
    __table_args__ = (UniqueConstraint("chat", "key"), Index("ix_web_message_chat", "chat", "id"))
    id: int | None = Field(default=None, primary_key=True)
    chat: str
    key: str
    mine: bool
    body: Json = _json()
    at: datetime = _instant()
