"""What the bot says by itself: reminders to those who owe, the digest to leaders. Each is written once, by its key."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.context import Office
from handlers.digest import chart_of, rows_of
from handlers.events import Choice, Priority, Reply
from handlers.words import period_title
from locales.translator import Translator
from reporting import digest as numbers
from reporting.digest_text import render
from reporting.periods import Schedule, Step
from storage import outbox, people, register, snapshots
from storage.uow import Row, UnitOfWork

POINTLESS_AFTER = timedelta(hours=1)
"""A reminder that could not be made within this time of its moment (an outage) is dropped: the next one is near."""

DIGEST_KEPT_FOR = timedelta(hours=20)
"""A digest missed by less than this is still made; after that the next day's stands for it."""


async def remind(office: Office, uow: UnitOfWork, now: datetime) -> None:
    """Write the reminders whose moment has come."""
    for form in await register.live_forms(uow):
        schedule = Schedule.from_json(form["schedule"])
        periods = await register.running_periods(uow, form["id"], now, now)
        done = await register.steps_done(uow, [p["id"] for p in periods])
        for period in periods:
            come = [
                step
                for step in schedule.reminders
                if _moment(period, step) <= now and (period["id"], f"remind/{step.name}") not in done
            ]
            # After an outage several have come at once: only the last one still says something true.
            if come and _has_a_point(period, come[-1], now):
                await _remind(office, uow, form, period, come[-1], schedule, now)
            for step in come:
                await register.step_done(uow, period["id"], f"remind/{step.name}")


def _moment(period: Row, step: Step) -> datetime:
    at: datetime = period["due_at"] + timedelta(seconds=step.after)
    return at


def _has_a_point(period: Row, step: Step, now: datetime) -> bool:
    """Not when its moment is long past, nor when it speaks of a deadline to come that is over."""
    return now - _moment(period, step) <= POINTLESS_AFTER and (step.after >= 0 or now < period["due_at"])


async def _remind(
    office: Office, uow: UnitOfWork, form: Row, period: Row, step: Step, schedule: Schedule, now: datetime
) -> None:
    owing = await register.owing(uow, period["id"])
    by_unit = {row["unit_id"]: row["id"] for row in owing}
    accounts = await people.accounts(uow, [step.to], list(by_unit))
    prefix = f"remind/{form['id']}/{period['id']}/"
    # An earlier one that could not be sent yet would arrive together with this one, and say what is true no more.
    await outbox.drop_pushes(uow, prefix, [(a["channel"], a["address"]) for a in accounts])
    for account in accounts:
        tr = office.translators[account["language"]]
        reply = _reminder(tr, period, by_unit[account["unit_id"]], schedule, now)
        chat = account["address"]
        key = f"{prefix}{account['channel']}:{chat}/{step.name}"
        uow.send(account["channel"], chat, reply.to_json(), priority=Priority.DUTY, key=key)


def _reminder(tr: Translator, period: Row, expected_id: int, schedule: Schedule, now: datetime) -> Reply:
    title = period_title(period, tr)
    left = period["due_at"] - now
    if left > timedelta(0):
        text = tr.t(
            "⏰ <b>{left}</b> left until <b>{title}</b> is due ({time}). It takes about two minutes.",
            left=tr.span(left), title=title, time=tr.time(period["due_at"]),
        )  # fmt: skip
    else:
        text = tr.t(
            "⏰ <b>{title}</b> was due at {time} and has not arrived. It is still taken until {closes} {day}.",
            title=title, time=tr.time(period["due_at"]), closes=tr.time(period["closes_at"]),
            day=tr.day_from(period["closes_at"], now),
        )  # fmt: skip
    rows: list[tuple[Choice, ...]] = [(Choice(tr.plain("📝 Report now"), f"start/{expected_id}"),)]
    second = [Choice(tr.plain("Same as last time"), f"same/{expected_id}")]
    if schedule.nothing:
        second.insert(0, Choice(tr.plain("Nothing to report"), f"nothing/{expected_id}"))
    return Reply(text, (*rows, tuple(second)))


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
            Reply(render(found, tr, now=now, names=True), rows),
        ]
        _push(uow, form, period, account["channel"], account["address"], replies)
    if schedule.digest.groups:
        snapshot_id, found = built.get(root["id"]) or await _kept_digest(office, uow, form, period, root["id"], now)
        for group in await people.groups(uow, root["id"]):
            tr = office.translators[group["language"]]
            text = render(found, tr, now=now, names=False)
            replies = [Reply(Markup(""), photo=chart_of(snapshot_id, tr)), Reply(text)]
            _push(uow, form, period, group["channel"], group["chat"], replies)


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
