"""Whom a broadcast is for, by unit: a branch, or a list of units."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.campaigns.errands import Errand, What
from handlers.context import Context
from handlers.events import Choice, Document, Incoming, Reply, number
from handlers.news import unit_list
from handlers.news.audience_screen import back, choose, screen
from handlers.news.unit_list import Read
from handlers.organisation import units as unit_search_words
from reporting.news import unit_files
from storage import people, snapshots
from storage.uow import Row

MOST_UNITS = 2000


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
    if step == "add":
        unit = await unit_list.within(ctx, row, number(rest, 0))
        if unit is None:
            return unit_search_words.refused(ctx)
        return await _added(ctx, row, Read({unit["id"]}), Markup(""))
    if rest:
        await choose(ctx, row, units=None)
        return await screen(ctx, row)
    return ask_names(ctx, row)


def ask_names(ctx: Context, row: Row, why: Markup | None = None) -> Reply:
    tr = ctx.tr
    ctx.state["waits"] = {"for": "tin.names", "id": row["id"]}
    text = tr.t(
        "Send the units as a list, one per line: a code, or the name as you call it (at most {most}). Or as a file "
        "(.xlsx, .csv, .txt): I read its first column, or the one headed <i>Mã</i>, <i>Tên</i> or <i>Đơn vị</i>.",
        most=tr.number(MOST_UNITS),
    )  # fmt: skip
    choices = [back(ctx, row)]
    if row["audience"].get("units") is not None:
        choices.insert(0, Choice(tr.plain("No list"), f"tin/names/{row['id']}/0"))
    return Reply(Markup("\n").join([why, text]) if why else text, tuple((choice,) for choice in choices))


async def names_typed(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    """The list: units that are certain are taken, the others are asked about; a second list adds to the first. A file
    is read by the clerk, whose answer comes on its own."""
    if incoming.document:
        return await _file(ctx, row, incoming, incoming.document)
    if not incoming.text:
        return ask_names(ctx, row)
    return await taken(ctx, row, await unit_list.read(ctx, row, incoming.text, MOST_UNITS))


async def taken(ctx: Context, row: Row, read: Read) -> Reply:
    """What a list says is among the recipients; what was understood, what was not, and the ways to the rest."""
    return await _added(ctx, row, read, unit_list.told(ctx, read))


async def _added(ctx: Context, row: Row, read: Read, note: Markup) -> Reply:
    """These units more; those that there is no room for are told."""
    before = set(row["audience"].get("units") or ())
    new = sorted(read.certain - before)
    room = max(0, MOST_UNITS - len(before))
    if read.certain:
        await choose(ctx, row, units=sorted({*before, *new[:room]}))
    if len(new) > room:
        full = ctx.tr.t("A list has up to {most} units: {n} more are not in it.", most=ctx.tr.number(MOST_UNITS),
                        n=ctx.tr.number(len(new) - room))  # fmt: skip
        note = Markup("\n").join(filter(None, [note, full]))
    shown = await screen(ctx, row, note or None)
    return Reply(shown.text, (*unit_list.choices(row, read), *shown.choices))


# --- as a file -------------------------------------------------------------------------------------


async def _file(ctx: Context, row: Row, incoming: Incoming, file: Document) -> Reply:
    tr = ctx.tr
    kept = await snapshots.media(ctx.uow, file.media_id) if file.media_id else None
    if file.media_id and (kept is None or kept["mime"] not in (unit_files.XLSX, unit_files.TEXT)):
        return ask_names(ctx, row, tr.t("That is no list that I can read."))
    if kept is None or kept["owner"] != f"{incoming.channel}:{incoming.chat}":
        return ask_names(ctx, row, tr.t("The file did not arrive, or is no list that I can read."))
    if kept["size"] > unit_files.MOST_BYTES:
        return ask_names(ctx, row, tr.t("This file is larger than {n} MB: no list of units is that long.",
                                        n=tr.number(unit_files.MOST_BYTES // 1_000_000)))  # fmt: skip
    Errand(
        What.UNITS, kept["id"], file.name, incoming.channel, incoming.chat, incoming.sender, about=row["id"]
    ).leave(ctx.uow)  # fmt: skip
    return Reply(tr.t("📖 I am reading <b>{name}</b>. What I find comes in a moment.", name=file.name))


def unread(ctx: Context, row: Row, name: str, *, is_empty: bool) -> Reply:
    """The clerk could not read the file, or there is nothing in it."""
    text = ctx.tr.t("In <b>{name}</b> there is no line with a unit.", name=name)
    if not is_empty:
        text = ctx.tr.t("I cannot read <b>{name}</b>: it is broken, or too large.", name=name)
    kept = ctx.tr.t("Your draft is kept. Please send another file, or type the list.")
    again = Choice(ctx.tr.plain("A list of units"), f"tin/names/{row['id']}")
    return Reply(Markup("\n").join([text, kept]), ((again,), (back(ctx, row),)))
