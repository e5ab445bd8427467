"""When those who owe are reminded: each step of a form's ladder at its moment, once; what is pointless is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from handlers.context import Office
from handlers.deadlines import ladder
from reporting.extensions import reminder_step
from reporting.planning.periods import Schedule, Step
from reporting.planning.quiet import next_allowed
from reporting.planning.reminder_steps import PARENT
from storage import deadlines, plans, register
from storage.uow import Row, UnitOfWork

log = structlog.get_logger(__name__)

POINTLESS_AFTER = timedelta(hours=1)
"""A reminder that could not be made within this time of its moment (an outage) is dropped: the next one is near."""

LISTS_KEPT_FOR = timedelta(hours=20)
"""The list of units that have not reported, for those above them, is true for longer; then the next day's is near."""


async def remind(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Write the reminders whose moment has come: of each period, and of every time that units of it were given.
    In quiet hours they wait: what is written in the morning is true in the morning."""
    if next_allowed(now, office.translators.timezone) > now:
        return
    for form in await plans.running_forms(uow):
        schedule = Schedule.from_json(form["schedule"])
        for due, step, why in await _come(office, uow, form, schedule, now):
            if why:
                _dropped(form, due, step, why)
            else:
                await ladder.push(ladder.Call(office, uow, form, due, step, schedule, noted(due, step)))
            await register.step_done(uow, due["id"], noted(due, step))


async def pass_over(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Note what is pointless by now as made: a register that begins in the past has missed nothing."""
    for form in await plans.running_forms(uow):
        for due, step, why in await _come(office, uow, form, Schedule.from_json(form["schedule"]), now):
            if why:
                await register.step_done(uow, due["id"], noted(due, step))


async def _come(
    office: Office, uow: UnitOfWork, form: Row, schedule: Schedule, now: datetime
) -> list[tuple[Row, Step, str]]:
    """The steps whose moment has come, each with its due time, and why it is pointless or ""."""
    zone, found = office.translators.timezone, list[tuple[Row, Step, str]]()
    waited = await deadlines.due_times(uow, form["id"], now)
    done = await register.steps_done(uow, list({due["id"] for due in waited}))
    for due in waited:
        come = [
            step
            for step in schedule.reminders
            if _moment(due, step, schedule, zone) <= now and (due["id"], noted(due, step)) not in done
        ]
        found += [(due, step, _pointless(due, step, come, schedule, zone, now)) for step in come]
    return [*found, *await _given_up(uow, form, schedule, now)]


def noted(due: Row, step: Step) -> str:
    """The name under which a step of one of the due times is noted as made."""
    return reminder_step(step.name, due["own_due_at"])


def _moment(due: Row, step: Step, schedule: Schedule, zone: ZoneInfo) -> datetime:
    """When a step is said. Nobody is called late within the grace, and nobody is woken in quiet hours."""
    after = step.after + (schedule.grace if step.after >= 0 else 0)
    return next_allowed(due["until"] + timedelta(seconds=after), zone)


def _pointless(due: Row, step: Step, come: Sequence[Step], schedule: Schedule, zone: ZoneInfo, now: datetime) -> str:
    """Why a step whose moment has come is not made, for the log; "" where it is. `come`: all that have come at once."""
    kept_for = LISTS_KEPT_FOR if step.to == PARENT else POINTLESS_AFTER
    if step.after < 0 and now >= due["until"]:
        return "the deadline that it speaks of is over"
    if now - _moment(due, step, schedule, zone) > kept_for:
        return "its moment is long past"
    # After an outage several have come at once: of those to the same people only the last says what is true now.
    is_last = step is [one for one in come if one.to == step.to][-1]
    return "" if is_last else "a later one has come as well"


async def _given_up(uow: UnitOfWork, form: Row, schedule: Schedule, now: datetime) -> list[tuple[Row, Step, str]]:
    """What was left of the reminders of periods that have closed meanwhile, in an outage or a pause; once."""
    over = await deadlines.times_over(uow, form["id"], now)
    periods = list({due["id"] for due in over})
    done = await register.steps_done(uow, periods) if periods else set()
    for period_id in periods:
        await register.step_done(uow, period_id, deadlines.OVER)
    return [
        (due, step, "the period is closed")
        for due in over
        for step in schedule.reminders
        if (due["id"], noted(due, step)) not in done
    ]


def _dropped(form: Row, due: Row, step: Step, why: str) -> None:
    log.info("reminder dropped", form=form["slug"], period=due["name"], step=step.name, why=why)
