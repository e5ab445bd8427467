"""What is said of a broadcast: how it stands, whom it is for, how many they are, when it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.context import Context
from handlers.words import period_title
from locales.translator import Translator
from reporting.news import audience, markup
from reporting.news.audience import Recipient
from reporting.organisation.member_words import role_name
from storage import groups, plans
from storage.tables import BroadcastState
from storage.uow import Row

TITLE = 30
"""Characters of a text that name it in a list."""


def title(row: Row, tr: Translator) -> str:
    """A broadcast in a few words: how its text begins."""
    content = row["content"]
    text = " ".join((markup.shown(content.get("html", "")) or content.get("text", "")).split())
    if not text:
        has_more = content.get("photos") or content.get("document")
        return tr.plain("(no text)") if has_more else tr.plain("(nothing yet)")
    return text if len(text) <= TITLE else _begins(text) + "…"


def _begins(text: str) -> str:
    """The whole words of a text that have room in a title; never a part of a placeholder."""
    short = text[: TITLE - 1]
    if short.rfind("{") > short.rfind("}"):
        whole = short[: short.rindex("{")]
    else:
        whole = short if text[len(short)] == " " else short.rpartition(" ")[0]
    return whole.rstrip(" ,;:–-") or short.rstrip()


def state(row: Row, now: datetime, tr: Translator) -> str:
    """How a broadcast stands, in a list."""
    if row["withdrawn_at"]:
        return tr.plain("taken back")
    if row["state"] == BroadcastState.STOPPED and not row["started_at"]:
        return tr.plain("called off")
    if row["state"] == BroadcastState.WAITING and row["send_at"] and row["send_at"] > now:
        return tr.plain("goes out {time}", time=moment(row["send_at"], now, tr))
    names = {
        BroadcastState.DRAFT: tr.plain("draft"),
        BroadcastState.ASKING: tr.plain("waits for a second person's yes"),
        BroadcastState.REFUSED: tr.plain("not agreed to"),
        BroadcastState.WAITING: tr.plain("being sent"),
        BroadcastState.RUNNING: tr.plain("being sent"),
        BroadcastState.PAUSED: tr.plain("held"),
        BroadcastState.DONE: tr.plain("sent"),
        BroadcastState.STOPPED: tr.plain("stopped"),
    }
    return names[BroadcastState(row["state"])]


def moment(at: datetime, now: datetime, tr: Translator) -> str:
    return f"{tr.time(at)} {tr.day_from(at, now)}"


def how_many(found: Sequence[Recipient], tr: Translator) -> str:
    """ "128 người, 4 nhóm"."""
    return counted(*numbers(found), tr)


async def reached(ctx: Context, row: Row, found: Sequence[Recipient]) -> Markup:
    """How many it reaches, and how many of those who are meant want no such news."""
    line = ctx.tr.t("→ <b>{n}</b>", n=of_kind(row, found, ctx.tr))
    declined_ = await declined(ctx, row)
    return Markup(" ").join([line, declined_]) if declined_ else line


def of_kind(row: Row, found: Sequence[Recipient], tr: Translator) -> str:
    """How many it reaches; none of what was asked for, where it reaches nobody."""
    if not found and row["audience"].get("groups") == "only":
        return str(tr.tn("{n} group", "{n} groups", 0))
    return how_many(found, tr)


async def declined(ctx: Context, row: Row) -> Markup | None:
    """How many of those who are meant want no such news; None where all want them."""
    n = len(await audience.unwilling(ctx.uow, row, ctx.now))
    said = ctx.tr.tn("({n} person takes no such news any more)", "({n} people take no such news any more)", n)
    return said if n else None


async def nobody(ctx: Context, row: Row) -> Markup:
    """Why a broadcast reaches nobody, and what to do about it."""
    tr = ctx.tr
    if not row["audience"]:
        return tr.t("Nobody is chosen yet who is to get it.")
    if row["audience"].get("groups") == "only":
        unit = await audience.unit_of_branch(ctx.uow, row)
        taking = [one for one in await groups.of_branch(ctx.uow, unit["path"]) if groups.NEWS in one["topics"]]
        if not taking:
            return tr.t("No group takes news yet: see /nhom.")
        if all(one["silent_at"] or one["blocked_at"] for one in taking):
            titles = ", ".join(one["title"] for one in taking)
            return tr.t("I may not write in {titles}: please let me write there, then see /nhom.", titles=titles)
    return tr.t("Nobody is like that, or nobody there can be reached. Please leave a condition out.")


def numbers(found: Sequence[Recipient]) -> tuple[int, int]:
    """How many people, how many groups."""
    groups = sum(one.group_id is not None for one in found)
    return len(found) - groups, groups


def counted(people: int, groups: int, tr: Translator) -> str:
    parts = [str(tr.tn("{n} person", "{n} people", people))] if people or not groups else []
    if groups:
        parts.append(str(tr.tn("{n} group", "{n} groups", groups)))
    return ", ".join(parts)


async def whom(ctx: Context, row: Row, reader: Translator | None = None) -> Markup:
    """Whom a broadcast is for, in words of the one who speaks, or of another `reader`."""
    tr, chosen = reader or ctx.tr, row["audience"]
    if not chosen:
        return tr.t("nobody chosen yet")
    unit = await audience.unit_of_branch(ctx.uow, row)
    parts = [tr.t("{unit} and below", unit=unit["name"])]
    if chosen.get("groups") == "only":
        parts.append(tr.t("groups only"))
    elif roles := chosen.get("roles"):
        parts.append(Markup(", ").join(role_name(role, tr) for role in roles))
    if kinds := chosen.get("kinds"):
        parts.append(Markup(", ").join(kinds))
    if languages := chosen.get("languages"):
        parts.append(Markup(", ").join(language(code, tr) for code in languages))
    if row["campaign_id"] is not None and (about := await plans.campaign(ctx.uow, row["campaign_id"])):
        parts.append(tr.t("of {campaign}", campaign=about["name"]))
    if form := chosen.get("owing"):
        parts.append(await _owing(ctx, form, tr))
    if chosen.get("units") is not None:
        parts.append(tr.t("a list of {n} units", n=tr.number(len(chosen["units"]))))
    if chosen.get("groups") == "too":
        parts.append(tr.t("and the groups"))
    return Markup(" · ").join(parts)


async def _owing(ctx: Context, form: int, tr: Translator) -> Markup:
    period = await audience.current_period(ctx.uow, form, ctx.now)
    if period is None:
        return tr.t("who has not reported (nothing is due now)")
    return tr.t("has not sent: {title}", title=period_title(period, tr))


def language(code: str, tr: Translator) -> str:
    return {"vi": tr.plain("Vietnamese"), "en": tr.plain("English")}.get(code, code)
