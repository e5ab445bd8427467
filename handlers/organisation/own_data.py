"""/dulieucuatoi: what is kept on oneself, and what one may change of it.

Nobody erases themselves: it is the office that does (`member erase`), because a unit must not lose its only reporter
unseen. Whoever asks is heard also while their unit owes reports; the office is told what is owed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from markupsafe import Markup

from handlers import menu, permissions
from handlers.context import Context, Held, Person
from handlers.events import Attachment, Choice, Incoming, Reply, Rows
from handlers.notices import notify
from handlers.organisation import web_links
from locales.translator import Translator
from reporting import log_book
from reporting.organisation.member_words import channel_name, role_name
from reporting.organisation.names import NAME_LIMIT, read_name
from storage import audit, people, privacy, register
from storage import web_links as web_link_rows
from storage.uow import Row

CHANGES_SHOWN = 5
_PHONE = re.compile(r"(?:\+?84|0)([1-9][0-9]{8,9})")
_BETWEEN_DIGITS = re.compile(r"[\s.()-]+")
_BACK = "mine"


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """All that is kept on the person, in one message."""
    person = ctx.person
    if person is None:
        return await menu.stranger(ctx, incoming)
    kept = await privacy.collect(ctx.uow, person.person_id)
    unopened = await web_link_rows.never_opened(ctx.uow, person.person_id)
    lines = [*_about(kept, unopened, ctx.tr), *await _changes(ctx, person)]
    return [Reply(Markup("\n").join(lines), _buttons(ctx, kept))]


def _about(kept: dict[str, Any], unopened: Collection[str], tr: Translator) -> list[Markup]:
    who = kept["person"]
    language = {"vi": "Tiếng Việt", "en": "English"}.get(who["language"], who["language"])
    return [
        tr.t("<b>What I keep on you</b>"),
        tr.t("• Name: <b>{name}</b>", name=who["name"]),
        *(_role(role, tr) for role in kept["roles"]),
        *(_account(account, tr, is_open=account["address"] not in unopened) for account in kept["accounts"]),
        tr.t("• Language: {language}", language=language),
        tr.t("• Phone: {phone}", phone=who["phone"] or tr.plain("none")),
        tr.t(
            "• Reports sent: {reports}; under way: {drafts}; pictures and files: {media}",
            reports=tr.number(len({row["code"] for row in kept["reports"]})),
            drafts=tr.number(len(kept["drafts"])), media=tr.number(len(kept["media"])),
        ),
    ]  # fmt: skip


def _role(role: Row, tr: Translator) -> Markup:
    values = {"role": role_name(role["role"], tr), "unit": role["name"], "since": tr.full_day(role["created_at"])}
    if role["ended_at"]:
        return tr.t("• {role}, {unit}: {since} to {until}", **values, until=tr.full_day(role["ended_at"]))
    return tr.t("• {role}, {unit}: since {since}", **values)


def _account(account: Row, tr: Translator, *, is_open: bool) -> Markup:
    channel, since = channel_name(account["channel"], tr), tr.full_day(account["created_at"])
    if not is_open and not account["cut_at"]:
        return tr.t("• Account: {channel}, not opened yet", channel=channel)
    if account["cut_at"]:
        return tr.t("• Account: {channel}, since {since}, cut off", channel=channel, since=since)
    return tr.t("• Account: {channel}, since {since}", channel=channel, since=since)


async def _changes(ctx: Context, person: Person) -> list[Markup]:
    """The last things that the person changed."""
    rows = await audit.newest(ctx.uow, audit.Wanted(person_id=person.person_id), limit=CHANGES_SHOWN)
    entries = await log_book.explained(ctx.uow, ctx.library, rows)
    lines = [
        ctx.tr.t("– {time}: {what}", time=log_book.moment(e.row["at"], ctx.tr), what=log_book.what(e, ctx.tr))
        for e in entries
    ]
    return [ctx.tr.t("• Your last changes:"), *lines] if lines else []


def _buttons(ctx: Context, kept: dict[str, Any]) -> Rows:
    tr = ctx.tr
    phone = tr.plain("Remove my number") if kept["person"]["phone"] else tr.plain("Add my number")
    to = "mine/nophone" if kept["person"]["phone"] else "mine/phone"
    return (
        (Choice(tr.plain("Change my name"), "mine/name"), Choice(phone, to)),
        (Choice(tr.plain("All of it as a file"), "mine/file"),),
        *([(Choice(tr.plain("🌐 Open on the web"), "mine/web"),)] if ctx.office.links.web else []),
        (Choice(tr.plain("Erase my data"), "mine/erase"),),
    )


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`mine[/name|yes|phone|nophone|file|web|erase|ask]`"""
    person, tr = ctx.person, ctx.tr
    if person is None or not parts:
        return await command(ctx, incoming)
    new_name = ctx.state.pop("new_name", None)
    match parts[0]:
        case "name":
            ctx.state["waits"] = {"for": "own_name"}
            return [Reply(tr.t("Please type your name as it shall be shown. /huy leaves it as it is."))]
        case "yes":
            return await _take_name(ctx, person, new_name)
        case "phone":
            ctx.state["waits"] = {"for": "own_phone"}
            return [Reply(tr.t("Please type your phone number. Only officers see it, and never a group. "
                               "/huy leaves it out."))]  # fmt: skip
        case "nophone":
            return await _set_phone(ctx, person, None)
        case "file":
            reference = f"mydata/{person.person_id}/{person.account_id}"
            file = Attachment(reference, "du-lieu-cua-toi.json")
            return [Reply(tr.t("All that I keep on you. Keep this file to yourself."), document=file)]
        case "web":
            return await web_links.own(ctx, person)
        case "erase":
            return [await _explain(ctx, person)]
        case "ask":
            return [await _ask_office(ctx, person)]
    return await command(ctx, incoming)


# --- name and phone --------------------------------------------------------------------------------


async def name_typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A line while the new name is waited for."""
    name, tr = read_name(incoming.text or ""), ctx.tr
    if name is None:
        return [Reply(tr.t("A name has 2 to {most} letters. Please type it once more, or /huy.", most=NAME_LIMIT))]
    ctx.state.pop("waits", None)
    ctx.state["new_name"] = name
    yes, no = Choice(tr.plain("Yes, change it"), "mine/yes"), Choice(tr.plain("No, type again"), "mine/name")
    return [Reply(tr.t("From now on you are <b>{name}</b>. Is that right?", name=name), ((yes, no),))]


async def _take_name(ctx: Context, person: Person, name: str | None) -> list[Reply]:
    if name is None:
        return [Reply(ctx.tr.t("This button is old. /dulieucuatoi shows what I keep on you."))]
    await privacy.rename(ctx.uow, person.person_id, name)
    _note(ctx, person, "person.rename")
    return [Reply(ctx.tr.t("Done: your name is <b>{name}</b>.", name=name))]


async def phone_typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A line while the phone number is waited for."""
    found = _PHONE.fullmatch(_BETWEEN_DIGITS.sub("", incoming.text or ""))
    if found is None or ctx.person is None:
        return [Reply(ctx.tr.t("That is no phone number that I know (such as 0912 345 678). Once more, or /huy."))]
    ctx.state.pop("waits", None)
    return await _set_phone(ctx, ctx.person, f"0{found[1]}")


async def _set_phone(ctx: Context, person: Person, phone: str | None) -> list[Reply]:
    await privacy.set_phone(ctx.uow, person.person_id, phone)
    _note(ctx, person, "person.phone", given=phone is not None)
    if phone is None:
        return [Reply(ctx.tr.t("Your phone number is gone."))]
    return [Reply(ctx.tr.t("Done. Officers can see your number now. /dulieucuatoi takes it away again."))]


def _note(ctx: Context, person: Person, action: str, **after: Any) -> None:
    ctx.uow.audit(
        action, f"person:{person.person_id}", member_id=person.member_id, account_id=person.account_id,
        unit_id=person.unit.id, after=after,
    )  # fmt: skip


# --- asking to be erased ---------------------------------------------------------------------------


async def _explain(ctx: Context, person: Person) -> Reply:
    tr = ctx.tr
    text = tr.t(
        "Erased are: your name, your phone number, your accounts, your roles, what you have begun, and what we wrote "
        "here. The reports that you sent stay, without your name: they are your unit's.\n"
        "The office does it, after it has found who reports for your unit from then on. Shall I ask it?"
    )
    yes = Choice(tr.plain("Yes, ask the office"), "mine/ask")
    return Reply(text, ((yes,), (Choice(tr.plain("No, go back"), _BACK),)))


async def _ask_office(ctx: Context, person: Person) -> Reply:
    """Tell the officers nearest to each unit of the person; once a day."""
    told = 0
    for held in person.roles:
        told += await _tell_officers(ctx, person, held)
    _note(ctx, person, "person.ask_erase")
    if not told:
        return Reply(ctx.tr.t("No officer can be reached here. Please tell the office that gave you your code."))
    return Reply(ctx.tr.t("I have asked the office. Until it has answered, all goes on as before."))


async def _tell_officers(ctx: Context, person: Person, held: Held) -> int:
    owed = len(await register.owed(ctx.uow, held.unit.id, ctx.now)) if held.role == "reporter" else 0
    officers = await _nearest_officers(ctx, person, held)
    for row in officers:
        tr = ctx.office.translators[row["language"]]
        # Without the name: what stands in the officers' chats is not reached when the person is erased.
        text = tr.t(
            "The {role} of {unit} (member {n}) asks to have their personal data erased. Reports that the unit owes: "
            "{owed}. Please see first who follows them; then run: <code>member erase {n}</code>",
            role=role_name(held.role, tr), unit=held.unit.name, n=held.member_id, owed=tr.number(owed),
        )  # fmt: skip
        key = f"erase/{held.member_id}/{ctx.now.astimezone(tr.timezone):%Y%m%d}/{row['member_id']}"
        notify(ctx.office, ctx.uow, row, Reply(text), key=key)
    return len(officers)


async def _nearest_officers(ctx: Context, person: Person, held: Held) -> list[Row]:
    """Those who may erase the person and can be reached: of the unit itself, else of the nearest one above."""
    roles = list(permissions.RULES["member.change"].roles)
    for unit_id in reversed([int(part) for part in held.unit.path.strip("/").split("/")]):
        found = await people.accounts(ctx.uow, roles, [unit_id])
        if others := [row for row in found if row["person_id"] != person.person_id]:
            return others
    return []
