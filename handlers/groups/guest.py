"""In a group the bot is a polite guest: it brings news, answers no chatter, and takes no reports."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from handlers import commands
from handlers.context import Context
from handlers.events import BadAction, Incoming, Membership, Priority, Reply
from handlers.groups import care, linking
from handlers.groups.manners import PRIVATELY, SPOKEN_TO, greeting_of, here, language_of, once, privately
from handlers.stories import reactions
from storage import groups, outbox, people
from storage.uow import Row

IN_GROUPS: Mapping[str, Callable[[Context, Incoming, list[str]], Awaitable[list[Reply]]]] = {"sto": reactions.pressed}
"""Who takes a button that is pressed in a group, by the first word of its action: open to everybody in there."""


GREETING_WAITS = timedelta(seconds=3)
"""A group that grew is a new one to Telegram, and the bot may come into it a moment before it is told why: it is no new
guest there, and the greeting is dropped before it is due."""


async def handle(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Anything that happens in a group."""
    if incoming.membership is not None:
        await _came_or_went(ctx, incoming, incoming.membership)
    elif incoming.action is not None:
        return await _pressed(ctx, incoming, incoming.action)
    elif incoming.text and incoming.text.startswith("/"):
        return await _command(ctx, incoming, incoming.text)
    elif incoming.text and _is_for_us(ctx, incoming.text):
        return await _spoken_to(ctx, incoming)
    return []


def _is_for_us(ctx: Context, text: str) -> bool:
    """Whether a line names us. Where messages are counted nothing else is heard."""
    name = ctx.office.links.telegram
    return ctx.sparing or (bool(name) and re.search(rf"(?<!\w)@{re.escape(name)}\b", text, re.IGNORECASE) is not None)


async def _spoken_to(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Plain words to us: what a group can ask of us, and where the rest is answered."""
    if not once(ctx, "spoken", SPOKEN_TO):
        return []
    group = await here(ctx, incoming)
    tr = language_of(ctx, group)
    text = tr.t("I answer in private only; in this group I bring news and digests.")
    if group["unit_id"] is None:
        text += tr.t(" A leader or the office says /lienket here, so that I know whose group this is.")
    return [privately(ctx, incoming, text, tr)]


async def _pressed(ctx: Context, incoming: Incoming, action: str) -> list[Reply]:
    verb, *parts = action.split("/")
    if verb not in IN_GROUPS:
        return await _not_here(ctx, incoming)
    try:
        return await IN_GROUPS[verb](ctx, incoming, parts)
    except BadAction:
        # Actions come from the network: one that does not parse is nobody's button.
        return []


async def _command(ctx: Context, incoming: Incoming, text: str) -> list[Reply]:
    """One of ours, or one with our name. What is said to another bot in the group is none of our business."""
    word, _, addressed = text.split(maxsplit=1)[0].partition("@")
    ours = ctx.office.links.telegram
    if addressed and ours and addressed.lower() != ours.lower():
        return []
    name = commands.find(word, "")
    if name == "lienket":
        return await linking.asked(ctx, incoming)
    return await _not_here(ctx, incoming) if name or addressed else []


async def _not_here(ctx: Context, incoming: Incoming) -> list[Reply]:
    if not once(ctx, "privately", PRIVATELY):
        return []
    tr = language_of(ctx, await here(ctx, incoming))
    text = tr.t("In a group I only bring news and digests. Please write to me in private for that.")
    return [privately(ctx, incoming, text, tr)]


# --- coming and going ------------------------------------------------------------------------------


async def _came_or_went(ctx: Context, incoming: Incoming, how: Membership) -> None:
    group = await groups.at(ctx.uow, incoming.channel, incoming.chat)
    match how:
        case Membership.ADDED:
            await _came(ctx, incoming)
        case Membership.REMOVED:
            _note(ctx, group, "group.leave")
            await people.blocked(ctx.uow, incoming.channel, incoming.chat)
        case Membership.SILENCED:
            _note(ctx, group, "group.silence")
            await people.silenced(ctx.uow, incoming.channel, incoming.chat)
        case Membership.ALLOWED:
            if group is not None and group["silent_at"]:
                _note(ctx, group, "group.allow")
            await people.heard_again(ctx.uow, incoming.channel, incoming.chat)
        case Membership.MOVED if incoming.moved_to:
            _note(ctx, group, "group.migrate")
            await people.moved(ctx.uow, incoming.channel, incoming.chat, incoming.moved_to)
            await outbox.drop_pushes(ctx.uow, greeting_of(incoming.channel, incoming.moved_to))
            if group is not None and group["unit_id"]:
                await care.moved(ctx, group["id"])


async def _came(ctx: Context, incoming: Incoming) -> None:
    """Greet, unless the bot was in there already: then the group has only grown, and the news of that came first."""
    group = await here(ctx, incoming)
    if group["unit_id"] and group["blocked_at"] is None:
        return
    _note(ctx, group, "group.join")
    await groups.back(ctx.uow, incoming.channel, incoming.chat)
    # Telegram sends a /start behind an invitation by link: the greeting answers that, too.
    once(ctx, "privately", PRIVATELY)
    ctx.uow.send(
        incoming.channel, incoming.chat, _greeting(ctx, group).to_json(), priority=Priority.REPLY,
        key=greeting_of(incoming.channel, incoming.chat) + incoming.key, due_at=ctx.now + GREETING_WAITS,
    )  # fmt: skip


def _greeting(ctx: Context, group: Row) -> Reply:
    tr = language_of(ctx, group)
    said = tr.t("Hello everybody! In this group I bring news and digests. Reports are sent to me in private.")
    if group["unit_id"] is None:
        said += tr.t("\nA leader or somebody of the office says /lienket here, so that I know whose group this is.")
    return Reply(said)


def _note(ctx: Context, group: Row | None, action: str) -> None:
    """In the audit, where the group is one of a unit's. Whoever did it need not be one of ours."""
    if group is not None and group["unit_id"]:
        who = ctx.person
        ctx.uow.audit(
            action, f"group:{group['id']}", unit_id=group["unit_id"],
            member_id=who.member_id if who else None, account_id=who.account_id if who else None,
        )  # fmt: skip
