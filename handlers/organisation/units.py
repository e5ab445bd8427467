"""/donvi: units looked up by name, and walked up and down, within the branch that a role reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, in_rows, number
from reporting.organisation import unit_search
from storage import units
from storage.uow import Row

PAGE = 8


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/donvi [a part of a name]: one's own unit, or those with the name."""
    if not await permissions.take_role(ctx, "unit.read") or ctx.person is None:
        return [Reply(ctx.tr.t("Units are looked up by leaders and the office. /trogiup shows what you can do here."))]
    text = incoming.text or ""
    if text.startswith("/") and (typed := text.partition(" ")[2].strip()):
        return [await found(ctx, typed)]
    own = await shown(ctx, ctx.person.unit.id)
    hint = ctx.tr.t("<i>Type a part of a name to see another unit.</i>")
    return [replace(own, text=Markup("\n").join([own.text, hint]))]


def refused(ctx: Context) -> Reply:
    """For a unit that the person's roles do not reach, or that is none."""
    return Reply(ctx.tr.t("This unit is not in your branch. Please ask the office of the unit above yours."))


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`unit/find`, `unit/<unit>` or `unit/<unit>/below/<page>`"""
    if parts == ["find"]:
        ctx.state["waits"] = {"for": "unit.find"}
        return [Reply(ctx.tr.t("Type a part of the unit's name; diacritics may be missing."))]
    if parts[1:2] == ["below"]:
        return [await _below(ctx, incoming, number(parts, 0), number(parts, 2))]
    return [await shown(ctx, number(parts, 0))]


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """What comes while /donvi waits for a name."""
    if not incoming.text:
        return [Reply(ctx.tr.t("Type a part of the unit's name; diacritics may be missing."))]
    return [await found(ctx, incoming.text)]


async def found(ctx: Context, text: str, action: str = "unit/{id}", more: Sequence[Choice] = ()) -> Reply:
    """The units of one's branch that a text may mean, each behind a button: none is picked unasked, not even a single
    one. `action`: what a button does, with the unit's {id}. The next line is taken as a name again."""
    tr, person = ctx.tr, ctx.person
    rows = await unit_search.search(ctx.uow, text, person.unit.path) if person else []
    if action.startswith("unit/"):
        ctx.state["waits"] = {"for": "unit.find"}
    if not rows:
        said = tr.t("I find no unit called <i>{text}</i> in your branch. Please type another part of its name.",
                    text=text[: unit_search.LONGEST_QUERY])  # fmt: skip
        return Reply(said, in_rows(more))
    lines = [tr.t("Which one is it?"), *(_line(ctx, row) for row in rows)]
    alike = unit_search.look_alikes(rows)
    choices = [Choice(_label(row, row["id"] in alike), action.format(id=row["id"])) for row in rows]
    return Reply(Markup("\n").join(lines), (*in_rows(choices), *in_rows(more)))


def _line(ctx: Context, row: Row) -> Markup:
    tr = ctx.tr
    place = tr.t(", {parent}", parent=row["parent_name"]) if row["parent_name"] else ""
    ended = tr.t(" – ended {day}", day=tr.full_day(row["valid_to"])) if unit_search.has_ended(row, ctx.now) else ""
    return tr.t("• {name} ({kind}{place}){ended}", name=row["name"], kind=row["kind"], place=place, ended=ended)


def _label(row: Row, has_twin: bool) -> str:
    return f"{row['name']} · {row['parent_name'] or row['code']}" if has_twin else row["name"]


# --- one unit --------------------------------------------------------------------------------------


async def shown(ctx: Context, unit_id: int) -> Reply:
    """A unit with what is around it, and what one may do with it."""
    row = await units.find(ctx.uow, unit_id)
    if row is None or not await permissions.take_role(ctx, "unit.read", row["path"]):
        return refused(ctx)
    ctx.state["waits"] = {"for": "unit.find"}
    below = await units.below(ctx.uow, unit_id, ctx.now)
    return Reply(Markup("\n").join(await _facts(ctx, row, len(below))), _ways(ctx, row, len(below)))


async def _facts(ctx: Context, row: Row, below: int) -> list[Markup]:
    tr = ctx.tr
    lines = [tr.t("<b>{name}</b> ({kind}, code {code})", name=row["name"], kind=row["kind"], code=row["code"])]
    if row["parent_name"]:
        lines.append(tr.t("Unit above: {name}", name=row["parent_name"]))
    lines.append(tr.t("Units below: <b>{n}</b>", n=below))
    members = await units.members_count(ctx.uow, row["id"])
    lines.append(tr.t("Members: <b>{n}</b>", n=members))
    if row["valid_from"]:
        lines.append(tr.t("Since {day}", day=tr.full_day(row["valid_from"])))
    if row["valid_to"]:
        day = tr.full_day(row["valid_to"])
        has_ended = unit_search.has_ended(row, ctx.now)
        lines.append(tr.t("<b>Ended {day}</b>", day=day) if has_ended else tr.t("<b>Ends {day}</b>", day=day))
        heirs = ", ".join(heir["name"] for heir in await units.successors_of(ctx.uow, row["id"]))
        lines.append(tr.t("Taken over by: {names}", names=heirs) if heirs else tr.t("Nobody took it over."))
    return lines


def _ways(ctx: Context, row: Row, below: int) -> Rows:
    tr, unit_id, person = ctx.tr, row["id"], ctx.person
    around = [Choice(tr.plain("Units below ({n})", n=below), f"unit/{unit_id}/below/0")] if below else []
    if row["parent_id"] and person and permissions.role_for(person, "unit.read", row["parent_path"]):
        around.append(Choice(tr.plain("⬆ Unit above"), f"unit/{row['parent_id']}"))
    around.append(Choice(tr.plain("🔎 Another unit"), "unit/find"))
    changes: list[Choice] = []
    if person and not unit_search.has_ended(row, ctx.now) and permissions.role_for(person, "unit.change", row["path"]):
        changes = [
            Choice(tr.plain("✏️ Rename"), f"unitset/{unit_id}/name"),
            Choice(tr.plain("➕ Unit below"), f"unitset/{unit_id}/add"),
        ]
        # Who ends a unit must answer for the one above it: nobody ends their own.
        if row["parent_path"] and permissions.role_for(person, "unit.change", row["parent_path"]):
            changes.append(Choice(tr.plain("⏹ End this unit"), f"unitset/{unit_id}/end"))
    return (*in_rows(around), *in_rows(changes))


async def _below(ctx: Context, incoming: Incoming, unit_id: int, page: int) -> Reply:
    row = await units.find(ctx.uow, unit_id)
    if row is None or not await permissions.take_role(ctx, "unit.read", row["path"]):
        return refused(ctx)
    ctx.state["waits"] = {"for": "unit.find"}
    tr, below = ctx.tr, await units.below(ctx.uow, unit_id, ctx.now)
    pages = max(1, -(-len(below) // PAGE))
    page = min(page, pages - 1)
    here = below[page * PAGE : (page + 1) * PAGE]
    text = tr.t("<b>Units below {name}</b> ({page}/{pages})", name=row["name"], page=page + 1, pages=pages)
    turn = [Choice("⬅", f"unit/{unit_id}/below/{page - 1}")] if page else []
    turn += [Choice("➡", f"unit/{unit_id}/below/{page + 1}")] if page + 1 < pages else []
    names = in_rows([Choice(child["name"], f"unit/{child['id']}") for child in here])
    back = Choice(tr.plain("⬆ {name}", name=row["short_name"]), f"unit/{unit_id}")
    return Reply(text, (*names, *((tuple(turn),) if turn else ()), (back,)), replaces=incoming.message_id)
