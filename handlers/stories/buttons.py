"""The buttons of those who look at good examples, by the word behind `sto/`."""

from __future__ import annotations

from handlers.context import Context
from handlers.events import BadAction, Incoming, Reply, number, word
from handlers.stories import editing, publishing, queue, selections, taking_down

_TYPED = {"edit": editing.EDIT, "ask": editing.ASK, "no": editing.REFUSE}


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`sto/next/<story>`, `sto/see|back|text|edit|ask|no/<story>`, `sto/ok/<story>/<stamp>[/<page>]`,
    `sto/in/<story>/<group>/<page>`, `sto/post/<story>/<stamp>`, and those of what was approved"""
    match word(parts, 0):
        case "next":
            return await queue.after(ctx, number(parts, 1))
        case "see":
            return await queue.see(ctx, number(parts, 1))
        case "back":
            return await queue.see(ctx, number(parts, 1), with_pictures=False)
        case "text":
            return await editing.original(ctx, number(parts, 1))
        case "edit" | "ask" | "no" as verb:
            return await editing.asks(ctx, number(parts, 1), _TYPED[verb])
        case "ok":
            page = number(parts, 3) if len(parts) > 3 else 0
            return await publishing.choose(ctx, number(parts, 1), word(parts, 2), page=page)
        case "in":
            story, group, page = (number(parts, place) for place in (1, 2, 3))
            return await publishing.toggle(ctx, story, group, page, incoming.message_id)
        case "post":
            return await publishing.approve(ctx, number(parts, 1), word(parts, 2))
    return await _selected(ctx, parts)


async def _selected(ctx: Context, parts: list[str]) -> list[Reply]:
    """`sto/week[/<week>]`, `sto/star|best/<story>/<week>`, `sto/other/<week>[/sure]`, `sto/months`,
    `sto/month/<month>`, `sto/past/<page>`, `sto/told/<story>`, `sto/down/<story>[/sure]`"""
    match parts[0]:
        case "past":
            return await taking_down.listed(ctx, number(parts, 1))
        case "told":
            return await taking_down.shown(ctx, number(parts, 1))
        case "down":
            take = taking_down.down if parts[2:] == ["sure"] else taking_down.asks
            return await take(ctx, number(parts, 1))
        case "other":
            return await selections.other(ctx, word(parts, 1), sure=parts[2:] == ["sure"])
        case "week":
            return await selections.week(ctx, parts[1] if len(parts) > 1 else "")
        case "star":
            return await selections.star(ctx, number(parts, 1), word(parts, 2))
        case "best":
            return await selections.best(ctx, number(parts, 1), word(parts, 2))
        case "months":
            return await selections.months(ctx)
        case "month":
            return await selections.month(ctx, word(parts, 1))
    raise BadAction(f"sto/{parts[0]}")
