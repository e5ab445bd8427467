"""In a group the bot is a polite guest: it brings news, answers no chatter, and takes no reports."""

from __future__ import annotations

from handlers.context import Context
from handlers.events import Incoming, Membership, Reply
from storage import people


async def handle(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Anything that happens in a group."""
    if incoming.membership is Membership.REMOVED:
        await people.blocked(ctx.uow, incoming.channel, incoming.chat)
        return []
    if incoming.membership is Membership.ADDED:
        await people.back_in_group(ctx.uow, incoming.channel, incoming.chat)
        return [
            Reply(
                ctx.tr.t("Hello everybody! In this group I bring news and digests. Reports are sent to me in private.")
            )
        ]
    if incoming.action or (incoming.text or "").startswith("/"):
        return [Reply(ctx.tr.t("In a group I only bring news and digests. Please write to me in private for that."))]
    return []
