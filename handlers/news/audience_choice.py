"""Whom a broadcast is for, chosen condition by condition; how many people and groups that is stands on every screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from markupsafe import Markup

from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, in_rows, place_of, word
from handlers.news import audience_campaign, audience_units, news_words
from handlers.news.audience_screen import back, change, choose, head, screen
from locales.translator import LANGUAGES
from reporting.organisation.member_words import role_name
from storage import broadcasts
from storage.uow import Row

STEPS = ("to", "all", "role", "kind", "lang", "camp", "owe", "grp", "unit", "names", "add")
ROLES = ("reporter", "leader", "officer", "admin")


async def pressed(ctx: Context, incoming: Incoming, row: Row, step: str, rest: Sequence[str]) -> Reply:
    """`tin/<step>/<broadcast>[/<what is ticked, or chosen>]`"""
    shows = incoming.message_id
    match step:
        case "role" | "kind" | "lang":
            return await _ticks(ctx, row, step, rest, shows)
        case "camp":
            return await audience_campaign.campaign(ctx, row, rest)
        case "owe":
            return await audience_campaign.owing(ctx, row, rest)
        case "grp":
            return await _groups(ctx, row, rest)
        case "unit":
            return await audience_units.unit(ctx, row, rest)
        case "names" | "add":
            return await audience_units.names(ctx, row, step, rest)
        case "all":
            await change(ctx, row, audience={"unit": row["unit_id"]}, campaign_id=None)
    return await screen(ctx, row)


# --- ticks: roles, levels, languages -----------------------------------------------------------------

_NAMES = {"role": "roles", "kind": "kinds", "lang": "languages"}


async def _ticks(ctx: Context, row: Row, step: str, rest: Sequence[str], shows: str | None) -> Reply:
    """A page of ticks; none of them is all. `rest`: the one that was tapped."""
    tr = ctx.tr
    labels = await _labels(ctx, row, step)
    chosen: Collection[str] = row["audience"].get(_NAMES[step], ())
    if rest:
        tapped = next((name for name in labels if place_of(name) == rest[0]), None)
        if tapped is None:
            raise BadAction(f"{rest!r} is not among {labels!r}")
        await choose(ctx, row, **{_NAMES[step]: [name for name in labels if (name in chosen) != (name == tapped)]})
        chosen = row["audience"].get(_NAMES[step], ())
    choices = [
        Choice(f"{'☑' if name in chosen else '☐'} {label}", f"tin/{step}/{row['id']}/{place_of(name)}")
        for name, label in labels.items()
    ]
    hint = tr.t("Tap what is meant; with no tick all are.")
    text = Markup("\n").join([await head(ctx, row), hint])
    return Reply(text, (*in_rows(choices), (back(ctx, row),)), replaces=shows if rest else None)


async def _labels(ctx: Context, row: Row, step: str) -> dict[str, str]:
    """What there is to tick, with its words."""
    if step == "role":
        return {role: role_name(role, ctx.tr) for role in ROLES}
    if step == "lang":
        return {code: news_words.language(code, ctx.tr) for code in LANGUAGES}
    return {kind: kind for kind in await broadcasts.kinds_below(ctx.uow, row["path"])}


# --- groups ------------------------------------------------------------------------------------------


async def _groups(ctx: Context, row: Row, rest: Sequence[str]) -> Reply:
    tr, way = ctx.tr, f"tin/grp/{row['id']}"
    if rest:
        await choose(ctx, row, groups={"no": "", "too": "too", "only": "only"}.get(word(rest, 0), ""))
        return await screen(ctx, row)
    choices = [
        Choice(tr.plain("People only"), f"{way}/no"), Choice(tr.plain("People and groups"), f"{way}/too"),
        Choice(tr.plain("Groups only"), f"{way}/only"), back(ctx, row),
    ]  # fmt: skip
    text = tr.t("Is it to go to the groups that take news, too?")
    return Reply(text, tuple((choice,) for choice in choices))
