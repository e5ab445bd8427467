"""Whom a broadcast is for, by unit: a branch, or a list of units."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number
from handlers.news import unit_list
from handlers.news.audience_screen import back, choose, screen
from handlers.organisation import units as unit_search_words
from storage import people
from storage.uow import Row

MOST_UNITS = 500


async def unit(ctx: Context, row: Row, rest: Sequence[str]) -> Reply:
    tr = ctx.tr
    if rest:
        unit = await unit_list.within(ctx, row, number(rest, 0))
        if unit is None:
            return unit_search_words.refused(ctx)
        await choose(ctx, row, unit=unit["id"])
        return await screen(ctx, row)
    ctx.state["waits"] = {"for": "tin.unit", "id": row["id"]}
    own = await people.unit(ctx.uow, row["unit_id"])
    whole = Choice(tr.plain("All of {unit}", unit=own["short_name"]), f"tin/unit/{row['id']}/{row['unit_id']}")
    text = tr.t("For one unit with all below it: type a part of its name; diacritics may be missing.")
    return Reply(text, ((whole,), (back(ctx, row),)))


async def unit_typed(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    """A part of the name of the unit at the head of the branch."""
    ctx.state["waits"] = {"for": "tin.unit", "id": row["id"]}
    if not incoming.text:
        return await unit(ctx, row, ())
    return await unit_search_words.found(ctx, incoming.text, f"tin/unit/{row['id']}/{{id}}", [back(ctx, row)])


async def names(ctx: Context, row: Row, step: str, rest: Sequence[str]) -> Reply:
    """Ask for a list; `add`: one of those that an unclear line may mean; `names/…/0`: no list any more."""
    tr = ctx.tr
    if step == "add":
        unit = await unit_list.within(ctx, row, number(rest, 0))
        if unit is None:
            return unit_search_words.refused(ctx)
        await choose(ctx, row, units=sorted({*(row["audience"].get("units") or ()), unit["id"]})[:MOST_UNITS])
        return await screen(ctx, row)
    if rest:
        await choose(ctx, row, units=None)
        return await screen(ctx, row)
    ctx.state["waits"] = {"for": "tin.names", "id": row["id"]}
    text = tr.t("Send the units as a list, one per line: a code, or the name as you call it (at most {most}).",
                most=tr.number(MOST_UNITS))  # fmt: skip
    choices = [back(ctx, row)]
    if row["audience"].get("units") is not None:
        choices.insert(0, Choice(tr.plain("No list"), f"tin/names/{row['id']}/0"))
    return Reply(text, tuple((choice,) for choice in choices))


async def names_typed(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    """The list: units that are certain are taken, the others are asked about; a second list adds to the first."""
    if not incoming.text:
        return await names(ctx, row, "names", ())
    read = await unit_list.read(ctx, row, incoming.text, MOST_UNITS)
    if read.certain:
        await choose(ctx, row, units=sorted({*(row["audience"].get("units") or ()), *read.certain})[:MOST_UNITS])
    shown = await screen(ctx, row, unit_list.told(ctx, read))
    return Reply(shown.text, (*unit_list.choices(row, read), *shown.choices))
