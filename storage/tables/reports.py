"""The register, the reports, and what they add up to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Json, instant, json, words
from storage.types import Amount


def _owned(by: str) -> Column[int]:
    """A part of the key, of a row that goes with what it refers to."""
    return Column(Integer, ForeignKey(by, ondelete="CASCADE"), primary_key=True)


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
    due_at: datetime | None = instant(nullable=True)
    closes_at: datetime | None = instant(nullable=True)


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
    received_at: datetime = instant()
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
    answers: Json = json()
    marks: Json = json()
    indicators: Json = json()
    odd: list[Json] = words()
    reason: str = ""
    member_id: int = Field(foreign_key="member.id")
    created_at: datetime = instant(index=True)


class ReportReturn(SQLModel, table=True):
    """A line of a report that a leader asked back: which question, why, and the version that answered it."""

    __tablename__ = "report_return"
    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    question: str
    reason: str
    member_id: int = Field(foreign_key="member.id")
    created_at: datetime = instant()
    revision_before: int
    answered_at: datetime | None = instant(nullable=True)
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
    data: Json = json()
    created_at: datetime = instant()
    updated_at: datetime = instant()


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
    data: Json = json()
    at: datetime = instant()


class Total(SQLModel, table=True):
    """The sum of an indicator over the current revisions of a unit and all units below it, for one period."""

    unit_id: int = Field(primary_key=True, foreign_key="unit.id")
    period_id: int = Field(primary_key=True, foreign_key="period.id")
    indicator: str = Field(primary_key=True)
    amount: Decimal = Field(sa_column=Column(Amount, nullable=False))
    reports: int = 0
    inexact: int = 0


class Coverage(SQLModel, table=True):
    """How the register of a closed period stands for a unit and all below it, kept until something that it was counted
    from changes: triggers of the database throw it away (see `storage.coverage`)."""

    period_id: int = Field(sa_column=_owned("period.id"))
    unit_id: int = Field(sa_column=_owned("unit.id"))
    expected: int
    reported: int
    on_time: int
    with_nothing: int
    late_nothing: int
    approved: int


class SumBelow(SQLModel, table=True):
    """What a unit right below another one has in all closed periods of a form whose ids are of one block: the sum of
    its totals, kept as `Coverage` is."""

    __tablename__ = "sum_below"
    parent_id: int = Field(sa_column=_owned("unit.id"))
    form_id: int = Field(sa_column=_owned("form.id"))
    block: int = Field(primary_key=True, index=True)
    unit_id: int = Field(sa_column=_owned("unit.id"))
    indicator: str = Field(primary_key=True)
    amount: Decimal = Field(sa_column=Column(Amount, nullable=False))
    reports: int


class Snapshot(SQLModel, table=True):
    """A digest as it was sent: its cut-off and its numbers, so that it can be opened again."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    cut_off: datetime = instant()
    numbers: Json = json()
