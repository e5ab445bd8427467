"""/huy: what is under way ends, and what is said of it is true.

Every key of a conversation (`ctx.state`) that a handler writes stands in one of the tables here; a test looks.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.alerts import raising
from handlers.context import Context
from handlers.events import Incoming, Reply
from handlers.interview import sending

MESSAGES = ("alert", "tale", "correction")
"""Drafts of a message to others: a button or a word of theirs, found later, must send nothing."""

QUESTIONS = (
    *("waits", "campaign", "deadline", "unit", "new_name", "posting", "down"),
    *("claim", "code", "joining", "amend"),
)
"""What was asked, and what has been chosen so far of a change that is not made yet."""

OF_A_REPORT = ("draft", "ticked", "together", "listed", "mark", "odd", "returning", "told")
"""A report has a /huy of its own, which asks first."""

_REFUSING = "tin.reason"
"""The news are another's then."""

LASTING = ("language", "log", "offered", "put", "said", "sent", "sent_alert", "tries", "typed")
"""What is no work under way."""


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/huy"""
    waits = ctx.state.get("waits") or {}
    left = [key for key in (*MESSAGES, *QUESTIONS) if ctx.state.pop(key, None) is not None]
    ctx.state.pop("offered", None)
    said = _said(ctx, left, waits.get("for", ""), waits.get("id", 0))
    if "draft" not in ctx.state:
        return [Reply(said)] if left else await sending.cancel(ctx, incoming)
    if waits:
        return [Reply(said, raising.back_to_report(ctx))]
    # The report stands in front: what was chosen before it, and forgotten, is not worth a word; a message is.
    before = [Reply(said)] if set(left) & set(MESSAGES) else []
    return [*before, *await sending.cancel(ctx, incoming)]


def _said(ctx: Context, left: Sequence[str], waited_for: str, news_id: int) -> Markup:
    tr = ctx.tr
    names = {
        "alert": tr.plain("the urgent message"),
        "tale": tr.plain("the good example"),
        "correction": tr.plain("the correction of the news"),
    }
    if messages := [names[key] for key in MESSAGES if key in left]:
        return tr.t("All right, I leave {what}: not sent.", what=", ".join(messages))
    if news_id and waited_for.startswith("tin.") and waited_for != _REFUSING:
        return tr.t("All right, I leave that. Nothing was sent; your draft is kept: /tin.")
    return tr.t("All right, I leave that. Nothing was changed.")
