"""A report told in one message: which of those that are owed it is, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from forms.interview import Interview
from handlers.context import Context, Person
from handlers.events import Choice, Incoming, Reply
from handlers.interview import drafts, duty, quick, sending, sparing
from handlers.words import period_title
from reporting.planning.periods import Schedule
from storage import register, reports
from storage.uow import Row

MOST_TRIED = 5
"""Of the reports that are owed so many are tried with a message, the most urgent first."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A message as it is understood for one of the reports that are owed; `draft` is None before anything is kept."""

    owed: Row
    draft: Row | None
    version_id: int
    interview: Interview
    read: quick.Read


async def from_message(ctx: Context, incoming: Incoming) -> list[Reply]:
    """A report told in one message: fill the draft of the one that it says most of, of several the most urgent; ask
    what is missing, show the card. Nothing is returned for a message that says nothing of a report.

    Where each message counts there is no card if it is clear, and was asked for so or says that it is to go out."""
    text = (incoming.text or "").strip()
    asked = sparing.asked_for(incoming) if ctx.sparing and sparing.may_go_at_once(text) else None
    return await told(ctx, text, asked)


async def told(ctx: Context, text: str, asked: int | None = None) -> list[Reply]:
    """As `from_message`. `asked`: the register row whose report the message answers to, and that may go out at once."""
    person = ctx.person
    if person is None or person.role != "reporter":
        return []
    owed = (await register.owed(ctx.uow, person.unit.id, ctx.now))[:MOST_TRIED]
    text, send = sparing.closing(text) if ctx.sparing else (text, False)
    tried = [await _try(ctx, person, one, text) for one in owed]
    if not tried:
        return []
    best = max(tried, key=lambda one: (one.read.filled, one.read.doubted))
    if best.read.nothing and not best.read.filled:
        return [_is_it_nothing(ctx, best.owed)]
    if not best.read.filled:
        return [await _all_doubted(ctx, best)] if best.read.doubted else []
    # What was begun before is shown first: nobody has it by heart.
    is_fresh = best.draft is None or not best.draft["state"]["answers"]
    return await _kept(ctx, best, send=send or (is_fresh and asked == best.owed["id"]))


async def _kept(ctx: Context, told: _Told, *, send: bool) -> list[Reply]:
    """Keep what was understood; `send`: it is to go out at once, which it does if nothing is doubtful."""
    drafts.leave_out_the_optional(told.interview)
    draft = told.draft
    if draft is None:
        draft = await drafts.new_draft(ctx, told.owed, told.interview, told.version_id)
    else:
        await ctx.uow.load_drafts([draft["id"]])
        ctx.state["draft"] = draft["id"]
    if send and told.read.is_clear:
        if told.interview.current is None:
            return await sending.send_told(ctx, draft, told.interview)
        # What is missing is asked for; with that it is whole, and goes out as it would have.
        ctx.state["told"] = draft["id"]
    before = quick.before_what_follows(ctx, told.interview, told.read)
    return await drafts.go_on(ctx, draft, told.interview, before=before)


async def _try(ctx: Context, person: Person, owed: Row, text: str) -> _Told:
    draft = await reports.draft_for(ctx.uow, person.member_id, owed["id"])
    version_id = draft["version_id"] if draft else owed["version_id"]
    form = await (ctx.form_of_draft(draft) if draft else ctx.form(version_id, owed["id"]))
    interview = ctx.interview(form, draft["state"] if draft else None, expected_id=owed["id"])
    return _Told(owed, draft, version_id, interview, quick.take(ctx, interview, text))


async def _all_doubted(ctx: Context, told: _Told) -> Reply:
    """Numbers were told, and none of them surely: what is doubted is said, and the way to answer one by one."""
    schedule = Schedule.from_json(told.owed["schedule"])
    has_earlier = await duty.last_filled(ctx, told.owed) is not None
    ways = duty.ways_in(ctx.tr, told.owed["id"], schedule, has_earlier=has_earlier)
    return Reply(Markup("\n").join(told.read.notes), ways)


def _is_it_nothing(ctx: Context, owed: Row) -> Reply:
    tr = ctx.tr
    text = tr.t("Shall I report that <b>nothing took place</b> ({title})?", title=period_title(owed, tr))
    yes = Choice(tr.plain("Nothing to report"), f"nothing/{owed['id']}")
    return Reply(text, ((yes,), (Choice(tr.plain("📝 Report now"), f"start/{owed['id']}"),)))
