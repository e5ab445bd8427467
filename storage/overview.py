"""How the bot is doing, read from the database alone: for `status` and `doctor`, whether it runs or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import (
    Account,
    Audit,
    Campaign,
    Draft,
    ExpectedReport,
    ExpectedState,
    FailedUpdate,
    FormRecord,
    Outbox,
    OutboxState,
    Period,
    SeenUpdate,
)
from storage.uow import Row, UnitOfWork, table
from storage.wire import LEADER

_outbox, _seen, _failed, _audit = table(Outbox), table(SeenUpdate), table(FailedUpdate), table(Audit)
_expected, _period, _form, _campaign = table(ExpectedReport), table(Period), table(FormRecord), table(Campaign)
_account, _draft = table(Account), table(Draft)

NEEDLESS = ("no longer needed", "the account was cut off")
"""Why a message was not sent where that is no trouble."""


def _least(column: Any) -> Any:
    return func.min(column, type_=column.type)


def _most(column: Any) -> Any:
    return func.max(column, type_=column.type)


async def queue(uow: UnitOfWork) -> list[Row]:
    """Of each channel: how many messages are due and not sent (`due`), since when the oldest, how many wait for their
    moment (`later`), and when the last one was sent."""
    waits = _outbox.c.state.in_([OutboxState.WAITING, OutboxState.SENDING])
    due = waits & (_outbox.c.due_at <= uow.now)
    query = select(
        _outbox.c.channel,
        func.count(_outbox.c.id).filter(due).label("due"),
        _least(_outbox.c.due_at).filter(due).label("since"),
        func.count(_outbox.c.id).filter(waits & (_outbox.c.due_at > uow.now)).label("later"),
        _most(_outbox.c.sent_at).label("sent_at"),
    )
    return await uow.fetch(query.group_by(_outbox.c.channel).order_by(_outbox.c.channel))


async def taken(uow: UnitOfWork) -> list[Row]:
    """Of each channel, when the last update was taken in."""
    query = select(_seen.c.channel, _most(_seen.c.at).label("at"))
    return await uow.fetch(query.group_by(_seen.c.channel).order_by(_seen.c.channel))


async def failed(uow: UnitOfWork, since: datetime) -> list[Row]:
    """The updates whose handler raised, the newest first: code, channel, at."""
    query = select(_failed.c.code, _failed.c.channel, _failed.c.at).where(_failed.c.at >= since)
    return await uow.fetch(query.order_by(_failed.c.at.desc()))


async def given_up(uow: UnitOfWork, since: datetime) -> list[Row]:
    """Why messages that were due since a moment could not be sent, though somebody should have got them: channel, error
    and count, the most frequent first."""
    meant: ColumnElement[bool] = or_(_outbox.c.error.is_(None), _outbox.c.error.not_in(NEEDLESS))
    query = select(_outbox.c.channel, _outbox.c.error, func.count().label("count")).where(
        _outbox.c.state == OutboxState.FAILED, _outbox.c.due_at >= since, meant
    )
    query = query.group_by(_outbox.c.channel, _outbox.c.error).order_by(func.count().desc())
    return await uow.fetch(query.limit(5))


async def overdue(uow: UnitOfWork) -> list[Row]:
    """Of each campaign, how many reports of periods that are still open are overdue, and how many are not due yet."""
    due = func.coalesce(_expected.c.due_at, _period.c.due_at)
    closes = func.coalesce(_expected.c.closes_at, _period.c.closes_at)
    query = (
        select(
            _campaign.c.slug,
            func.count().filter(due <= uow.now).label("overdue"),
            func.count().filter(due > uow.now).label("ahead"),
        )
        .join(_period, _period.c.id == _expected.c.period_id)
        .join(_form, _form.c.id == _period.c.form_id)
        .join(_campaign, _campaign.c.id == _form.c.campaign_id)
        .where(_expected.c.state == ExpectedState.OPEN, _period.c.opens_at <= uow.now, closes > uow.now)
        .group_by(_campaign.c.slug)
        .order_by(_campaign.c.slug)
    )
    return await uow.fetch(query)


async def accounts(uow: UnitOfWork) -> list[Row]:
    """Of each channel, how many accounts there are, and how many of them have blocked the bot."""
    query = select(
        _account.c.channel,
        func.count().label("count"),
        func.count(_account.c.blocked_at).label("blocked"),
    ).where(_account.c.cut_at.is_(None))
    return await uow.fetch(query.group_by(_account.c.channel).order_by(_account.c.channel))


async def drafts(uow: UnitOfWork) -> int:
    """How many reports are being written."""
    return int((await uow.fetch(select(func.count().label("count")).select_from(_draft)))[0]["count"])


async def newest(uow: UnitOfWork) -> datetime | None:
    """When the newest thing happened that is written down: by the clock that stood then."""
    columns = (_seen.c.at, _audit.c.at, _outbox.c.created_at)
    found = [(await uow.fetch(select(_most(column).label("at"))))[0]["at"] for column in columns]
    return max((at for at in found if at), default=None)


async def leader(conn: AsyncConnection) -> str | None:
    """On PostgreSQL, the address of the process that leads and since when it is connected; None if none does."""
    query = text(
        "SELECT coalesce(host(a.client_addr), 'this machine') || ', connected since '"
        " || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC')"
        " FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    found = (await conn.execute(query, {"key": LEADER})).scalar()
    return None if found is None else str(found)
