"""One's own roles: which there are, and which one acts in."""

from __future__ import annotations

from markupsafe import Markup

from handlers import commands
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number
from handlers.organisation.inviting import refused
from reporting.organisation.member_words import role_name
from storage import people


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/vaitro: the roles held; of several, which one to act in."""
    tr, person = ctx.tr, ctx.person
    if person is None:
        return await refused(ctx)
    lines = [tr.t("<b>Your roles</b>")]
    for held in person.roles:
        mark = "▶" if held.member_id == person.member_id and len(person.roles) > 1 else "•"
        lines.append(tr.t("{mark} {role} – {unit}", mark=mark, role=role_name(held.role, tr), unit=held.unit.name))
    others = [held for held in person.roles if held.member_id != person.member_id]
    if others:
        lines.append(tr.t("Which role shall count from now on?"))
    rows = [
        (Choice(f"{role_name(held.role, tr).capitalize()} · {held.unit.short_name}", f"role/{held.member_id}"),)
        for held in others
    ]
    return [Reply(Markup("\n").join(lines), tuple(rows))]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`role/<membership>`: act in this role from now on."""
    tr, person = ctx.tr, ctx.person
    held = person.holding(number(parts, 0)) if person else None
    if person is None or held is None:
        return [Reply(tr.t("You do not hold this role any more. /vaitro shows those that you hold."))]
    await people.act_as(ctx.uow, person.account_id, held.member_id)
    ctx.person = person.acting_as(held)
    text = tr.t("From now on you act as <b>{role} – {unit}</b>.", role=role_name(held.role, tr), unit=held.unit.name)
    return [Reply(text, menu=commands.menu(tr, person.role_names))]
