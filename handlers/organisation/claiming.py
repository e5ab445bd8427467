"""One more account with a code that was used: whoever joined by it is asked in the account that is known."""

from __future__ import annotations

from handlers import commands
from handlers.context import Context, Person
from handlers.events import ACTION_LIMIT, Choice, Incoming, Priority, Reply, number, word
from handlers.organisation.inviting import call_back, contact
from reporting.organisation.member_words import channel_name
from storage import members, people
from storage.uow import Row


async def asked(ctx: Context, incoming: Incoming, invite: Row) -> list[Reply]:
    """A stranger gave a code that somebody has used up: ask that person; [] when there is nobody to ask."""
    spent = invite["uses_left"] <= 0 and invite["revoked_at"] is None and invite["expires_at"] > ctx.now
    if ctx.person is not None or not spent or not invite["used_by"]:
        return []
    accounts = await members.accounts_of(ctx.uow, invite["used_by"])
    roles = await members.roles_of(ctx.uow, invite["used_by"])
    place = f"{invite['id']}/{incoming.channel}/{incoming.sender}"
    if not accounts or not roles or len(f"acct/yes/{place}".encode()) > ACTION_LIMIT:
        return []
    # The button alone proves nothing: that this very chat gave the code stands in its own state.
    ctx.state["claim"] = invite["id"]
    tr = ctx.office.translators[roles[0]["language"]]
    question = Reply(
        tr.t(
            "Somebody has just used your code on {channel}. Was it you?",
            channel=channel_name(incoming.channel, tr),
        ),
        ((Choice(tr.plain("Yes, it was me"), f"acct/yes/{place}"),), (Choice(tr.plain("No"), f"acct/no/{place}"),)),
    )
    known = accounts[0]
    ctx.uow.send(
        known["channel"], known["address"], question.to_json(), priority=Priority.URGENT, key=f"claim/{place}"
    )  # fmt: skip
    text = ctx.tr.t(
        "This code has been used already. If that was you, I have asked you there: tap <b>Yes, it was me</b>, and I "
        "know you here too. If not, please ask {contact} for a code of your own.",
        contact=await contact(ctx, invite["path"]),
    )
    return [Reply(text)]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`acct/yes|no/<invite>/<channel>/<address>`"""
    answer, invite_id = word(parts, 0), number(parts, 1)
    channel, address = word(parts, 2), "/".join(parts[3:])
    invite = await members.invite(ctx.uow, invite_id)
    person = ctx.person
    if person is None or invite is None or invite["used_by"] != person.person_id or not await _waits(
        ctx, invite, channel, address
    ):  # fmt: skip
        return [Reply(ctx.tr.t("This question has been settled. Nothing was changed."))]
    # Either way the code is done: one more account, and no more.
    await call_back(ctx, invite, person.member_id)
    return await (_taken_in if answer == "yes" else _kept_out)(ctx, person, invite, channel, address)


async def _waits(ctx: Context, invite: Row, channel: str, address: str) -> bool:
    """Whether this chat gave the code, is nobody's yet, and the code still counts."""
    if invite["revoked_at"] is not None or invite["expires_at"] <= ctx.now:
        return False
    state = await members.state_of(ctx.uow, channel, address)
    known = await ctx.uow.people([(channel, address)])
    return state.get("claim") == invite["id"] and not known


async def _taken_in(ctx: Context, person: Person, invite: Row, channel: str, address: str) -> list[Reply]:
    await people.add_account(ctx.uow, channel, address, person.person_id, person.member_id)
    row = (await ctx.uow.people([(channel, address)]))[channel, address]
    ctx.uow.audit(
        "account.add", f"account:{row['account_id']}", member_id=person.member_id, account_id=person.account_id,
        unit_id=person.unit.id, after={"channel": channel, "invite": invite["id"]},
    )  # fmt: skip
    tr = ctx.tr
    there = tr.t("Done. From now on I know you here too. /trogiup shows what you can do.")
    greeting = Reply(there, menu=commands.menu(tr, person.role_names))
    ctx.uow.send(channel, address, greeting.to_json(), priority=Priority.URGENT, key=f"claimed/{invite['id']}")
    text = tr.t("Done. You can write to me on {channel} too, with the same roles.", channel=channel_name(channel, tr))
    return [Reply(text)]


async def _kept_out(ctx: Context, person: Person, invite: Row, channel: str, address: str) -> list[Reply]:
    """Somebody else has the code: it is dead, and the office above is told."""
    for officer in await _officers_above(ctx, person, invite["path"]):
        tr = ctx.office.translators[officer["language"]]
        text = tr.t(
            "⚠ <b>{name}</b> ({unit}) reports that somebody else tried to use their code on {channel}. "
            "The code lets nobody in any more; nothing else was changed.",
            name=person.name, unit=invite["unit_name"], channel=channel_name(channel, tr),
        )  # fmt: skip
        key = f"stranger/{invite['id']}/{officer['member_id']}"
        ctx.uow.send(officer["channel"], officer["address"], Reply(text).to_json(), priority=Priority.URGENT, key=key)
    text = ctx.tr.t("Thank you. That chat was not let in, the code is dead, and the officers above have been told.")
    return [Reply(text)]


async def _officers_above(ctx: Context, person: Person, path: str) -> list[Row]:
    """The officers of the nearest unit above that has any; without one, those of the unit itself."""
    own, *above = [int(part) for part in reversed(path.strip("/").split("/"))]
    for unit_id in (*above, own):
        found = await people.accounts(ctx.uow, members.OFFICE, [unit_id])
        if others := [row for row in found if row["person_id"] != person.person_id]:
            return others
    return []
