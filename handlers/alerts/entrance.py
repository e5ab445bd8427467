"""/khan and its buttons: the ways into raising, sending, taking and passing on."""

from __future__ import annotations

from handlers import menu
from handlers.alerts import letters, raising, sending, taking
from handlers.context import Context, Person
from handlers.events import BadAction, Incoming, Reply, number, word


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/khan [what happened]: those that wait for this leader, and the draft under way; else a new one."""
    person = ctx.person
    if person is None:
        return await menu.stranger(ctx, incoming)
    words = (incoming.text or "").split(maxsplit=1) if (incoming.text or "").startswith("/") else []
    if len(words) > 1:
        return await _begin(ctx, person, words[1])
    if waiting := await taking.listing(ctx, person):
        return [waiting, *(await _begin(ctx, person, "") if raising.under_way(ctx) else ())]
    return await _begin(ctx, person, "")


async def _begin(ctx: Context, person: Person, text: str) -> list[Reply]:
    if not raising.roles_of(person):
        no = ctx.tr.t("Urgent messages are raised by those who report, lead, or work in an office. {phone}",
                      phone=letters.phone(ctx.tr))  # fmt: skip
        return [Reply(no)]
    return await raising.begin(ctx, person, text)


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`al/new|drop`, `al/from/<member>`, `al/send/<key>[/sure]`, `al/oops/<alert>[/sure]`, `al/true/<alert>`,
    `al/see|take|pass/<alert>`, `al/to/<alert>/<member>`"""
    person = ctx.person
    if person is None:
        return await menu.stranger(ctx, incoming)
    match word(parts, 0):
        case "new":
            return await _begin(ctx, person, "")
        case "drop":
            return raising.drop(ctx)
        case "from":
            return await raising.about(ctx, person, number(parts, 1))
        case "send":
            return await sending.send(ctx, incoming, person, number(parts, 1), sure=parts[2:] == ["sure"])
        case "oops":
            return await sending.mistake(ctx, person, number(parts, 1), sure=parts[2:] == ["sure"])
        case "true":
            return [Reply(ctx.tr.t("All right: it stays as it was sent."))]
    return await _taken(ctx, person, parts)


async def _taken(ctx: Context, person: Person, parts: list[str]) -> list[Reply]:
    verb, alert_id = word(parts, 0), number(parts, 1)
    match verb:
        case "see":
            return await taking.see(ctx, person, alert_id)
        case "take":
            return await taking.take(ctx, person, alert_id)
        case "pass":
            return await taking.whom(ctx, person, alert_id)
        case "to":
            return await taking.pass_on(ctx, person, alert_id, number(parts, 2))
    raise BadAction(f"{verb!r} is nothing that one does with an urgent matter")
