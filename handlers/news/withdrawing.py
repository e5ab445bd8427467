"""News that have gone out, taken back where the channel can; and news that nobody else shall get."""

from __future__ import annotations

from handlers import permissions
from handlers.context import Context
from handlers.events import BadAction, Choice, Reply
from storage import broadcast_letters as post
from storage import broadcast_runs as runs
from storage import broadcasts
from storage.tables import BroadcastState, RecipientState
from storage.uow import Row

_UNDER_PEN = (BroadcastState.DRAFT, BroadcastState.REFUSED, BroadcastState.ASKING)
_STARTED = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE, BroadcastState.STOPPED)


async def reachable(ctx: Context, broadcast_id: int) -> Row | None:
    """A broadcast that this person may steer: as one's own, or as one who may send to its whole branch. What has not
    been handed over is its author's alone."""
    broadcast = await broadcasts.find(ctx.uow, broadcast_id)
    if broadcast is None or ctx.person is None:
        return None
    if broadcast["state"] in _UNDER_PEN and broadcast["author_id"] != ctx.person.person_id:
        return None
    return broadcast if await permissions.take_role(ctx, "broadcast", broadcast["path"]) else None


def not_there(ctx: Context) -> Reply:
    return Reply(ctx.tr.t("This piece of news is not there any more, or is not yours."))


def audit(ctx: Context, broadcast: Row, action: str, after: Row | None = None) -> None:
    assert ctx.person is not None  # noqa: S101  (`reachable` has looked)
    ctx.uow.audit(
        action, f"broadcast:{broadcast['id']}", member_id=ctx.person.member_id, account_id=ctx.person.account_id,
        unit_id=broadcast["unit_id"], after=after,
    )  # fmt: skip


async def pressed(ctx: Context, broadcast: Row, verb: str, parts: list[str]) -> Reply:
    """`run/withdraw/<id>[/sure]`. Raises BadAction for another verb."""
    match verb, parts:
        case "withdraw", []:
            return await _ask_sure(ctx, broadcast)
        case "withdraw", ["sure"]:
            return await _take_back(ctx, broadcast)
    raise BadAction(f"run/{verb}")


async def stopped(ctx: Context, broadcast: Row) -> bool:
    """Nobody else gets it; False where it is over already."""
    running = [BroadcastState.RUNNING, BroadcastState.PAUSED]
    over = {"state": BroadcastState.STOPPED.value, "ended_at": ctx.now}
    if not await broadcasts.turn(ctx.uow, broadcast["id"], running, **over):
        return False
    await post.take_back(ctx.uow, broadcast["id"], RecipientState.STOPPED)
    audit(ctx, broadcast, "broadcast.stop")
    return True


def can_change(broadcast: Row) -> bool:
    """Whether it has gone out, and still stands."""
    return broadcast["state"] in _STARTED and not broadcast["withdrawn_at"]


def keep(ctx: Context, broadcast: Row) -> Choice:
    return Choice(ctx.tr.plain("Leave it as it is"), f"run/keep/{broadcast['id']}")


def too_late(ctx: Context) -> Reply:
    return Reply(ctx.tr.t("This piece of news has not gone out, or was taken back: there is nothing to change."))


async def sent_to(ctx: Context, broadcast: Row) -> int:
    """How many chats have got it."""
    counts = await runs.counts(ctx.uow, broadcast["id"])
    return counts.get(RecipientState.SENT, 0)


# --- a withdrawal ----------------------------------------------------------------------------------


async def _ask_sure(ctx: Context, broadcast: Row) -> Reply:
    if not can_change(broadcast):
        return too_late(ctx)
    count, tr = await sent_to(ctx, broadcast), ctx.tr
    if count:
        text = tr.tn(
            "Take the news back in {n} chat? Where messages cannot be taken back it stays. This cannot be undone.",
            "Take the news back in {n} chats? Where messages cannot be taken back it stays. This cannot be undone.",
            count,
        )
    else:
        text = tr.t("Nobody has got it yet. Shall nobody get it? This cannot be undone.")
    sure = Choice(tr.plain("🗑 Yes, take it back"), f"run/withdraw/{broadcast['id']}/sure")
    return Reply(text, ((sure,), (keep(ctx, broadcast),)))


async def _take_back(ctx: Context, broadcast: Row) -> Reply:
    if not can_change(broadcast):
        return too_late(ctx)
    await stopped(ctx, broadcast)
    edition = broadcast["edition"] + 1
    # Nobody is asked about a correction of it any more.
    content = {name: value for name, value in broadcast["content"].items() if name != "correction"}
    await broadcasts.change(ctx.uow, broadcast["id"], withdrawn_at=ctx.now, edition=edition, content=content)
    audit(ctx, broadcast, "broadcast.withdraw")
    return Reply(ctx.tr.t("I take it back now, and tell you when it is done."))
