"""Who is reminded: those who report for the units that owe, the units' leaders, and those above them.

Every push has the unit that it is about in its key (`remind/<form>/<period>/<unit>/…`): a report withdraws those of its
unit. The list for those above is `missing/<form>/<period>/<unit above>/<due>/…`; it says at what time it was true. The
one for a unit's groups is `remind/groups/<form>/<period>/<unit>/<due>/…`: names of units, or only how many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.context import Office
from handlers.deadlines import reminder_words as words
from handlers.events import Reply
from handlers.interview import sparing
from handlers.notices import notify
from handlers.organisation import web_links
from reporting.extensions import reminders_of
from reporting.planning.periods import Schedule, Step
from reporting.planning.reminder_steps import LEADER, PARENT, REPORTER, SECOND
from storage import deadlines, groups, outbox, people
from storage.tables import ExpectedState
from storage.uow import Row, UnitOfWork

ABOVE = ("leader", "officer")
"""Who is told in a unit that units below it owe."""


@dataclass(frozen=True, slots=True)
class Call:
    """A step of the ladder whose moment has come, for one of the `storage.deadlines.due_times` of a form. `noted`: the
    name under which it is noted as made."""

    office: Office
    uow: UnitOfWork
    form: Row
    due: Row
    step: Step
    schedule: Schedule
    noted: str


async def push(call: Call) -> None:
    """Remind those who owe at this time, and not those who have another."""
    asked = await deadlines.asked_at(call.uow, call.due)
    owing = {row["unit_id"]: row for row in asked if row["state"] == ExpectedState.OPEN}
    if not owing:
        return
    if call.step.to == PARENT:
        await _tell_those_above(call, asked)
        await _tell_groups(call, asked)
    elif call.step.to == LEADER:
        await _tell_leaders(call, owing)
    else:
        await _tell_reporters(call, owing)


async def _tell_reporters(call: Call, owing: Mapping[int, Row]) -> None:
    accounts = await _reporters(call, owing)
    several = await deadlines.of_several_units(call.uow, {account["person_id"] for account in accounts})
    earlier = await deadlines.with_figures(call.uow, call.due["form_id"], list(owing))
    letters, again = [], _had_one_today(call)
    for account in accounts:
        row, tr = owing[account["unit_id"]], call.office.translators[account["language"]]
        names_unit = account["person_id"] in several
        reply = words.to_reporter(
            tr, call.due, row, call.uow.now, call.schedule, step=call.step, names_unit=names_unit,
            has_earlier=account["unit_id"] in earlier,
        )  # fmt: skip
        reply = await sparing.in_reminder(call.office, call.uow, account, row["id"], reply, again=again)
        reply = await web_links.with_link(call.office, call.uow, account, reply, call.due["taken_until"])
        letters.append((account, _of_unit(call, account), reply))
    await _send(call, letters)


def _had_one_today(call: Call) -> bool:
    """Whether an earlier step of the same day was to all of a unit's reporters."""
    zone, until = call.office.translators.timezone, call.due["until"]
    days = [
        (until + timedelta(seconds=step.after)).astimezone(zone).date()
        for step in call.schedule.reminders
        if step.to == REPORTER and step.after < call.step.after
    ]
    return call.uow.now.astimezone(zone).date() in days


async def _reporters(call: Call, owing: Mapping[int, Row]) -> list[Row]:
    """Those of the units' reporters whom the step means (see `reporting.planning.reminder_steps`)."""
    accounts = await people.accounts(call.uow, [REPORTER], list(owing))
    if all(step.to != SECOND for step in call.schedule.reminders):
        return accounts
    by_unit: dict[int, list[Row]] = defaultdict(list)
    for account in accounts:
        by_unit[account["unit_id"]].append(account)
    senders = await deadlines.last_senders(call.uow, list(by_unit))
    place = 1 if call.step.to == SECOND else 0
    in_turn = [_in_turn(theirs, senders.get(unit_id)) for unit_id, theirs in by_unit.items()]
    return [theirs[place] for theirs in in_turn if len(theirs) > place]


def _in_turn(accounts: Sequence[Row], sender: int | None) -> list[Row]:
    """A unit's reporters: who reported last for it, then who wrote to the bot last, then who came first."""

    def rank(account: Row) -> tuple[bool, float, int]:
        used = account["used_at"].timestamp() if account["used_at"] else 0
        return account["person_id"] != sender, -used, account["member_id"]

    return sorted(accounts, key=rank)


async def _tell_leaders(call: Call, owing: Mapping[int, Row]) -> None:
    letters = []
    for account in await people.accounts(call.uow, [LEADER], list(owing)):
        tr = call.office.translators[account["language"]]
        reply = words.to_leader(tr, call.due, owing[account["unit_id"]], call.step, call.uow.now)
        letters.append((account, _of_unit(call, account), reply))
    await _send(call, letters)


# --- those above -----------------------------------------------------------------------------------


async def _tell_those_above(call: Call, asked: Sequence[Row]) -> None:
    """One message to each, with the units that they stand next above, and that have not reported."""
    above = {int(part) for row in asked for part in _above(row)}
    accounts = await people.accounts(call.uow, ABOVE, list(above))
    reached = {account["unit_id"] for account in accounts}
    below: dict[int, list[Row]] = defaultdict(list)
    for row in asked:
        # Where nobody of the unit next above can be reached, it is for the one above that.
        if nearest := next((int(part) for part in reversed(_above(row)) if int(part) in reached), None):
            below[nearest].append(row)
    letters = []
    for account in accounts:
        units = below[account["unit_id"]]
        if any(row["state"] == ExpectedState.OPEN for row in units):
            tr = call.office.translators[account["language"]]
            key = f"missing/{call.form['id']}/{call.due['id']}/{account['unit_id']}/{call.due['until']:%y%m%d%H%M}/"
            letters.append((account, key, words.to_those_above(tr, call.due, account, units, call.step, call.uow.now)))
    await _send(call, letters)


async def _tell_groups(call: Call, asked: Sequence[Row]) -> None:
    """The groups that want to hear of it: which units at or below theirs owe, or only how many."""
    root = await people.unit(call.uow, call.form["unit_id"])
    letters = []
    for topic in (groups.OWING_NAMES, groups.OWING_NUMBER):
        for group in await groups.for_topic(call.uow, topic, root["path"]):
            units = [row for row in asked if row["path"].startswith(group["path"])]
            missing = [row["short_name"] for row in units if row["state"] == ExpectedState.OPEN]
            if missing:
                tr = call.office.translators[group["language"]]
                named = missing if topic == groups.OWING_NAMES else []
                reply = words.to_group(tr, call.due, call.uow.now, owing=len(missing), of=len(units), named=named)
                letters.append(({**group, "address": group["chat"]}, _of_group(call, group), reply))
    await _send(call, letters)


def _of_group(call: Call, group: Row) -> str:
    due = f"{call.due['id']}/{group['unit_id']}/{call.due['until']:%y%m%d%H%M}"
    return f"remind/groups/{call.form['id']}/{due}/"


def _above(row: Row) -> list[str]:
    """The ids of the units above one, from the root down."""
    parts: list[str] = row["path"].strip("/").split("/")
    return parts[:-1]


def _of_unit(call: Call, account: Row) -> str:
    row = {"form_id": call.form["id"], "period_id": call.due["id"], "unit_id": account["unit_id"]}
    return reminders_of(row)


async def _send(call: Call, letters: Sequence[tuple[Row, str, Reply]]) -> None:
    """Write them (account, what the key begins with, what it says)."""
    # An earlier one that could not be sent yet would arrive together with this one, and say what is true no more.
    chats = {(account["channel"], account["address"]) for account, _, _ in letters}
    await outbox.drop_earlier(call.uow, [key for _, key, _ in letters], chats)
    for account, begins, reply in letters:
        channel, chat = account["channel"], account["address"]
        key = f"{begins}{call.noted.removeprefix('remind/')}/{channel}:{chat}"
        notify(call.office, call.uow, account, reply, key=key)
