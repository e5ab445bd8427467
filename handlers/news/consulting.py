"""Asking those who may agree to a broadcast: who they are, and what they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply, Rows
from handlers.news import news_words, previewing
from handlers.notices import notify
from handlers.permissions import RULES
from locales.translator import Translator
from reporting.news import audience
from reporting.news.audience import Recipient
from storage import broadcast_runs as runs
from storage import people, privacy
from storage.tables import RecipientState
from storage.uow import Row

APPROVE = "broadcast.approve"


def stamp(row: Row) -> int:
    """How many times a yes has been asked for: while it waits, nothing about it changes."""
    return int(row["counts"].get("asked", 0))


def correction(row: Row) -> Row | None:
    """The words of a correction that waits for a yes (see `correcting`)."""
    found: Row | None = row["content"].get("correction")
    return found


def reading(row: Row, words: Row) -> Row:
    """A broadcast that has gone out as it reads, from now on, with these words (`text`, `html`)."""
    content = {name: value for name, value in row["content"].items() if name != "correction"}
    return {**row, "content": {**content, "text": words["text"], "html": words["html"]}, "send_at": None}


def asker_id(row: Row) -> int:
    """The person who needs another one's yes: the author, or who would correct it."""
    asked = correction(row)
    return int(asked["by"] if asked else row["author_id"])


async def asker(ctx: Context, row: Row) -> Row:
    """That person: id, name, language."""
    person = await privacy.person(ctx.uow, asker_id(row))
    assert person is not None  # noqa: S101  (people are never deleted, only erased)
    return person


async def whom_to_ask(ctx: Context, row: Row) -> list[Row]:
    """Everybody but the one who asks who may agree, in the broadcast's unit and above it: each once."""
    ids = [int(part) for part in row["path"].strip("/").split("/")]
    accounts = await people.accounts(ctx.uow, list(RULES[APPROVE].roles), ids)
    return list({one["person_id"]: one for one in accounts if one["person_id"] != asker_id(row)}.values())


async def ask(ctx: Context, row: Row) -> list[str]:
    """Show it to all of them; returns their names."""
    asked = await whom_to_ask(ctx, row)
    for account in asked:
        tr = ctx.office.translators[account["language"]]
        for part, reply in enumerate(await _question(ctx, row, tr)):
            key = f"tin/{row['id']}/ask/{stamp(row)}/{account['person_id']}/{part}"
            notify(ctx.office, ctx.uow, account, reply, key=key)
    return [account["person_name"] for account in asked]


async def as_asked(ctx: Context, row: Row) -> list[Reply]:
    """The question again, for the one who speaks."""
    return await _question(ctx, row, ctx.tr)


async def _question(ctx: Context, row: Row, tr: Translator) -> list[Reply]:
    """Who asks and for whom, the letter as one of them will read it, and the buttons."""
    found = await audience.recipients(ctx.uow, row, ctx.now)
    if words := correction(row):
        letter = await previewing.as_it_arrives(ctx, reading(row, words), _reader(row, found, tr), tr)
        question = tr.t("May it be corrected? Another person's yes is needed.")
        return [Reply(await _of_correction(ctx, row, tr)), letter, Reply(question, buttons(row, tr))]
    when = news_words.moment(row["send_at"], ctx.now, tr) if row["send_at"] else tr.plain("as soon as you agree")
    head = tr.t(
        "⏳ <b>{author}</b> ({unit}) would like to send this news to <b>{n}</b>, {when}.\n{whom}",
        author=row["author"], unit=row["unit_name"], n=news_words.how_many(found, tr), when=when,
        whom=await news_words.whom(ctx, row, tr),
    )  # fmt: skip
    reader = _reader(row, found, tr)
    if found:
        reads = tr.t("This is how {name} ({unit}) reads it:", name=reader.name, unit=reader.unit_name)
        if reader.group_id is not None:
            reads = tr.t("This is what the group {title} reads:", title=reader.name)
        head = Markup("\n").join([head, reads])
    letter = await previewing.as_it_arrives(ctx, row, reader, tr)
    return [Reply(head), letter, Reply(tr.t("May it go out? Another person's yes is needed."), buttons(row, tr))]


def _reader(row: Row, found: Sequence[Recipient], tr: Translator) -> Recipient:
    """One of those who get it; where nobody does, somebody without a name."""
    nobody = Recipient("", "", None, None, row["unit_id"], row["unit_name"], "", tr.language)
    return found[0] if found else nobody


async def _of_correction(ctx: Context, row: Row, tr: Translator) -> Markup:
    """Who would like to correct what, for how many."""
    count = (await runs.counts(ctx.uow, row["id"])).get(RecipientState.SENT, 0)
    title, by = news_words.title(row, tr), (await asker(ctx, row))["name"]
    return tr.tn(
        "⏳ <b>{name}</b> would like to correct the news <i>{title}</i>, which went out to {n} chat. It would read:",
        "⏳ <b>{name}</b> would like to correct the news <i>{title}</i>, which went out to {n} chats. It would read:",
        count, name=by, title=title,
    )  # fmt: skip


def buttons(row: Row, tr: Translator) -> Rows:
    yes, no = f"tin/yes/{row['id']}/{stamp(row)}", f"tin/no/{row['id']}/{stamp(row)}"
    if not correction(row):
        return ((Choice(tr.plain("Agree, send it"), yes), Choice(tr.plain("Do not send"), no)),)
    before = Choice(tr.plain("See how it reads now"), f"run/show/{row['id']}")
    return ((Choice(tr.plain("Agree, correct it"), yes), Choice(tr.plain("Do not correct it"), no)), (before,))
