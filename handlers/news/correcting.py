"""News that have gone out, corrected where the channel can: at once, or after a second person's yes.

A correction that waits for its yes stands in the broadcast's content under `correction` (text, html, and `by`: the
person who asks for it); what readers have stays as it is until then, and nobody else gets it (see `running`).
"""

from __future__ import annotations

from markupsafe import Markup

from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, Rows
from handlers.news import checks, consulting, previewing, sending, withdrawing
from reporting.news import consent, markup
from reporting.news.audience import Recipient
from reporting.news.markup import BadMarkup
from storage import broadcast_letters as post
from storage import broadcast_runs as runs
from storage import broadcasts
from storage.tables import RecipientState
from storage.uow import Row

WAITS = "run.edit"


async def pressed(ctx: Context, broadcast: Row, verb: str, parts: list[str]) -> Reply:
    """`run/edit/<id>[/sure]`, `run/keep/<id>`. Raises BadAction for another verb."""
    match verb, parts:
        case "edit", []:
            return await _ask_text(ctx, broadcast)
        case "edit", ["sure"]:
            return await _correct(ctx, broadcast)
        case "keep", []:
            return await _keep(ctx, broadcast)
    raise BadAction(f"run/{verb}")


async def _ask_text(ctx: Context, broadcast: Row) -> Reply:
    if not withdrawing.can_change(broadcast):
        return withdrawing.too_late(ctx)
    ctx.state["waits"] = {"for": WAITS, "broadcast": broadcast["id"]}
    before = _as_written(broadcast["content"])
    text = ctx.tr.t(
        "Please type the whole new text. Pictures, file and link stay. The text now:\n\n{text}", text=before
    )
    return Reply(text, ((withdrawing.keep(ctx, broadcast),),))


def _as_written(content: Row) -> str:
    """The text as its author typed it; formatted, where the channel did that: so that a copy of it is, too."""
    typed_, html = str(content.get("text", "")), str(content.get("html", ""))
    try:
        if markup.from_typed(typed_) == html:
            return typed_
    except BadMarkup:
        pass
    # Safe HTML of `reporting.news.markup`.
    return Markup(html)  # noqa: S704  (what `reporting.news.markup` has made)


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The new text: checked, shown as it will stand, and asked about."""
    waits = ctx.state["waits"]
    broadcast = await withdrawing.reachable(ctx, waits["broadcast"])
    if broadcast is None or not withdrawing.can_change(broadcast):
        ctx.state.pop("waits", None)
        return [withdrawing.too_late(ctx)]
    if not incoming.text:
        return [Reply(ctx.tr.t("Please type the new text, or press <b>Leave it as it is</b>."))]
    html, problem = await _read(ctx, incoming, broadcast)
    if problem:
        return [Reply(Markup("\n").join([problem, ctx.tr.t("Please type the text once more.")]))]
    ctx.state.pop("waits", None)
    words = {"text": incoming.text, "html": html}
    ctx.state["correction"] = {"broadcast": broadcast["id"], **words}
    return [await _preview(ctx, consulting.reading(broadcast, words)), await _sure_of_text(ctx, broadcast)]


async def _read(ctx: Context, incoming: Incoming, broadcast: Row) -> tuple[str, Markup | None]:
    try:
        html = markup.from_channel(incoming.markup) if incoming.markup else markup.from_typed(incoming.text or "")
    except BadMarkup as bad:
        return "", checks.markup_problem(bad, ctx.tr)
    if problem := await checks.text_problem(ctx, broadcast, html):
        return html, problem
    without_due = await checks.of_due(ctx, consulting.reading(broadcast, {"text": incoming.text, "html": html}))
    return html, without_due[0] if without_due else None


async def _preview(ctx: Context, broadcast: Row) -> Reply:
    """As the one who corrects it would get it."""
    assert ctx.person is not None  # noqa: S101  (`reachable` has looked)
    unit = ctx.person.unit
    me = Recipient("", "", ctx.person.person_id, None, unit.id, unit.name, ctx.person.name, ctx.tr.language)
    return await previewing.as_it_arrives(ctx, broadcast, me, ctx.tr)


async def _sure_of_text(ctx: Context, broadcast: Row) -> Reply:
    count, tr = await withdrawing.sent_to(ctx, broadcast), ctx.tr
    text = tr.tn(
        "The news changes in {n} chat. Where messages cannot be changed (as on Zalo) the old one stays.",
        "The news changes in {n} chats. Where messages cannot be changed (as on Zalo) the old one stays.",
        count,
    )
    lines = [text if count else tr.t("Nobody has got it yet: the new text goes out.")]
    if await _needs_second(ctx, broadcast):
        lines.append(tr.t("It needs a second person's yes first; I ask for it."))
    return Reply(Markup("\n").join(lines), _ways(ctx, broadcast))


def _ways(ctx: Context, broadcast: Row) -> Rows:
    sure = Choice(ctx.tr.plain("✅ Yes, correct it"), f"run/edit/{broadcast['id']}/sure")
    return ((sure,), (withdrawing.keep(ctx, broadcast),))


async def _correct(ctx: Context, broadcast: Row) -> Reply:
    if not withdrawing.can_change(broadcast):
        return withdrawing.too_late(ctx)
    kept = ctx.state.get("correction")
    if not kept or kept["broadcast"] != broadcast["id"]:
        return _nothing_typed(ctx, broadcast)
    words = {"text": kept["text"], "html": kept["html"]}
    if await _needs_second(ctx, broadcast):
        return await _ask(ctx, broadcast, words)
    ctx.state.pop("correction")
    await applied(ctx, broadcast, words)
    return Reply(ctx.tr.t("I correct it now, and tell you when it is done."))


def _nothing_typed(ctx: Context, broadcast: Row) -> Reply:
    """To a button whose text was left, or handed in before."""
    text = ctx.tr.t("I do not have the new text any more: it was left, or handed in already.")
    anew = Choice(ctx.tr.plain("✏️ Correct it"), f"run/edit/{broadcast['id']}")
    return Reply(text, ((anew,), (Choice(ctx.tr.plain("See the news"), f"run/show/{broadcast['id']}"),)))


async def applied(ctx: Context, broadcast: Row, words: Row) -> None:
    """It reads like this now (`text`, `html`): for those who have it, and for those who wait for it."""
    edition, content = broadcast["edition"] + 1, consulting.reading(broadcast, words)["content"]
    await broadcasts.change(ctx.uow, broadcast["id"], content=content, edition=edition)
    # What waits has the old text: it is written anew.
    await post.take_back(ctx.uow, broadcast["id"], RecipientState.WAITING)
    withdrawing.audit(ctx, broadcast, "broadcast.edit", after={"edition": edition})


# --- a second person's yes -------------------------------------------------------------------------


async def _needs_second(ctx: Context, broadcast: Row) -> bool:
    """As it did before it went out."""
    if broadcast["approved_by"]:
        return True
    readers = len(await runs.people_enlisted(ctx.uow, broadcast["id"]))
    return consent.needs_second(readers, await sending.settings(ctx, broadcast))


async def _ask(ctx: Context, broadcast: Row, words: Row) -> Reply:
    """Ask everybody who may agree, but the one who corrects it; the first answer counts."""
    assert ctx.person is not None  # noqa: S101  (`reachable` has looked)
    content = {**broadcast["content"], "correction": {**words, "by": ctx.person.person_id}}
    changed = {"content": content, "counts": {**broadcast["counts"], "asked": consulting.stamp(broadcast) + 1}}
    if not await consulting.whom_to_ask(ctx, {**broadcast, **changed}):
        return Reply(sending.nobody_to_ask(ctx, broadcast), _ways(ctx, broadcast))
    ctx.state.pop("correction", None)
    await broadcasts.change(ctx.uow, broadcast["id"], **changed)
    # What waits has the old text: nobody else shall get that while it may be wrong.
    await post.take_back(ctx.uow, broadcast["id"], RecipientState.WAITING)
    withdrawing.audit(ctx, broadcast, "broadcast.ask", after={"edition": broadcast["edition"] + 1})
    names = ", ".join(await consulting.ask(ctx, {**broadcast, **changed}))
    text = ctx.tr.t("Asked: {names}. Until one of them says yes, the news stays as it is.", names=names)
    if (await runs.counts(ctx.uow, broadcast["id"])).get(RecipientState.WAITING):
        text += ctx.tr.t("\nUntil then nobody else gets it.")
    return Reply(text, ((withdrawing.keep(ctx, broadcast),),))


async def _keep(ctx: Context, broadcast: Row) -> Reply:
    """What was typed is dropped, and so is what one has asked a yes for."""
    ctx.state.pop("correction", None)
    if ctx.person and (asked := consulting.correction(broadcast)) and asked["by"] == ctx.person.person_id:
        await dropped(ctx, broadcast)
    return Reply(ctx.tr.t("All right, it stays as it is."))


async def dropped(ctx: Context, broadcast: Row) -> None:
    """Nobody is asked about a correction any more."""
    content = {name: value for name, value in broadcast["content"].items() if name != "correction"}
    await broadcasts.change(ctx.uow, broadcast["id"], content=content)
