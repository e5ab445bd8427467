"""A second person's yes or no to a broadcast.

A button carries which time they were asked (`stamp`): it answers what they saw, and nothing that was changed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number
from handlers.news import card, checks, consulting, correcting, news_words, sending
from handlers.news.consulting import APPROVE
from handlers.notices import notify
from locales.translator import Translator
from reporting.decisions import Refused, reason_of
from reporting.news import audience
from storage import broadcasts, members
from storage.tables import BroadcastState
from storage.uow import Row

STEPS = ("look", "yes", "no")
_ASKING = (BroadcastState.ASKING.value,)


class Why(StrEnum):
    NO_REASON = "a reason has 3 to 300 characters"


async def pressed(ctx: Context, step: str, broadcast_id: int, rest: Sequence[str]) -> list[Reply]:
    """`tin/look/<id>`, `tin/yes|no/<id>/<stamp>`"""
    row = await _to_agree(ctx, broadcast_id)
    if isinstance(row, Reply):
        return [row]
    if step == "look" or number(rest, 0) != consulting.stamp(row):
        note = [Reply(ctx.tr.t("It has been changed meanwhile. It is now:"))] if step != "look" else []
        return note + await consulting.as_asked(ctx, row)
    return [await (_agree(ctx, row) if step == "yes" else _ask_why(ctx, row))]


async def _to_agree(ctx: Context, broadcast_id: int) -> Row | Reply:
    """A broadcast that waits for a yes which this person may give, or what is answered instead."""
    tr, row = ctx.tr, await broadcasts.find(ctx.uow, broadcast_id)
    if row is None or ctx.person is None or not await permissions.take_role(ctx, APPROVE, row["path"]):
        return Reply(tr.t("This piece of news is not there any more, or is not yours to agree to."))
    if consulting.asker_id(row) == ctx.person.person_id:
        return Reply(tr.t("You wrote it yourself: the yes is another person's."), ((card.to_list(ctx),),))
    if row["state"] != BroadcastState.ASKING and not consulting.correction(row):
        return Reply(tr.t("Nobody is asked about it any more: it has been answered, or taken back."))
    return row


async def _agree(ctx: Context, row: Row) -> Reply:
    if words := consulting.correction(row):
        return await _agree_to_correction(ctx, row, words)
    tr = ctx.tr
    found = await audience.recipients(ctx.uow, row, ctx.now)
    wrong = await checks.of_content(ctx, row)
    if not found:
        wrong.append(tr.t("Nobody can be reached who is as chosen. Please choose others."))
    if wrong or ctx.person is None:
        lines = [tr.t("It cannot go out yet:"), *(tr.t("• {problem}", problem=one) for one in wrong)]
        return Reply(Markup("\n").join(lines), consulting.buttons(row, tr))
    at, numbers = sending.goes_at(ctx, row), news_words.numbers(found)
    await broadcasts.turn(
        ctx.uow, row["id"], _ASKING, state=BroadcastState.WAITING.value, send_at=at,
        approved_by=ctx.person.member_id, counts={"asked": consulting.stamp(row)},
    )  # fmt: skip
    sending.noted(ctx, "broadcast.approve", row, after=sending.as_row(numbers))
    await _tell_asker(ctx, row, "yes")
    return Reply(sending.under_way(ctx, at, numbers))


async def _agree_to_correction(ctx: Context, row: Row, words: Row) -> Reply:
    sending.noted(ctx, "broadcast.approve", row, after={"edition": row["edition"] + 1})
    await correcting.applied(ctx, row, words)
    if ctx.person:
        await broadcasts.change(ctx.uow, row["id"], approved_by=ctx.person.member_id)
    await _tell_asker(ctx, row, "yes")
    return Reply(ctx.tr.t("✅ It is being corrected now."))


async def _ask_why(ctx: Context, row: Row) -> Reply:
    ctx.state["waits"] = {"for": "tin.reason", "id": row["id"], "stamp": consulting.stamp(row)}
    tr, author = ctx.tr, (await consulting.asker(ctx, row))["name"]
    if consulting.correction(row):
        return Reply(tr.t("Why should it stay as it is? Please type the reason; {author} reads it.", author=author))
    return Reply(tr.t("Why not? Please type the reason; {author} reads it.", author=author))


async def reason_given(ctx: Context, incoming: Incoming, waits: Row) -> list[Reply]:
    """The reason of a no: the broadcast goes back to its author."""
    tr, row = ctx.tr, await _to_agree(ctx, waits["id"])
    if isinstance(row, Reply):
        return [row]
    if waits["stamp"] != consulting.stamp(row):
        return [Reply(tr.t("It has been changed meanwhile. It is now:")), *await consulting.as_asked(ctx, row)]
    try:
        reason = reason_of(incoming.text or "", Why.NO_REASON)
    except Refused:
        why = await _ask_why(ctx, row)
        return [Reply(Markup("\n").join([tr.t("A reason has 3 to 300 characters."), why.text]))]
    sending.noted(ctx, "broadcast.refuse", row, reason=reason)
    await _tell_asker(ctx, row, "no", reason)
    author = (await consulting.asker(ctx, row))["name"]
    if consulting.correction(row):
        await correcting.dropped(ctx, row)
        return [Reply(tr.t("It is not corrected. {author} is told why.", author=author))]
    refused = {"asked": consulting.stamp(row), "refused": reason}
    await broadcasts.turn(ctx.uow, row["id"], _ASKING, state=BroadcastState.REFUSED.value, counts=refused)
    return [Reply(tr.t("It does not go out. {author} is told why.", author=author))]


async def _tell_asker(ctx: Context, row: Row, answer: str, reason: str = "") -> None:
    """On the account that they used last."""
    asker = await consulting.asker(ctx, row)
    if ctx.person is None or not (accounts := await members.accounts_of(ctx.uow, asker["id"])):
        return
    tr = ctx.office.translators[asker["language"]]
    values = {"name": ctx.person.name, "title": news_words.title(row, tr), "reason": reason}
    reply = (_of_correction if consulting.correction(row) else _of_news)(row, answer, values, tr)
    notify(ctx.office, ctx.uow, accounts[0], reply, key=f"tin/{row['id']}/answer/{consulting.stamp(row)}")


def _of_news(row: Row, answer: str, values: Mapping[str, str], tr: Translator) -> Reply:
    if answer == "yes":
        text = tr.t("✅ {name} has agreed to your news <b>{title}</b>.", **values)
        return Reply(text, ((Choice(tr.plain("See how it goes"), f"run/show/{row['id']}"),),))
    text = tr.t("↩️ {name} has not agreed to your news <b>{title}</b>: {reason}\nThe draft is kept.", **values)
    return Reply(text, ((Choice(tr.plain("Open the draft"), f"tin/show/{row['id']}"),),))


def _of_correction(row: Row, answer: str, values: Mapping[str, str], tr: Translator) -> Reply:
    if answer == "yes":
        text = tr.t("✅ {name} has agreed to the correction of <b>{title}</b>: it is being made.", **values)
    else:
        text = tr.t(
            "↩️ {name} has not agreed to the correction of <b>{title}</b>: {reason}\nThe news stays as it was.", **values
        )
    return Reply(text, ((Choice(tr.plain("See the news"), f"run/show/{row['id']}"),),))
