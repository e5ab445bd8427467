"""In a group the bot is a polite guest: it brings news, answers no chatter, and takes no reports."""

from __future__ import annotations

from handlers.context import Context
from handlers.events import Incoming, Membership, Reply
from storage import people


async def handle(ctx: Context, incoming: Incoming) -> list[Reply]:
    """Anything that happens in a group."""
    if incoming.membership is Membership.REMOVED:
        await _note(ctx, incoming, "group.leave")
        await people.blocked(ctx.uow, incoming.channel, incoming.chat)
        return []
    if incoming.membership is Membership.ADDED:
        await _note(ctx, incoming, "group.join")
        await people.back_in_group(ctx.uow, incoming.channel, incoming.chat)
        return [
            Reply(
                ctx.tr.t("Hello everybody! In this group I bring news and digests. Reports are sent to me in private.")
            )
        ]
    if incoming.action or (incoming.text or "").startswith("/"):
        return [Reply(ctx.tr.t("In a group I only bring news and digests. Please write to me in private for that."))]
    return []


async def _note(ctx: Context, incoming: Incoming, action: str) -> None:
    """In the audit, where the group is one of a unit's. Whoever did it need not be one of ours."""
    if group := await people.group(ctx.uow, incoming.channel, incoming.chat):
        who = ctx.person
        ctx.uow.audit(
            action, f"group:{group['id']}", unit_id=group["unit_id"],
            member_id=who.member_id if who else None, account_id=who.account_id if who else None,
        )  # fmt: skip
