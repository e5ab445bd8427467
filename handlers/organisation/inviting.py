"""Inviting from the chat: choose a unit, a role and how many may use it; get the code, its links and its QR picture."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from markupsafe import Markup

from forms.answers import unaccent
from handlers import permissions
from handlers.context import Context, Held, Person
from handlers.events import Attachment, Choice, Incoming, Reply, Rows, in_rows, number, word
from reporting.organisation.invites import hash_code, new_code
from reporting.organisation.member_words import role_name
from storage import members, people, plans
from storage.uow import Row

DAYS = 14
USES = (1, 3, 10)
SHOWN = 10
LONGEST = 60
"""Characters of a typed part of a name."""


async def contact(ctx: Context, path: str | None) -> str:
    """Whom to ask: the office of the newest campaign that the unit takes part in, or of any."""
    campaigns: list[Any] = await plans.campaigns_over(ctx.uow, path) if path else await plans.live_forms(ctx.uow)
    found = next((c["settings"].get("contact") for c in campaigns if c["settings"].get("contact")), None)
    return found or ctx.tr.plain("the office that gave it to you")


def giver(person: Person, role: str, path: str) -> Held | None:
    """The role in which a person may give, and take, this role in the unit at `path`; None if they may not."""
    return next(
        (
            held
            for held in person.roles
            if permissions.may(held, "member.change", path) and role in permissions.INVITES.get(held.role, ())
        ),
        None,
    )


async def refused(ctx: Context, path: str | None = None) -> list[Reply]:
    asked = await contact(ctx, path or (ctx.person.unit.path if ctx.person else None))
    text = ctx.tr.t("This is for the officers of the unit and of those above it. Please ask {contact}.", contact=asked)
    return [Reply(text)]


async def make(
    ctx: Context, unit: Row, role: str, by: int, *, uses: int = 1, days: int = DAYS, successor_of: int | None = None,
    used_by: int | None = None,
) -> str:  # fmt: skip
    """Write an invite of the membership `by`; returns its code, which is kept nowhere."""
    code = new_code()
    invite_id = await people.add_invite(
        ctx.uow, code_hash=hash_code(code, ctx.office.secret), unit_id=unit["id"], role=role, uses=uses,
        expires_at=ctx.now + timedelta(days=days), created_by=by, successor_of=successor_of, used_by=used_by,
    )  # fmt: skip
    ctx.uow.audit(
        "invite.create", f"invite:{invite_id}", member_id=by,
        account_id=ctx.person.account_id if ctx.person else None, unit_id=unit["id"],
        after={"unit": unit["code"], "role": role, "uses": uses, "days": days, "successor_of": successor_of},
    )  # fmt: skip
    return code


def with_code(ctx: Context, head: Markup, code: str, rows: Rows = ()) -> Reply:
    """A code to pass on: what it is for, the code, the links, and the picture of the best one."""
    links = [Markup.escape(link) for link in ctx.office.links.of_code(code)]
    text = Markup("\n").join([head, ctx.tr.t("<code>{code}</code>", code=code), *links])
    picture = Attachment(f"qr/{code}", "ma-moi.png") if links else None
    return Reply(text, rows, photo=picture)


# --- /moi ------------------------------------------------------------------------------------------


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/moi: which unit?"""
    if ctx.person is None or not await permissions.take_role(ctx, "member.change"):
        return await refused(ctx)
    opened = await members.open_invites(ctx.uow, ctx.person.unit.path)
    ctx.state["waits"] = {"for": "invite"}
    tr = ctx.tr
    text = tr.t("Which unit is the code for? Type a part of its name, or tap one.")
    units = await _units(ctx, ctx.person, "")
    rows = in_rows([Choice(unit["short_name"], f"inv/unit/{unit['id']}") for unit in units[:SHOWN]])
    if opened:
        label = tr.plain("Open invites ({n})", n=len(opened))
        rows = (*rows, (Choice(label, "inv/open"),))
    return [Reply(text, rows)]


async def _units(ctx: Context, person: Person, words: str) -> list[Row]:
    """The units in force of the person's branch whose name has this part."""
    part = unaccent(words)
    return [
        unit
        for unit in await people.units(ctx.uow)
        if unit["path"].startswith(person.unit.path) and part in unit["name_plain"] and not _has_ended(ctx, unit)
    ]


def _has_ended(ctx: Context, unit: Row) -> bool:
    return unit["valid_to"] is not None and unit["valid_to"] <= ctx.now


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A part of a unit's name was typed."""
    tr, words = ctx.tr, (incoming.text or "").strip()[:LONGEST]
    if ctx.person is None or not await permissions.take_role(ctx, "member.change"):
        ctx.state.pop("waits", None)
        return await refused(ctx)
    units = await _units(ctx, ctx.person, words) if words else []
    if not units:
        return [Reply(tr.t("I find no unit of that name in your branch. Type another part of it, or /huy."))]
    if len(units) == 1:
        ctx.state.pop("waits", None)
        return [_which_role(ctx, ctx.person, units[0])]
    rows = tuple((Choice(_long_name(unit), f"inv/unit/{unit['id']}"),) for unit in units[:SHOWN])
    text = (
        tr.t("Which one?")
        if len(units) <= SHOWN
        else tr.t("Of {n} units the first. Type more to see fewer.", n=len(units))
    )
    return [Reply(text, rows)]


def _long_name(unit: Row) -> str:
    """Names that look alike are told apart by the code of the unit above."""
    return f"{unit['name']} ({unit['parent_code']})" if unit["parent_code"] else unit["name"]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`inv/unit/<unit>`, `inv/role/<unit>/<role>`, `inv/uses/<unit>/<role>/<n>`, `inv/open`, `inv/revoke/<invite>`"""
    step = word(parts, 0)
    if ctx.person is None or not await permissions.take_role(ctx, "member.change"):
        return await refused(ctx)
    if step == "open":
        return [await _opened(ctx, ctx.person)]
    if step == "revoke":
        return await _revoke(ctx, ctx.person, number(parts, 1))
    unit = await members.unit(ctx.uow, number(parts, 1))
    if unit is None or not await permissions.take_role(ctx, "member.change", unit["path"]):
        return await refused(ctx, unit["path"] if unit else None)
    if _has_ended(ctx, unit):
        return [Reply(ctx.tr.t("<b>{unit}</b> has ended: nobody can be invited there.", unit=unit["name"]))]
    if step == "unit":
        return [_which_role(ctx, ctx.person, unit)]
    role = word(parts, 2)
    by = giver(ctx.person, role, unit["path"])
    if by is None:
        return await refused(ctx, unit["path"])
    if step == "role":
        return [_how_many(ctx, unit, role)]
    return [await _make(ctx, unit, role, by, number(parts, 3))]


def _which_role(ctx: Context, person: Person, unit: Row) -> Reply:
    tr = ctx.tr
    roles = [role for role in permissions.INVITES["admin"] if giver(person, role, unit["path"])]
    choices = [Choice(role_name(role, tr).capitalize(), f"inv/role/{unit['id']}/{role}") for role in roles]
    return Reply(tr.t("<b>{unit}</b>: in which role?", unit=unit["name"]), in_rows(choices))


def _how_many(ctx: Context, unit: Row, role: str) -> Reply:
    tr = ctx.tr
    text = tr.t("<b>{unit}</b>, {role}: how many people may use the code?", unit=unit["name"], role=role_name(role, tr))
    choices = tuple(Choice(str(n), f"inv/uses/{unit['id']}/{role}/{n}") for n in USES)
    return Reply(text, (choices,))


async def _make(ctx: Context, unit: Row, role: str, by: Held, uses: int) -> Reply:
    tr = ctx.tr
    uses = uses if uses in USES else USES[0]
    code = await make(ctx, unit, role, by.member_id, uses=uses)
    head = tr.tn(
        "Code for <b>{unit}</b>, {role}: for {n} person, until {day}. Please pass it on.",
        "Code for <b>{unit}</b>, {role}: for {n} people, until {day}. Please pass it on.",
        uses, unit=unit["name"], role=role_name(role, tr), day=tr.day(ctx.now + timedelta(days=DAYS)),
    )  # fmt: skip
    return with_code(ctx, head, code, ((Choice(tr.plain("Another code"), "cmd/moi"),),))


async def _opened(ctx: Context, person: Person) -> Reply:
    """The invites that can still be used; their codes are known to those alone who got them."""
    tr = ctx.tr
    found = await members.open_invites(ctx.uow, person.unit.path)
    if not found:
        return Reply(tr.t("No invite is open."), ((Choice(tr.plain("Make a code"), "cmd/moi"),),))
    lines = [tr.t("<b>Open invites</b> ({n})", n=len(found))]
    rows = []
    for place, invite in enumerate(found[:SHOWN], start=1):
        lines.append(
            tr.t(
                "{place}. {unit}, {role}: {n} left, until {day}",
                place=place, unit=invite["unit_name"], role=role_name(invite["role"], tr), n=invite["uses_left"],
                day=tr.day(invite["expires_at"]),
            )
        )  # fmt: skip
        if giver(person, invite["role"], invite["path"]):
            rows.append(Choice(tr.plain("Revoke {place}", place=place), f"inv/revoke/{invite['id']}"))
    return Reply(Markup("\n").join(lines), in_rows(rows))


async def _revoke(ctx: Context, person: Person, invite_id: int) -> list[Reply]:
    invite = await members.invite(ctx.uow, invite_id)
    by = giver(person, invite["role"], invite["path"]) if invite else None
    if invite is None or by is None:
        return await refused(ctx, invite["path"] if invite else None)
    if invite["revoked_at"] is None:
        await call_back(ctx, invite, by.member_id)
    tr = ctx.tr
    text = tr.t("The code for <b>{unit}</b> lets nobody in any more.", unit=invite["unit_name"])
    return [Reply(text, ((Choice(tr.plain("Open invites"), "inv/open"),),))]


async def call_back(ctx: Context, invite: Row, by: int) -> None:
    """The invite lets nobody in from now on."""
    await members.revoke(ctx.uow, [invite["id"]])
    ctx.uow.audit(
        "invite.revoke", f"invite:{invite['id']}", member_id=by,
        account_id=ctx.person.account_id if ctx.person else None, unit_id=invite["unit_id"],
        before={"uses_left": invite["uses_left"]},
    )  # fmt: skip
