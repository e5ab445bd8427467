"""How the bot is, for /healthz: every trouble that somebody has to know of, in a word or a line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.channels.base import Watched
from bot.web.server import Health
from storage import outbox, statistics
from storage.engine import told
from storage.tables import ExpectedState
from storage.uow import Row, UnitOfWork

if TYPE_CHECKING:
    from bot.app import App

TOO_LONG = timedelta(minutes=10)
"""For which messages that are due may wait, or a channel may fail, before it is a trouble."""


async def of(app: App) -> Health:
    """All is well while the database takes what comes in, the jobs run, and messages go out within ten minutes."""
    try:
        async with app.db.read() as conn:
            uow = UnitOfWork(conn, app.clock.now())
            queue = await outbox.waiting(uow, app.channels.keys())
            _show_register(await statistics.register_now(uow))
    except SQLAlchemyError as error:
        metrics.WELL.set(0)
        return Health(ok=False, facts={"database": told(error)})
    facts = _facts(app, queue)
    # That nothing goes out is the leader's trouble: the others take what comes in as well as ever.
    is_late = app.leads and _oldest(app, queue) >= TOO_LONG * app.clock.speed
    stuck = app.intake.trouble or app.courier.trouble or app.jobs.failing
    is_well = not (facts["dead"] or is_late or stuck)
    metrics.WELL.set(is_well)
    return Health(ok=is_well, facts=facts)


def _show_register(rows: dict[str, int]) -> None:
    for state in ExpectedState:
        metrics.REGISTER.labels(state.value).set(rows.get(state, 0))
    metrics.OVERDUE.set(rows["overdue"])


def _facts(app: App, queue: Row) -> dict[str, Any]:
    age = (app.clock.now() - queue["since"]).total_seconds() if queue["since"] else 0.0
    metrics.QUEUE.set(queue["count"])
    metrics.QUEUE_AGE.set(max(0.0, age))
    return {
        "database": "ok",
        "waiting": queue["count"],
        "oldest_seconds": max(0, round(age)),
        "dead": app.dead,
        "taking": app.intake.trouble or "works",
        "sending": app.courier.trouble or "works",
        "undelivered": {name: trouble.why for name, trouble in app.courier.troubles.items()},
        "jobs": sorted(app.jobs.failing),
        "backup": (app.jobs.nightly.trouble or "works") if app.jobs.nightly else "not set up",
        "clock_off_seconds": round(getattr(app.clock, "off", timedelta(0)).total_seconds()),
        "leads": app.leads,
        **{name: channel.state for name, channel in app.channels.items() if isinstance(channel, Watched)},
    }


def _oldest(app: App, queue: Row) -> timedelta:
    """For how long something has been due that did not go out. A message that is tried again is due later each time."""
    waits = [queue["since"]] if queue["since"] else []
    failing = [trouble.since for trouble in app.courier.troubles.values()] if queue["count"] else []
    return app.clock.now() - min([*waits, *failing], default=app.clock.now())
