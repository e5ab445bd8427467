"""Which handler takes an update. The order stands here and nowhere else; the tables are in `takers`."""

from __future__ import annotations

from handlers import commands, menu, numbering, permissions, unsure
from handlers.campaigns import workbooks
from handlers.context import Context
from handlers.events import BadAction, Incoming, Reply
from handlers.groups import guest
from handlers.interview import amending, filling, one_message, sending
from handlers.organisation import join
from handlers.sent import returned
from handlers.takers import BUTTONS, WAITS, command
from locales.translator import Translator


async def handle(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The replies to one update. What it offers is remembered, so that the words of a button can be typed too."""
    if incoming.hurried:
        return [menu.too_fast(ctx)]
    replies = await returned.sent_at_once(ctx, await _route(ctx, incoming))
    if not incoming.is_group and (offering := [r for r in replies if r.choices]):
        choices = (choice for row in offering[-1].choices for choice in row)
        ctx.state["offered"] = {numbering.plain(choice.label): choice.action for choice in choices}
    if not incoming.is_group:
        unsure.remember(ctx, replies)
        _expect(ctx, numbering.expected(replies, ctx.state))
    return replies


def _expect(ctx: Context, typed: str) -> None:
    if typed:
        ctx.state["typed"] = typed
    else:
        ctx.state.pop("typed", None)


async def _route(ctx: Context, incoming: Incoming) -> list[Reply]:
    if incoming.is_group:
        return await guest.handle(ctx, incoming)
    if incoming.membership is not None:
        return await menu.came_or_went(ctx, incoming)
    if incoming.action is not None:
        return await _press(ctx, incoming, incoming.action)
    if incoming.text is not None:
        return await _say(ctx, incoming, incoming.text.strip())
    if ctx.person and (incoming.photo or incoming.location or incoming.document):
        if waits := ctx.state.get("waits"):
            return await WAITS[waits["for"]](ctx, incoming)
        if ctx.state.get("draft"):
            return await filling.given(ctx, incoming)
        if workbooks.is_meant(ctx, incoming):
            return await workbooks.given(ctx, incoming)
        return await menu.stray(ctx, incoming)
    return await menu.unsupported(ctx, incoming)


async def _say(ctx: Context, incoming: Incoming, text: str) -> list[Reply]:
    """A typed line: a command, a code, the words of a button, an answer, or something else."""
    first, _, rest = text.partition(" ")
    if first.lower().split("@")[0] == "/start":
        if rest.strip():
            return await join.with_code(ctx, incoming, rest)
        return await (menu.help_ if ctx.person else menu.stranger)(ctx, incoming)
    plain = numbering.plain(text)
    if name := commands.find(text, plain):
        return await command(ctx, incoming, name)
    if not ctx.state.get("draft") and (replies := await join.from_line(ctx, incoming, text)):
        return replies
    offered = numbering.at_once(ctx.state.get("offered", {}).get(plain, ""), incoming.shown)
    action = offered or unsure.meant(ctx, incoming)
    if isinstance(action, Reply):
        return [action]
    if action:
        return await _press(ctx, incoming, action)
    if ctx.person and (waits := ctx.state.get("waits")) and not text.startswith("/"):
        return await WAITS[waits["for"]](ctx, incoming)
    if ctx.person and ctx.state.get("draft") and not text.startswith("/"):
        return await sending.given(ctx, incoming)
    if not text.startswith("/") and (replies := await _of_a_report(ctx, incoming)):
        return replies
    return await menu.lost(ctx, incoming)


async def _of_a_report(ctx: Context, incoming: Incoming) -> list[Reply]:
    """What a line says of the report that was just sent, or of one that is owed."""
    return await amending.said(ctx, incoming) or await one_message.from_message(ctx, incoming)


async def _press(ctx: Context, incoming: Incoming, action: str) -> list[Reply]:
    """A button, by the first word of its action. One that no handler knows is from an older version of the bot."""
    verb, *parts = action.split("/")
    try:
        if verb == "join":
            return await join.pressed(ctx, incoming, parts)
        if verb == "lang":
            return await menu.set_language(ctx, incoming, parts)
        if ctx.person is None:
            return await menu.stranger(ctx, incoming)
        # Another button: what was waited for is not coming any more.
        ctx.state.pop("waits", None)
        if verb not in BUTTONS:
            return await menu.lost(ctx, incoming)
        allowed, handler = BUTTONS[verb]
        if not await permissions.take_role(ctx, allowed):
            return [Reply(ctx.tr.t("This button is not for you. /trogiup shows what you can do here."))]
        return await handler(ctx, incoming, parts)
    except BadAction:
        # Actions come from the network: one that does not parse is nobody's button.
        return await menu.lost(ctx, incoming)


def apology(tr: Translator, code: str) -> Reply:
    """When a handler failed: nothing was written, and the code to pass on."""
    return Reply(
        tr.t(
            "Something went wrong on my side; your message was <b>not recorded</b>. Please send it once more; "
            "if it fails again, give the code <b>{code}</b> to your office.",
            code=code,
        )
    )
