"""How a guest behaves: it says little in a group, nothing too often, and leads to the private chat by a button."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Incoming, Link, Reply
from locales.translator import Translator
from storage import groups
from storage.uow import Row

LONGEST_TITLE = 80

PRIVATELY, SPOKEN_TO, WHO_MAY = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)
"""How long a group does not hear again that something belongs into the private chat, what we do in there, and who may
link a group."""

ANONYMOUS = "1087968824"
"""As whom Telegram shows every administrator who hides in a group (its own GroupAnonymousBot)."""


def greeting_of(channel: str, chat: str) -> str:
    """What the keys of all greetings of a group begin with."""
    return f"hello/{channel}:{chat}/"


def once(ctx: Context, what: str, length: timedelta) -> bool:
    """Whether this may be said in the group now: not within this time of the last time; if so, it is noted as said."""
    said = ctx.state.get("said", {})
    if what in said and ctx.now < datetime.fromisoformat(said[what]) + length:
        return False
    ctx.state["said"] = {**said, what: ctx.now.isoformat()}
    return True


def privately(ctx: Context, incoming: Incoming, text: Markup, tr: Translator) -> Reply:
    """Something said in the group, with a button that opens the private chat, where there is an address for it."""
    links = ctx.office.links
    url = links.web if incoming.channel == "web" else ""
    if incoming.channel not in ("web", "zalo") and links.telegram:
        url = f"https://t.me/{links.telegram}"
    return Reply(text, links=(Link(tr.plain("Open the private chat"), url),) if url else ())


async def here(ctx: Context, incoming: Incoming) -> Row:
    """The group that this happens in, with the title that it has now."""
    title = " ".join(incoming.title.split())[:LONGEST_TITLE]
    return await groups.met(ctx.uow, incoming.channel, incoming.chat, title)


def language_of(ctx: Context, group: Row) -> Translator:
    """A group is spoken to in its own language, not in that of whoever said something there."""
    return ctx.office.translators[group["language"]]


def name_of(group: Row, tr: Translator) -> str:
    """A group's title; some channels tell none, and then the groups must not look alike."""
    title: str = group["title"]
    return title[:LONGEST_TITLE] or tr.plain("(without a title, no. {n})", n=group["id"])
