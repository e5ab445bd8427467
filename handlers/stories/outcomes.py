"""What becomes of a good example, told to those who are not speaking just now: its author, and the editors."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply, Rows
from handlers.notices import heard_at, notify
from locales.translator import Translator
from reporting.stories.texts import begins, in_short
from storage import people
from storage.uow import Row

SHOWN = 200
"""Characters of a story to somebody who has read all of it."""

EDITORS = ("officer", "admin")
_AUTHORS = ("reporter", "leader", "officer", "admin")


async def editors(ctx: Context, path: str) -> list[Row]:
    """The accounts of those who may edit the stories of the unit at `path`, and can be reached."""
    return await people.accounts(ctx.uow, EDITORS, [int(part) for part in path.strip("/").split("/")])


async def waits(ctx: Context, unit: str, path: str) -> bool:
    """Tell the editors of a unit at `path` that something waits, each at most once a day, but not who told it. Returns
    whether there is any editor."""
    found = await editors(ctx, path)
    day = heard_at(ctx.office, ctx.uow).astimezone(ctx.tr.timezone).date().isoformat()
    for account in found:
        if ctx.person is None or account["person_id"] != ctx.person.person_id:
            tr = ctx.office.translators[account["language"]]
            text = tr.t(
                "🌟 A good example has come from {unit}. When you have a minute, look at what waits.", unit=unit
            )
            _push(ctx, account, Reply(text, _to_queue(tr)), f"story/waits/{account['person_id']}/{day}")
    return bool(found)


async def overtaken(ctx: Context, story: Row) -> None:
    """Tell who approved it (else all editors), and its author, that the report says something else now."""
    found = await editors(ctx, story["path"])
    for account in [one for one in found if one["member_id"] == story["editor_id"]] or found:
        tr = ctx.office.translators[account["language"]]
        rows: Rows = ((Choice(tr.plain("See what is posted"), f"sto/told/{story['id']}"),),)
        _push(ctx, account, Reply(_overtaken(story, tr), rows), f"story/{story['id']}/overtaken/{_moment(ctx)}")
    await tell_author(
        ctx, story, "stale", lambda tr: tr.t(
            "✏️ The report was corrected; your good example “{begins}” is posted already and stands as it was. The "
            "office has been told.",
            begins=begins(story),
        ),
    )  # fmt: skip


def _overtaken(story: Row, tr: Translator) -> Markup:
    unit, posted, now = story["short_name"], in_short(story, SHOWN), story["text"]
    if not now:
        return tr.t(
            "✏️ {unit} has corrected its report: it tells no good example any more. What is posted stands as it was: "
            "“{posted}”",
            unit=unit, posted=posted,
        )  # fmt: skip
    return tr.t(
        "✏️ {unit} has corrected its report. What is posted stands as it was: “{posted}”\nThe report says now: “{now}”",
        unit=unit, posted=posted, now=now,
    )  # fmt: skip


async def answered(ctx: Context, story: Row) -> None:
    """Tell the editor who asked back that the answer is there."""
    for account in await editors(ctx, story["path"]):
        if account["member_id"] != story["editor_id"]:
            continue
        tr = ctx.office.translators[account["language"]]
        text = tr.t("🌟 {unit} has answered what you asked about its good example.", unit=story["short_name"])
        rows: Rows = ((Choice(tr.plain("Look at it"), f"sto/see/{story['id']}"),),)
        _push(ctx, account, Reply(text, rows), f"story/{story['id']}/answered/{_moment(ctx)}")


async def tell_author(ctx: Context, story: Row, step: str, text: Callable[[Translator], Markup]) -> None:
    """Tell whoever told the story, else those who report for the unit now; `step` is a part of the key."""
    for account in await _authors(ctx, story):
        tr = ctx.office.translators[account["language"]]
        again: Rows = ((Choice(tr.plain("✏️ Tell it anew"), f"tale/again/{story['id']}"),),)
        reply = Reply(text(tr), again if step == "returned" else ())
        _push(ctx, account, reply, f"story/{story['id']}/{step}/{_moment(ctx)}")


async def _authors(ctx: Context, story: Row) -> list[Row]:
    accounts = await people.accounts(ctx.uow, _AUTHORS, [story["author_unit"]])
    mine = [account for account in accounts if account["member_id"] == story["member_id"]]
    if not mine:
        mine = await people.accounts(ctx.uow, ["reporter"], [story["unit_id"]])
    # Who edits what they told themselves knows.
    return [one for one in mine if ctx.person is None or one["person_id"] != ctx.person.person_id]


def _to_queue(tr: Translator) -> Rows:
    return ((Choice(tr.plain("🌟 Good examples"), "sto/next/0"),),)


def _moment(ctx: Context) -> int:
    return int(ctx.now.timestamp())


def _push(ctx: Context, account: Row, reply: Reply, key: str) -> None:
    notify(ctx.office, ctx.uow, account, reply, key=f"{key}/{account['channel']}:{account['address']}")
