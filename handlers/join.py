"""Joining: a code says which unit and role; the person confirms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handlers import commands
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, word
from handlers.words import due_text
from locales.translator import Translator
from reporting.invites import hash_code, read_code
from storage import people, register
from storage.uow import Row

TRIES = 5
TRIES_WITHIN = timedelta(minutes=10)


def role_name(role: str, tr: Translator) -> str:
    names = {
        "reporter": tr.plain("reporter"),
        "leader": tr.plain("leader"),
        "officer": tr.plain("officer"),
        "admin": tr.plain("administrator"),
    }
    return names[role]


async def with_code(ctx: Context, incoming: Incoming, text: str) -> list[Reply]:
    """Somebody gave what may be a code: say what it is for and ask."""
    code = read_code(text)
    if _too_many_tries(ctx):
        return [Reply(ctx.tr.t("Too many wrong codes. Please wait ten minutes and try again."))]
    invite = await people.invite(ctx.uow, hash_code(code, ctx.office.secret)) if code else None
    if invite is None:
        _count_try(ctx)
        return [await _unknown_code(ctx)]
    if invite["uses_left"] <= 0 or invite["expires_at"] <= ctx.now:
        return [await _spent(ctx, invite)]
    if ctx.person and (ctx.person.unit.id, ctx.person.role) == (invite["unit_id"], invite["role"]):
        return [Reply(ctx.tr.t("You have joined <b>{unit}</b> already.", unit=invite["unit_name"]))]
    ctx.state["joining"] = invite["id"]
    ctx.state["code"] = code
    return [_confirm(ctx, invite)]


def _confirm(ctx: Context, invite: Row) -> Reply:
    tr = ctx.tr
    place = tr.t(" ({parent})", parent=invite["parent_name"]) if invite["parent_name"] else ""
    text = tr.t(
        "Hello! This code is for <b>{unit}</b>{place}, as <b>{role}</b>. Is that you?",
        unit=invite["unit_name"], place=place, role=role_name(invite["role"], tr),
    )  # fmt: skip
    yes = Choice(tr.plain("Yes, join"), f"join/yes/{invite['id']}")
    return Reply(text, ((yes, Choice(tr.plain("No, that is not me"), f"join/no/{invite['id']}")),))


async def _unknown_code(ctx: Context) -> Reply:
    return Reply(
        ctx.tr.t(
            "I do not know this code. Please check it (eight letters and digits, such as K7QM-2XPD), "
            "or ask {contact} for a new one.",
            contact=await _contact(ctx, None),
        )
    )


async def _spent(ctx: Context, invite: Row) -> Reply:
    tr, contact = ctx.tr, await _contact(ctx, invite["path"])
    if invite["uses_left"] <= 0:
        day = tr.day(invite["used_up_at"] or ctx.now)
        return Reply(
            tr.t("This code was used up on {day}. Please ask {contact} for a new one.", day=day, contact=contact)
        )
    day = tr.day(invite["expires_at"])
    return Reply(tr.t("This code expired on {day}. Please ask {contact} for a new one.", day=day, contact=contact))


async def _contact(ctx: Context, path: str | None) -> str:
    """Whom to ask: the office of the newest campaign that the unit takes part in, or of any."""
    campaigns: list[Any] = await register.campaigns_over(ctx.uow, path) if path else await register.live_forms(ctx.uow)
    found = next((c["settings"].get("contact") for c in campaigns if c["settings"].get("contact")), None)
    return found or ctx.tr.plain("the office that gave it to you")


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
    """`join/yes|no/<invite>`"""
    answer, invite_id = word(parts, 0), number(parts, 1)
    code = ctx.state.pop("code", None)
    # The button alone proves nothing: the code must have been given in this very chat.
    if ctx.state.pop("joining", None) != invite_id or code is None:
        return [Reply(ctx.tr.t("This button is old. Please send the code once more."))]
    if answer == "no":
        contact = await _contact(ctx, None)
        text = ctx.tr.t("Then nothing was changed. Please ask {contact} for the right code.", contact=contact)
        return [Reply(text)]
    invite = await people.invite(ctx.uow, hash_code(code, ctx.office.secret))
    if invite is None or not await people.use_invite(ctx.uow, invite_id):
        return [await _spent(ctx, invite)] if invite else [await _unknown_code(ctx)]
    row = await people.join(
        ctx.uow, channel=incoming.channel, address=incoming.sender, name=incoming.sender_name,
        unit_id=invite["unit_id"], role=invite["role"],
    )  # fmt: skip
    ctx.uow.audit(
        "member.join", f"member:{row['member_id']}", member_id=row["member_id"], account_id=row["account_id"],
        after={"unit": row["code"], "role": row["role"]},
    )  # fmt: skip
    return [await welcome(ctx, row)]


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
