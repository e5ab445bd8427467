"""/donvi for those who may change units: a new name, a unit below, an end. Each is shown and confirmed first.

A unit's end is decided by whoever answers for the unit above it. Lists of many units are the command line's
(`unit import`): a conversation cannot read files.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, place_of, word
from handlers.organisation.units import found, refused, shown
from reporting.organisation.unit_changes import Asked, carry_out, plan
from reporting.organisation.unit_search import has_ended
from reporting.organisation.units import UnitLine, UnitList, UnitListError
from storage import units
from storage.uow import Row

LONGEST_NAME = 120
_NAME = re.compile(r"[\w().,&'’/–-]+(?: [\w().,&'’/–-]+)*")


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`unitset/<unit>/name|named|add|kind/<kind>|added|end|heir/<unit or 0>|ended/<unit or 0>`"""
    row = await units.find(ctx.uow, number(parts, 0))
    what = word(parts, 1)
    # Whoever ends a unit is asked by the unit above; a root has none, so the conversation cannot end it.
    path = row and (row["parent_path"] if what in ("end", "heir", "ended") else row["path"])
    if row is None or not path or not await permissions.take_role(ctx, "unit.change", path):
        return [refused(ctx)]
    if has_ended(row, ctx.now):
        return [Reply(ctx.tr.t("<b>{name}</b> has ended: it takes no changes any more.", name=row["name"]))]
    match what:
        case "name":
            return [_ask(ctx, row, "unit.name", ctx.tr.t("Type the new name of <b>{name}</b>.", name=row["name"]))]
        case "add":
            said = ctx.tr.t("Type the full name of the new unit below <b>{name}</b>.", name=row["name"])
            return [_ask(ctx, row, "unit.new", said)]
        case "named":
            return await _renamed(ctx, row)
        case "kind":
            return [await _chosen(ctx, row, word(parts, 2))]
        case "added":
            return await _added(ctx, row)
        case "end":
            return [await _ask_heir(ctx, row)]
        case "heir":
            return [await _confirm_end(ctx, row, number(parts, 2))]
        case "ended":
            return await _ended(ctx, row, number(parts, 2))
    return [_old_button(ctx)]


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The name, or the part of a name, that a change waits for."""
    waits: dict[str, Any] = ctx.state.get("waits", {})
    row = await units.find(ctx.uow, waits["id"])
    if row is None or not await permissions.take_role(ctx, "unit.change", row["path"]):
        ctx.state.pop("waits", None)
        return [refused(ctx)]
    text = " ".join((incoming.text or "").split())
    if waits["for"] == "unit.heir" and text:
        nobody = Choice(ctx.tr.plain("Nobody"), f"unitset/{row['id']}/heir/0")
        return [await found(ctx, text, f"unitset/{row['id']}/heir/{{id}}", [nobody, _leave(ctx, row)])]
    if not (3 <= len(text) <= LONGEST_NAME and _NAME.fullmatch(text)):
        said = ctx.tr.t("A name has 3 to {n} letters and digits, on one line. Please type it again.", n=LONGEST_NAME)
        return [Reply(said, ((_leave(ctx, row),),))]
    if twin := await _called(ctx, row["parent_id"] if waits["for"] == "unit.name" else row["id"], text):
        said = ctx.tr.t("There is a <b>{name}</b> in this place already. Please type another name.", name=twin)
        return [Reply(said, ((_leave(ctx, row),),))]
    ctx.state.pop("waits", None)
    ctx.state["unit"] = {"id": row["id"], "name": text}
    return [_confirm_name(ctx, row, text) if waits["for"] == "unit.name" else await _ask_kind(ctx, row, text)]


def _ask(ctx: Context, row: Row, waits_for: str, text: Any) -> Reply:
    ctx.state["waits"] = {"for": waits_for, "id": row["id"]}
    return Reply(text, ((_leave(ctx, row),),))


def _leave(ctx: Context, row: Row) -> Choice:
    return Choice(ctx.tr.plain("Leave it"), f"unit/{row['id']}")


def _old_button(ctx: Context) -> Reply:
    return Reply(ctx.tr.t("This button is old. /donvi begins again."))


async def _called(ctx: Context, parent_id: int | None, name: str) -> str | None:
    beside = await units.below(ctx.uow, parent_id, ctx.now) if parent_id else []
    return next((row["name"] for row in beside if row["name"].casefold() == name.casefold()), None)


async def _apply(ctx: Context, row: Row, line: UnitLine, columns: frozenset[str] = frozenset()) -> bool:
    """Carry one line out, as an import would, from today; False when the tree does not allow it any more."""
    assert ctx.person is not None  # noqa: S101  (their role was looked at before)
    today = ctx.now.astimezone(ctx.tr.timezone).date()
    asked = Asked(ctx.tr.timezone, today, today)
    try:
        wanted = await plan(ctx.uow, UnitList("/donvi", (line,), columns), asked)
    except UnitListError:
        return False
    await carry_out(ctx.uow, wanted, member_id=ctx.person.member_id, account_id=ctx.person.account_id)
    return True


def _not_now(ctx: Context) -> Reply:
    return Reply(ctx.tr.t("That cannot be done: the units have changed meanwhile. /donvi shows them as they are."))


def _as_it_is(row: Row, name: str, short_name: str) -> UnitLine:
    return UnitLine(row["code"], name, short_name, row["kind"], row["parent_code"] or "")


def short_of(name: str, kind: str) -> str:
    """What is left of a union's name without "Đoàn xã", "Huyện đoàn" and the like; all of it if nothing is."""
    kinds = f"(?:{re.escape(kind)}|tỉnh|thành|thị|huyện|quận)"
    bare = re.sub(rf"^(?:đoàn {kinds}|{kinds} đoàn|{re.escape(kind)}) ", "", name, flags=re.IGNORECASE)
    return bare or name


# --- a new name ------------------------------------------------------------------------------------


def _confirm_name(ctx: Context, row: Row, name: str) -> Reply:
    tr = ctx.tr
    text = tr.t(
        "Rename <b>{old}</b> to <b>{new}</b> (in short: {short})? Its reports and members stay.",
        old=row["name"], new=name, short=short_of(name, row["kind"]),
    )  # fmt: skip
    return Reply(text, ((Choice(tr.plain("✔ Rename"), f"unitset/{row['id']}/named"), _leave(ctx, row)),))


async def _renamed(ctx: Context, row: Row) -> list[Reply]:
    pending = ctx.state.pop("unit", {})
    if pending.get("id") != row["id"] or set(pending) != {"id", "name"}:
        return [_old_button(ctx)]
    name = pending["name"]
    if not await _apply(ctx, row, _as_it_is(row, name, short_of(name, row["kind"]))):
        return [_not_now(ctx)]
    return [Reply(ctx.tr.t("✅ Renamed to <b>{name}</b>.", name=name)), await shown(ctx, row["id"])]


# --- a unit below ----------------------------------------------------------------------------------


async def _ask_kind(ctx: Context, row: Row, name: str) -> Reply:
    kinds = await units.kinds(ctx.uow)
    level = kinds.get(row["kind"], -1)
    lower = [kind for kind in kinds if kinds[kind] > level] or list(kinds)
    choices = [Choice(kind, f"unitset/{row['id']}/kind/{place_of(kind)}") for kind in lower]
    rows = [tuple(choices[at : at + 3]) for at in range(0, len(choices), 3)]
    return Reply(ctx.tr.t("What kind of unit is <b>{name}</b>?", name=name), (*rows, (_leave(ctx, row),)))


async def _chosen(ctx: Context, row: Row, place: str) -> Reply:
    kind = next((kind for kind in await units.kinds(ctx.uow) if place_of(kind) == place), None)
    pending = ctx.state.get("unit", {})
    if kind is None or pending.get("id") != row["id"]:
        return _old_button(ctx)
    code = await units.free_code(ctx.uow, row["code"])
    ctx.state["unit"] = {**pending, "kind": kind, "code": code}
    tr = ctx.tr
    text = tr.t(
        "Add <b>{name}</b> ({kind}) below {parent}, with the code <b>{code}</b>? It owes reports from the next period "
        "that begins.",
        name=pending["name"], kind=kind, parent=row["name"], code=code,
    )  # fmt: skip
    return Reply(text, ((Choice(tr.plain("✔ Add"), f"unitset/{row['id']}/added"), _leave(ctx, row)),))


async def _added(ctx: Context, row: Row) -> list[Reply]:
    pending = ctx.state.pop("unit", {})
    if pending.get("id") != row["id"] or "code" not in pending:
        return [_old_button(ctx)]
    name, kind, code = pending["name"], pending["kind"], pending["code"]
    # Somebody else may have been given the code since it was shown.
    taken = await units.free_code(ctx.uow, row["code"]) != code
    if taken or not await _apply(ctx, row, UnitLine(code, name, short_of(name, kind), kind, row["code"])):
        return [_not_now(ctx)]
    said = ctx.tr.t("✅ Added: <b>{name}</b>, code <b>{code}</b>.", name=name, code=code)
    return [Reply(said), await shown(ctx, row["id"])]


# --- an end ----------------------------------------------------------------------------------------


async def _ask_heir(ctx: Context, row: Row) -> Reply:
    tr = ctx.tr
    if below := await units.below(ctx.uow, row["id"], ctx.now):
        text = tr.tn(
            "<b>{name}</b> has {n} unit below it. End or move it first.",
            "<b>{name}</b> has {n} units below it. End or move them first.", len(below), name=row["name"],
        )  # fmt: skip
        return Reply(text, ((_leave(ctx, row),),))
    if row["valid_from"] and row["valid_from"] >= _today(ctx):
        text = tr.t("<b>{name}</b> begins only today: it can be ended from tomorrow on.", name=row["name"])
        return Reply(text, ((_leave(ctx, row),),))
    said = tr.t("Which unit takes over <b>{name}</b>? Type a part of its name.", name=row["name"])
    ctx.state["waits"] = {"for": "unit.heir", "id": row["id"]}
    return Reply(said, ((Choice(tr.plain("Nobody"), f"unitset/{row['id']}/heir/0"), _leave(ctx, row)),))


def _today(ctx: Context) -> datetime:
    return datetime.combine(ctx.now.astimezone(ctx.tr.timezone), time(), ctx.tr.timezone)


async def _heir(ctx: Context, row: Row, heir_id: int) -> Row | None:
    """The unit that takes over, if it can: it goes on, is another one, and stands in the branch of one's role."""
    heir = await units.find(ctx.uow, heir_id)
    if heir is None or heir["id"] == row["id"] or heir["valid_to"] or ctx.person is None:
        return None
    return heir if permissions.role_for(ctx.person, "unit.change", heir["path"]) else None


async def _confirm_end(ctx: Context, row: Row, heir_id: int) -> Reply:
    tr = ctx.tr
    heir = await _heir(ctx, row, heir_id) if heir_id else None
    if heir_id and heir is None:
        return _ask(ctx, row, "unit.heir", tr.t("That unit cannot take over. Please type the name of another one."))
    if heir:
        then = tr.t("Its reports stay; in today's units they count for <b>{heir}</b>.", heir=heir["name"])
    else:
        then = tr.t("Its reports stay under its own name: nobody takes it over.")
    lines = [
        tr.t("End <b>{name}</b> from today?", name=row["name"]),
        tr.t("• No new period will ask it for a report."),
        tr.t("• {then}", then=then),
    ]
    if members := await units.members_count(ctx.uow, row["id"]):
        lines.append(
            tr.t(
                "• Its members ({n}) can still finish what is open, until their role is ended or handed over.",
                n=members,
            )
        )
    yes = Choice(tr.plain("⏹ Yes, end it"), f"unitset/{row['id']}/ended/{heir_id}")
    return Reply(Markup("\n").join(lines), ((yes, _leave(ctx, row)),))


async def _ended(ctx: Context, row: Row, heir_id: int) -> list[Reply]:
    heir = await _heir(ctx, row, heir_id) if heir_id else None
    if heir_id and heir is None:
        return [_not_now(ctx)]
    line = UnitLine(
        row["code"], row["name"], row["short_name"], row["kind"], row["parent_code"] or "",
        valid_to=ctx.now.astimezone(ctx.tr.timezone).date(), successors=(heir["code"],) if heir else (),
    )  # fmt: skip
    if not await _apply(ctx, row, line, frozenset({"valid_to", "successors"})):
        return [_not_now(ctx)]
    said = ctx.tr.t("✅ <b>{name}</b> ends today.", name=row["name"])
    return [Reply(said), await shown(ctx, row["id"])]
