"""A broadcast under way, slice by slice: who gets it, what waits in the outbox, what became of it.

Each slice is a transaction of its own, so that ten thousand hold nobody up; each asks the database what is left to do,
so that it goes on where a crash left it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from markupsafe import Markup

from handlers.context import Office
from handlers.events import Priority, Reply
from handlers.news import consulting, letters, run_telling, vouching
from reporting.news import audience, placeholders
from reporting.news.audience import NO_DUES, Dues, Recipient
from reporting.news.run_words import CUT_OFF, SILENT, UNWANTED, is_silenced
from reporting.planning.quiet import next_allowed
from storage import broadcast_letters as post
from storage import broadcast_runs as runs
from storage import broadcasts
from storage.tables import BroadcastState, OutboxState, RecipientState
from storage.uow import Row, UnitOfWork

SLICE = 100
"""Recipients in one transaction."""

AHEAD = 600
"""Letters that wait in the outbox for one channel: more than goes out between two looks."""

_BECAME = {
    OutboxState.SENT: RecipientState.SENT,
    OutboxState.BLOCKED: RecipientState.BLOCKED,
    OutboxState.FAILED: RecipientState.FAILED,
}


@dataclass(slots=True)
class Done:
    """What one step did: whether there is `more` to do at once, and how many recipients came to which end."""

    more: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)


# --- the start -------------------------------------------------------------------------------------


async def meant(uow: UnitOfWork, broadcast: Row, now: datetime) -> list[Row]:
    """The recipients still to be written for a broadcast that starts now. Nobody twice, though an earlier start broke
    off and a person has changed phones since."""
    there = await runs.people_enlisted(uow, broadcast["id"])
    return [
        {
            "channel": one.channel, "chat": one.chat, "person_id": one.person_id, "group_id": one.group_id,
            "unit_id": one.unit_id, "language": one.language,
        }
        for one in await audience.recipients(uow, broadcast, now)
        if one.person_id is None or one.person_id not in there
    ]  # fmt: skip


async def begin(office: Office, uow: UnitOfWork, broadcast: Row) -> None:
    """All recipients are written: it runs, unless somebody has stopped it meanwhile, or nobody answers for it."""
    total = sum((await runs.counts(uow, broadcast["id"])).values())
    counts = {**broadcast["counts"], "total": total}
    running = {"state": BroadcastState.RUNNING.value, "started_at": uow.now, "counts": counts}
    if not await broadcasts.turn(uow, broadcast["id"], [BroadcastState.WAITING], **running):
        return
    begun = {**broadcast, **running}
    if not await vouching.is_vouched_for(uow, begun):
        await vouching.hold(office, uow, begun)
        return
    uow.audit(
        "broadcast.start", f"broadcast:{broadcast['id']}", member_id=broadcast["member_id"],
        unit_id=broadcast["unit_id"], after={"recipients": total},
    )  # fmt: skip
    await run_telling.opened(office, uow, begun)


# --- under way -------------------------------------------------------------------------------------


async def step(office: Office, uow: UnitOfWork, now: datetime) -> Done:
    """The next slice of whatever is under way."""
    done = Done()
    morning = next_allowed(now, office.translators.timezone)
    if morning > now:
        await post.put_off(uow, morning)
    under_way = await runs.looked_after(uow)
    for broadcast in under_way:
        await _take_over(uow, broadcast, done)
        # What was wrong is put right before more of it goes out.
        if not done.more and broadcast["edition"] > broadcast["counts"].get("amended", 0):
            done.more = await _amend(office, uow, broadcast)
        if not done.more and _goes_on(broadcast) and morning <= now:
            done.more = await _go_on(office, uow, broadcast)
        if done.more:
            return done
    for broadcast in under_way:
        await run_telling.told(office, uow, broadcast)
    return done


def _goes_on(broadcast: Row) -> bool:
    """Not while somebody is asked whether it may be corrected: the text that it has may be wrong."""
    return broadcast["state"] == BroadcastState.RUNNING and not consulting.correction(broadcast)


async def brought_up_to_date(uow: UnitOfWork, broadcast: Row) -> dict[str, int]:
    """How many recipients are in each state, with what the outbox knows by now: for who looks between two looks."""
    done = Done(more=True)
    while done.more:
        await _take_over(uow, broadcast, done)
    return await runs.counts(uow, broadcast["id"])


async def _take_over(uow: UnitOfWork, broadcast: Row, done: Done) -> None:
    """What the courier wrote into the outbox, into the list of recipients."""
    settled = await post.settled(uow, broadcast["id"], SLICE)
    rows = [{**row, **_what_became(row)} for row in settled]
    await runs.set_states(uow, rows)
    done.outcomes.update(row["state"] for row in rows)
    done.more = len(rows) == SLICE


def _what_became(row: Row) -> Row:
    """A group that took the bot's right to write has not blocked it: once it may write again, it is tried again."""
    state, error = _BECAME[OutboxState(row["outcome"])], row["error"]
    if state is RecipientState.BLOCKED and (row["silent"] or is_silenced(error)):
        state, error = RecipientState.FAILED, SILENT
    return {"state": state.value, "error": error}


async def _go_on(office: Office, uow: UnitOfWork, broadcast: Row) -> bool:
    """Another slice, as long as somebody answers for it; returns whether there is more to do at once."""
    if await vouching.is_vouched_for(uow, broadcast):
        return await _top_up(office, uow, broadcast)
    await vouching.hold(office, uow, broadcast)
    # What was read of it before this is old now.
    return True


async def _top_up(office: Office, uow: UnitOfWork, broadcast: Row) -> bool:
    """Let the next recipients' letters wait in the outbox; returns whether any were left to."""
    waiting = await post.news_waiting(uow)
    for channel in await runs.channels_waiting(uow, broadcast["id"]):
        room = min(SLICE, AHEAD - waiting.get(channel, 0))
        if room > 0:
            await _queue(office, uow, broadcast, await runs.waiting(uow, broadcast, channel, room))
            return True
    return False


async def _queue(office: Office, uow: UnitOfWork, broadcast: Row, rows: Sequence[Row]) -> None:
    dues = await _dues(uow, broadcast)
    changed = []
    for row in rows:
        state, why = _left_out(row)
        if state is RecipientState.QUEUED:
            reply = _letter(office, uow, broadcast, row, dues)
            _send(uow, row, reply, post.key(broadcast["id"], row["id"]))
        changed.append({**row, "state": state.value, "error": why, "edition": broadcast["edition"]})
    await runs.set_states(uow, changed)


def _left_out(row: Row) -> tuple[RecipientState, str | None]:
    """What has happened since the start: nothing (it is queued), or why it does not go there."""
    if row["cut_off"]:
        return RecipientState.STOPPED, CUT_OFF
    if row["unwanted"]:
        return RecipientState.STOPPED, UNWANTED
    if row["blocked"]:
        return RecipientState.BLOCKED, None
    if row["silent"]:
        return RecipientState.FAILED, SILENT
    return RecipientState.QUEUED, None


async def _dues(uow: UnitOfWork, broadcast: Row) -> Dues:
    asked = placeholders.DUE in placeholders.used(broadcast["content"].get("html", ""))
    return await audience.dues(uow, broadcast, uow.now) if asked else NO_DUES


def _letter(office: Office, uow: UnitOfWork, broadcast: Row, row: Row, dues: Dues) -> Reply:
    tr = office.translators[row["language"]]
    recipient = Recipient(
        row["channel"], row["chat"], row["person_id"], row["group_id"],
        row["unit_id"], row["unit_name"], row["name"], row["language"],
    )  # fmt: skip
    return letters.letter(broadcast, recipient, tr, letters.due_words(dues, row["unit_id"], tr, uow.now))


def _send(uow: UnitOfWork, row: Row, reply: Reply, key: str) -> None:
    uow.send(row["channel"], row["chat"], reply.to_json(), priority=Priority.NEWS, key=key)


# --- corrections and withdrawals -------------------------------------------------------------------


async def _amend(office: Office, uow: UnitOfWork, broadcast: Row) -> bool:
    """Correct or take back at the next who got it; returns whether any were left to. At night too: it is silent."""
    if max((await post.news_waiting(uow)).values(), default=0) >= AHEAD:
        return False
    rows = await runs.to_amend(uow, broadcast, SLICE)
    dues = await _dues(uow, broadcast)
    for row in rows:
        if row["message_id"]:
            reply = _amended(office, uow, broadcast, row, dues)
            _send(uow, row, reply, post.key(broadcast["id"], row["id"], post.amendment(broadcast)))
    await runs.set_states(uow, [{**row, "edition": broadcast["edition"]} for row in rows])
    return bool(rows)


def _amended(office: Office, uow: UnitOfWork, broadcast: Row, row: Row, dues: Dues) -> Reply:
    if broadcast["withdrawn_at"]:
        return Reply(Markup(""), deletes=row["message_id"])
    letter = _letter(office, uow, broadcast, row, dues)
    return replace(letter, replaces=row["message_id"], only_edit=True)
