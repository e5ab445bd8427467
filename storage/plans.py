"""Queries on campaigns and on the forms that they have published."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, case, or_, select, update

from storage.tables import Campaign, CampaignState, FormRecord, FormVersion, Period, Unit
from storage.uow import Row, UnitOfWork, table

_campaign, _form, _version = table(Campaign), table(FormRecord), table(FormVersion)
_period, _unit = table(Period), table(Unit)


async def live_forms(uow: UnitOfWork, campaign_id: int | None = None) -> list[Row]:
    """Each published form with its campaign and the schedule of its version, as far as the office has extended it."""
    query = (
        select(
            _form.c.id, _form.c.slug, _form.c.version_id, _form.c.last_day, _version.c.schedule,
            _campaign.c.id.label("campaign_id"), _campaign.c.slug.label("campaign"),
            _campaign.c.name.label("campaign_name"),
            _campaign.c.unit_id, _campaign.c.prefix, _campaign.c.settings, _campaign.c.demo,
            _campaign.c.state.label("campaign_state"),
        )
        .join(_campaign, _campaign.c.id == _form.c.campaign_id)
        .join(_version, _version.c.id == _form.c.version_id)
        .order_by(_form.c.id)
    )  # fmt: skip
    if campaign_id is not None:
        query = query.where(_campaign.c.id == campaign_id)
    return [{**row, "schedule": _extended(row["schedule"], row["last_day"])} for row in await uow.fetch(query)]


def _extended(schedule: Row, last_day: date | None) -> Row:
    """A schedule's JSON that goes on to a later last day. The version keeps what its workbook says."""
    return {**schedule, "last": max(schedule["last"], last_day.isoformat())} if last_day else schedule


async def running_forms(uow: UnitOfWork) -> list[Row]:
    """As `live_forms`, without those of campaigns that are paused or closed: what happens by the clock is theirs."""
    return [form for form in await live_forms(uow) if form["campaign_state"] == CampaignState.RUNNING]


async def campaign_by_slug(uow: UnitOfWork, slug: str) -> Row | None:
    found = await uow.fetch(select(_campaign).where(_campaign.c.slug == slug))
    return found[0] if found else None


async def campaign(uow: UnitOfWork, campaign_id: int) -> Row | None:
    """A campaign with the name and path of its unit."""
    found = await uow.fetch(_campaigns().where(_campaign.c.id == campaign_id))
    return found[0] if found else None


async def campaigns_below(uow: UnitOfWork, paths: Collection[str]) -> list[Row]:
    """The campaigns of the units at these paths and below them, the newest first."""
    below = or_(*(_unit.c.path.startswith(path, autoescape=True) for path in paths))
    return await uow.fetch(_campaigns().where(below).order_by(_campaign.c.id.desc())) if paths else []


def _campaigns() -> Select[Any]:
    query = select(_campaign, _unit.c.name.label("unit_name"), _unit.c.path)
    return query.join(_unit, _unit.c.id == _campaign.c.unit_id)


async def change_campaign(uow: UnitOfWork, campaign_id: int, values: Row) -> None:
    await uow.run(update(_campaign).where(_campaign.c.id == campaign_id).values(**values))


async def change_last_day(uow: UnitOfWork, form_id: int, last_day: date) -> None:
    await uow.run(update(_form).where(_form.c.id == form_id).values(last_day=last_day))


async def campaigns_over(uow: UnitOfWork, path: str) -> list[Row]:
    """The campaigns that a unit takes part in: run by itself or by a unit above it. Those that have begun come first,
    the newest of them before the others."""
    ids = [int(part) for part in path.strip("/").split("/")]
    periods = select(_period.c.id).join(_form, _form.c.id == _period.c.form_id)
    begun = periods.where(_form.c.campaign_id == _campaign.c.id)
    query = select(_campaign).where(_campaign.c.unit_id.in_(ids))
    return await uow.fetch(query.order_by(case((begun.exists(), 0), else_=1), _campaign.c.id.desc()))
