"""What stands in the way of a broadcast: told before it is sent, each with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.context import Context
from locales.translator import Translator
from reporting.news import audience, markup, placeholders
from reporting.news.audience import Recipient
from reporting.news.markup import BadMarkup, Why
from reporting.planning.quiet import next_allowed
from storage import broadcasts, snapshots
from storage.uow import Row

LONGEST = 4000
"""UTF-16 units of a filled-in text that every channel takes, in one message or in several."""

_DUE_WORDS = 25
FURTHEST = timedelta(days=31)


async def text_problem(ctx: Context, row: Row, html: str) -> Markup | None:
    """Why a text is not taken, whoever it is for."""
    tr = ctx.tr
    if strange := placeholders.unknown(html):
        return tr.t(
            "I do not know <b>{word}</b>. I can fill in: {known}.",
            word="{" + markup.shown(strange[0]) + "}", known=", ".join(f"{{{name}}}" for name in placeholders.ALL),
        )  # fmt: skip
    unit, person = await broadcasts.longest_names(ctx.uow, row["path"])
    longest = {placeholders.UNIT: unit, placeholders.NAME: person, placeholders.DUE: _DUE_WORDS}
    filled = placeholders.filled(html, {name: "x" * length for name, length in longest.items()})
    too_many = markup.units(markup.shown(filled)) - LONGEST
    return too_long(too_many, tr) if too_many > 0 else None


def too_long(too_many: int, tr: Translator) -> Markup:
    return tr.t(
        "The text is too long by <b>{n}</b> characters (at most {most}, with names filled in). Please shorten it; "
        "a long document is better sent as a file.",
        n=tr.number(too_many), most=tr.number(LONGEST),
    )  # fmt: skip


def markup_problem(bad: BadMarkup, tr: Translator) -> Markup:
    """What is wrong with the formatting, and where; most who read it have typed a < and know no tags."""
    line, tag = bad.line, bad.tag
    if bad.why is Why.NO_LINK:
        return tr.t(
            "Line {line}: the link <b>{tag}</b> leads nowhere. It has to begin with https://", line=line, tag=tag
        )
    what = {
        Why.UNKNOWN: tr.t("Line {line}: I cannot read <b>{tag}</b>.", line=line, tag=tag),
        Why.LEFT_OPEN: tr.t("Line {line}: <b>{tag}</b> begins something that does not end.", line=line, tag=tag),
        Why.NEVER_OPENED: tr.t("Line {line}: <b>{tag}</b> ends what was not begun.", line=line, tag=tag),
        Why.CROSSED: tr.t("Line {line}: <b>{tag}</b> stands before <b>{other}</b> has ended.", line=line, tag=tag,
                          other=bad.other),
    }[bad.why]  # fmt: skip
    return Markup(" ").join([what, tr.t("It is easier without the marks < >: *bold*, _italic_.")])


def time_problem(at: datetime, now: datetime, tr: Translator) -> Markup | None:
    """Why nothing goes out at a time."""
    if at <= now:
        return tr.t("That time is over already.")
    if at > now + FURTHEST:
        return tr.t("That is more than a month away.")
    if next_allowed(at, tr.timezone) > at:
        return tr.t("From 21:30 to 6:00 people are left in peace. Please choose another time.")
    return None


async def gone(ctx: Context, row: Row) -> list[Markup]:
    """The pictures and the file that are not there any more."""
    tr, content, lost = ctx.tr, row["content"], []
    for number, (media_id, _) in enumerate(content.get("photos", ()), start=1):
        if await snapshots.media(ctx.uow, media_id) is None:
            lost.append(tr.t("Picture {n} is gone from the store. Please send the pictures again.", n=number))
    document = content.get("document")
    if document and await snapshots.media(ctx.uow, document[0]) is None:
        lost.append(tr.t("The file {name} is gone from the store. Please send it again.", name=document[1]))
    return lost


async def of_content(ctx: Context, row: Row) -> list[Markup]:
    """What has to be put right before the broadcast can be looked at."""
    tr, content = ctx.tr, row["content"]
    html = content.get("html", "")
    if content.get("text") and not html:
        return [tr.t("The text cannot be sent as it stands. Please write it again: ✏️ Text.")]
    if not html:
        return [tr.t("There is no text in it yet: write one first.")]
    found = [problem] if (problem := await text_problem(ctx, row, html)) else []
    return found + await gone(ctx, row)


async def of_all(ctx: Context, row: Row, found: Sequence[Recipient]) -> list[Markup]:
    """What has to be put right before the broadcast can go out to these."""
    tr = ctx.tr
    problems = await of_content(ctx, row)
    problems += await of_due(ctx, row)
    if not row["audience"]:
        problems.append(tr.t("Nobody is chosen yet who is to get it."))
    elif not found:
        problems.append(tr.t("Nobody can be reached who is as chosen. Please choose others."))
    if row["send_at"] and (late := time_problem(row["send_at"], ctx.now, tr)):
        problems.append(late)
    return problems


async def of_due(ctx: Context, row: Row) -> list[Markup]:
    """Whether the text speaks of a deadline that there is not."""
    speaks = placeholders.DUE in placeholders.used(row["content"].get("html", ""))
    if not speaks or (await audience.dues(ctx.uow, row, ctx.now)).at is not None:
        return []
    text = ctx.tr.t(
        "The text says {due}, and nothing is due: choose a campaign or <i>Has not reported</i> among the "
        "recipients, or take it out of the text.",
        due=f"{{{placeholders.DUE}}}",
    )
    return [text]
