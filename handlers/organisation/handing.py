"""Handing a role over: a code for the successor, who takes on what is under way; the former holder leaves at once."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from handlers import commands
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, word
from handlers.notices import notify
from handlers.organisation.inviting import call_back, giver, make, refused, with_code
from reporting.organisation.member_words import role_name
from storage import members, people
from storage.uow import Row

DAYS = 7


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/bangiao: hand over the role that one acts in."""
    role = await members.held(ctx.uow, ctx.person.member_id) if ctx.person else None
    return [await explained(ctx, role)] if role else await refused(ctx)


async def explained(ctx: Context, role: Row) -> Reply:
    """What a hand-over means, before it begins; or that it has begun."""
    tr, is_own = ctx.tr, _is_own(ctx, role)
    what = tr.t("<b>{role} – {unit}</b>", role=role_name(role["role"], tr), unit=role["unit_name"])
    to = f"hand/{{}}/{role['member_id']}"
    if opened := await members.handing_over(ctx.uow, role["member_id"]):
        text = tr.t(
            "A code to hand over {what} is open until {day}. When the successor joins by it, the role passes to them.",
            what=what, day=tr.day(opened["expires_at"]),
        )  # fmt: skip
        again = Choice(tr.plain("New code"), to.format("code"))
        return Reply(text, ((Choice(tr.plain("Do not hand over"), to.format("stop")), again),))
    head = (
        tr.t("You hand over: {what}.", what=what)
        if is_own
        else tr.t("Hand over for <b>{name}</b>: {what}.", name=role["name"], what=what)
    )
    means = tr.t(
        "• You get a code for the successor, good for {n} days.\n"
        "• When the successor joins: reports under way go to them, the reports sent stay with the unit, the leaders "
        "are told, and the present holder leaves this role at once.\n"
        "• Until then nothing changes, and it can be called off.",
        n=DAYS,
    )
    lines = [head, means]
    if is_own and ctx.person and len(ctx.person.roles) > 1:
        lines.append(tr.t("Another of your roles? Choose it first: /vaitro."))
    rows = ((Choice(tr.plain("Get the code"), to.format("code")), Choice(tr.plain("Not now"), "hand/no/0")),)
    return Reply(Markup("\n").join(lines), rows)


def _is_own(ctx: Context, role: Row) -> bool:
    return ctx.person is not None and ctx.person.holding(role["member_id"]) is not None


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`hand/ask|code|stop/<membership>`, `hand/no/0`"""
    step, member_id = word(parts, 0), number(parts, 1)
    if step == "no":
        return [Reply(ctx.tr.t("All right, I leave that. Nothing was changed."))]
    role = await members.held(ctx.uow, member_id)
    person = ctx.person
    if role is None or person is None:
        return [Reply(ctx.tr.t("This role has ended already."))]
    able = giver(person, role["role"], role["path"])
    by = member_id if _is_own(ctx, role) else able.member_id if able else None
    if by is None:
        return await refused(ctx, role["path"])
    if step == "code":
        return [await _begun(ctx, role, by)]
    if step == "stop":
        return [await _called_off(ctx, role, by)]
    return [await explained(ctx, role)]


async def _begun(ctx: Context, role: Row, by: int) -> Reply:
    tr = ctx.tr
    if opened := await members.handing_over(ctx.uow, role["member_id"]):
        await call_back(ctx, opened, by)
    unit = {"id": role["unit_id"], "code": role["code"]}
    code = await make(ctx, unit, role["role"], by, days=DAYS, successor_of=role["member_id"])
    text = tr.t(
        "Code for the successor as <b>{role} – {unit}</b>, good for {n} days. Please give it to that person alone.",
        role=role_name(role["role"], tr), unit=role["unit_name"], n=DAYS,
    )  # fmt: skip
    stop = Choice(tr.plain("Do not hand over"), f"hand/stop/{role['member_id']}")
    return with_code(ctx, text, code, ((stop,),))


async def _called_off(ctx: Context, role: Row, by: int) -> Reply:
    if opened := await members.handing_over(ctx.uow, role["member_id"]):
        await call_back(ctx, opened, by)
        return Reply(ctx.tr.t("Called off. The code lets nobody in, and the role stays as it was."))
    return Reply(ctx.tr.t("No code to hand this over is open."))


async def taken_over(ctx: Context, invite: Row, row: Row) -> list[Reply]:
    """The successor has joined: all that the former holder had passes to them, and everybody concerned is told."""
    old = await members.held(ctx.uow, invite["successor_of"])
    if old is None or old["member_id"] == row["member_id"]:
        return []
    # Once the role has ended nobody is reached by it: whom to thank is looked up before.
    reached = await people.accounts(ctx.uow, [old["role"]], [old["unit_id"]])
    thanked = next((account for account in reached if account["member_id"] == old["member_id"]), None)
    drafts = await members.give_drafts(ctx.uow, old["member_id"], row["member_id"])
    await members.end(ctx.uow, old["member_id"])
    ctx.uow.audit(
        "member.hand_over", f"member:{old['member_id']}", member_id=row["member_id"], account_id=row["account_id"],
        unit_id=old["unit_id"], before={"member": old["member_id"]},
        after={"member": row["member_id"], "role": old["role"], "drafts": drafts, "invite": invite["id"]},
    )  # fmt: skip
    if thanked:
        await _thank(ctx, thanked, old, row)
    await _tell_leaders(ctx, old, row)
    tr = ctx.office.translators[row["language"]]
    text = tr.t("You have taken over from <b>{name}</b>. What was sent before is in /lichsu.", name=old["name"])
    if old["role"] != "reporter":
        text = tr.t("You have taken over from <b>{name}</b>.", name=old["name"])
    if drafts:
        text += tr.tn(
            "\n{n} report is under way; /baocao goes on with it.",
            "\n{n} reports are under way; /baocao goes on.",
            drafts,
        )
    return [Reply(text)]


async def _thank(ctx: Context, account: Row, old: Row, row: Row) -> None:
    tr = ctx.office.translators[account["language"]]
    left = await members.roles_of(ctx.uow, old["person_id"])
    text = tr.t(
        "<b>{name}</b> has taken over from you as <b>{role} – {unit}</b>. Thank you for all the reports and the work!",
        name=row["name"], role=role_name(old["role"], tr), unit=old["unit_name"],
    )  # fmt: skip
    text += _what_stays(ctx, left, account["language"])
    reply = Reply(text, menu=commands.menu(tr, frozenset(role["role"] for role in left)))
    key = f"handed/{old['member_id']}"
    notify(ctx.office, ctx.uow, account, reply, key=key)


def _what_stays(ctx: Context, left: Collection[Row], language: str) -> Markup:
    tr = ctx.office.translators[language]
    if not left:
        return tr.t("\nYou hold no other role here, so this chat is closed. With a new code you are back at any time.")
    roles = ", ".join(f"{role_name(role['role'], tr)} – {role['unit_name']}" for role in left)
    return tr.t("\nYour other roles stay: {roles}.", roles=roles)


async def _tell_leaders(ctx: Context, old: Row, row: Row) -> None:
    units = [unit_id for unit_id in (old["unit_id"], old["parent_id"]) if unit_id]
    concerned, told = {old["person_id"], row["person_id"]}, set[int]()
    for leader in await people.accounts(ctx.uow, ["leader"], units):
        if leader["person_id"] in concerned | told:
            continue
        told.add(leader["person_id"])
        tr = ctx.office.translators[leader["language"]]
        text = tr.t(
            "🔁 <b>{unit}</b>: <b>{former}</b> has handed over to <b>{successor}</b> as {role}.",
            unit=old["unit_name"], former=old["name"], successor=row["name"], role=role_name(old["role"], tr),
        )  # fmt: skip
        key = f"handed/{old['member_id']}/{leader['person_id']}"
        notify(ctx.office, ctx.uow, leader, Reply(text), key=key)
