"""One linked group in private: its unit, what it gets, whether it can be reached; and who may open it."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply
from handlers.groups import care, topics
from handlers.groups.manners import name_of
from storage import groups, members
from storage.uow import Row


async def mine(ctx: Context, group_id: int) -> Row | None:
    """A group that the person may act on: one of their branch, or, while it is nobody's, one that they asked to
    link."""
    group = await groups.find(ctx.uow, group_id)
    if group is None or ctx.person is None:
        return None
    if group["path"] is None and group["asked_by"] != ctx.person.person_id:
        return None
    return group if await permissions.take_role(ctx, "group", group["path"] or "") else None


async def refusal(ctx: Context, group_id: int) -> Reply:
    """For a group that is not theirs to change: it is another's, or somebody else is linking it."""
    group = await groups.find(ctx.uow, group_id)
    if group and group["unit_id"] is None and (other := await _linking(ctx, group)):
        said = ctx.tr.t(
            "<b>{name}</b> ({unit}) is linking this group now; please ask them. To link it yourself, say /lienket in "
            "the group again.",
            name=other["name"], unit=other["unit_name"],
        )  # fmt: skip
        return Reply(said)
    return Reply(
        ctx.tr.t("This group is not yours to change, or not linked any more. Say /lienket in the group to begin.")
    )


async def _linking(ctx: Context, group: Row) -> Row | None:
    """The role in which somebody asked to link it last."""
    roles = await members.roles_of(ctx.uow, group["asked_by"]) if group["asked_by"] else []
    return next((role for role in roles if role["role"] in permissions.RULES["group"].roles), None)


def has_no_unit(ctx: Context, group: Row) -> bool:
    """Whether the unit that a group is linked to is no more."""
    return group["unit_until"] is not None and bool(group["unit_until"] <= ctx.now)


def card(ctx: Context, group: Row) -> Reply:
    tr, to = ctx.tr, f"grp/{group['id']}"
    lines = [
        tr.t("👥 <b>{title}</b>", title=name_of(group, tr)),
        tr.t("Unit: <b>{unit}</b>", unit=group["unit_name"]),
        tr.t("Gets: {topics}", topics=topics.listed(group["topics"], tr)),
    ]
    if has_no_unit(ctx, group):
        lines.append(tr.t("⚠ This unit has ended. Please choose another unit for the group."))
    if trouble := care.state(group, tr):
        lines.append(trouble)
    ways = (
        (Choice(tr.plain("Another unit"), f"{to}/unit"), Choice(tr.plain("Unlink"), f"{to}/off")),
        (Choice(tr.plain("👥 The groups"), "grp/list/0"),),
    )
    return Reply(Markup("\n").join(lines), (*topics.rows(group["topics"], f"{to}/set", tr), *ways))


async def chosen(ctx: Context, incoming: Incoming, group: Row, parts: list[str]) -> Reply:
    """`grp/<group>/set/<topics>[/t|m/<places>]`"""
    wanted = topics.turned(parts)
    if ctx.person and topics.written(group["topics"]) != topics.written(wanted):
        ctx.uow.audit(
            "group.topics", f"group:{group['id']}", member_id=ctx.person.member_id,
            account_id=ctx.person.account_id, unit_id=group["unit_id"],
            before={"topics": group["topics"]}, after={"topics": wanted},
        )  # fmt: skip
        await groups.choose(ctx.uow, group["id"], wanted)
    return replace(card(ctx, {**group, "topics": wanted}), replaces=incoming.message_id)


async def unlinked(ctx: Context, group: Row, *, sure: bool) -> Reply:
    """`grp/<group>/off`, `grp/<group>/off/sure`"""
    tr, to = ctx.tr, f"grp/{group['id']}"
    title, unit = name_of(group, tr), group["unit_name"]
    if not sure:
        said = tr.t("Unlink the group <b>{title}</b> from {unit}? It gets nothing any more.", title=title, unit=unit)
        return Reply(said, ((Choice(tr.plain("Yes, unlink"), f"{to}/off/sure"), Choice(tr.plain("Leave it"), to)),))
    if ctx.person:
        ctx.uow.audit(
            "group.unlink", f"group:{group['id']}", member_id=ctx.person.member_id,
            account_id=ctx.person.account_id, unit_id=group["unit_id"],
            before={"topics": group["topics"]},
        )  # fmt: skip
    await groups.unlink(ctx.uow, group["id"])
    said = tr.t("The group <b>{title}</b> is not linked any more. /lienket in the group links it again.", title=title)
    return Reply(said, ((Choice(tr.plain("👥 The groups"), "grp/list/0"),),))
