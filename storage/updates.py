"""Pruning: what has been done and sent is not kept for ever. Each rule stands here once; docs/operations.md says why.

What is found is read first, without a lock, and deleted by its key, a few hundred rows a transaction: nobody waits for
the writer meanwhile. The newest row of a table whose ids are not counted apart stays: else its id came again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, func, or_, select, tuple_

from storage import web_links
from storage.tables import (
    AlertTold,
    Broadcast,
    BroadcastRecipient,
    BroadcastState,
    Draft,
    ExpectedReport,
    FailedUpdate,
    Outbox,
    OutboxState,
    Period,
    SeenUpdate,
    Snapshot,
    WebLink,
    WebMessage,
)
from storage.uow import Row, UnitOfWork, table

BATCH = 300
LINES_KEPT = 60
"""Of each web chat, the newest lines stay however old they are: what a page shows when it comes anew."""

_seen, _outbox, _draft, _failed = table(SeenUpdate), table(Outbox), table(Draft), table(FailedUpdate)
_expected, _period, _line, _snapshot = table(ExpectedReport), table(Period), table(WebMessage), table(Snapshot)
_broadcast, _to, _told = table(Broadcast), table(BroadcastRecipient), table(AlertTold)

_DONE = (OutboxState.SENT, OutboxState.FAILED, OutboxState.BLOCKED)
_NEWS = ("news/",)
_OF_PERIODS = ("remind/", "missing/", "digest/")
"""These are written down with their period, too (`PeriodStep`), and are not made when they come too late."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table go once they are old enough; `old` finds them, given the moment before which they are."""

    name: str
    keep: timedelta
    of: Table
    old: Callable[[datetime], Select[Any]]


def _keys(of: Table, *where: ColumnElement[bool]) -> Select[Any]:
    return select(*of.primary_key.columns).where(*where)


def _but_newest(of: Table) -> ColumnElement[bool]:
    newest = select(func.max(of.c.id)).scalar_subquery()
    return of.c.id < newest


def _sent(before: datetime, which: ColumnElement[bool]) -> Select[Any]:
    over = _outbox.c.state.in_(_DONE), _outbox.c.due_at < before
    later = or_(_outbox.c.sent_at.is_(None), _outbox.c.sent_at < before)
    return _keys(_outbox, *over, later, which)


def _begins(*with_: str) -> ColumnElement[bool]:
    return or_(*(_outbox.c.key.startswith(prefix) for prefix in with_))


def _replies(before: datetime) -> Select[Any]:
    return _sent(before, or_(_outbox.c.key.is_(None), _begins(*_NEWS)))


def _of_periods(before: datetime) -> Select[Any]:
    return _sent(before, _begins(*_OF_PERIODS))


def _pushes(before: datetime) -> Select[Any]:
    """Whose key alone keeps them from being made again, or tells where they stand (the posts of a good example)."""
    return _sent(before, _outbox.c.key.is_not(None) & ~_begins(*_NEWS, *_OF_PERIODS))


def _drafts(before: datetime) -> Select[Any]:
    """Untouched, and of periods that were closed for everybody, also for who was given more time: while it can be sent
    it is somebody's work."""
    closes = func.coalesce(_expected.c.closes_at, _period.c.closes_at)
    query = select(_draft.c.id).join(_expected, _expected.c.id == _draft.c.expected_id)
    query = query.join(_period, _period.c.id == _expected.c.period_id)
    return query.where(_draft.c.updated_at < before, closes < before)


def _lines(before: datetime) -> Select[Any]:
    rank = func.row_number().over(partition_by=_line.c.chat, order_by=_line.c.id.desc()).label("rank")
    ranked = select(_line.c.id, _line.c.at, rank).subquery()
    newest = select(func.max(_line.c.id)).scalar_subquery()
    return select(ranked.c.id).where(ranked.c.rank > LINES_KEPT, ranked.c.at < before, ranked.c.id < newest)


def _digests(before: datetime, *, asked: bool) -> Select[Any]:
    by_somebody = or_(_snapshot.c.key.startswith("asked/"), _snapshot.c.key.startswith("erased/"))
    whose = by_somebody if asked else ~by_somebody
    return _keys(_snapshot, _snapshot.c.cut_off < before, whose, _but_newest(_snapshot))


def _recipients(before: datetime) -> Select[Any]:
    over = _broadcast.c.state.in_([BroadcastState.DONE, BroadcastState.STOPPED]), _broadcast.c.updated_at < before
    query = select(_to.c.id).join(_broadcast, _broadcast.c.id == _to.c.broadcast_id)
    return query.where(*over, _broadcast.c.ended_at < before, _but_newest(_to))


RULES = (
    Rule("keys of updates", timedelta(days=14), _seen, lambda before: _keys(_seen, _seen.c.at < before)),
    Rule("replies and news sent", timedelta(days=60), _outbox, _replies),
    Rule("reminders and digests sent", timedelta(days=120), _outbox, _of_periods),
    Rule("other pushes sent", timedelta(days=400), _outbox, _pushes),
    Rule("drafts of closed periods", timedelta(days=90), _draft, _drafts),
    Rule("lines of web chats", timedelta(days=90), _line, _lines),
    Rule("digests asked for", timedelta(days=60), _snapshot, lambda before: _digests(before, asked=True)),
    Rule("digests sent", timedelta(days=800), _snapshot, lambda before: _digests(before, asked=False)),
    Rule("failed updates", timedelta(days=90), _failed, lambda before: _keys(_failed, _failed.c.at < before)),
    Rule("recipients of broadcasts", timedelta(days=180), _to, _recipients),
    Rule("who was told of an urgent matter", timedelta(days=400), _told, lambda b: _keys(_told, _told.c.told_at < b)),
    Rule("personal links that were followed by others", timedelta(days=90), table(WebLink), web_links.outlived),
)
"""All of them: the name by which docs/operations.md tells the reason, and how long a row stays."""


async def old(uow: UnitOfWork, rule: Rule) -> list[Row]:
    """The keys of some rows that may go now, at most BATCH."""
    return await uow.fetch(rule.old(uow.now - rule.keep).limit(BATCH))


async def drop(uow: UnitOfWork, rule: Rule, keys: Sequence[Row]) -> None:
    """Delete these rows."""
    columns = list(rule.of.primary_key.columns)
    if len(columns) == 1:
        await uow.run(delete(rule.of).where(columns[0].in_([key[columns[0].name] for key in keys])))
        return
    await uow.run(delete(rule.of).where(tuple_(*columns).in_([tuple(key[c.name] for c in columns) for key in keys])))
