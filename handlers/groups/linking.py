"""/lienket: said in a group, asked and confirmed in private; whose the group is, and what it gets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import permissions
from handlers.context import Context, Person, Unit
from handlers.events import Choice, Incoming, Priority, Reply, in_rows
from handlers.groups import cards, topics
from handlers.groups.manners import (
    ANONYMOUS,
    PRIVATELY,
    WHO_MAY,
    greeting_of,
    here,
    language_of,
    name_of,
    once,
    privately,
)
from handlers.organisation.units import found, refused
from reporting.organisation.unit_search import has_ended
from storage import groups, outbox, units
from storage.uow import Row


async def asked(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/lienket in a group: who may is asked in private; the group hears a line of it."""
    group = await here(ctx, incoming)
    tr = language_of(ctx, group)
    if ctx.person is None or permissions.role_for(ctx.person, "group") is None:
        return _who_may(ctx, incoming, group)
    letter = await _letter(ctx, ctx.person, group)
    ctx.uow.send(incoming.channel, incoming.sender, letter.to_json(), priority=Priority.REPLY)
    if not once(ctx, "asked", PRIVATELY):
        return []
    return [privately(ctx, incoming, tr.t("I have written to you in private about this group."), tr)]


def _who_may(ctx: Context, incoming: Incoming, group: Row) -> list[Reply]:
    tr = language_of(ctx, group)
    said = tr.t("Linking a group is for leaders and the office of a unit.")
    if incoming.sender == ANONYMOUS:
        show = tr.t(
            " You write anonymously, so I cannot see who you are. Please turn that off for a moment, then say /lienket "
            "here again."
        )
        return [Reply(said + show)] if once(ctx, "anonymous", PRIVATELY) else []
    if not once(ctx, "who may", WHO_MAY):
        return []
    if ctx.person is None:
        said += tr.t(" Are you one? Please open the private chat, send me your code, then say /lienket here again.")
        return [privately(ctx, incoming, said, tr)]
    return [Reply(said + tr.t(" Please ask one of them to say /lienket here."))]


async def _letter(ctx: Context, person: Person, group: Row) -> Reply:
    """What somebody who may link groups reads in private: the question, the card of a group that is theirs, or whose
    it is."""
    if group["unit_id"] is None:
        await groups.ask(ctx.uow, group["id"], person.person_id)
        return which_unit(ctx, group)
    linked = await groups.find(ctx.uow, group["id"])
    assert linked is not None  # noqa: S101  (it was just met)
    if await permissions.take_role(ctx, "group", linked["path"]):
        return cards.card(ctx, linked)
    return others(ctx, linked)


def others(ctx: Context, group: Row) -> Reply:
    """For a group that a unit has which the person may not act for."""
    return Reply(
        ctx.tr.t(
            "The group <b>{title}</b> is linked to <b>{unit}</b>. Only {unit} or a unit above it can change that; "
            "please ask them.",
            title=name_of(group, ctx.tr), unit=group["unit_name"],
        )
    )  # fmt: skip


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/lienket in private: how it is done."""
    return [
        Reply(
            ctx.tr.t("Add me to the group, then say /lienket <b>in the group</b>. I ask the rest here, in private."),
            ((Choice(ctx.tr.plain("👥 The groups"), "grp/list/0"),),),
        )
    ]


# --- which unit ------------------------------------------------------------------------------------


def which_unit(ctx: Context, group: Row) -> Reply:
    """`grp/<group>/unit`, and what /lienket asks."""
    tr = ctx.tr
    own = {unit.id: unit for unit in _units_of(ctx.person)}
    choices = [Choice(unit.name, _to(group["id"], unit.id, group["topics"])) for unit in own.values()]
    search = Choice(tr.plain("🔎 Another unit"), f"grp/{group['id']}/find")
    title = name_of(group, tr)
    return Reply(tr.t("Which unit is the group <b>{title}</b> for?", title=title), in_rows([*choices, search]))


def _units_of(person: Person | None) -> list[Unit]:
    held = person.roles if person else ()
    return [role.unit for role in held if permissions.may(role, "group")]


def _to(group_id: int, unit_id: int, wanted: list[str]) -> str:
    return f"grp/{group_id}/to/{unit_id}/{topics.written(wanted)}"


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A part of the name of the unit that a group is for."""
    waits: dict[str, Any] = ctx.state.get("waits", {})
    group = await cards.mine(ctx, waits["group"])
    if group is None:
        ctx.state.pop("waits", None)
        return [await cards.refusal(ctx, waits["group"])]
    if not incoming.text:
        return [Reply(ctx.tr.t("Type a part of the unit's name; diacritics may be missing."))]
    return [await found(ctx, incoming.text, f"grp/{group['id']}/to/{{id}}/{topics.written(group['topics'])}")]


def search(ctx: Context, group: Row) -> Reply:
    """`grp/<group>/find`"""
    ctx.state["waits"] = {"for": "grp.find", "group": group["id"]}
    return Reply(ctx.tr.t("Type a part of the unit's name; diacritics may be missing."))


# --- what it gets, and done --------------------------------------------------------------------------


async def chosen(ctx: Context, incoming: Incoming, group: Row, what: str, unit_id: int, parts: list[str]) -> Reply:
    """`grp/<group>/to/<unit>/<topics>[/t|m/<places>]` shows it, `grp/<group>/ok/<unit>/<topics>` does it; `group` is
    one of theirs."""
    unit = await units.find(ctx.uow, unit_id)
    if unit is None or has_ended(unit, ctx.now) or not await permissions.take_role(ctx, "group", unit["path"]):
        return refused(ctx)
    wanted = topics.turned(parts)
    shown = await _link(ctx, group, unit, wanted) if what == "ok" else _shown(ctx, group, unit, wanted)
    return replace(shown, replaces=incoming.message_id)


def _shown(ctx: Context, group: Row, unit: Row, wanted: list[str]) -> Reply:
    tr, to = ctx.tr, f"grp/{group['id']}"
    said = tr.t(
        "The group <b>{title}</b> will be of <b>{unit}</b>. Choose what it gets, then tap <b>Link</b>.",
        title=name_of(group, tr), unit=unit["name"],
    )  # fmt: skip
    done = Choice(tr.plain("✅ Link"), f"{to}/ok/{unit['id']}/{topics.written(wanted)}")
    other = Choice(tr.plain("Another unit"), f"{to}/unit")
    return Reply(said, (*topics.rows(wanted, f"{to}/to/{unit['id']}", tr), (done, other)))


async def _link(ctx: Context, group: Row, unit: Row, wanted: list[str]) -> Reply:
    same = (group["unit_id"], topics.written(group["topics"])) == (unit["id"], topics.written(wanted))
    if ctx.person and not same:
        ctx.uow.audit(
            "group.link", f"group:{group['id']}", member_id=ctx.person.member_id, account_id=ctx.person.account_id,
            unit_id=unit["id"], before={"unit": group["unit_short"], "topics": group["topics"]},
            after={"unit": unit["short_name"], "topics": wanted},
        )  # fmt: skip
        await groups.link(ctx.uow, group["id"], unit_id=unit["id"], topics=wanted, member_id=ctx.person.member_id)
        # A greeting that is still on its way asks for what has just been done.
        await outbox.drop_pushes(ctx.uow, greeting_of(group["channel"], group["chat"]))
        _tell_group(ctx, group, unit["name"], wanted)
    now = {"unit_id": unit["id"], "unit_name": unit["name"], "unit_until": unit["valid_to"], "topics": wanted}
    return cards.card(ctx, {**group, **now})


def _tell_group(ctx: Context, group: Row, unit_name: str, wanted: list[str]) -> None:
    """One line in the group: whose it is now, and what it gets."""
    tr = language_of(ctx, group)
    said = tr.t("This group is now linked to <b>{unit}</b>. It gets: {topics}.",
                unit=unit_name, topics=topics.listed(wanted, tr))  # fmt: skip
    if not wanted:
        said = tr.t("This group is now linked to <b>{unit}</b>.", unit=unit_name)
    if group["blocked_at"] is None and group["silent_at"] is None:
        ctx.uow.send(group["channel"], group["chat"], Reply(said).to_json(), priority=Priority.REPLY)
