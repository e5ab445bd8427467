"""/nhom: the groups of a branch, whose they are, what they get, and which cannot be reached."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, in_rows, number, word
from handlers.groups import cards, linking, topics
from handlers.groups.manners import name_of
from storage import groups
from storage.uow import Row

PAGE = 8


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/nhom"""
    if not await permissions.take_role(ctx, "group"):
        return [Reply(ctx.tr.t("Groups are for leaders and the office. /trogiup shows what you can do here."))]
    return [await _listed(ctx, 0)]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`grp/list/<page>`; `grp/<group>` with nothing more, `unit`, `find`, `to|ok/<unit>/<topics>`, `set/<topics>`,
    `off`, `off/sure`: each is checked against the group as it is now."""
    if word(parts, 0) == "list":
        return [replace(await _listed(ctx, number(parts, 1)), replaces=incoming.message_id)]
    group_id = number(parts, 0)
    group = await cards.mine(ctx, group_id)
    if group is None:
        return [await cards.refusal(ctx, group_id)]
    return [await _one(ctx, incoming, group, parts[1:])]


async def _one(ctx: Context, incoming: Incoming, group: Row, parts: list[str]) -> Reply:
    what = parts[0] if parts else ""
    if what in ("to", "ok"):
        return await linking.chosen(ctx, incoming, group, what, number(parts, 1), parts[2:])
    if what == "find":
        return linking.search(ctx, group)
    # Of a group that is nobody's yet there is nothing else to see or to change.
    if what == "unit" or group["unit_id"] is None:
        return linking.which_unit(ctx, group)
    if what == "set":
        return await cards.chosen(ctx, incoming, group, parts[1:])
    if what == "off":
        return await cards.unlinked(ctx, group, sure=parts[1:] == ["sure"])
    return cards.card(ctx, group)


async def _listed(ctx: Context, page: int) -> Reply:
    tr, person = ctx.tr, ctx.person
    linked = await groups.of_branch(ctx.uow, person.unit.path) if person else []
    waiting = await groups.asked_by(ctx.uow, person.person_id) if person else []
    if not linked and not waiting:
        return Reply(
            tr.t(
                "No group is linked to a unit of your branch yet. Add me to a group of your channel, then say "
                "/lienket <b>in the group</b>."
            )
        )
    found = [*waiting, *linked]
    page = min(page, (len(found) - 1) // PAGE)
    here = found[page * PAGE : (page + 1) * PAGE]
    head = tr.tn("<b>{n} group</b>", "<b>{n} groups</b>", len(found))
    choices = [Choice(name_of(group, tr), f"grp/{group['id']}") for group in here]
    turn = [Choice("⬅", f"grp/list/{page - 1}")] if page else []
    turn += [Choice("➡", f"grp/list/{page + 1}")] if (page + 1) * PAGE < len(found) else []
    rows = (*in_rows(choices), *((tuple(turn),) if turn else ()))
    return Reply(Markup("\n").join([head, *(_line(ctx, group) for group in here)]), rows)


def _line(ctx: Context, group: Row) -> Markup:
    tr, title = ctx.tr, name_of(group, ctx.tr)
    if group["unit_id"] is None:
        return tr.t("• {title}: waits for its unit", title=title)
    unit, gets = group["unit_short"], topics.listed(group["topics"], tr)
    if group["blocked_at"]:
        return tr.t("• {title} – {unit}: ⚠ I was put out", title=title, unit=unit)
    if group["silent_at"]:
        return tr.t("• {title} – {unit}: ⚠ I may not write there", title=title, unit=unit)
    if cards.has_no_unit(ctx, group):
        return tr.t("• {title} – {unit}: ⚠ the unit has ended", title=title, unit=unit)
    return tr.t("• {title} – {unit}: {topics}", title=title, unit=unit, topics=gets)
