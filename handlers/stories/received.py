"""A report that was received or corrected: the good examples that it tells go to the editors."""

from __future__ import annotations

from markupsafe import Markup

from handlers.context import Context
from handlers.stories import outcomes
from reporting.register import Receipt
from reporting.stories import from_reports
from storage import reports, stories
from storage.uow import Row


async def take(ctx: Context, owed: Row, receipt: Receipt) -> Markup:
    """What the sender is told of it, for the end of the receipt: "" where there is none. `owed`: its register row."""
    if ctx.person is None or receipt.again:
        return Markup("")
    # Most forms ask for none: then there is nothing to be read.
    if not from_reports.asked(await ctx.library.form(ctx.uow, owed["version_id"])):
        return Markup("")
    report = await reports.current(ctx.uow, receipt.report_id)
    assert report is not None  # noqa: S101  (it was received a moment ago)
    form = await ctx.library.form(ctx.uow, report["version_id"])
    taken = await from_reports.take(ctx.uow, form, report, ctx.person.member_id, ctx.person.account_id)
    said = Markup("")
    for story_id in taken.overtaken:
        story = await stories.find(ctx.uow, story_id)
        assert story is not None  # noqa: S101  (it was read a moment ago)
        await outcomes.overtaken(ctx, story)
        said = ctx.tr.t("\n🌟 The good example that is posted stands as it was; the office has been told.")
    return await _waits(ctx, owed) + said if taken.waiting else said


async def _waits(ctx: Context, owed: Row) -> Markup:
    if await outcomes.waits(ctx, owed["unit_name"], owed["path"]):
        return ctx.tr.t("\n🌟 The good example goes to the office, to be posted; I tell you what becomes of it.")
    return ctx.tr.t("\n🌟 I keep the good example until there is an office that could approve it.")
