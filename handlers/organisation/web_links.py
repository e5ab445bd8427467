"""Personal links to the web chat: given by an officer, taken by oneself, carried by a reminder; and the first words to
who came in by one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.context import Context, Held, Office, Person
from handlers.events import Attachment, Choice, Link, Priority, Reply
from handlers.notices import notify
from handlers.organisation import join
from handlers.organisation.inviting import giver
from reporting.organisation.web_links import PATH, hash_token, may_speak, new_token, token_of_reminders
from storage import members, people, web_links
from storage.uow import Row, UnitOfWork

DAYS = 14
OWN_DAYS = 1


async def web_account(uow: UnitOfWork, person_id: int) -> Row | None:
    """A person's account on the web (`id`, `address`, `member_id`), made if there is none; None for somebody without a
    role."""
    accounts = await members.accounts_of(uow, person_id)
    if found := next((one for one in accounts if one["channel"] == web_links.WEB), None):
        return found
    roles = {role["member_id"] for role in await members.roles_of(uow, person_id)}
    spoken_in = next((one["member_id"] for one in accounts if one["member_id"] in roles), min(roles, default=None))
    if spoken_in is None:
        return None
    address = secrets.token_urlsafe(16)
    await people.add_account(uow, web_links.WEB, address, person_id, spoken_in)
    return next(one for one in await members.accounts_of(uow, person_id) if one["address"] == address)


async def personal_link(
    office: Office, uow: UnitOfWork, person_id: int, *, days: int, sent_to: int | None = None,
    created_by: int | None = None,
) -> str:  # fmt: skip
    """A new link that opens the web chat as this person; "" where there is no web chat, or for somebody without a role.
    `sent_to`: the account whose chat it goes to; without one it is given by hand, and takes the place of all that
    opened the person's web chat before. `created_by`: the membership that gives it."""
    account = await web_account(uow, person_id) if office.links.web else None
    if account is None:
        return ""
    if sent_to is None:
        earlier = await web_links.of_address(uow, account["address"])
        await web_links.revoke(uow, [link["id"] for link in earlier])
    token = new_token()
    await _write(office, uow, account, token, uow.now + timedelta(days=days), sent_to=sent_to, created_by=created_by)
    after = {"days": days, "by_hand": sent_to is None}
    uow.audit("weblink.create", f"account:{account['id']}", member_id=created_by, after=after)
    return _url(office, token)


async def _write(
    office: Office, uow: UnitOfWork, account: Row, token: str, until: datetime, *, sent_to: int | None,
    created_by: int | None = None,
) -> None:  # fmt: skip
    await web_links.add(
        uow, token_hash=hash_token(token, office.secret), person_id=account["person_id"], address=account["address"],
        expires_at=until, sent_to=sent_to, created_by=created_by,
    )  # fmt: skip


def _url(office: Office, token: str) -> str:
    return f"{office.links.web}{PATH}{token}"


# --- in a message ----------------------------------------------------------------------------------


async def with_link(office: Office, uow: UnitOfWork, account: Row, reply: Reply, until: datetime) -> Reply:
    """A reminder with a link to report on the web, where the account's channel is short of means. All reminders of a
    period carry the same link, which can be opened `until` that closes."""
    url = await link_in_message(office, uow, account, until)
    if not url:
        return reply
    tr = office.translators[account["language"]]
    return replace(reply, links=(*reply.links, Link(tr.plain("🌐 Report on the web"), url)))


async def link_in_message(office: Office, uow: UnitOfWork, account: Row, until: datetime) -> str:
    """The personal link for what is said to an account (channel, account_id, person_id) whose channel is short of
    means; "" for any other. It is the same each time, as long as it is to be opened `until` the same moment."""
    if account["channel"] not in office.poor_channels or not office.links.web:
        return ""
    web = await web_account(uow, account["person_id"])
    if web is None:
        return ""
    revoked = await web_links.revoked(uow, web["address"])
    token = token_of_reminders(office.secret, web["address"], until, revoked)
    if await web_links.by_token(uow, hash_token(token, office.secret)) is None:
        await _write(office, uow, web, token, until, sent_to=account["account_id"])
    return _url(office, token)


# --- from the chat ---------------------------------------------------------------------------------


async def given(ctx: Context, person: Person, role: Row, by: Held, *, sure: bool = False) -> Reply:
    """`mem/link/<membership>[/sure]`: an officer gives a person a new link to pass on. Only where all that the person
    holds is in one's reach: whoever opens it speaks as that person. It ends a browser that the person works in, which
    is asked about first."""
    tr = ctx.tr
    back = (Choice(tr.plain("All members"), "cmd/thanhvien"),)
    roles = await members.roles_of(ctx.uow, role["person_id"])
    if not all(giver(person, one["role"], one["path"]) for one in roles):
        text = tr.t(
            "<b>{name}</b> also holds a role outside your reach. Please ask the office above to give the link.",
            name=role["name"],
        )
        return Reply(text, (back,))
    known = await members.accounts_of(ctx.uow, role["person_id"])
    if not sure and await _has_browser(ctx, known):
        return _really(ctx, role)
    url = await personal_link(ctx.office, ctx.uow, role["person_id"], days=DAYS, created_by=by.member_id)
    if not url:
        return Reply(tr.t("There is no web chat here. Please give this person a code instead (New code)."), (back,))
    if known and role["person_id"] != person.person_id:
        _tell(ctx, person, known[0], role)
    text = tr.t(
        "Web link of <b>{name}</b>, to be opened before {day}. Please pass it on to that person alone, and do not open "
        "it yourself: it belongs to the first browser that opens it. Earlier links open nothing any more.",
        name=role["name"], day=tr.day(ctx.now + timedelta(days=DAYS)),
    )  # fmt: skip
    # As code: a tap copies it, and does not open it.
    shown = tr.t("<code>{code}</code>", code=url)
    picture = Attachment(f"qr{PATH}{url.rpartition('/')[2]}", "lien-ket-web.png")
    return Reply(Markup("\n").join([text, shown]), (back,), photo=picture)


async def _has_browser(ctx: Context, known: Sequence[Row]) -> bool:
    """Whether one of the accounts is a browser's that is let in: it came by a link that counts, or by a code."""
    for account in known:
        if account["channel"] == web_links.WEB:
            links = await web_links.of_address(ctx.uow, account["address"])
            by_link = any(link["browser_hash"] and link["revoked_at"] is None for link in links)
            if by_link or (account["used_at"] and may_speak(links, "")):
                return True
    return False


def _really(ctx: Context, role: Row) -> Reply:
    tr = ctx.tr
    text = tr.t(
        "<b>{name}</b> is working in a web browser now. A new link ends that: the browser is let in no more. Make it?",
        name=role["name"],
    )
    yes = Choice(tr.plain("Yes, make it"), f"mem/link/{role['member_id']}/sure")
    return Reply(text, ((yes, Choice(tr.plain("No"), f"mem/show/{role['member_id']}")),))


def _tell(ctx: Context, person: Person, account: Row, role: Row) -> None:
    tr = ctx.office.translators[role["language"]]
    text = tr.t(
        "🌐 {name} ({unit}) has made a new web link for you; earlier ones open nothing any more. If you did not ask "
        "for it, please tell that office.",
        name=person.name, unit=person.unit.name,
    )  # fmt: skip
    key = f"weblink/{role['person_id']}/{ctx.now:%y%m%d%H%M%S}"
    notify(ctx.office, ctx.uow, account, Reply(text), key=key)


async def own(ctx: Context, person: Person) -> list[Reply]:
    """`mine/web`: a link for one's own browser."""
    url = await personal_link(
        ctx.office, ctx.uow, person.person_id, days=OWN_DAYS, sent_to=person.account_id, created_by=person.member_id
    )
    if not url:
        return [Reply(ctx.tr.t("There is no web chat here."))]
    text = ctx.tr.t(
        "This link opens our conversation in a browser, with your roles. It can be opened for one day, works in the "
        "first browser that opens it, and is for you alone."
    )
    return [Reply(text, links=(Link(ctx.tr.plain("🌐 Open on the web"), url),))]


# --- coming in -------------------------------------------------------------------------------------


async def greet(office: Office, uow: UnitOfWork, link: Row) -> None:
    """Somebody has come in by a link for the first time: what is owed, and where to begin."""
    known = await uow.people([(web_links.WEB, link["address"])])
    row = known.get((web_links.WEB, link["address"]))
    if row is None:
        return
    reply = await join.welcome(Context(office, uow, uow.now, Person.from_row(row)), row)
    key = f"entered/{link['id']}"
    uow.send(web_links.WEB, link["address"], reply.to_json(), priority=Priority.REPLY, key=key)
