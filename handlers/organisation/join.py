"""Joining: a code says which unit and role; the person confirms."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from handlers import commands
from handlers.context import Context, Person
from handlers.events import Choice, Incoming, Reply, number, word
from handlers.organisation import claiming, handing
from handlers.organisation.inviting import contact
from handlers.words import due_text
from reporting.organisation.invites import find_code, hash_code, read_code
from reporting.organisation.member_words import role_name
from reporting.organisation.names import NAME_LIMIT, read_name
from storage import members, people, privacy, register
from storage.uow import Row

WAITS = "first_name"
TRIES = 5
TRIES_WITHIN = timedelta(minutes=10)


async def from_line(ctx: Context, incoming: Incoming, text: str) -> list[Reply]:
    """A line that is a code, or has one in it ("mã của em là K7QM-2XPD"). Nothing for any other: what somebody who has
    joined says is taken for a code only if there is one such."""
    if read_code(text) and (ctx.person is None or "-" in text):
        return await with_code(ctx, incoming, text)
    code = find_code(text, is_stranger=ctx.person is None)
    if code is None:
        return []
    if ctx.person and await people.invite(ctx.uow, hash_code(code, ctx.office.secret)) is None:
        return []
    return await with_code(ctx, incoming, code)


async def with_code(ctx: Context, incoming: Incoming, text: str) -> list[Reply]:
    """Somebody gave what may be a code: say what it is for and ask."""
    code = read_code(text)
    if _too_many_tries(ctx):
        return [Reply(ctx.tr.t("Too many wrong codes. Please wait ten minutes and try again."))]
    invite = await people.invite(ctx.uow, hash_code(code, ctx.office.secret)) if code else None
    if invite is None:
        _count_try(ctx)
        return [await _unknown_code(ctx)]
    if ctx.person and any((h.unit.id, h.role) == (invite["unit_id"], invite["role"]) for h in ctx.person.roles):
        return await _held_already(ctx, ctx.person, invite, code)
    if _is_over(ctx, invite):
        return await claiming.asked(ctx, incoming, invite) or [await _spent(ctx, invite)]
    return [_asked(ctx, invite, code)]


def _is_over(ctx: Context, invite: Row) -> bool:
    unit_ended = invite["valid_to"] is not None and invite["valid_to"] <= ctx.now
    called_back = invite["revoked_at"] is not None
    return unit_ended or called_back or invite["uses_left"] <= 0 or invite["expires_at"] <= ctx.now


async def _held_already(ctx: Context, person: Person, invite: Row, code: str | None) -> list[Reply]:
    """One who holds this role can still take over what another with the same role hands on."""
    mine = person.holding(invite["successor_of"] or 0) is not None
    if invite["successor_of"] and not mine and not _is_over(ctx, invite):
        return [_asked(ctx, invite, code)]
    return [Reply(ctx.tr.t("You have joined <b>{unit}</b> already.", unit=invite["unit_name"]))]


def _asked(ctx: Context, invite: Row, code: str | None) -> Reply:
    ctx.state["joining"] = invite["id"]
    ctx.state["code"] = code
    return _confirm(ctx, invite)


def _confirm(ctx: Context, invite: Row) -> Reply:
    tr = ctx.tr
    place = tr.t(" ({parent})", parent=invite["parent_name"]) if invite["parent_name"] else ""
    text = tr.t(
        "Hello! This code is for <b>{unit}</b>{place}, as <b>{role}</b>. Is that you?",
        unit=invite["unit_name"], place=place, role=role_name(invite["role"], tr),
    )  # fmt: skip
    if ctx.person:
        held = ", ".join(f"{role_name(role.role, tr)} – {role.unit.name}" for role in ctx.person.roles)
        text += tr.t("\nYour present roles stay: {roles}.", roles=held)
    yes = Choice(tr.plain("Yes, join"), f"join/yes/{invite['id']}")
    return Reply(text, ((yes, Choice(tr.plain("No, that is not me"), f"join/no/{invite['id']}")),))


async def _unknown_code(ctx: Context) -> Reply:
    return Reply(
        ctx.tr.t(
            "I do not know this code. Please check it (eight letters and digits, such as K7QM-2XPD), "
            "or ask {contact} for a new one.",
            contact=await contact(ctx, None),
        )
    )


async def _spent(ctx: Context, invite: Row) -> Reply:
    tr, asked = ctx.tr, await contact(ctx, invite["path"])
    if invite["uses_left"] <= 0:
        day = tr.day(invite["used_up_at"] or ctx.now)
        return Reply(
            tr.t("This code was used up on {day}. Please ask {contact} for a new one.", day=day, contact=asked)
        )
    if invite["expires_at"] > ctx.now:
        return Reply(tr.t("This code is no longer valid. Please ask {contact} for a new one.", contact=asked))
    day = tr.day(invite["expires_at"])
    return Reply(tr.t("This code expired on {day}. Please ask {contact} for a new one.", day=day, contact=asked))


def _too_many_tries(ctx: Context) -> bool:
    tries = ctx.state.get("tries", {})
    return tries.get("n", 0) >= TRIES and datetime.fromisoformat(tries["until"]) > ctx.now


def _count_try(ctx: Context) -> None:
    tries = ctx.state.get("tries", {})
    if tries and datetime.fromisoformat(tries["until"]) <= ctx.now:
        tries = {}
    until = tries.get("until") or (ctx.now + TRIES_WITHIN).isoformat()
    ctx.state["tries"] = {"n": tries.get("n", 0) + 1, "until": until}


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`join/yes|no/<invite>`, `join/skip`: without a name"""
    if parts == ["skip"]:
        return await _skipped(ctx, incoming)
    answer, invite_id = word(parts, 0), number(parts, 1)
    code = ctx.state.pop("code", None)
    # The button alone proves nothing: the code must have been given in this very chat.
    if ctx.state.pop("joining", None) != invite_id or code is None:
        return [Reply(ctx.tr.t("This button is old. Please send the code once more."))]
    if answer == "no":
        asked = await contact(ctx, None)
        return [Reply(ctx.tr.t("Then nothing was changed. Please ask {contact} for the right code.", contact=asked))]
    invite = await people.invite(ctx.uow, hash_code(code, ctx.office.secret))
    if invite is None or not await people.use_invite(ctx.uow, invite_id):
        return [await _spent(ctx, invite)] if invite else [await _unknown_code(ctx)]
    row = await _joined(ctx, incoming, invite)
    await members.used_by(ctx.uow, invite_id, row["person_id"])
    ctx.uow.audit(
        "member.join", f"member:{row['member_id']}", member_id=row["member_id"], account_id=row["account_id"],
        unit_id=row["unit_id"], after={"unit": row["code"], "role": row["role"], "invite": invite_id},
    )  # fmt: skip
    taken_over = await handing.taken_over(ctx, invite, row) if invite["successor_of"] else []
    if ctx.person is None and not incoming.sender_name and row["name"] == _nameless(ctx):
        return [*taken_over, _ask_name(ctx, ctx.tr.t("What is your name, please?"))]
    return [await welcome(ctx, row), *taken_over]


def _nameless(ctx: Context) -> str:
    """What somebody is called whose channel does not say, as the web."""
    return ctx.tr.plain("Web user")


def _ask_name(ctx: Context, text: Markup) -> Reply:
    ctx.state["waits"] = {"for": WAITS}
    return Reply(text, ((Choice(ctx.tr.plain("Skip"), "join/skip"),),))


async def name_given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """What comes while a new member's name is waited for."""
    name = read_name(incoming.text or "")
    if name is None or ctx.person is None:
        text = ctx.tr.t("A name has 2 to {most} letters. Please type it once more, or tap Skip.", most=NAME_LIMIT)
        return [_ask_name(ctx, text)]
    ctx.state.pop("waits", None)
    await privacy.rename(ctx.uow, ctx.person.person_id, name)
    ctx.uow.audit(
        "person.rename", f"person:{ctx.person.person_id}", member_id=ctx.person.member_id,
        account_id=ctx.person.account_id, unit_id=ctx.person.unit.id, after={},
    )  # fmt: skip
    return await _welcomed(ctx, incoming)


async def _skipped(ctx: Context, incoming: Incoming) -> list[Reply]:
    if ctx.state.pop("waits", {}).get("for") != WAITS:
        return [Reply(ctx.tr.t("This button is old. /dulieucuatoi shows what I keep on you."))]
    return await _welcomed(ctx, incoming)


async def _welcomed(ctx: Context, incoming: Incoming) -> list[Reply]:
    here = incoming.channel, incoming.sender
    return [await welcome(ctx, (await ctx.uow.people([here]))[here])]


async def _joined(ctx: Context, incoming: Incoming, invite: Row) -> Row:
    """Let somebody in; returns them, acting in the invite's role."""
    # Made for somebody who is known and used for the first time: a new way in for that person.
    known = invite["used_by"] if invite["used_up_at"] is None and ctx.person is None else None
    if known:
        roles = await members.roles_of(ctx.uow, known)
        wanted = (invite["unit_id"], invite["role"])
        found = next((role for role in roles if (role["unit_id"], role["role"]) == wanted), None)
        member_id = found["member_id"] if found else await people.add_member(ctx.uow, known, *wanted)
        await people.add_account(ctx.uow, incoming.channel, incoming.sender, known, member_id)
    return await people.join(
        ctx.uow, channel=incoming.channel, address=incoming.sender, name=incoming.sender_name or _nameless(ctx),
        unit_id=invite["unit_id"], role=invite["role"],
    )  # fmt: skip


async def welcome(ctx: Context, row: Row) -> Reply:
    """The first words to a new member: what is owed now, and the next step."""
    tr = ctx.office.translators[row["language"]]
    menu = commands.menu(tr, frozenset(role["role"] for role in row["roles"]))
    if row["role"] != "reporter":
        text = tr.t(
            "Done. I will send you the digest of <b>{unit}</b> here. /tonghop shows it at any time.",
            unit=row["unit_name"],
        )
        desk = (Choice(tr.plain("See the digest"), "cmd/tonghop"), Choice(tr.plain("Help"), "cmd/trogiup"))
        return Reply(text, (desk,), menu=menu)
    owed = await register.owed(ctx.uow, row["unit_id"], ctx.now)
    text = tr.t("Done. From now on you send your reports right here.")
    if owed:
        count = tr.tn("Your unit owes <b>{n} report</b>", "Your unit owes <b>{n} reports</b>", len(owed))
        text += tr.t(" {count}, {due}.", count=count, due=due_text(owed[0], ctx.now, tr))
    begin = f"start/{owed[0]['id']}" if len(owed) == 1 else "cmd/baocao"
    rows = (
        (Choice(tr.plain("📝 Report now"), begin), Choice(tr.plain("Later"), "later")),
        (Choice(tr.plain("One-minute guide"), "cmd/trogiup"),),
    )
    return Reply(text, rows, menu=menu)
