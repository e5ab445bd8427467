"""Queries behind the question *is that right?*: each by an index, and bounded, however many reports there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, or_, select, tuple_

from storage import unit_places
from storage.lists import among, first_of_all
from storage.prepared import Prepared
from storage.tables import Account, FormRecord, Media, Member, Period, Report, Revision, Unit
from storage.uow import Row, UnitOfWork, table

_report, _revision, _period, _unit = table(Report), table(Revision), table(Period), table(Unit)
_media, _account, _member, _form = table(Media), table(Account), table(Member), table(FormRecord)

OWN = 20
"""Of the unit's own last reports so many are looked at."""
OTHERS = 500
"""Of the newest reports of other units."""
COPIES = 50
"""Of one picture that has been sent again and again."""


def _reports() -> Select[Any]:
    return (
        select(
            _report.c.id, _report.c.code, _report.c.expected_id, _report.c.unit_id,
            _revision.c.answers, _revision.c.indicators, _period.c.due_at,
        )
        .select_from(_report)
        .join(_revision, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
        .join(_period, _period.c.id == _report.c.period_id)
    )  # fmt: skip


async def of_unit(uow: UnitOfWork, unit_id: int, form_id: int, but_period: int) -> list[Row]:
    """The unit's last reports on a form, less that of one period; the newest first."""
    return await uow.find(_OF_UNIT, of=unit_id, form=form_id, but=but_period)


def _of_unit(_: object) -> Select[Any]:
    query = _reports().where(
        _report.c.unit_id == bindparam("of"), _period.c.form_id == bindparam("form"),
        _period.c.id != bindparam("but"), _report.c.is_nothing.is_(False),
    )  # fmt: skip
    return query.order_by(_period.c.due_at.desc(), _report.c.id).limit(OWN)


_OF_UNIT = Prepared(_of_unit)


async def of_others(uow: UnitOfWork, unit_id: int, form_id: int, since: datetime) -> list[Row]:
    """The newest reports of other units on a form, received or corrected since a moment, at most `OTHERS`."""
    newest = (
        select(_revision.c.id, _revision.c.report_id, _revision.c.number)
        .where(_revision.c.created_at >= since)
        .order_by(_revision.c.created_at.desc(), _revision.c.id)
        .limit(OTHERS)
        .subquery()
    )
    query = (
        select(
            _report.c.id, _report.c.code, _report.c.expected_id, _report.c.unit_id,
            _revision.c.answers, _revision.c.indicators, _period.c.due_at,
        )
        .select_from(newest)
        .join(_report, (_report.c.id == newest.c.report_id) & (_report.c.revision_no == newest.c.number))
        .join(_revision, _revision.c.id == newest.c.id)
        .join(_period, _period.c.id == _report.c.period_id)
        .where(_period.c.form_id == form_id, _report.c.unit_id != unit_id)
        .order_by(_revision.c.created_at.desc(), _revision.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def media(uow: UnitOfWork, ids: Collection[str]) -> list[Row]:
    """Kept files: id, sha256, looks."""
    query = select(_media.c.id, _media.c.sha256, _media.c.looks).where(among(_media.c.id, ids))
    return await uow.fetch(query)


async def copies(uow: UnitOfWork, ids: Collection[str], found: Sequence[Row]) -> list[Row]:
    """Other files with the content or the looks of these, the newest first."""
    looks = [row["looks"] for row in found if row["looks"]]
    query = select(_media.c.id, _media.c.sha256, _media.c.looks, _media.c.owner, _media.c.created_at).where(
        or_(among(_media.c.sha256, [row["sha256"] for row in found]), among(_media.c.looks, looks)),
        _media.c.id.not_in(list(ids)),
    )
    return await uow.fetch(query.order_by(_media.c.created_at.desc(), _media.c.id).limit(COPIES))


async def of_senders(
    uow: UnitOfWork, chats: Collection[tuple[str, str]], campaign_id: int, since: datetime
) -> list[Row]:
    """The reports of a campaign by the units for which the people of these (channel, chat) report or reported, since
    the oldest of the files that they sent."""
    units = (
        select(_member.c.unit_id)
        .join(_account, _account.c.person_id == _member.c.person_id)
        .where(tuple_(_account.c.channel, _account.c.address).in_(list(chats)))
    )
    query = _reports().join(_form, _form.c.id == _period.c.form_id).where(
        _report.c.unit_id.in_(units), _form.c.campaign_id == campaign_id, _revision.c.created_at >= since
    )  # fmt: skip
    return await uow.fetch(query.order_by(_revision.c.created_at.desc(), _revision.c.id).limit(OTHERS))


async def confirmed(uow: UnitOfWork, report_id: int) -> list[Row]:
    """What was found odd in the current revision of a report."""
    query = (
        select(_revision.c.odd)
        .join(_report, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
        .where(_report.c.id == report_id)
    )
    found = await uow.fetch(query)
    return found[0]["odd"] if found else []


async def of_period(uow: UnitOfWork, period_id: int, under: str) -> list[Row]:
    """The reports of a period below a path that have something odd in them, by unit."""
    odd = first_of_all(
        select(_report.c.code, _report.c.unit_id, _report.c.period_id, _revision.c.odd)
        .join(_revision, (_revision.c.report_id == _report.c.id) & (_revision.c.number == _report.c.revision_no))
        .where(_report.c.period_id == period_id, cast(_revision.c.odd, String) != "[]")
    )
    query = (
        select(odd.c.code, odd.c.unit_id, _unit.c.short_name, odd.c.odd)
        .join(_unit, _unit.c.id == odd.c.unit_id)
        .join(_period, _period.c.id == odd.c.period_id)
        .where(unit_places.stood_below(under))
        .order_by(_unit.c.name_plain, _unit.c.id)
        .limit(OTHERS)
    )
    return await uow.fetch(query)


async def names_below(uow: UnitOfWork, ids: Collection[int], under: str) -> dict[int, str]:
    """The short names of those of these units that are below a path."""
    query = select(_unit.c.id, _unit.c.short_name).where(
        among(_unit.c.id, ids), _unit.c.path.startswith(under, autoescape=True)
    )
    return {row["id"]: row["short_name"] for row in await uow.fetch(query)} if ids else {}
