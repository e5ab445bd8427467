"""More time for units, and exemptions: what the office may change of a deadline, and what comes of it.

A digest does not wait for units that were given more time: it goes out at the period's own time and says how many of
them there are (`Digest.more_time`); what they report then, in their time, is in the next day's as an adjustment.
An exempt unit is in no denominator; it may report all the same, and then it counts again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from forms.answers import Reading, Reason, Rejected, Understood, Unsure, read_datetime, unaccent
from reporting.decisions import By, Refused, reason_of
from reporting.planning.periods import Schedule
from storage import deadlines, outbox, register
from storage.tables import CampaignState, ExpectedState
from storage.uow import Row, UnitOfWork

LONGEST = timedelta(days=31)
"""From now to the latest due time that can be given: what is further away is a slip of the finger."""

LONGEST_TYPED = 200
"""Characters of a typed time that are looked at."""

TONIGHT = time(21)
EVENING = time(18)
_TWO_HOURS = timedelta(hours=2)
_WEEK = timedelta(days=7)

_WEEKDAY = re.compile(
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"(?! (?:tuan|nay|truoc|roi|vua|qua)\b)"
)
"""A day of the week alone; "thứ hai tuần trước" says itself which one."""


class Why(StrEnum):
    """Why nothing was changed, in words for the command line."""

    PAST = "that time is over already"
    TOO_FAR = "that time is more than a month away"
    NOT_LONGER = "they have as much time already, and none is taken away"
    NO_REASON = "a reason has 3 to 300 characters"
    OVER = "the campaign is over and takes no more reports"
    NONE_LEFT = "none of these units is one that this can be done for (they have reported, are exempt, or are not)"


def reminder_step(step: str, own_due_at: datetime | None) -> str:
    """The name under which a reminder is noted as made: a time of a unit's own has reminders of its own."""
    return f"remind/{step}" + (f"/{own_due_at.astimezone(UTC):%Y%m%d%H%M%S}" if own_due_at else "")


def usual_times(now: datetime, due_at: datetime, zone: ZoneInfo) -> list[datetime]:
    """The times that are offered to those whose report is due at `due_at`, the soonest first: two hours more, tonight,
    and tomorrow at the same time. None is shorter than what they have."""
    local_now, local_due = now.astimezone(zone), due_at.astimezone(zone)
    two_more = max(local_now, local_due).replace(second=0, microsecond=0) + _TWO_HOURS
    tonight = datetime.combine(local_now, TONIGHT, zone)
    tomorrow = datetime.combine(local_now.date() + timedelta(days=1), local_due.time(), zone)
    return sorted({at for at in (two_more, tonight, tomorrow) if at > local_due and at > local_now})


def times_meant(text: str, now: datetime, zone: ZoneInfo, language: str) -> list[datetime]:
    """What a typed time may mean; of several readings those that lie ahead: at noon, "5 giờ" is five in the afternoon.
    Nothing for what is no time; one that is over is left for `check_time` to refuse."""
    found = _moments(_read(text, now, zone, language))
    if _WEEKDAY.search(unaccent(text[:LONGEST_TYPED])) and found and max(found) <= now:
        # A report looks back, a plan ahead: on a Friday, "thứ hai" is next Monday. A day with its date stays that one.
        found = _moments(_read(text, now + _WEEK, zone, language))
    is_evening = now.astimezone(zone).time() >= EVENING
    if is_evening and len(found) == 1 and now - timedelta(days=1) < found[0] <= now:
        # "14 giờ", said in the evening, is two in the afternoon of the next day.
        found.append(found[0] + timedelta(days=1))
    return [at for at in found if now < at <= now + LONGEST] or (found if len(found) == 1 else [])


def lacks_hour(text: str, now: datetime, zone: ZoneInfo, language: str) -> bool:
    """Whether a day was typed, with no time of it: "mai", "20/12"."""
    reading = _read(text, now, zone, language)
    return isinstance(reading, Rejected) and reading.reason is Reason.NO_HOUR


def _read(text: str, now: datetime, zone: ZoneInfo, language: str) -> Reading:
    return read_datetime(text, now.astimezone(zone), language=language)


def _moments(reading: Reading) -> list[datetime]:
    read = [reading.value] if isinstance(reading, Understood) else []
    return [at for at in (reading.candidates if isinstance(reading, Unsure) else read) if isinstance(at, datetime)]


async def extend(uow: UnitOfWork, rows: Sequence[Row], until: datetime, by: By) -> list[Row]:
    """Make register rows (see `storage.register.expected`) due at `until`; they close later by as much. One that has
    as much time already keeps it, an exempt one too. A report that has been received can be corrected again where
    its period was closed; whether it was late stays as it is.

    Returns the rows that were changed, as they are now. Raises Refused, with nothing changed, when there are none.
    """
    by = By(by.member_id, by.account_id, reason_of(by.reason, Why.NO_REASON))
    longer = check_time(rows, until, uow.now)
    after = [{**row, "due_at": until, "closes_at": row["closes_at"] + (until - row["due_at"])} for row in longer]
    times = [{"at_id": row["id"], "to_due": until, "to_closes": row["closes_at"]} for row in after]
    await deadlines.give_time(uow, times)
    for old, new in zip(longer, after, strict=True):
        uow.audit(
            "deadline.extend", f"expected:{old['id']}", member_id=by.member_id, account_id=by.account_id,
            unit_id=old["unit_id"], before=_times(old), after=_times(new), reason=by.reason,
        )  # fmt: skip
    await _remind_anew(uow, after)
    return after


def check_time(rows: Sequence[Row], until: datetime, now: datetime) -> list[Row]:
    """The rows that can be given time until then: those that have less. Raises Refused when there are none."""
    _check_campaign(rows)
    if until <= now:
        raise Refused(Why.PAST)
    if until > now + LONGEST:
        raise Refused(Why.TOO_FAR)
    found = [row for row in rows if row["state"] != ExpectedState.EXEMPT]
    if longer := [row for row in found if until > row["due_at"]]:
        return longer
    raise Refused(Why.NOT_LONGER if found else Why.NONE_LEFT)


def _check_campaign(rows: Sequence[Row]) -> None:
    """A campaign that is over takes nothing, whatever time its units have."""
    if rows and all(row["campaign_state"] == CampaignState.CLOSED for row in rows):
        raise Refused(Why.OVER)


def _times(row: Row) -> Row:
    return {name: row[name].isoformat() for name in ("due_at", "closes_at")}


async def _remind_anew(uow: UnitOfWork, rows: Sequence[Row]) -> None:
    """Reminders of the time before are withdrawn. Of those of the new time, the ones whose moment is over are not made
    any more: the people concerned are being told of it right now."""
    await withdraw_reminders(uow, rows)
    for row in {row["period_id"]: row for row in rows}.values():
        for step in Schedule.from_json(row["schedule"]).reminders:
            if row["due_at"] + timedelta(seconds=step.after) <= uow.now:
                await register.step_done(uow, row["period_id"], reminder_step(step.name, row["due_at"]))


async def withdraw_reminders(uow: UnitOfWork, rows: Sequence[Row]) -> None:
    """Reminders that wait for somebody of these units say what is true no more."""
    for row in rows:
        await outbox.drop_pushes(uow, reminders_of(row))


def reminders_of(row: Row) -> str:
    """What the keys of all reminders of one register row begin with."""
    return f"remind/{row['form_id']}/{row['period_id']}/{row['unit_id']}/"


async def exempt(uow: UnitOfWork, rows: Sequence[Row], by: By) -> list[Row]:
    """Let units off a period that they owe. Returns the rows that were changed: one whose unit has reported is not.
    Raises Refused, with nothing changed, when there are none."""
    by = By(by.member_id, by.account_id, reason_of(by.reason, Why.NO_REASON))
    changed = await _turn(uow, rows, ExpectedState.OPEN, ExpectedState.EXEMPT, "unit.exempt", by)
    await withdraw_reminders(uow, changed)
    return changed


async def restore(uow: UnitOfWork, rows: Sequence[Row], by: By) -> list[Row]:
    """Take exemptions back; a reason may be given. Returns the rows that were changed. Raises Refused when there are
    none."""
    return await _turn(uow, rows, ExpectedState.EXEMPT, ExpectedState.OPEN, "unit.unexempt", by)


async def _turn(
    uow: UnitOfWork, rows: Sequence[Row], before: ExpectedState, after: ExpectedState, action: str, by: By
) -> list[Row]:
    _check_campaign(rows)
    turned: Collection[int] = await deadlines.turn(uow, [row["id"] for row in rows], before, after) if rows else ()
    if not turned:
        raise Refused(Why.NONE_LEFT)
    changed = [{**row, "state": after} for row in rows if row["id"] in turned]
    for row in changed:
        uow.audit(
            action, f"expected:{row['id']}", member_id=by.member_id, account_id=by.account_id,
            unit_id=row["unit_id"], before={"state": before.value}, after={"state": after.value}, reason=by.reason,
        )  # fmt: skip
    return changed
