"""/tin: news to many, written step by step. The draft is kept from its first line on, whatever happens.

Buttons: `tin/<step>/<broadcast>[/<argument>]`; what is waited for stands in `ctx.state["waits"]` (`tin.<step>`, `id`).
Every step looks again at whether the broadcast is the person's and can still be changed. How it goes once it is handed
over is `run/…`'s.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from handlers import permissions
from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, number, word
from handlers.news import (
    approving,
    audience_choice,
    audience_units,
    card,
    consulting,
    linking,
    news_words,
    parts,
    previewing,
    recalling,
    sending,
    timing,
)
from handlers.sent.review import turn
from storage import broadcasts
from storage.tables import BroadcastState
from storage.uow import Row

LISTED = 10

_ICONS = {
    BroadcastState.DRAFT: "✏️", BroadcastState.REFUSED: "↩️", BroadcastState.ASKING: "⏳", BroadcastState.WAITING: "🕒",
    BroadcastState.RUNNING: "▶️", BroadcastState.PAUSED: "⏸", BroadcastState.DONE: "✅", BroadcastState.STOPPED: "⏹",
}  # fmt: skip

_Given = Callable[[Context, Row, Incoming], Awaitable[Reply]]

_GIVEN: Mapping[str, _Given] = {
    "tin.text": parts.text_given,
    "tin.photo": parts.photo_given,
    "tin.file": parts.file_given,
    "tin.link": linking.link_given,
    "tin.label": linking.label_given,
    "tin.unit": audience_units.unit_typed,
    "tin.names": audience_units.names_typed,
}

WAITS = (*_GIVEN, "tin.time", "tin.reason")
"""What this flow waits for."""


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/tin: what one has under way and sent lately, what waits for one's yes, and the way to write something new."""
    return [await _listed(ctx, 0)]


async def _listed(ctx: Context, page: int) -> Reply:
    tr = ctx.tr
    if ctx.person is None or not await permissions.take_role(ctx, card.RULE):
        return Reply(tr.t("News are sent by leaders and the office. /trogiup shows what you can do here."))
    mine = await broadcasts.of_person(ctx.uow, ctx.person.person_id, LISTED + 1, page * LISTED)
    rows = [Choice(tr.plain("✍️ Write news"), "tin/new")]
    rows += [
        Choice(tr.plain("Your yes, please: {title}", title=news_words.title(row, tr)), f"tin/look/{row['id']}")
        for row in await _asked(ctx)
    ]
    rows += [_opens(ctx, row) for row in mine[:LISTED]]
    rows.append(Choice(tr.plain("📜 News of the branch"), "run/all"))
    text = tr.t("<b>News</b> to the units and groups of {unit}.", unit=ctx.person.unit.name)
    if not mine and not page:
        text += tr.t("\nYou have written none yet.")
    turns = turn("tin/list", page, page * LISTED + len(mine), LISTED, tr)
    return Reply(text, (*((choice,) for choice in rows), *turns))


async def _asked(ctx: Context) -> list[Row]:
    """What waits for this person's yes."""
    if ctx.person is None:
        return []
    paths = {held.unit.path for held in ctx.person.roles if permissions.may(held, consulting.APPROVE)}
    return [row for row in await broadcasts.asking(ctx.uow, paths) if consulting.asker_id(row) != ctx.person.person_id]


def _opens(ctx: Context, row: Row) -> Choice:
    tr, state = ctx.tr, BroadcastState(row["state"])
    way = "tin" if state in (*card.OPEN, BroadcastState.ASKING) else "run"
    icon = "🗑" if row["withdrawn_at"] else _ICONS[state]
    words = f"{icon} {news_words.title(row, tr)} · {news_words.state(row, ctx.now, tr)}"
    return Choice(words, f"{way}/show/{row['id']}")


async def pressed(ctx: Context, incoming: Incoming, parts_: list[str]) -> list[Reply]:
    """`tin/list[/<page>]`, `tin/new`, or a step of one broadcast."""
    step = word(parts_, 0)
    if step == "list":
        return [await _listed(ctx, card.page_of(parts_[1:]))]
    if step == "new":
        return [parts.ask_text(ctx, None)]
    broadcast_id, rest = number(parts_, 1), parts_[2:]
    if step in approving.STEPS:
        return await approving.pressed(ctx, step, broadcast_id, rest)
    if step == "back":
        return [await recalling.take_back(ctx, broadcast_id)]
    row = await card.mine(ctx, broadcast_id)
    if row is None:
        return [card.not_yours(ctx)]
    if step == "see":
        return await previewing.shown(ctx, incoming, row)
    if row["state"] not in card.OPEN:
        return [card.settled(ctx, row)]
    if step in audience_choice.STEPS:
        return [await audience_choice.pressed(ctx, incoming, row, step, rest)]
    return [await _part(ctx, row, step, rest)]


async def _part(ctx: Context, row: Row, step: str, rest: list[str]) -> Reply:
    match step:
        case "show":
            return await card.shown(ctx, row["id"])
        case "text":
            return parts.ask_text(ctx, row)
        case "photo":
            return parts.ask_photos(ctx, row)
        case "file":
            return parts.ask_file(ctx, row)
        case "link":
            return linking.ask_link(ctx, row)
        case "time":
            return timing.ask_time(ctx, row)
        case "now":
            return await timing.at(ctx, row, None)
        case "at":
            return await timing.at(ctx, row, timing.moment_of(ctx, word(rest, 0)))
        case "nophoto" | "nofile" | "nolink":
            part = {"nophoto": "photos", "nofile": "document", "nolink": "link"}[step]
            return await parts.without(ctx, row, part)
        case "send":
            return await sending.send(ctx, row)
        case "sure":
            return await sending.send(ctx, row, (number(rest, 0), number(rest, 1)))
        case "drop":
            return await _drop(ctx, row, sure=rest == ["sure"])
    raise BadAction(f"{step!r} is no step of this")


async def _drop(ctx: Context, row: Row, *, sure: bool) -> Reply:
    tr = ctx.tr
    if not sure:
        yes = Choice(tr.plain("Yes, throw it away"), f"tin/drop/{row['id']}/sure")
        no = Choice(tr.plain("No, keep it"), f"tin/show/{row['id']}")
        return Reply(
            tr.t("Throw away <b>{title}</b>? It has not been sent.", title=news_words.title(row, tr)), ((yes, no),)
        )
    await broadcasts.drop(ctx.uow, row["id"])
    sending.noted(ctx, "broadcast.drop", row)
    return Reply(tr.t("Thrown away. Nobody was told anything."), ((card.to_list(ctx),),))


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """What was waited for: a text, pictures, a file, an address, a time, units, a reason."""
    waits = ctx.state.pop("waits")
    if waits["for"] == "tin.reason":
        return await approving.reason_given(ctx, incoming, waits)
    if not waits["id"]:
        row = await parts.begin(ctx, incoming) if await permissions.take_role(ctx, card.RULE) else None
    else:
        found = await card.own(ctx, waits["id"])
        if isinstance(found, Reply):
            return [found]
        row = found
    if row is None:
        return [card.not_yours(ctx)]
    if waits["for"] == "tin.time":
        return [await timing.time_given(ctx, row, incoming, waits.get("day", ""))]
    return [await _GIVEN[waits["for"]](ctx, row, incoming)]
