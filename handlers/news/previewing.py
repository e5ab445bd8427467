"""A broadcast as it will arrive: the letter itself, between a line before it and what is different elsewhere behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Incoming, Reply
from handlers.news import card, checks, letters, news_words
from locales.translator import Translator
from reporting.news import audience, markup, placeholders
from reporting.news.audience import Recipient
from reporting.news.channels import traits
from reporting.organisation.member_words import channel_name
from storage.tables import BroadcastState
from storage.uow import Row


async def shown(ctx: Context, incoming: Incoming, row: Row) -> list[Reply]:
    """For the author, filled in with their own name and unit; or what has to be put right before."""
    if ctx.person is None:
        return []
    if wrong := await checks.of_content(ctx, row):
        return [await card.problems(ctx, row, wrong)]
    found = await audience.recipients(ctx.uow, row, ctx.now)
    if found and row["audience"].get("groups") == "only":
        reader = found[0]
        before = ctx.tr.t("👁 This is how it arrives in the group {title}:", title=reader.name)
    else:
        reader = Recipient(
            incoming.channel, incoming.chat, ctx.person.person_id, None, row["unit_id"], row["unit_name"],
            ctx.person.name, ctx.tr.language,
        )  # fmt: skip
        before = ctx.tr.t("👁 This is how it arrives, filled in for you:")
    letter = await as_it_arrives(ctx, row, reader, ctx.tr)
    return [Reply(before), letter, await _behind(ctx, row, found, letter)]


async def as_it_arrives(ctx: Context, row: Row, recipient: Recipient, tr: Translator) -> Reply:
    """The letter to look at: without the button under it, which would stop the news of whoever tries it."""
    dues = await audience.dues(ctx.uow, row, ctx.now)
    due_words = letters.due_words(dues, recipient.unit_id, tr, row["send_at"] or ctx.now)
    return replace(letters.letter(row, recipient, tr, due_words), choices=())


async def _behind(ctx: Context, row: Row, found: Sequence[Recipient], letter: Reply) -> Reply:
    tr = ctx.tr
    lines = _by_channel(found, letter, tr) or [await news_words.nobody(ctx, row)]
    lines += _elsewhere(row, found, tr)
    if declined := await news_words.declined(ctx, row):
        lines.append(declined)
    lines += await checks.of_due(ctx, row)
    back = Choice(tr.plain("◀ Back"), f"tin/show/{row['id']}")
    send = Choice(tr.plain("✅ Send"), f"tin/send/{row['id']}")
    return Reply(Markup("\n").join(lines), ((back,) if row["state"] == BroadcastState.ASKING else (back, send),))


def _elsewhere(row: Row, found: Sequence[Recipient], tr: Translator) -> list[Markup]:
    """What people see and groups do not, and the other way round."""
    people, groups = news_words.numbers(found)
    lines = [tr.t("Below it, people find the button 🔕, with which they get no more of these news.")] if people else []
    names = placeholders.NAME in placeholders.used(row["content"].get("html", ""))
    if people and groups and names:
        name = f"{{{placeholders.NAME}}}"
        lines.append(tr.t("In groups {name} reads “{words}”.", name=name, words=letters.everybody(tr)))
    return lines


def _by_channel(found: Sequence[Recipient], letter: Reply, tr: Translator) -> list[Markup]:
    """For each channel how many it reaches there, and what is different there."""
    lines = []
    for channel, _ in Counter(one.channel for one in found).most_common():
        there = [one for one in found if one.channel == channel]
        n, how = news_words.how_many(there, tr), _differs(channel, there, letter, tr)
        lines.append(tr.t("• {channel}, {n}: {how}", channel=channel_name(channel, tr), n=n, how=how))
    return lines


def _differs(channel: str, there: Sequence[Recipient], letter: Reply, tr: Translator) -> Markup:
    has = traits(channel)
    parts = has.messages(markup.units(markup.shown(str(letter.text))))
    said = [tr.tn("the text in {n} message", "the text in {n} messages", parts)] if parts > 1 else []
    if not has.buttons and (letter.links or news_words.numbers(there)[0]):
        said.append(tr.t("buttons as numbered lines, the link as an address"))
    if not has.files and letter.document:
        said.append(tr.t("the file as a link"))
    return Markup("; ").join(said) if said else tr.t("just so")
