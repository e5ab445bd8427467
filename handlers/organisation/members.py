"""Who has which role in one's branch; for officers: end a role, cut off an account, a new code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup

from handlers import commands, permissions
from handlers.context import Context, Held, Person
from handlers.events import Choice, Incoming, Reply, Rows, number, word
from handlers.notices import notify
from handlers.organisation import handing, inviting, web_links
from handlers.organisation.inviting import giver, refused
from reporting.organisation.member_words import channel_name, role_name
from reporting.organisation.members import is_last_in_office, left_alone_without, matching
from storage import members, privacy
from storage import web_links as web_link_rows
from storage.uow import Row

SHOWN = 10


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/thanhvien: the people of one's branch; `/thanhvien lan`: those of a part of a name."""
    if ctx.person is None or not await permissions.take_role(ctx, "member.read"):
        return await refused(ctx)
    ctx.state["waits"] = {"for": "member"}
    text = incoming.text or ""
    if text.startswith("/") and (words := text.partition(" ")[2].strip()):
        return _found(ctx, await members.of_branch(ctx.uow, ctx.person.unit.path), words)
    found = await members.of_branch(ctx.uow, ctx.person.unit.path)
    head = ctx.tr.t(
        "<b>{unit}</b> and below: {n} roles are held. Type a part of a person's or a unit's name.",
        unit=ctx.person.unit.name, n=ctx.tr.number(len(found)),
    )  # fmt: skip
    return [Reply(head, _people(ctx, found[:SHOWN]))]


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A part of a name was typed."""
    if ctx.person is None or not await permissions.take_role(ctx, "member.read"):
        ctx.state.pop("waits", None)
        return await refused(ctx)
    return _found(ctx, await members.of_branch(ctx.uow, ctx.person.unit.path), (incoming.text or "").strip())


def _found(ctx: Context, people: Sequence[Row], words: str) -> list[Reply]:
    """Those of the people whose name, or whose unit's, has this part."""
    tr, words = ctx.tr, words[: inviting.LONGEST]
    found = matching(people, words) if words else []
    if not found:
        return [Reply(tr.t("I find nobody of that name in your branch. Type another part of it, or /huy."))]
    text = tr.t("Found {n}.", n=len(found))
    if len(found) > SHOWN:
        text = tr.t("Found {n}; here are the first {shown}. Type more to see fewer.", n=len(found), shown=SHOWN)
    return [Reply(text, _people(ctx, found[:SHOWN]))]


def _people(ctx: Context, found: Sequence[Row]) -> Rows:
    label = "{} · {} · {}"
    return tuple(
        (Choice(label.format(row["name"], role_name(row["role"], ctx.tr), row["short_name"]),
                f"mem/show/{row['member_id']}"),)
        for row in found
    )  # fmt: skip


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`mem/show|end|code|hand|link/<membership>`, `mem/end|link/<membership>/sure`, `mem/cut/<membership>/<account>`"""
    step = word(parts, 0)
    role = await members.held(ctx.uow, number(parts, 1))
    if role is None:
        return [Reply(ctx.tr.t("This role has ended already."), ((_back(ctx),),))]
    reads = await permissions.take_role(ctx, "member.read", role["path"])
    if ctx.person is None or not reads:
        return await refused(ctx, role["path"])
    if step == "show":
        return [await _shown(ctx, ctx.person, role)]
    by = giver(ctx.person, role["role"], role["path"])
    if by is None:
        return await refused(ctx, role["path"])
    if step == "end":
        return await _end(ctx, role, by, sure=parts[2:] == ["sure"])
    if step == "cut":
        return await _cut(ctx, ctx.person, role, by, number(parts, 2))
    if step == "hand":
        return [await handing.explained(ctx, role)]
    if step == "link":
        return [await web_links.given(ctx, ctx.person, role, by, sure=parts[2:] == ["sure"])]
    return [await _new_code(ctx, ctx.person, role, by)]


def _back(ctx: Context) -> Choice:
    return Choice(ctx.tr.plain("All members"), "cmd/thanhvien")


async def _shown(ctx: Context, person: Person, role: Row) -> Reply:
    """A person: the roles within one's branch, the accounts by channel, never an address. The phone number, if one was
    given, is for those who may change the role."""
    tr = ctx.tr
    roles = await members.roles_of(ctx.uow, role["person_id"])
    seen = [one for one in roles if any(permissions.may(held, "member.read", one["path"]) for held in person.roles)]
    accounts = await members.accounts_of(ctx.uow, role["person_id"])
    lines = [tr.t("<b>{name}</b>", name=role["name"])]
    lines += [tr.t("• {role} – {unit}", role=role_name(one["role"], tr), unit=one["unit_name"]) for one in seen]
    if len(seen) < len(roles):
        lines.append(tr.t("• and {n} more outside your branch", n=len(roles) - len(seen)))
    unopened = await web_link_rows.never_opened(ctx.uow, role["person_id"])
    lines += [_account(ctx, account, is_open=account["address"] not in unopened) for account in accounts]
    who = await privacy.person(ctx.uow, role["person_id"])
    if who and who["phone"] and giver(person, role["role"], role["path"]):
        lines.append(tr.t("Phone: {phone}", phone=who["phone"]))
    if not accounts:
        lines.append(tr.t("No account: a new code lets this person in again."))
    return Reply(Markup("\n").join(lines), (*_changes(ctx, person, role, accounts), (_back(ctx),)))


def _account(ctx: Context, account: Row, *, is_open: bool) -> Markup:
    tr, channel = ctx.tr, channel_name(account["channel"], ctx.tr)
    if not is_open:
        return tr.t("{channel}: not opened yet", channel=channel)
    at = account["used_at"] or account["created_at"]
    day = tr.plain("{day} at {time}", day=tr.day(at), time=tr.time(at))
    return tr.t("{channel}: last active {day}", channel=channel, day=day)


def _changes(ctx: Context, person: Person, role: Row, accounts: Sequence[Row]) -> Rows:
    """What an officer can do, for the role that was chosen."""
    tr, to = ctx.tr, role["member_id"]
    if giver(person, role["role"], role["path"]) is None:
        return ()
    cuts = tuple(
        (Choice(tr.plain("Lock {channel}", channel=channel_name(one["channel"], tr)), f"mem/cut/{to}/{one['id']}"),)
        for one in accounts
    )
    last = (Choice(tr.plain("End the role"), f"mem/end/{to}"), Choice(tr.plain("New code"), f"mem/code/{to}"))
    hand_over, link = (
        Choice(tr.plain("Hand over"), f"mem/hand/{to}"),
        Choice(tr.plain("New web link"), f"mem/link/{to}"),
    )
    return (*cuts, last, (hand_over, link) if ctx.office.links.web else (hand_over,))


async def _end(ctx: Context, role: Row, by: Held, *, sure: bool) -> list[Reply]:
    tr = ctx.tr
    if await is_last_in_office(ctx.uow, role):
        return [_nobody_left(ctx, role)]
    left = [one for one in await members.roles_of(ctx.uow, role["person_id"]) if one["member_id"] != role["member_id"]]
    if not sure:
        return [_really(ctx, role, left)]
    # Whom to tell: once the role has ended, the accounts may be a stranger's.
    accounts = await members.accounts_of(ctx.uow, role["person_id"])
    await members.end(ctx.uow, role["member_id"])
    ctx.uow.audit(
        "member.end", f"member:{role['member_id']}", member_id=by.member_id,
        account_id=ctx.person.account_id if ctx.person else None, unit_id=role["unit_id"],
        before={"unit": role["code"], "role": role["role"]},
    )  # fmt: skip
    if accounts and ctx.person and role["person_id"] != ctx.person.person_id:
        _tell(ctx, accounts[0], role, left)
    text = tr.t("<b>{name}</b> is no longer {role} of {unit}.", name=role["name"], unit=role["unit_name"],
                role=role_name(role["role"], tr))  # fmt: skip
    return [Reply(text, ((_back(ctx),),))]


def _nobody_left(ctx: Context, role: Row) -> Reply:
    text = ctx.tr.t(
        "That would leave <b>{unit}</b> with no officer: there is no other, and none above. Invite another first "
        "(/moi), or hand the role over.",
        unit=role["unit_name"],
    )
    return Reply(text, ((Choice(ctx.tr.plain("Hand over"), f"mem/hand/{role['member_id']}"), _back(ctx)),))


def _really(ctx: Context, role: Row, left: Sequence[Row]) -> Reply:
    tr, to = ctx.tr, role["member_id"]
    text = tr.t(
        "End the role {role} – {unit} of <b>{name}</b>? The reports sent stay with the unit.",
        role=role_name(role["role"], tr), unit=role["unit_name"], name=role["name"],
    )  # fmt: skip
    if left:
        roles = ", ".join(f"{role_name(one['role'], tr)} – {one['unit_name']}" for one in left)
        text += tr.t("\nOther roles stay: {roles}.", roles=roles)
    else:
        text += tr.t("\nIt is this person's only role: the bot will know them no more.")
    yes = Choice(tr.plain("Yes, end it"), f"mem/end/{to}/sure")
    return Reply(text, ((yes, Choice(tr.plain("No"), f"mem/show/{to}")),))


def _tell(ctx: Context, account: Row, role: Row, left: Sequence[Row]) -> None:
    tr = ctx.office.translators[role["language"]]
    text = tr.t(
        "Your role {role} – <b>{unit}</b> has ended. Thank you for your work!",
        role=role_name(role["role"], tr), unit=role["unit_name"],
    )  # fmt: skip
    reply = Reply(text, menu=commands.menu(tr, frozenset(one["role"] for one in left)))
    key = f"ended/{role['member_id']}"
    notify(ctx.office, ctx.uow, account, reply, key=key)


async def _cut(ctx: Context, person: Person, role: Row, by: Held, account_id: int) -> list[Reply]:
    tr = ctx.tr
    account = await members.account(ctx.uow, account_id)
    if account is None or account["person_id"] != role["person_id"]:
        return [Reply(tr.t("This account is locked already."), ((_back(ctx),),))]
    if account_id == person.account_id:
        return [Reply(tr.t("That is the account you are using now. Please lock it from another one."))]
    roles = await members.roles_of(ctx.uow, role["person_id"])
    # Nobody puts out those who stand above them, though they may hold a small role here as well.
    if not all(giver(person, one["role"], one["path"]) for one in roles if one["role"] in members.OFFICE):
        return await refused(ctx, role["path"])
    if alone := await left_alone_without(ctx.uow, account):
        return [_nobody_left(ctx, alone)]
    await members.cut(ctx.uow, account)
    ctx.uow.audit(
        "account.cut", f"account:{account_id}", member_id=by.member_id, account_id=person.account_id,
        unit_id=role["unit_id"], before={"channel": account["channel"]},
    )  # fmt: skip
    text = tr.t(
        "Locked: {channel} of <b>{name}</b> can do nothing here from now on. The roles stay; a new code lets this "
        "person in again.",
        channel=channel_name(account["channel"], tr), name=role["name"],
    )  # fmt: skip
    return [Reply(text, ((Choice(tr.plain("New code"), f"mem/code/{role['member_id']}"), _back(ctx)),))]


async def _new_code(ctx: Context, person: Person, role: Row, by: Held) -> Reply:
    """A code for the same unit and role. Where all that the person holds is in one's reach it lets that very person
    in again, with everything; else it is a code like any other, or it would give away what is not one's own."""
    tr = ctx.tr
    roles = await members.roles_of(ctx.uow, role["person_id"])
    known = role["person_id"] if all(giver(person, one["role"], one["path"]) for one in roles) else None
    unit = {"id": role["unit_id"], "code": role["code"]}
    code = await inviting.make(ctx, unit, role["role"], by.member_id, used_by=known)
    head = tr.t(
        "Code for <b>{name}</b>, {role} – {unit}, until {day}. Please give it to that person alone.",
        name=role["name"], role=role_name(role["role"], tr), unit=role["unit_name"],
        day=tr.day(ctx.now + timedelta(days=inviting.DAYS)),
    )  # fmt: skip
    return inviting.with_code(ctx, head, code, ((_back(ctx),),))
