"""Sending: asked once more with the numbers, then handed over to go out, or first put to a second person."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply
from handlers.news import card, checks, consulting, news_words
from reporting.news import audience, consent
from reporting.planning.quiet import next_allowed
from storage import broadcasts, plans
from storage.tables import BroadcastState
from storage.uow import Row


async def send(ctx: Context, row: Row, agreed: tuple[int, int] | None = None) -> Reply:
    """Send a draft, or say what is in the way. `agreed`: the numbers that were confirmed; others are asked again."""
    found = await audience.recipients(ctx.uow, row, ctx.now)
    if wrong := await checks.of_all(ctx, row, found):
        return await card.problems(ctx, row, wrong)
    numbers = news_words.numbers(found)
    second = consent.needs_second(numbers[0], await settings(ctx, row))
    if second and not await consulting.whom_to_ask(ctx, row):
        return await card.shown(ctx, row["id"], nobody_to_ask(ctx, row))
    if agreed != numbers:
        return _confirm(ctx, row, numbers, second=second, changed=agreed is not None)
    return await (_ask if second else _hand_over)(ctx, row, numbers)


async def settings(ctx: Context, row: Row) -> Row | None:
    """Of the campaign that it is about; None where it is about none."""
    if row["campaign_id"] is None:
        return None
    about = await plans.campaign(ctx.uow, row["campaign_id"])
    return about["settings"] if about else None


def nobody_to_ask(ctx: Context, row: Row) -> Markup:
    return ctx.tr.t(
        "It needs a second person's yes, and in {unit} and above it there is nobody else who may give it. Please have "
        "another leader or officer join (/moi), or ask the unit above.",
        unit=row["unit_name"],
    )  # fmt: skip


def _confirm(ctx: Context, row: Row, numbers: tuple[int, int], *, second: bool, changed: bool) -> Reply:
    tr, n = ctx.tr, news_words.counted(*numbers, ctx.tr)
    at = goes_at(ctx, row)
    if at > ctx.now:
        when = news_words.moment(at, ctx.now, tr)
        text = tr.t("Send to <b>{n}</b>, {when}?", n=n, when=when)
        if not row["send_at"]:
            text += tr.t("\nIt is late now: from 21:30 to 6:00 people are left in peace.")
    else:
        text = tr.t("Send to <b>{n}</b> right now?", n=n)
    lines = [tr.t("The number has changed meanwhile.")] if changed else []
    lines.append(text)
    if second:
        lines.append(tr.t("It needs a second person's yes first; I ask for it."))
    label = tr.plain("Ask for the yes") if second else tr.plain("✅ Yes, send")
    yes = Choice(label, f"tin/sure/{row['id']}/{numbers[0]}/{numbers[1]}")
    return Reply(Markup("\n").join(lines), ((yes, Choice(tr.plain("Not yet"), f"tin/show/{row['id']}")),))


def goes_at(ctx: Context, row: Row) -> datetime:
    """When a broadcast goes out that is agreed to now: never in quiet hours, never before now."""
    return next_allowed(max(row["send_at"] or ctx.now, ctx.now), ctx.tr.timezone)


async def _hand_over(ctx: Context, row: Row, numbers: tuple[int, int]) -> Reply:
    at = goes_at(ctx, row)
    handed = {"state": BroadcastState.WAITING.value, "send_at": at, "counts": {"asked": consulting.stamp(row)}}
    if not await broadcasts.turn(ctx.uow, row["id"], card.OPEN, **handed):
        return card.not_yours(ctx)
    noted(ctx, "broadcast.send", row, after=as_row(numbers))
    ways = card.before_it_goes(row, ctx.tr) if at > ctx.now else ((_progress(ctx, row),),)
    return Reply(under_way(ctx, at, numbers), ways)


def under_way(ctx: Context, at: datetime, numbers: tuple[int, int]) -> Markup:
    tr, n = ctx.tr, news_words.counted(*numbers, ctx.tr)
    if at > ctx.now:
        return tr.t("✅ It goes out to <b>{n}</b> {when}.", n=n, when=news_words.moment(at, ctx.now, tr))
    return tr.t("✅ It is going out now, to <b>{n}</b>.", n=n)


def _progress(ctx: Context, row: Row) -> Choice:
    return Choice(ctx.tr.plain("See how it goes"), f"run/show/{row['id']}")


def as_row(numbers: tuple[int, int]) -> Row:
    return {"people": numbers[0], "groups": numbers[1]}


async def _ask(ctx: Context, row: Row, numbers: tuple[int, int]) -> Reply:
    """Ask everybody who may agree; the first answer counts."""
    asked = {"asked": consulting.stamp(row) + 1}
    if not await broadcasts.turn(ctx.uow, row["id"], card.OPEN, state=BroadcastState.ASKING.value, counts=asked):
        return card.not_yours(ctx)
    noted(ctx, "broadcast.ask", row, after=as_row(numbers))
    now_asking = await broadcasts.find(ctx.uow, row["id"])
    names = ", ".join(await consulting.ask(ctx, now_asking or row))
    text = ctx.tr.t("Asked: {names}. I tell you as soon as one of them answers.", names=names)
    back = Choice(ctx.tr.plain("Take it back to change it"), f"tin/back/{row['id']}")
    return Reply(text, ((back,), (card.to_list(ctx),)))


def noted(ctx: Context, action: str, row: Row, *, after: Row | None = None, reason: str = "") -> None:
    """Into the audit, in the name of whoever does it now."""
    ctx.uow.audit(
        action, f"broadcast:{row['id']}", member_id=ctx.person.member_id if ctx.person else None,
        account_id=ctx.person.account_id if ctx.person else None, unit_id=row["unit_id"], after=after, reason=reason,
    )  # fmt: skip
