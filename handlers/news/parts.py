"""What a broadcast is made of, as its author gives it: text, pictures, a file. Its link: `linking`; its time: `timing`.

Each thing is asked for (`ask_…`) and taken (`…_given`, what is typed or sent next). What cannot be taken leaves the
draft as it was.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, in_rows
from handlers.news import card, checks
from reporting.news import audience, markup
from reporting.news.markup import BadMarkup
from storage import broadcasts
from storage.uow import Row

MOST_PHOTOS = 10


async def keep(ctx: Context, row: Row, **parts: Any) -> None:
    """Put these parts into the draft; None takes one out."""
    content = {name: part for name, part in {**row["content"], **parts}.items() if part}
    row["content"] = content
    await broadcasts.change(ctx.uow, row["id"], content=content)


def waits(ctx: Context, for_: str, broadcast_id: int) -> None:
    """The next line is this part of the broadcast."""
    ctx.state["waits"] = {"for": f"tin.{for_}", "id": broadcast_id}


def back(ctx: Context, row: Row) -> Choice:
    """To the card."""
    return Choice(ctx.tr.plain("◀ Back"), f"tin/show/{row['id']}")


# --- the text --------------------------------------------------------------------------------------


def ask_text(ctx: Context, row: Row | None) -> Reply:
    """`row`: None for a broadcast that begins with this text."""
    waits(ctx, "text", row["id"] if row else 0)
    text = ctx.tr.t(
        "Please type the news.\n<i>*bold*, _italic_. I fill in for each reader: {{đơn vị}}, {{họ tên}}, {{hạn}}.</i>"
    )
    return Reply(text, ((back(ctx, row),),) if row else ())


async def begin(ctx: Context, incoming: Incoming) -> Row | None:
    """A new draft of this person, in the role that reaches furthest."""
    if ctx.person is None:
        return None
    new = await broadcasts.add(
        ctx.uow, member_id=ctx.person.member_id, unit_id=ctx.person.unit.id, topic=audience.GENERAL,
        channel=incoming.channel, chat=incoming.chat,
    )  # fmt: skip
    return await broadcasts.find(ctx.uow, new)


async def text_given(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    """A text that cannot be used is kept as it is where there is no other, so that nothing typed is lost."""
    if incoming.photo:
        return await photo_given(ctx, row, incoming)
    typed = (incoming.text or "")[: markup.LONGEST_TYPED]
    problem, html = await _read(ctx, row, incoming, typed)
    if problem is None:
        await keep(ctx, row, text=typed, html=html)
        return await card.shown(ctx, row["id"], card.due_hint(ctx, html) or None)
    if not row["content"].get("html"):
        await keep(ctx, row, text=typed)
    kept = ctx.tr.t("Your draft is kept (news no. {n}). Please send the text once more.", n=row["id"])
    waits(ctx, "text", row["id"])
    return Reply(Markup("\n").join([problem, kept]), ((back(ctx, row),),))


async def _read(ctx: Context, row: Row, incoming: Incoming, typed: str) -> tuple[Markup | None, str]:
    """What is wrong with a text, or its safe HTML."""
    if not typed.strip():
        return ctx.tr.t("That is no text."), ""
    try:
        html = markup.from_channel(incoming.markup) if incoming.markup else markup.from_typed(typed)
    except BadMarkup as bad:
        return checks.markup_problem(bad, ctx.tr), ""
    return await checks.text_problem(ctx, row, html), html


# --- pictures and a file ---------------------------------------------------------------------------


def ask_photos(ctx: Context, row: Row) -> Reply:
    tr, number = ctx.tr, len(row["content"].get("photos", ()))
    waits(ctx, "photo", row["id"])
    text = tr.t("Send the pictures, one or several, at most {most}; then tap Done.", most=MOST_PHOTOS)
    choices = [Choice(tr.plain("Done"), f"tin/show/{row['id']}")]
    if number:
        text = Markup("\n").join([tr.tn("There is {n} picture.", "There are {n} pictures.", number), text])
        choices.append(Choice(tr.plain("No pictures"), f"tin/nophoto/{row['id']}"))
    return Reply(text, in_rows(choices), wants="picture")


async def photo_given(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    tr, photos = ctx.tr, list(row["content"].get("photos", ()))
    done = ((Choice(tr.plain("Done"), f"tin/show/{row['id']}"),),)
    waits(ctx, "photo", row["id"])
    if incoming.photo is None:
        return Reply(tr.t("I am waiting for pictures. Send one, or tap Done."), done)
    if incoming.photo.media_id is None:
        return Reply(tr.t("This picture did not reach me. Please send it once more."), done)
    if len(photos) >= MOST_PHOTOS:
        return Reply(tr.t("There are {most} pictures already, and no more fit. Tap Done.", most=MOST_PHOTOS), done)
    photos.append([incoming.photo.media_id, f"anh-{len(photos) + 1}.jpg"])
    await keep(ctx, row, photos=photos)
    text = tr.tn("📷 {n} picture. Send more, or tap Done.", "📷 {n} pictures. Send more, or tap Done.", len(photos))
    return Reply(text, done)


def ask_file(ctx: Context, row: Row) -> Reply:
    waits(ctx, "file", row["id"])
    text = ctx.tr.t("Send the file (PDF, Word, Excel …); one goes with the news.")
    choices = [back(ctx, row)]
    if row["content"].get("document"):
        choices.append(Choice(ctx.tr.plain("No file"), f"tin/nofile/{row['id']}"))
    return Reply(text, in_rows(choices), wants="file")


async def file_given(ctx: Context, row: Row, incoming: Incoming) -> Reply:
    document = incoming.document
    if document is None or document.media_id is None:
        waits(ctx, "file", row["id"])
        lost = ctx.tr.t("This file did not reach me. Please send it once more.")
        why = lost if document else ctx.tr.t("I am waiting for a file. Send one, or go back.")
        return Reply(why, ((back(ctx, row),),))
    await keep(ctx, row, document=[document.media_id, document.name])
    return await card.shown(ctx, row["id"])


async def without(ctx: Context, row: Row, part: str) -> Reply:
    """Take the pictures, the file or the link out."""
    await keep(ctx, row, **{part: None})
    return await card.shown(ctx, row["id"])
