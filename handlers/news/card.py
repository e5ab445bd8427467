"""A broadcast that is being written: what it has so far, and the buttons for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Reply, Rows, in_rows, number
from handlers.news import news_words
from locales.translator import Translator
from reporting.news import audience, markup, placeholders
from storage import broadcasts
from storage.tables import BroadcastState
from storage.uow import Row

RULE = "broadcast"
OPEN = (BroadcastState.DRAFT.value, BroadcastState.REFUSED.value)
"""The states in which a broadcast is being written."""

EXCERPT = 400
FURTHEST_PAGE = 1000


async def own(ctx: Context, broadcast_id: int) -> Row | Reply:
    """One's own broadcast that can still be written on, or what is answered instead."""
    row = await mine(ctx, broadcast_id)
    if row is None:
        return not_yours(ctx)
    return row if row["state"] in OPEN else settled(ctx, row)


async def mine(ctx: Context, broadcast_id: int) -> Row | None:
    """A broadcast that this person has begun, in whatever state; None where it is not theirs (any more)."""
    row = await broadcasts.find(ctx.uow, broadcast_id)
    if row is None or ctx.person is None or row["author_id"] != ctx.person.person_id:
        return None
    return row if await permissions.take_role(ctx, RULE, row["path"]) else None


def page_of(parts: Sequence[str]) -> int:
    """Of a list of news: the first part of an action, 0 where there is none."""
    return min(number(parts, 0), FURTHEST_PAGE) if parts else 0


def not_yours(ctx: Context) -> Reply:
    text = ctx.tr.t("This piece of news is not there any more, or is not yours.")
    return Reply(text, ((to_list(ctx),),))


def to_list(ctx: Context) -> Choice:
    return Choice(ctx.tr.plain("All news"), "tin/list")


def settled(ctx: Context, row: Row) -> Reply:
    """A broadcast that is not a draft any more: how it stands, and what one can do then."""
    tr, way = ctx.tr, row["id"]
    text = tr.t("<b>{title}</b>: {state}.", title=news_words.title(row, tr), state=news_words.state(row, ctx.now, tr))
    if row["state"] == BroadcastState.ASKING:
        back = Choice(tr.plain("Take it back to change it"), f"tin/back/{way}")
        return Reply(text, ((Choice(tr.plain("👁 Preview"), f"tin/see/{way}"), back), (to_list(ctx),)))
    if row["state"] == BroadcastState.WAITING:
        look = Choice(tr.plain("See the news"), f"run/show/{way}")
        return Reply(text, ((look,), *before_it_goes(row, tr), (to_list(ctx),)))
    return Reply(text, ((Choice(tr.plain("See how it goes"), f"run/show/{way}"),), (to_list(ctx),)))


def before_it_goes(row: Row, tr: Translator) -> Rows:
    """What one can do with news that wait for their moment."""
    back = Choice(tr.plain("Take it back to change it"), f"run/back/{row['id']}")
    return ((back,), (Choice(tr.plain("Call it off"), f"run/stop/{row['id']}"),))


async def shown(ctx: Context, broadcast_id: int, note: Markup | None = None) -> Reply:
    """The card of a draft, as it is now; `note` stands before it."""
    row = await broadcasts.find(ctx.uow, broadcast_id)
    if row is None:
        return not_yours(ctx)
    found = await audience.recipients(ctx.uow, row, ctx.now)
    lines = [note, Markup("")] if note else []
    lines += [*_head(ctx, row), *parts(row, ctx.tr)]
    lines.append(ctx.tr.t("👥 {whom}", whom=await news_words.whom(ctx, row)))
    if row["audience"]:
        lines.append(await news_words.reached(ctx, row, found))
    return Reply(Markup("\n").join(lines), _buttons(ctx, row, news_words.of_kind(row, found, ctx.tr)))


def _head(ctx: Context, row: Row) -> list[Markup]:
    tr = ctx.tr
    lines = [tr.t("<b>News no. {n}</b> · {state}", n=row["id"], state=news_words.state(row, ctx.now, tr))]
    if row["state"] == BroadcastState.REFUSED and (why := row["counts"].get("refused")):
        lines.append(tr.t("Why it was not agreed to: {reason}", reason=why))
    return lines


def parts(row: Row, tr: Translator) -> list[Markup]:
    """What is in it: how the text begins, and what goes with it."""
    content = row["content"]
    html = content.get("html", "")
    text = markup.shown(html) or content.get("text", "")
    lines = [tr.t("<i>{text}</i>", text=text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…")] if text else []
    if content.get("text") and not html:
        lines.append(tr.t("⚠ The text cannot be sent as it stands. Please write it again: ✏️ Text."))
    has = []
    if photos := content.get("photos"):
        has.append(tr.tn("📷 {n} picture", "📷 {n} pictures", len(photos)))
    if document := content.get("document"):
        has.append(tr.t("📎 {name}", name=document[1]))
    if link := content.get("link"):
        has.append(tr.t("🔗 {label} ({url})", label=link[0], url=link[1]))
    return [*lines, Markup(" · ").join(has)] if has else lines


def _buttons(ctx: Context, row: Row, number: str) -> Rows:
    tr, to = ctx.tr, row["id"]
    when = news_words.moment(row["send_at"], ctx.now, tr) if row["send_at"] else tr.plain("now")
    whom = number if row["audience"] else tr.plain("nobody yet")
    of_it = [
        Choice(tr.plain("✏️ Text"), f"tin/text/{to}"),
        Choice(tr.plain("📷 Pictures"), f"tin/photo/{to}"),
        Choice(tr.plain("📎 File"), f"tin/file/{to}"),
        Choice(tr.plain("🔗 Link button"), f"tin/link/{to}"),
    ]
    return (
        *in_rows(of_it),
        (Choice(tr.plain("👥 Recipients: {n}", n=whom), f"tin/to/{to}"),),
        (Choice(tr.plain("🕒 Time: {when}", when=when), f"tin/time/{to}"),),
        (Choice(tr.plain("👁 Preview"), f"tin/see/{to}"), Choice(tr.plain("✅ Send"), f"tin/send/{to}")),
        (Choice(tr.plain("Throw this away"), f"tin/drop/{to}"), to_list(ctx)),
    )


async def problems(ctx: Context, row: Row, found: list[Markup]) -> Reply:
    """What has to be put right first, with the card below; nothing is lost."""
    tr = ctx.tr
    lines = [tr.t("It cannot go out yet:"), *(tr.t("• {problem}", problem=one) for one in found)]
    return await shown(ctx, row["id"], Markup("\n").join(lines))


def due_hint(ctx: Context, html: str) -> Markup:
    """What is filled in for each reader, if anything is."""
    names = [name for name in placeholders.ALL if name in placeholders.used(html)]
    if not names:
        return Markup("")
    return ctx.tr.t("I fill in for each reader: {names}.", names=", ".join(f"{{{name}}}" for name in names))
