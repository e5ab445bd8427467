"""When a broadcast goes out, as its author says it: a time, or a day and then its hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, in_rows
from handlers.news import card, checks, news_words
from handlers.news.parts import back, waits
from reporting import extensions
from storage import broadcasts
from storage.uow import Row

_STAMP = "%Y%m%d%H%M"
_USUAL_HOURS = ("8h", "14h", "17h")


def ask_time(ctx: Context, row: Row, why: Markup | None = None, times: Sequence[datetime] = ()) -> Reply:
    tr = ctx.tr
    waits(ctx, "time", row["id"])
    now, text = Choice(tr.plain("Now"), f"tin/now/{row['id']}"), tr.t(
        "When is it to go out? Tap <i>Now</i>, or type a time, such as <i>17h</i>, <i>mai 7h30</i>, <i>20/12 8:00</i>."
    )  # fmt: skip
    choices = in_rows([*_offered(ctx, row, times), now, back(ctx, row)])
    return Reply(Markup("\n").join([why, text]) if why else text, choices)


def _offered(ctx: Context, row: Row, times: Sequence[datetime]) -> list[Choice]:
    tr = ctx.tr
    return [
        Choice(news_words.moment(at, ctx.now, tr), f"tin/at/{row['id']}/{at.astimezone(tr.timezone).strftime(_STAMP)}")
        for at in times
    ]


async def time_given(ctx: Context, row: Row, incoming: Incoming, day: str = "") -> Reply:
    """A time, or a day whose hour is asked for next; `day`: the one that was typed before."""
    text = incoming.text or ""
    # "9h" after "20/12" is nine on that day, and not today's.
    on_that_day = _meant(ctx, f"{text} {day}") if day else []
    times = on_that_day if len(on_that_day) == 1 else _meant(ctx, text)
    if len(times) == 1:
        return await at(ctx, row, times[0])
    if not times and extensions.lacks_hour(text, ctx.now, ctx.tr.timezone, ctx.tr.language):
        return _ask_hour(ctx, row, text)
    if day and not times:
        return _ask_hour(ctx, row, day)
    why = ctx.tr.t("Which time do you mean?") if times else ctx.tr.t("I could not read that as a time to come.")
    return ask_time(ctx, row, why, times)


def _meant(ctx: Context, text: str) -> list[datetime]:
    return extensions.times_meant(text, ctx.now, ctx.tr.timezone, ctx.tr.language)


def _ask_hour(ctx: Context, row: Row, day: str) -> Reply:
    day = " ".join(day.split())[: extensions.LONGEST_TYPED]
    ctx.state["waits"] = {"for": "tin.time", "id": row["id"], "day": day}
    read = [_meant(ctx, f"{hour} {day}") for hour in _USUAL_HOURS]
    times = [found[0] for found in read if len(found) == 1 and found[0] > ctx.now]
    text = ctx.tr.t("<i>{day}</i>: at what time? Type the hour, such as <i>8h</i> or <i>14h30</i>.", day=day)
    return Reply(text, in_rows([*_offered(ctx, row, times), back(ctx, row)]))


async def at(ctx: Context, row: Row, moment: datetime | None) -> Reply:
    """It goes out then; None: as soon as it is sent."""
    if moment and (why := checks.time_problem(moment, ctx.now, ctx.tr)):
        return ask_time(ctx, row, why)
    await broadcasts.change(ctx.uow, row["id"], send_at=moment)
    return await card.shown(ctx, row["id"])


def moment_of(ctx: Context, stamp: str) -> datetime:
    """The moment in an action. Raises BadAction."""
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=ctx.tr.timezone)
    except ValueError:
        raise BadAction(f"{stamp!r} is no moment") from None
