"""What the bot says by itself: reminders to those who owe, the digest to leaders. Each is written once, by its key."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.context import Office
from handlers.events import Priority, Reply
from handlers.interview.duty import ways_in
from handlers.office.digest import chart_of, rows_of
from handlers.words import period_title
from locales.translator import Translator
from reporting import digest as numbers
from reporting.digest_text import render
from reporting.extensions import reminder_step
from reporting.planning.periods import Schedule, Step
from storage import deadlines, outbox, people, register, snapshots
from storage.uow import Row, UnitOfWork

POINTLESS_AFTER = timedelta(hours=1)
"""A reminder that could not be made within this time of its moment (an outage) is dropped: the next one is near."""

DIGEST_KEPT_FOR = timedelta(hours=20)
"""A digest missed by less than this is still made; after that the next day's stands for it."""


async def remind(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Write the reminders whose moment has come: of each period, and of every time that units of it were given."""
    for form in await register.live_forms(uow):
        schedule = Schedule.from_json(form["schedule"])
        waited = await deadlines.due_times(uow, form["id"], now)
        done = await register.steps_done(uow, list({due["id"] for due in waited}))
        for due in waited:
            come = [
                step
                for step in schedule.reminders
                if _moment(due, step) <= now and (due["id"], _noted(due, step)) not in done
            ]
            # After an outage several have come at once: only the last one still says something true.
            if come and _has_a_point(due, come[-1], now):
                await _remind(office, uow, form, due, come[-1], schedule, now)
            for step in come:
                await register.step_done(uow, due["id"], _noted(due, step))


def _noted(due: Row, step: Step) -> str:
    return reminder_step(step.name, due["own_due_at"])


def _moment(due: Row, step: Step) -> datetime:
    at: datetime = due["until"] + timedelta(seconds=step.after)
    return at


def _has_a_point(due: Row, step: Step, now: datetime) -> bool:
    """Not when its moment is long past, nor when it speaks of a deadline to come that is over."""
    return now - _moment(due, step) <= POINTLESS_AFTER and (step.after >= 0 or now < due["until"])


async def _remind(
    office: Office, uow: UnitOfWork, form: Row, due: Row, step: Step, schedule: Schedule, now: datetime
) -> None:
    """Remind those who owe at this time (a row of `storage.deadlines.due_times`), and not those who have another."""
    owing = await register.owing(uow, due["id"])
    by_unit = {row["unit_id"]: row["id"] for row in owing if row["own_due_at"] == due["own_due_at"]}
    accounts = await people.accounts(uow, [step.to], list(by_unit))
    prefix = f"remind/{form['id']}/{due['id']}/"
    # An earlier one that could not be sent yet would arrive together with this one, and say what is true no more.
    await outbox.drop_pushes(uow, prefix, [(a["channel"], a["address"]) for a in accounts])
    for account in accounts:
        tr = office.translators[account["language"]]
        reply = _reminder(tr, due, by_unit[account["unit_id"]], schedule, now)
        chat = account["address"]
        key = f"{prefix}{account['channel']}:{chat}/{_noted(due, step).removeprefix('remind/')}"
        uow.send(account["channel"], chat, reply.to_json(), priority=Priority.DUTY, key=key)


def _reminder(tr: Translator, due: Row, expected_id: int, schedule: Schedule, now: datetime) -> Reply:
    title = period_title(due, tr)
    left = due["until"] - now
    if left > timedelta(0):
        text = tr.t(
            "⏰ <b>{left}</b> left until <b>{title}</b> is due ({time}). It takes about two minutes.",
            left=tr.span(left), title=title, time=tr.time(due["until"]),
        )  # fmt: skip
    else:
        text = tr.t(
            "⏰ <b>{title}</b> was due at {time} and has not arrived. It is still taken until {closes} {day}.",
            title=title, time=tr.time(due["until"]), closes=tr.time(due["taken_until"]),
            day=tr.day_from(due["taken_until"], now),
        )  # fmt: skip
    return Reply(text, ways_in(tr, expected_id, nothing=schedule.nothing))


async def digest(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Write the digests whose moment has come: to the leaders of each branch, and to the groups a short one."""
    for form in await register.live_forms(uow):
        schedule = Schedule.from_json(form["schedule"])
        if schedule.digest is None:
            continue
        after = timedelta(seconds=schedule.digest.after)
        periods = await register.running_periods(uow, form["id"], now, now - DIGEST_KEPT_FOR)
        done = await register.steps_done(uow, [p["id"] for p in periods])
        for period in periods:
            at = period["due_at"] + after
            if at <= now and (period["id"], "digest") not in done:
                if now - at <= DIGEST_KEPT_FOR:
                    await _digest(office, uow, form, period, schedule, now)
                await register.step_done(uow, period["id"], "digest")


async def _digest(office: Office, uow: UnitOfWork, form: Row, period: Row, schedule: Schedule, now: datetime) -> None:
    assert schedule.digest is not None  # noqa: S101  (the caller has looked)
    root = await people.unit(uow, form["unit_id"])
    branch = await people.subtree_ids(uow, root["path"])
    periods = await register.periods(uow, form["id"])
    built: dict[int, tuple[int, numbers.Digest]] = {}
    for account in await people.accounts(uow, schedule.digest.to, branch):
        if account["unit_id"] not in built:
            built[account["unit_id"]] = await _kept_digest(office, uow, form, period, account["unit_id"], now)
        snapshot_id, found = built[account["unit_id"]]
        tr = office.translators[account["language"]]
        rows = rows_of(form["id"], periods, period, tr)
        replies = [
            Reply(Markup(""), photo=chart_of(snapshot_id, tr)),
            Reply(_in_words(found, tr, now, names=True), rows),
        ]
        _push(uow, form, period, account["channel"], account["address"], replies)
    if schedule.digest.groups:
        snapshot_id, found = built.get(root["id"]) or await _kept_digest(office, uow, form, period, root["id"], now)
        for group in await people.groups(uow, root["id"]):
            tr = office.translators[group["language"]]
            text = _in_words(found, tr, now, names=False)
            replies = [Reply(Markup(""), photo=chart_of(snapshot_id, tr)), Reply(text)]
            _push(uow, form, period, group["channel"], group["chat"], replies)


def _in_words(found: numbers.Digest, tr: Translator, now: datetime, *, names: bool) -> Markup:
    """The digest, which waits for nobody: last, how many units still have time, and until when."""
    more = [
        tr.tn(
            "{n} unit has more time, until {time} {day}.", "{n} units have more time, until {time} {day}.", given.units,
            time=tr.time(given.until), day=tr.day_from(given.until, now),
        )
        for given in found.more_time
    ]  # fmt: skip
    return Markup("\n").join([render(found, tr, now=now, names=names), *more])


async def _kept_digest(
    office: Office, uow: UnitOfWork, form: Row, period: Row, unit_id: int, now: datetime
) -> tuple[int, numbers.Digest]:
    unit = await people.unit(uow, unit_id)
    built = await numbers.build(uow, office.library, form, unit, period, now=now)
    key = f"digest/{form['id']}/{period['id']}/{unit_id}"
    return await snapshots.save(uow, key, built.to_json()), built


def _push(uow: UnitOfWork, form: Row, period: Row, channel: str, chat: str, replies: list[Reply]) -> None:
    for part, reply in enumerate(replies):
        key = f"digest/{form['id']}/{period['id']}/{channel}:{chat}/{part}"
        uow.send(channel, chat, reply.to_json(), priority=Priority.DUTY, key=key)
