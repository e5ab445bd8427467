"""An urgent matter goes out: who was told, once however often it is pressed; and that it was raised by mistake."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from handlers.alerts import letters, raising, reach
from handlers.context import Context, Held, Person
from handlers.events import Choice, Incoming, Reply
from storage import alerts
from storage.uow import Row

JUST_NOW = timedelta(minutes=1)
"""Who sent one within this time is asked before another one goes."""


async def send(ctx: Context, incoming: Incoming, person: Person, key: int, *, sure: bool) -> list[Reply]:
    """`al/send/<key>[/sure]`"""
    draft = ctx.state.get("alert")
    if draft is None or draft["key"] != key:
        return [await _of_another(ctx, person, key)]
    if not draft["text"] or ctx.now - raising.moment(ctx, key) > raising.OLD_AFTER:
        ctx.state["alert"] = {**draft, "key": raising.stamp(ctx)}
        return [raising.waiting(ctx, await raising.look(ctx, person))]
    # A line that is typed may have been meant for what came between.
    if incoming.action is None and raising.was_left(ctx, draft):
        return [raising.waiting(ctx, await raising.look(ctx, person))]
    if refusal := await raising.too_many(ctx, person):
        return [refusal]
    if not sure and (before := await _just_sent(ctx, person)):
        return [raising.one_more(ctx, draft, before)]
    return [await _go(ctx, incoming, person, draft)]


async def _go(ctx: Context, incoming: Incoming, person: Person, draft: Row) -> Reply:
    held = raising.role_of(person, draft)
    reached = await reach.first(ctx.uow, held.unit.path, {person.person_id})
    if reached is None:
        return raising.waiting(ctx, await raising.look(ctx, person))
    del ctx.state["alert"]
    alert_id = await alerts.add(
        ctx.uow, unit_id=held.unit.id, member_id=held.member_id, channel=incoming.channel, chat=incoming.chat,
        text=draft["text"], photos=draft["photos"], reached_id=reached.unit_id,
        climbs_at=ctx.now + letters.CLIMBS_AFTER,
    )  # fmt: skip
    ctx.state["sent_alert"] = {"key": draft["key"], "id": alert_id}
    return await _told(ctx, person, held, alert_id, reached)


async def _just_sent(ctx: Context, person: Person) -> Row | None:
    since = ctx.now - JUST_NOW
    recent = [row for row in await alerts.since(ctx.uow, person.person_id, since) if row["created_at"] > since]
    return recent[-1] if recent else None


async def _of_another(ctx: Context, person: Person, key: int) -> Reply:
    """A button that was pressed once more, or is of a draft that was left."""
    sent = ctx.state.get("sent_alert", {})
    alert = await alerts.get(ctx.uow, sent["id"]) if sent.get("key") == key else None
    if alert is not None:
        at = ctx.tr.time(alert["created_at"])
        return Reply(ctx.tr.t("This was sent once, at {time}. I tell you as soon as somebody confirms.", time=at))
    return raising.waiting(ctx, await raising.look(ctx, person)) if "alert" in ctx.state else raising.gone(ctx)


async def _told(ctx: Context, person: Person, held: Held, alert_id: int, reached: reach.Reach) -> Reply:
    alert = await _existing(ctx, alert_id)
    await alerts.tell(ctx.uow, alert_id, reached.leaders)
    for account in reached.leaders:
        tr = ctx.office.translators[account["language"]]
        reach.push(ctx.uow, alert_id, account, letters.letter(alert, tr), "told")
    ctx.uow.audit(
        "alert.raise", f"alert:{alert_id}", member_id=held.member_id, account_id=person.account_id,
        unit_id=held.unit.id, after={"told": len(reached.leaders)},
    )  # fmt: skip
    mistake = (Choice(ctx.tr.plain("It was a mistake"), f"al/oops/{alert_id}"),)
    return Reply(await _promise(ctx, person, held, reached), (*raising.back_to_report(ctx), mistake))


async def _promise(ctx: Context, person: Person, held: Held, reached: reach.Reach) -> Markup:
    """To whom it went, and what comes next: there may be nobody above them."""
    known = {person.person_id, *(row["person_id"] for row in reached.leaders)}
    words = {
        "time": ctx.tr.time(ctx.now), "leaders": letters.named(reached.leaders, ctx.tr), "minutes": letters.MINUTES,
    }  # fmt: skip
    if await reach.above(ctx.uow, held.unit.path, reached.unit_id, known):
        return ctx.tr.t(
            "🚨 Sent at {time} to:\n{leaders}\nI tell you as soon as one of them confirms. If nobody has after "
            "{minutes} minutes, I tell those above them.",
            **words,
        )
    return ctx.tr.t(
        "🚨 Sent at {time} to:\n{leaders}\nI tell you as soon as one of them confirms. If nobody has after {minutes} "
        "minutes, I tell them once more.",
        **words,
    )


async def _existing(ctx: Context, alert_id: int) -> Row:
    found = await alerts.get(ctx.uow, alert_id)
    assert found is not None  # noqa: S101  (written a line above)
    return found


# --- by mistake ------------------------------------------------------------------------------------


async def mistake(ctx: Context, person: Person, alert_id: int, *, sure: bool) -> list[Reply]:
    """`al/oops/<alert>[/sure]`: everybody who was told hears that it was none. It stays on record."""
    tr, alert = ctx.tr, await alerts.get(ctx.uow, alert_id)
    if alert is None or alert["person_id"] != person.person_id:
        return [raising.gone(ctx)]
    if not sure:
        ask = tr.t("Tell everybody who got this message of {time} that it was a mistake?",
                   time=tr.time(alert["created_at"]))  # fmt: skip
        yes = Choice(tr.plain("Yes, it was a mistake"), f"al/oops/{alert_id}/sure")
        return [Reply(ask, ((yes, Choice(tr.plain("No"), f"al/true/{alert_id}")),))]
    told = await alerts.reachable(ctx.uow, alert_id)
    if await alerts.recall(ctx.uow, alert):
        ctx.uow.audit(
            "alert.recall", f"alert:{alert_id}", member_id=alert["member_id"], account_id=person.account_id,
            unit_id=alert["unit_id"],
        )  # fmt: skip
    for account in reach.once(told, {person.person_id}):
        theirs = ctx.office.translators[account["language"]]
        text = theirs.t(
            "{name} ({unit}) says: the urgent message of {time} was a <b>mistake</b>. Nothing needs to be done.",
            name=alert["person_name"], unit=alert["unit_name"], time=theirs.time(alert["created_at"]),
        )  # fmt: skip
        reach.push(ctx.uow, alert_id, account, Reply(text), "mistake")
    return [Reply(tr.t("Done: those who were told have heard that it was a mistake."))]
