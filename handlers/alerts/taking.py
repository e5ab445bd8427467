"""A leader has an urgent matter: says so, or passes it on."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers import permissions
from handlers.alerts import letters, raising, reach
from handlers.context import Context, Held, Person
from handlers.events import Choice, Reply
from handlers.sent.lines import cut
from locales.translator import Translator
from storage import alerts, people, units
from storage.uow import Row

SHOWN = 10
"""Urgent matters in the list, and leaders to choose from."""

MAX_LABEL = 44


async def listing(ctx: Context, person: Person) -> Reply | None:
    """Those that nobody has taken and that this person may take; None where there is none."""
    tr = ctx.tr
    paths = [held.unit.path for held in person.roles if permissions.may(held, "alert.take")]
    open_ = await alerts.waiting(ctx.uow, person.person_id, paths, SHOWN)
    if not open_:
        return None
    head = tr.tn("🚨 <b>{n} urgent message</b> that nobody has confirmed:",
                 "🚨 <b>{n} urgent messages</b> that nobody has confirmed:", len(open_))  # fmt: skip
    rows = [_row(alert, tr) for alert in open_]
    last = (Choice(tr.plain("🚨 Raise another one"), "al/new"),) if raising.roles_of(person) else ()
    return Reply(head, (*rows, last) if last else tuple(rows))


def _row(alert: Row, tr: Translator) -> tuple[Choice, ...]:
    label = tr.plain("{time} {unit}: {text}", time=tr.time(alert["created_at"]), unit=alert["short_name"],
                     text=" ".join(alert["text"].split()))  # fmt: skip
    return (Choice(cut(label, MAX_LABEL), f"al/see/{alert['id']}"),)


async def _mine(ctx: Context, person: Person, alert_id: int) -> tuple[Row, Held] | Reply:
    """One that this person may take, and the role in which; or what to say instead."""
    alert = await alerts.get(ctx.uow, alert_id)
    if alert is not None and alert["person_id"] != person.person_id:
        told = next((r for r in await alerts.told(ctx.uow, alert_id) if r["person_id"] == person.person_id), None)
        held = person.holding(told["member_id"]) if told else None
        held = held or permissions.role_for(person, "alert.take", alert["path"])
        if held is not None:
            return alert, held
    return Reply(ctx.tr.t("This message is for the leaders who got it. /khan begins one of your own."))


async def see(ctx: Context, person: Person, alert_id: int) -> list[Reply]:
    """`al/see/<alert>`: from the list, which may be an old one."""
    found = await _mine(ctx, person, alert_id)
    if isinstance(found, Reply):
        return [found]
    alert, _ = found
    if alerts.was_mistake(alert):
        return [_mistaken(ctx, alert)]
    why = await _taken(ctx, alert) if alert["taken_by"] else None
    return [letters.letter(alert, ctx.tr, why)]


async def _taken(ctx: Context, alert: Row) -> Markup:
    who = await alerts.taker(ctx.uow, alert["taken_by"])
    return ctx.tr.t("✅ {name} ({unit}) has had this since {time}.",
                    name=who["person_name"], unit=who["unit_name"], time=ctx.tr.time(alert["taken_at"]))  # fmt: skip


def _mistaken(ctx: Context, alert: Row) -> Reply:
    name = alert["person_name"]
    return Reply(ctx.tr.t("{name} has said that this was a mistake. Nothing needs to be done.", name=name))


# --- received --------------------------------------------------------------------------------------


async def take(ctx: Context, person: Person, alert_id: int) -> list[Reply]:
    """`al/take/<alert>`: the author hears it each time, the others the first time."""
    found = await _mine(ctx, person, alert_id)
    if isinstance(found, Reply):
        return [found]
    alert, held = found
    if alerts.was_mistake(alert):
        return [_mistaken(ctx, alert)]
    others = [row for row in await alerts.told(ctx.uow, alert_id) if row["taken_at"] is not None]
    if before := next((row for row in others if row["person_id"] == person.person_id), None):
        return [_noted(ctx, alert, before["taken_at"])]
    await alerts.tell(ctx.uow, alert_id, [{"person_id": person.person_id, "member_id": held.member_id}])
    is_first = await alerts.take(ctx.uow, alert_id, person.person_id, held.member_id)
    _note(ctx, person, held, alert, "alert.take")
    await _say_who(ctx, person, held, alert, to_all=is_first)
    return [_noted(ctx, alert, ctx.now)]


def _noted(ctx: Context, alert: Row, at: datetime) -> Reply:
    tr = ctx.tr
    text = tr.t("✅ Noted at {time}: {name} ({unit}) knows that you have it.", time=tr.time(at),
                name=alert["person_name"], unit=alert["unit_name"])  # fmt: skip
    return Reply(text, ((letters.passing(alert["id"], tr),),))


async def _say_who(ctx: Context, person: Person, held: Held, alert: Row, *, to_all: bool) -> None:
    name = f"taken/{person.person_id}"

    def said(tr: Translator) -> Reply:
        text = tr.t(
            "✅ {name} ({unit}) received at {time} the urgent message of {asked}.",
            name=person.name, unit=held.unit.name, asked=tr.time(alert["created_at"]), time=tr.time(ctx.now),
        )  # fmt: skip
        return Reply(text)

    reach.push_author(ctx.uow, alert, said(ctx.office.translators[alert["language"]]), name)
    told = await alerts.reachable(ctx.uow, alert["id"]) if to_all else []
    for account in reach.once(told, {person.person_id, alert["person_id"]}):
        reach.push(ctx.uow, alert["id"], account, said(ctx.office.translators[account["language"]]), name)


def _note(ctx: Context, person: Person, held: Held, alert: Row, action: str, **after: object) -> None:
    ctx.uow.audit(
        action, f"alert:{alert['id']}", member_id=held.member_id, account_id=person.account_id,
        unit_id=alert["unit_id"], after=after,
    )  # fmt: skip


# --- passing on ------------------------------------------------------------------------------------


async def whom(ctx: Context, person: Person, alert_id: int) -> list[Reply]:
    """`al/pass/<alert>`: to whom."""
    found = await _mine(ctx, person, alert_id)
    if isinstance(found, Reply):
        return [found]
    tr = ctx.tr
    near = await _near(ctx, person, *found)
    if not near:
        return [await _nobody_left(ctx, person, *found)]
    rows = tuple(
        (Choice(cut(f"{row['person_name']} · {row['short_name']}", MAX_LABEL), f"al/to/{alert_id}/{row['member_id']}"),)
        for row in near
    )  # fmt: skip
    return [Reply(tr.t("To whom shall I pass it on?"), rows)]


async def _nobody_left(ctx: Context, person: Person, alert: Row, held: Held) -> Reply:
    tr = ctx.tr
    if await _around(ctx, person, alert, held):
        return Reply(tr.t("Those near you all have this message already."))
    return Reply(tr.t("Nobody else near you can be reached by chat. {phone}", phone=letters.phone(tr)))


async def _near(ctx: Context, person: Person, alert: Row, held: Held) -> list[Row]:
    """Those it can be passed on to: who is around and was not told yet."""
    known = {row["person_id"] for row in await alerts.told(ctx.uow, alert["id"])}
    around = await _around(ctx, person, alert, held)
    return [row for row in around if row["person_id"] not in known][:SHOWN]


async def _around(ctx: Context, person: Person, alert: Row, held: Held) -> list[Row]:
    """Leaders of the unit above, officers of the own one, leaders of those below it."""
    uow, unit_id = ctx.uow, held.unit.id
    own = await units.find(uow, unit_id)
    above = await people.accounts(uow, ["leader"], [own["parent_id"]]) if own and own["parent_id"] else []
    office = await people.accounts(uow, ["officer"], [unit_id])
    below = await people.accounts(uow, ["leader"], [row["id"] for row in await units.below(uow, unit_id, ctx.now)])
    below.sort(key=lambda row: (not alert["path"].startswith(row["path"]), row["name"]))
    return reach.once([*above, *office, *below], {person.person_id, alert["person_id"]})


async def pass_on(ctx: Context, person: Person, alert_id: int, member_id: int) -> list[Reply]:
    """`al/to/<alert>/<member>`"""
    found = await _mine(ctx, person, alert_id)
    if isinstance(found, Reply):
        return [found]
    alert, held = found
    account = next((r for r in await _near(ctx, person, alert, held) if r["member_id"] == member_id), None)
    if account is None:
        return [Reply(ctx.tr.t("They have it already, or cannot be reached any more."),
                      ((letters.passing(alert_id, ctx.tr),),))]  # fmt: skip
    await alerts.tell(ctx.uow, alert_id, [account], held.member_id)
    theirs = ctx.office.translators[account["language"]]
    why = theirs.t("↪ {name} ({unit}) passes this on to you.", name=person.name, unit=held.unit.name)
    reach.push(ctx.uow, alert_id, account, letters.letter(alert, theirs, why), "told")
    _note(ctx, person, held, alert, "alert.pass")
    _tell_author(ctx, person, held, alert, account)
    return [Reply(ctx.tr.t("↪ Passed on to {name} ({unit}).", name=account["person_name"], unit=account["name"]))]


def _tell_author(ctx: Context, person: Person, held: Held, alert: Row, account: Row) -> None:
    tr = ctx.office.translators[alert["language"]]
    text: Markup = tr.t(
        "↪ {name} ({unit}) has passed your urgent message of {time} on to {other} ({there}).",
        name=person.name, unit=held.unit.name, time=tr.time(alert["created_at"]), other=account["person_name"],
        there=account["name"],
    )  # fmt: skip
    reach.push_author(ctx.uow, alert, Reply(text), f"passed/{account['person_id']}")
