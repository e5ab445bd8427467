"""What the author of a broadcast is told while it runs and at its end: one message that counts up, then the outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.context import Office
from handlers.events import Priority, Reply
from handlers.news import run_views
from handlers.notices import heard_at
from locales.translator import Translator
from storage import broadcast_letters as post
from storage import broadcast_runs as runs
from storage import broadcasts
from storage.tables import BroadcastState, OutboxState, RecipientState
from storage.uow import Row, UnitOfWork

_ON_ITS_WAY = (OutboxState.WAITING, OutboxState.SENDING)


def _key(broadcast: Row, number: object) -> str:
    return f"run/{broadcast['id']}/{number}"


def _push(office: Office, uow: UnitOfWork, broadcast: Row, reply: Reply, number: object) -> None:
    # An author who was erased has no chat.
    if not broadcast["chat"]:
        return
    uow.send(
        broadcast["channel"], broadcast["chat"], reply.to_json(),
        priority=Priority.DUTY, key=_key(broadcast, number), due_at=heard_at(office, uow),
    )  # fmt: skip


async def translator(office: Office, uow: UnitOfWork, broadcast: Row) -> Translator:
    """In the author's language."""
    chat = broadcast["channel"], broadcast["chat"]
    author = (await uow.people([chat])).get(chat)
    return office.translators[author["language"] if author else "vi"]


async def opened(office: Office, uow: UnitOfWork, broadcast: Row) -> None:
    """It begins, or begins again: the message that will count up. `counts` of the row are as they were written."""
    tr = await translator(office, uow, broadcast)
    found = await runs.counts(uow, broadcast["id"])
    number = broadcast["counts"].get("told", 0) + 1
    _push(office, uow, broadcast, run_views.progress(broadcast, found, tr), number)
    await _note(uow, broadcast, anchor=number, told=number, said=_said(broadcast, found), ended=False)


async def told(office: Office, uow: UnitOfWork, broadcast: Row) -> None:
    """Tell what has changed since, and the end. `broadcast`: as it was before this look."""
    amending = broadcast["edition"] > broadcast["counts"].get("amended", 0)
    if broadcast["counts"].get("ended") and not amending:
        return
    found = await runs.counts(uow, broadcast["id"])
    is_over = not any(found.get(state) for state in run_views.AHEAD)
    running = (BroadcastState.RUNNING.value, BroadcastState.PAUSED.value)
    if is_over and broadcast["state"] in running:
        over = {"state": BroadcastState.DONE.value, "ended_at": uow.now}
        if await broadcasts.turn(uow, broadcast["id"], running, **over):
            broadcast = {**broadcast, **over}
    tr = await translator(office, uow, broadcast)
    if is_over and broadcast["state"] in run_views.OVER and not broadcast["counts"].get("ended"):
        await _ended(office, uow, broadcast, found, tr)
    elif not broadcast["counts"].get("ended"):
        await _counted(office, uow, broadcast, found, tr)
    if amending and not found.get(RecipientState.QUEUED):
        await _amended(office, uow, broadcast, tr)


async def _counted(office: Office, uow: UnitOfWork, broadcast: Row, found: dict[str, int], tr: Translator) -> None:
    """Change the message that counts, if the one before has arrived and anything is new. A channel that cannot change
    messages says nothing until the end."""
    counts = broadcast["counts"]
    shown = _said(broadcast, found)
    anchor = await post.told(uow, _key(broadcast, counts.get("anchor", 0)))
    last = await post.told(uow, _key(broadcast, counts.get("told", 0)))
    if _shown(shown) == _shown(counts.get("said", {})) or not anchor or not anchor["message_id"]:
        return
    if last and last["state"] in _ON_ITS_WAY:
        return
    reply = run_views.progress(broadcast, found, tr)
    number = counts["told"] + 1
    _push(office, uow, broadcast, replace(reply, replaces=anchor["message_id"], only_edit=True), number)
    await _note(uow, broadcast, told=number, said=shown)


def _said(broadcast: Row, found: dict[str, int]) -> dict[str, Any]:
    """What a message that counts tells."""
    held = {"held": True} if run_views.is_held(broadcast) else {}
    return {"state": broadcast["state"], **held, **found}


def _shown(said: dict[str, Any]) -> dict[str, Any]:
    """What can be seen in the message: whom it waits for and whom it is on its way to are one number."""
    ahead = sum(said.get(state, 0) for state in run_views.AHEAD)
    return {**{name: value for name, value in said.items() if name not in run_views.AHEAD and value}, "ahead": ahead}


async def _ended(office: Office, uow: UnitOfWork, broadcast: Row, found: dict[str, int], tr: Translator) -> None:
    """The message that counted stands still, without buttons; a new one, which makes a sound, tells the end."""
    counts = broadcast["counts"]
    number = counts.get("told", 0) + 1
    if anchor := await post.told(uow, _key(broadcast, counts.get("anchor", 0))):
        last = run_views.progress(broadcast, found, tr)
        if anchor["message_id"]:
            _push(office, uow, broadcast, replace(last, replaces=anchor["message_id"], only_edit=True), number)
            number += 1
    reply = run_views.result(broadcast, found, await runs.reasons(uow, broadcast["id"]), tr)
    _push(office, uow, broadcast, reply, number)
    await _note(uow, broadcast, told=number, ended=True, **found)


async def _amended(office: Office, uow: UnitOfWork, broadcast: Row, tr: Translator) -> None:
    """A correction or a withdrawal has reached everybody whom it could reach."""
    if await runs.to_amend(uow, broadcast, 1):
        return
    became = await post.amended(uow, broadcast["id"], post.amendment(broadcast))
    if any(became.get(state) for state in _ON_ITS_WAY):
        return
    reached = became.pop(OutboxState.SENT, 0)
    reply = run_views.amended(broadcast, reached, sum(became.values()), tr)
    _push(office, uow, broadcast, reply, post.amendment(broadcast).strip("/"))
    await _note(uow, broadcast, amended=broadcast["edition"])


async def _note(uow: UnitOfWork, broadcast: Row, **values: Any) -> None:
    """Keep among the broadcast's counts what the next look has to know."""
    now = await broadcasts.find(uow, broadcast["id"])
    kept = now["counts"] if now else {}
    await broadcasts.change(uow, broadcast["id"], counts={**kept, **values})
