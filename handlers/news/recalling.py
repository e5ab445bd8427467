"""News that have not gone out: taken back to be changed, or called off."""

from __future__ import annotations

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply
from handlers.news import card, consulting, news_words, withdrawing
from handlers.notices import notify
from locales.translator import Translator
from storage import broadcast_runs as runs
from storage import broadcasts, members
from storage.tables import BroadcastState
from storage.uow import Row

_WAITING = (BroadcastState.WAITING.value,)


async def take_back(ctx: Context, broadcast_id: int) -> Reply:
    """A draft again: what waits for its moment, by whoever may steer it; what waits for a yes, by its author."""
    row = await withdrawing.reachable(ctx, broadcast_id)
    if row is None or ctx.person is None:
        return card.not_yours(ctx)
    is_mine = row["author_id"] == ctx.person.person_id
    before = (*_WAITING, BroadcastState.ASKING.value) if is_mine else _WAITING
    if not await broadcasts.turn(ctx.uow, broadcast_id, before, **_as_draft(ctx, row)):
        return await card.shown(ctx, broadcast_id) if is_mine and row["state"] in card.OPEN else card.settled(ctx, row)
    await runs.unlist(ctx.uow, broadcast_id)
    withdrawing.audit(ctx, row, "broadcast.recall")
    if is_mine:
        return await card.shown(ctx, broadcast_id, _taken_back(row, ctx.tr))
    await _tell_author(ctx, row, "back")
    return Reply(ctx.tr.t("Taken back: nobody gets it for now. {author} has the draft.", author=row["author"]))


def _as_draft(ctx: Context, row: Row) -> Row:
    """What was agreed to is agreed to no more; how often it was asked for stays, so that old buttons mean nothing."""
    at = row["send_at"] if row["send_at"] and row["send_at"] > ctx.now else None
    counts = {"asked": consulting.stamp(row)}
    return {"state": BroadcastState.DRAFT.value, "send_at": at, "approved_by": None, "counts": counts}


def _taken_back(row: Row, tr: Translator) -> Markup:
    if row["state"] == BroadcastState.ASKING:
        return tr.t("Taken back: nobody is asked about it any more.")
    return tr.t("Taken back: it is a draft again. When it is ready, press ✅ Send.")


async def call_off(ctx: Context, row: Row, *, sure: bool) -> Reply:
    """It goes out to nobody: asked once more, then done."""
    tr, title = ctx.tr, news_words.title(row, ctx.tr)
    if not sure:
        yes = Choice(tr.plain("Yes, call it off"), f"run/stop/{row['id']}/sure")
        no = Choice(tr.plain("Leave it as it is"), f"run/keep/{row['id']}")
        text = tr.t("Call off <b>{title}</b>? Nobody has got it yet, and nobody will.", title=title)
        return Reply(text, ((yes, no),))
    over = {"state": BroadcastState.STOPPED.value, "ended_at": ctx.now, "counts": {**row["counts"], "ended": True}}
    if not await broadcasts.turn(ctx.uow, row["id"], _WAITING, **over):
        return card.settled(ctx, row)
    await runs.unlist(ctx.uow, row["id"])
    withdrawing.audit(ctx, row, "broadcast.cancel")
    if ctx.person is None or row["author_id"] != ctx.person.person_id:
        await _tell_author(ctx, row, "off")
    return Reply(tr.t("⏹ Called off: nobody gets it."), ((card.to_list(ctx),),))


async def _tell_author(ctx: Context, row: Row, what: str) -> None:
    """On the account that the author used last."""
    if ctx.person is None or not (accounts := await members.accounts_of(ctx.uow, row["author_id"])):
        return
    tr = ctx.office.translators[row["author_language"]]
    values = {"name": ctx.person.name, "title": news_words.title(row, tr)}
    if what == "back":
        text = tr.t("↩️ {name} has taken back your news <b>{title}</b> before it went out. The draft is kept.", **values)
        choice = Choice(tr.plain("Open the draft"), f"tin/show/{row['id']}")
    else:
        text = tr.t("⏹ {name} has called off your news <b>{title}</b>: it went out to nobody.", **values)
        choice = card.to_list(ctx)
    key = f"run/{row['id']}/{what}/{int(ctx.now.timestamp())}"
    notify(ctx.office, ctx.uow, accounts[0], Reply(text, ((choice,),)), key=key)
