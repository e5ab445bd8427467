"""The week's story, chosen among those that were approved in the week, and the list of a month as a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Attachment, BadAction, Choice, Reply, Rows, in_rows
from handlers.stories import outcomes, posts, queue, words
from reporting.planning.spans import PeriodName, Unit, name_of, next_start, read_name
from reporting.stories.texts import begins, in_short
from storage import groups, stories
from storage.tables import StoryState
from storage.uow import Row

SHOWN, LENGTH = 10, 90
MONTHS = 12


def _named(name: str, unit: Unit) -> PeriodName:
    """A week or month that a button names. Raises BadAction for what is none."""
    try:
        found = read_name(name)
    except ValueError as error:
        raise BadAction(str(error)) from error
    if found.unit is not unit:
        raise BadAction(f"{name!r} is no {unit.value}")
    return found


def _moments(ctx: Context, found: PeriodName) -> tuple[datetime, datetime]:
    after = next_start(found.unit, found.first)
    begins, ends = (datetime.combine(day, time(), ctx.tr.timezone) for day in (found.first, after))
    return begins, ends


def _today(ctx: Context) -> date:
    return ctx.now.astimezone(ctx.tr.timezone).date()


# --- the week ----------------------------------------------------------------------------------------


async def week(ctx: Context, name: str = "") -> list[Reply]:
    """What was approved in a week, those first that most people like."""
    name = name or name_of(Unit.WEEK, _today(ctx))
    found, tr = _named(name, Unit.WEEK), ctx.tr
    head = tr.t("🏅 <b>The story of week {n}</b> ({first} – {last})", n=found.number, first=tr.day(found.first),
                last=tr.day(found.last))  # fmt: skip
    if chosen := await stories.week_chosen(ctx.uow, queue.editor(ctx).unit.id, name):
        other = Choice(tr.plain("Choose another one"), f"sto/other/{name}")
        rows: Rows = ((other,),) if found.last >= _today(ctx) else ()
        return [Reply(Markup("\n").join([head, _chosen(ctx, chosen)]), (*rows, *_weeks(ctx, found)))]
    told = await _of_week(ctx, found)
    if not told:
        return [Reply(Markup("\n").join([head, tr.t("Nothing was approved in this week.")]), _weeks(ctx, found))]
    lines = [
        tr.t("{n}. ❤ {likes} · {unit}: {text}", n=place, likes=row["reactions"], unit=row["short_name"],
             text=in_short(row, LENGTH))
        for place, row in enumerate(told, 1)
    ]  # fmt: skip
    picks = in_rows([Choice(str(place), f"sto/star/{row['id']}/{name}") for place, row in enumerate(told, 1)])
    text = [head, *lines, tr.t("Tap the number of the one that all groups are to read again.")]
    return [Reply(Markup("\n").join(text), (*picks, *_weeks(ctx, found)))]


async def _of_week(ctx: Context, found: PeriodName) -> list[Row]:
    rows = await stories.approved(ctx.uow, queue.editor(ctx).unit.path, *_moments(ctx, found))
    return sorted(rows, key=lambda row: -row["reactions"])[:SHOWN]


def _chosen(ctx: Context, story: Row) -> Markup:
    return ctx.tr.t("Chosen: {unit}: {text}", unit=story["short_name"], text=in_short(story, LENGTH))


def _weeks(ctx: Context, found: PeriodName) -> Rows:
    tr = ctx.tr
    before = name_of(Unit.WEEK, found.first - timedelta(days=1))
    row = [Choice(tr.plain("◀ Week before"), f"sto/week/{before}")]
    if found.last < _today(ctx):
        row.append(Choice(tr.plain("Week after ▶"), f"sto/week/{name_of(Unit.WEEK, found.last + timedelta(days=1))}"))
    return (tuple(row), (Choice(tr.plain("🌟 Good examples"), "sto/next/0"),))


async def _candidate(ctx: Context, story_id: int, name: str) -> Row | list[Reply]:
    """A story that the person's unit may choose for a week, or what to say instead."""
    found = _named(name, Unit.WEEK)
    story = await queue.readable(ctx, story_id)
    if isinstance(story, Reply):
        return [story]
    begins, ends = _moments(ctx, found)
    chosen = await stories.week_chosen(ctx.uow, queue.editor(ctx).unit.id, name)
    if chosen or story["state"] != StoryState.APPROVED or not begins <= story["decided_at"] < ends:
        return await week(ctx, name)
    return story


async def star(ctx: Context, story_id: int, name: str) -> list[Reply]:
    """The story in full, before it is chosen."""
    story = await _candidate(ctx, story_id, name)
    if isinstance(story, list):
        return story
    tr = ctx.tr
    wanting = await groups.for_topic(ctx.uow, groups.STORIES, queue.editor(ctx).unit.path)
    text = tr.t("Choose this one? It goes to {n} groups once more, as the week's story.", n=len(wanting))
    if not wanting:
        text = tr.t("Choose this one? No group takes good examples yet (/nhom); the week's digest has it.")
    rows: Rows = (
        (Choice(tr.plain("🏅 Yes, this one"), f"sto/best/{story_id}/{name}"),),
        (Choice(tr.plain("No, another one"), f"sto/week/{name}"),),
    )
    return [*words.pictures(story["photos"]), Reply(Markup("\n").join([words.post(story, tr), text]), rows)]


async def best(ctx: Context, story_id: int, name: str) -> list[Reply]:
    """It is the week's story: the groups read it, each one story a week, and its author hears of it."""
    story = await _candidate(ctx, story_id, name)
    if isinstance(story, list):
        return story
    person = queue.editor(ctx)
    await stories.choose(ctx.uow, person.unit.id, name, story_id)
    ctx.uow.audit(
        "story.week", f"story:{story_id}", member_id=person.member_id, account_id=person.account_id,
        unit_id=person.unit.id, after={"week": name},
    )  # fmt: skip
    wanting = await groups.for_topic(ctx.uow, groups.STORIES, person.unit.path)
    posts.send(ctx, story, wanting, f"story/week/{name}", words.post_of_week)
    unit = person.unit.name
    await outcomes.tell_author(
        ctx, story, f"week/{name}", lambda tr: tr.t(
            "🏅 Your good example “{begins}” is the story of the week of {unit}. Congratulations!",
            begins=begins(story), unit=unit,
        ),
    )  # fmt: skip
    said = ctx.tr.t("🏅 Chosen: {unit}. It goes to {n} groups.", unit=story["short_name"], n=len(wanting))
    if not wanting:
        said = ctx.tr.t("🏅 Chosen: {unit}. The week's digest has it.", unit=story["short_name"])
    return [Reply(said, queue.lists(ctx))]


async def other(ctx: Context, name: str, *, sure: bool) -> list[Reply]:
    """The week's story is none, so that another can be: as long as the week is not over and its digest not told."""
    found, unit_id = _named(name, Unit.WEEK), queue.editor(ctx).unit.id
    story = await stories.week_chosen(ctx.uow, unit_id, name)
    if story is None or found.last < _today(ctx):
        return await week(ctx, name)
    if not sure:
        text = ctx.tr.t("Choose another one? What stands in groups as the week's story is deleted, where that can be.")
        yes = Choice(ctx.tr.plain("Yes, another one"), f"sto/other/{name}/sure")
        return [Reply(text, ((yes,), (Choice(ctx.tr.plain("Leave it"), f"sto/week/{name}"),)))]
    await stories.unchoose(ctx.uow, story["id"], unit_id)
    await posts.remove(ctx, await posts.of_week(ctx, story, name))
    queue.note(ctx, "story.unweek", story, week=name)
    return await week(ctx, name)


# --- the month ---------------------------------------------------------------------------------------


async def months(ctx: Context) -> list[Reply]:
    """The months of which there is a list."""
    tr = ctx.tr
    at = await stories.months(ctx.uow, queue.editor(ctx).unit.path)
    names = list(dict.fromkeys(name_of(Unit.MONTH, moment.astimezone(tr.timezone).date()) for moment in at))
    if not names:
        return [Reply(tr.t("No good example has been approved yet."), queue.onwards(ctx))]
    choices = [Choice(_month(ctx, name), f"sto/month/{name}") for name in names[:MONTHS]]
    return [Reply(tr.t("Which month is the list to be of?"), in_rows(choices))]


def _month(ctx: Context, name: str) -> str:
    found = _named(name, Unit.MONTH)
    return ctx.tr.plain("Month {n}/{year}", n=found.number, year=found.year)


async def month(ctx: Context, name: str) -> list[Reply]:
    """The list of a month, for commendation."""
    tr, unit = ctx.tr, queue.editor(ctx).unit
    begins, ends = _moments(ctx, _named(name, Unit.MONTH))
    rows = await stories.approved(ctx.uow, unit.path, begins, ends)
    if not rows:
        return [Reply(tr.t("Nothing was approved in this month."), queue.onwards(ctx))]
    text = tr.t("📄 {month}: <b>{n}</b> good examples", month=_month(ctx, name), n=len(rows))
    if weeks := sum(bool(row["week"]) for row in rows):
        text += tr.t(", <b>{n}</b> of them a week's story", n=weeks)
    text += tr.t(". The file names who told them: for the office only.")
    return [Reply(text, document=Attachment(f"stories/{unit.id}/{name}/{tr.language}", f"guong-tot-{name}.xlsx"))]
