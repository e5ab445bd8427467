"""/nhantin: which news somebody wants. Reminders and digests are duties, and always come."""

from __future__ import annotations

from markupsafe import Markup

from handlers import menu
from handlers.context import Context, Person
from handlers.events import BadAction, Choice, Incoming, Reply, word
from locales.translator import Translator
from reporting.news import audience
from storage import opt_outs

TOPICS = (audience.GENERAL, audience.OF_CAMPAIGN)


def topic_name(topic: str, tr: Translator) -> str:
    """What one of TOPICS is called."""
    names = {
        audience.GENERAL: tr.plain("General news"),
        audience.OF_CAMPAIGN: tr.plain("News of campaigns"),
    }
    return names[topic]


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/nhantin"""
    if ctx.person is None:
        return await menu.stranger(ctx, incoming)
    return [await _choices(ctx, ctx.person)]


async def _choices(ctx: Context, person: Person, replaces: str | None = None) -> Reply:
    tr, unwanted = ctx.tr, await opt_outs.of_person(ctx.uow, person.person_id)
    lines = [tr.t("<b>Which news do you want?</b> Tap one to change it.")]
    rows = []
    for topic in TOPICS:
        mark, to = ("🔕", "want") if topic in unwanted else ("✅", "leave")
        rows.append((Choice(f"{mark} {topic_name(topic, tr)}", f"nt/{to}/{topic}"),))
    lines.append(
        tr.t("✅ comes, 🔕 does not. Reminders, digests and what your leaders ask you are duties: they always come.")
    )
    return Reply(Markup("\n").join(lines), tuple(rows), replaces=replaces)


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`nt/want|leave/<topic>`: in the list. `nt/off|on/<topic>`: from under a letter."""
    person = ctx.person
    if person is None:
        return await menu.stranger(ctx, incoming)
    verb, topic = word(parts, 0), word(parts, 1)
    if topic not in TOPICS or verb not in ("want", "leave", "off", "on"):
        raise BadAction(f"{verb!r} of {topic!r} is no choice of news")
    await _set(ctx, person, topic, wanted=verb in ("want", "on"))
    if verb in ("want", "leave"):
        return [await _choices(ctx, person, incoming.message_id)]
    return [_off(topic, ctx.tr) if verb == "off" else _on(topic, ctx.tr)]


async def _set(ctx: Context, person: Person, topic: str, *, wanted: bool) -> None:
    if await opt_outs.set_wanted(ctx.uow, person.person_id, topic, wanted=wanted):
        ctx.uow.audit(
            "person.news", f"person:{person.person_id}", member_id=person.member_id, account_id=person.account_id,
            unit_id=person.unit.id, before={"wanted": not wanted}, after={"topic": topic, "wanted": wanted},
        )  # fmt: skip


def _off(topic: str, tr: Translator) -> Reply:
    text = tr.t(
        "🔕 Done: <b>{topic}</b> no longer comes. Reminders and digests come as before. /nhantin shows all choices.",
        topic=topic_name(topic, tr),
    )
    return Reply(text, ((Choice(tr.plain("Get it again"), f"nt/on/{topic}"),),))


def _on(topic: str, tr: Translator) -> Reply:
    return Reply(tr.t("✅ Done: <b>{topic}</b> comes to you again.", topic=topic_name(topic, tr)))
