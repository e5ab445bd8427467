"""Campaigns, their forms, and when those are due."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Json, instant, json


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
    settings: Json = json()
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
    columns: Json = json()
    schedule: Json = json()
    media: Json = json()
    created_at: datetime = instant()


class Period(SQLModel, table=True):
    """One occurrence of a form's deadline, with the span of time that it covers."""

    __table_args__ = (UniqueConstraint("form_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    form_id: int = Field(foreign_key="form.id")
    name: str
    covers_from: datetime = instant()
    covers_to: datetime = instant()
    opens_at: datetime = instant()
    due_at: datetime = instant(index=True)
    closes_at: datetime = instant(index=True)


class PeriodStep(SQLModel, table=True):
    """A push of a period that has been made (`remind/…`, `digest`), so that a late or second run makes no other."""

    __tablename__ = "period_step"
    period_id: int = Field(primary_key=True, foreign_key="period.id")
    step: str = Field(primary_key=True)
    done_at: datetime = instant()
