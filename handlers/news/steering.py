"""The buttons of a broadcast that was handed over: taken back or called off before its moment, then held, gone on with,
stopped, sent again to those who missed it; how it stands, and whom it reached as a file. By its author, and by whoever
may send news to its whole branch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Attachment, Choice, Incoming, Reply, number, word
from handlers.news import (
    card,
    correcting,
    news_words,
    recalling,
    run_telling,
    run_views,
    running,
    vouching,
    withdrawing,
)
from handlers.sent.review import turn
from storage import broadcast_letters as post
from storage import broadcast_runs as runs
from storage import broadcasts, privacy
from storage.tables import BroadcastState, RecipientState
from storage.uow import Row

RULE = "broadcast"
LISTED = 10
_UNDER_WAY = (BroadcastState.RUNNING.value, BroadcastState.PAUSED.value)


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`run/all[/<page>]`, `run/<verb>/<broadcast>[/…]`"""
    verb = word(parts, 0)
    if verb == "all":
        return [await _all(ctx, card.page_of(parts[1:]))]
    broadcast = await withdrawing.reachable(ctx, number(parts, 1))
    if broadcast is None:
        return [withdrawing.not_there(ctx)]
    rest = parts[2:]
    if broadcast["state"] == BroadcastState.WAITING and verb in ("stop", "withdraw"):
        return [await recalling.call_off(ctx, broadcast, sure=rest == ["sure"])]
    if verb == "back" or (broadcast["state"] == BroadcastState.WAITING and verb == "edit"):
        return [await recalling.take_back(ctx, broadcast["id"])]
    if verb in _STEERS:
        return [await _STEERS[verb](ctx, incoming, broadcast)]
    if verb in ("edit", "keep"):
        return [await correcting.pressed(ctx, broadcast, verb, rest)]
    return [await withdrawing.pressed(ctx, broadcast, verb, rest)]


async def _pause(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    """What waits is held back at once; at most what is on its way arrives still."""
    if not await broadcasts.turn(ctx.uow, broadcast["id"], [BroadcastState.RUNNING], state=BroadcastState.PAUSED.value):
        return await _stands(ctx, incoming, broadcast)
    await post.take_back(ctx.uow, broadcast["id"], RecipientState.WAITING)
    return await _noted(ctx, incoming, broadcast, "broadcast.pause")


async def _go_on(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    if not await broadcasts.turn(ctx.uow, broadcast["id"], [BroadcastState.PAUSED], state=BroadcastState.RUNNING.value):
        return await _stands(ctx, incoming, broadcast)
    if taken_on := await vouching.taken_on(ctx, incoming, broadcast):
        withdrawing.audit(ctx, broadcast, "broadcast.continue")
        await run_telling.opened(ctx.office, ctx.uow, {**taken_on, "state": BroadcastState.RUNNING.value})
        return Reply(ctx.tr.t("▶ It goes on. From now on I tell you how this news goes."))
    return await _noted(ctx, incoming, broadcast, "broadcast.continue")


async def _stop(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    """Nobody else gets it."""
    await withdrawing.stopped(ctx, broadcast)
    return await _stands(ctx, incoming, broadcast)


async def _again(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    """Those whom it could not be sent to are tried once more."""
    state = {"state": BroadcastState.RUNNING.value, "ended_at": None}
    failed = (await runs.counts(ctx.uow, broadcast["id"])).get(RecipientState.FAILED)
    if not failed or broadcast["withdrawn_at"]:
        return await _shown(ctx, incoming, broadcast)
    if not await broadcasts.turn(ctx.uow, broadcast["id"], [BroadcastState.DONE], **state):
        return await _stands(ctx, incoming, broadcast)
    count = await post.try_again(ctx.uow, broadcast["id"])
    withdrawing.audit(ctx, broadcast, "broadcast.again", after={"recipients": count})
    broadcast = await vouching.taken_on(ctx, incoming, broadcast) or broadcast
    await run_telling.opened(ctx.office, ctx.uow, {**broadcast, **state})
    return Reply(ctx.tr.tn("I try again in {n} chat.", "I try again in {n} chats.", count))


async def _noted(ctx: Context, incoming: Incoming, broadcast: Row, action: str) -> Reply:
    withdrawing.audit(ctx, broadcast, action)
    return await _stands(ctx, incoming, broadcast)


async def _stands(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    """How it stands now, in place of the message whose button was pressed."""
    now = await broadcasts.find(ctx.uow, broadcast["id"]) or broadcast
    if not now["started_at"]:
        return await _shown(ctx, incoming, now)
    found = run_views.progress(now, await running.brought_up_to_date(ctx.uow, broadcast), ctx.tr)
    return Reply(found.text, found.choices, replaces=incoming.message_id)


# --- looking at it ---------------------------------------------------------------------------------


async def _shown(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    """What was sent, to whom, what became of it, who wrote it and who agreed."""
    tr, found = ctx.tr, await running.brought_up_to_date(ctx.uow, broadcast)
    lines = [tr.t("<b>News no. {n}</b> · {state}", n=broadcast["id"], state=news_words.state(broadcast, ctx.now, tr))]
    lines += [*card.parts(broadcast, tr), *await _who(ctx, broadcast)]
    if broadcast["started_at"]:
        lines += run_views.outcome(found, await runs.reasons(ctx.uow, broadcast["id"]), tr)
    if run_views.is_held(broadcast):
        lines.append(run_views.held(tr))
    if broadcast["withdrawn_at"]:
        lines.append(tr.t("Taken back at {time}.", time=news_words.moment(broadcast["withdrawn_at"], ctx.now, tr)))
    ways = run_views.ways(broadcast, found, tr) if broadcast["started_at"] else ()
    if broadcast["state"] == BroadcastState.WAITING:
        ways = card.before_it_goes(broadcast, tr)
    return Reply(Markup("\n").join(lines), (*ways, (Choice(tr.plain("📜 News of the branch"), "run/all"),)))


async def _who(ctx: Context, broadcast: Row) -> list[Markup]:
    tr, at = ctx.tr, broadcast["started_at"]
    author = tr.t("✍ {name}", name=broadcast["author"])
    if broadcast["approved_by"] and (second := await privacy.person_of_member(ctx.uow, broadcast["approved_by"])):
        author = tr.t("{author}, agreed to by {name}", author=author, name=second["name"])
    lines = [tr.t("👥 {whom}", whom=await news_words.whom(ctx, broadcast)), author]
    if at:
        lines.append(tr.t("🕒 begun at {time}", time=news_words.moment(at, ctx.now, tr)))
    return lines


async def _list(ctx: Context, incoming: Incoming, broadcast: Row) -> Reply:
    """Whom it reached, as a file that is written when it is sent."""
    name = f"tin-{broadcast['id']}-{ctx.now.astimezone(ctx.tr.timezone):%Y%m%d}.xlsx"
    reference = f"news/{broadcast['id']}/{ctx.tr.language}"
    return Reply(ctx.tr.t("Here is the Excel file."), document=Attachment(reference, name))


async def _all(ctx: Context, page: int) -> Reply:
    """A page of what has been sent in one's branches and what is to be, the latest first."""
    tr = ctx.tr
    roles = ctx.person.roles if ctx.person else ()
    paths = [held.unit.path for held in roles if permissions.may(held, RULE, held.unit.path)]
    there = await runs.of_branches(ctx.uow, paths, LISTED + 1, page * LISTED)
    found = there[:LISTED]
    if not found:
        return Reply(tr.t("No news has been sent in your branch yet. /tin begins one."))
    lines = [tr.t("<b>News of your branch, sent and to be sent</b>")]
    for row in found:
        title, state = news_words.title(row, tr), news_words.state(row, ctx.now, tr)
        line = tr.t("{n}. {title} · {state}", n=row["id"], title=title, state=state)
        at = row["started_at"]
        lines.append(tr.t("{line} · {day}", line=line, day=news_words.moment(at, ctx.now, tr)) if at else line)
    ways = tuple((Choice(f"{row['id']}. {news_words.title(row, tr)}", f"run/show/{row['id']}"),) for row in found)
    return Reply(Markup("\n").join(lines), (*ways, *turn("run/all", page, page * LISTED + len(there), LISTED, tr)))


_STEERS: Mapping[str, Callable[[Context, Incoming, Row], Awaitable[Reply]]] = {
    "pause": _pause,
    "go": _go_on,
    "stop": _stop,
    "again": _again,
    "show": _shown,
    "list": _list,
}
