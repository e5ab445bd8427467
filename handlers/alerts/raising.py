"""Raising an urgent matter: what happened, pictures, one more look, and off it goes to the leaders.

The draft is kept in the conversation: `key` (when it was begun), `seen` (when it was shown last; both in milliseconds),
`member` (the role it is raised in), `text`, `photos`.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from markupsafe import Markup

from handlers import permissions
from handlers.alerts import letters, reach
from handlers.context import Context, Held, Person
from handlers.events import Choice, Incoming, Reply, Rows
from storage import alerts
from storage.uow import Row

LONGEST = 3000
MOST_PHOTOS = 10
MOST_AN_HOUR = 5
_HOUR = timedelta(hours=1)
OLD_AFTER = timedelta(hours=1)
"""After this a draft is shown once more in place of being sent, and a new one does not begin with it."""
LEFT_AFTER = timedelta(minutes=5)
"""So long after it was shown last, words that happen to be those of its button do not send it, and what is typed behind
the command is another matter."""


def roles_of(person: Person) -> list[Held]:
    """The roles in which somebody may raise one, each unit once, the role acted in first."""
    held = sorted(person.roles, key=lambda held: held.member_id != person.member_id)
    able = [role for role in held if permissions.may(role, "alert.send")]
    return list({role.unit.id: role for role in reversed(able)}.values())[::-1]


async def begin(ctx: Context, person: Person, text: str) -> list[Reply]:
    """The draft that is under way, else a new one, with what was typed behind the command."""
    tr = ctx.tr
    if refusal := await too_many(ctx, person):
        return [refusal]
    if draft := under_way(ctx, behind=text):
        return await _take_text(ctx, person, "" if _clean(text) == draft["text"] else text)
    key = stamp(ctx)
    ctx.state["alert"] = {
        "key": key, "seen": key, "member": roles_of(person)[0].member_id, "text": "", "photos": [],
    }  # fmt: skip
    if text:
        return await _take_text(ctx, person, text)
    ask = tr.t(
        "🚨 What happened, and where? Type it in one message; add pictures if you have any. You see it once more "
        "before it goes to the leaders.\nWhere people are in danger, call 113, 114 or 115 first."
    )
    return [waiting(ctx, Reply(ask, ((_drop(ctx),),)))]


def under_way(ctx: Context, *, behind: str = "") -> Row | None:
    """The draft that a command goes on with, if there is something in it; `behind`: what was typed behind it."""
    draft: Row | None = ctx.state.get("alert")
    if draft is None or not (draft["text"] or draft["photos"]) or ctx.now - moment(ctx, draft["key"]) > OLD_AFTER:
        return None
    return None if behind and was_left(ctx, draft) else draft


def was_left(ctx: Context, draft: Row) -> bool:
    """Whether it was not shown for some minutes: something else came between."""
    return ctx.now - moment(ctx, draft["seen"]) > LEFT_AFTER


def stamp(ctx: Context) -> int:
    """Now, as drafts and their buttons have it."""
    return int(ctx.now.timestamp() * 1000)


def moment(ctx: Context, key: int) -> datetime:
    """The moment of a stamp."""
    # Actions come from the network: a key may be any number.
    return datetime.fromtimestamp(min(key, 10**13) / 1000, ctx.now.tzinfo)


async def too_many(ctx: Context, person: Person) -> Reply | None:
    """What to say to somebody who has raised as many as one may in an hour."""
    since = ctx.now - _HOUR
    recent = [row for row in await alerts.since(ctx.uow, person.person_id, since) if row["created_at"] > since]
    if len(recent) < MOST_AN_HOUR:
        return None
    text = ctx.tr.t(
        "You have sent {n} urgent messages within the hour; the next one can go at {time}. If it cannot wait: {phone}",
        n=MOST_AN_HOUR, time=ctx.tr.time(recent[-MOST_AN_HOUR]["created_at"] + _HOUR), phone=letters.phone(ctx.tr),
    )  # fmt: skip
    return Reply(text)


def waiting(ctx: Context, reply: Reply) -> Reply:
    """The reply, after which words and pictures are the draft's."""
    ctx.state["waits"] = {"for": "al.draft"}
    ctx.state["alert"] = {**ctx.state["alert"], "seen": stamp(ctx)}
    return reply


def _drop(ctx: Context) -> Choice:
    return Choice(ctx.tr.plain("Do not send"), "al/drop")


# --- what is typed and sent ------------------------------------------------------------------------


async def given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Words, a picture or a place while a draft waits for them."""
    draft, person = ctx.state.get("alert"), ctx.person
    if person is None or draft is None:
        ctx.state.pop("waits", None)
        return [gone(ctx)]
    if incoming.text is not None:
        return await _take_text(ctx, person, incoming.text)
    if incoming.photo is not None:
        return [waiting(ctx, _take_photo(ctx, incoming.photo.media_id))]
    if incoming.location is not None:
        at = incoming.location
        return await _take_text(ctx, person, f"📍 https://maps.google.com/?q={at.latitude:.5f},{at.longitude:.5f}")
    return [Reply(ctx.tr.t("Only words, pictures and a place go with an urgent message. Nothing has been sent yet."),
                  _ways(ctx, draft))]  # fmt: skip


async def _take_text(ctx: Context, person: Person, typed: str) -> list[Reply]:
    """More words go below those that are there."""
    draft = ctx.state["alert"]
    text = "\n".join(part for part in (draft["text"], _clean(typed)) if part)
    if len(text) > LONGEST:
        tr = ctx.tr
        words = tr.t(
            "That is {n} characters; up to {most} go in one message. Please say it shorter. Nothing has been sent yet.",
            n=tr.number(len(text)), most=tr.number(LONGEST),
        )  # fmt: skip
        return [waiting(ctx, Reply(words, _ways(ctx, draft)))]
    if text:
        ctx.state["alert"] = {**draft, "text": text}
    return [waiting(ctx, await look(ctx, person))]


def _clean(text: str) -> str:
    """Without what cannot be seen, and without empty lines."""
    seen = (c for c in unicodedata.normalize("NFC", text) if c == "\n" or unicodedata.category(c)[0] != "C")
    return "\n".join(line.strip() for line in "".join(seen).splitlines() if line.strip())


def _take_photo(ctx: Context, media_id: str | None) -> Reply:
    tr, draft = ctx.tr, ctx.state["alert"]
    if media_id is None:
        return Reply(tr.t("The picture did not arrive. Please send it once more."), _ways(ctx, draft))
    photos = list(dict.fromkeys([*draft["photos"], media_id]))
    if len(photos) > MOST_PHOTOS:
        return Reply(tr.t("Up to {n} pictures go with it; I leave this one out.", n=MOST_PHOTOS), _ways(ctx, draft))
    ctx.state["alert"] = draft = {**draft, "photos": photos}
    if not draft["text"]:
        return Reply(tr.t("📷 {n} noted. Now please type what happened, and where.", n=len(photos)), ((_drop(ctx),),))
    text = tr.t("📷 {n} noted. Nothing has been sent yet: tap <b>Send now</b>.", n=len(photos))
    return Reply(text, _ways(ctx, draft))


def _ways(ctx: Context, draft: Row) -> Rows:
    if not draft["text"]:
        return ((_drop(ctx),),)
    return ((Choice(ctx.tr.plain("🚨 Send now"), f"al/send/{draft['key']}"), _drop(ctx)),)


def one_more(ctx: Context, draft: Row, before: Row) -> Reply:
    """Asked where another one (`before`) went out a moment ago."""
    ask = ctx.tr.t("You sent an urgent message at {time}, just now. Shall I send this one, too?",
                   time=ctx.tr.time(before["created_at"]))  # fmt: skip
    yes = Choice(ctx.tr.plain("🚨 Send now"), f"al/send/{draft['key']}/sure")
    return waiting(ctx, Reply(ask, ((yes, _drop(ctx)),)))


async def look(ctx: Context, person: Person) -> Reply:
    """The draft as it will go, and to whom."""
    tr, draft = ctx.tr, ctx.state["alert"]
    if not draft["text"]:
        return Reply(tr.t("Please type what happened, and where."), ((_drop(ctx),),))
    held = role_of(person, draft)
    reached = await reach.first(ctx.uow, held.unit.path, {person.person_id})
    if reached is None:
        return Reply(_nobody(ctx, held), (*_other_units(ctx, person, held), (_drop(ctx),)))
    head = tr.tn(
        "Shall this go to <b>{n} leader</b> at once: {who}?", "Shall this go to <b>{n} leaders</b> at once: {who}?",
        len(reached.leaders), who=letters.counted(reached.leaders, tr),
    )  # fmt: skip
    photos = [tr.t("📷 Pictures: {n}", n=len(draft["photos"]))] if draft["photos"] else []
    last = tr.t("<b>Nothing has been sent yet.</b> You can still type more, or send pictures.")
    parts = [head, Markup(""), Markup("<i>{}</i>").format(draft["text"]), *photos, Markup(""), last]
    return Reply(Markup("\n").join(parts), (*_ways(ctx, draft), *_other_units(ctx, person, held)))


def role_of(person: Person, draft: Row) -> Held:
    """The role that a draft is raised in."""
    able = roles_of(person)
    return next((held for held in able if held.member_id == draft["member"]), able[0])


def _other_units(ctx: Context, person: Person, held: Held) -> Rows:
    others = [role for role in roles_of(person) if role.unit.id != held.unit.id]
    return tuple(
        (Choice(ctx.tr.plain("It is about {unit}", unit=role.unit.short_name), f"al/from/{role.member_id}"),)
        for role in others
    )  # fmt: skip


def _nobody(ctx: Context, held: Held) -> Markup:
    return ctx.tr.t(
        "⚠ No leader of {unit}, or above it, can be reached by chat. <b>Nothing was sent.</b> {phone}",
        unit=held.unit.name, phone=letters.phone(ctx.tr),
    )  # fmt: skip


async def about(ctx: Context, person: Person, member_id: int) -> list[Reply]:
    """`al/from/<member>`: it is raised in another of one's roles."""
    if (draft := ctx.state.get("alert")) is None:
        return [gone(ctx)]
    ctx.state["alert"] = {**draft, "member": member_id}
    return [waiting(ctx, await look(ctx, person))]


def drop(ctx: Context) -> list[Reply]:
    """`al/drop`"""
    if ctx.state.pop("alert", None) is None:
        return [gone(ctx)]
    return [Reply(ctx.tr.t("All right: nothing was sent."), back_to_report(ctx))]


def gone(ctx: Context) -> Reply:
    """To who presses a button of a draft that there is no more."""
    return Reply(ctx.tr.t("No urgent message waits to be sent. /khan begins one."))


def back_to_report(ctx: Context) -> Rows:
    """The way back to a report that was under way."""
    draft = ctx.state.get("draft")
    return ((Choice(ctx.tr.plain("Go on with the report"), f"resume/{draft}"),),) if draft else ()
