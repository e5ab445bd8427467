"""From the list of units that have not reported: more time for some of them, or none asked of them this time.

Which units, until when, why: what has been chosen so far stands in `ctx.state["deadline"]`, and every step looks again
at whether the person may. Buttons: `dl/<period>/<ext|exm|back>[/…]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.deadlines import granting
from handlers.deadlines.ticking import STATES, Plan, choose, heading, rows_of, units_of
from handlers.events import BadAction, Choice, Incoming, Reply, Rows, in_rows, number, word
from handlers.words import period_title
from locales.translator import Translator
from reporting import extensions
from reporting.decisions import By, Refused, reason_of
from reporting.extensions import Why
from storage import register
from storage.uow import Row

_STAMP = "%Y%m%d%H%M"


def remind_now(period_id: int, unit_id: int, tr: Translator) -> Choice:
    """The button that reminds those of a unit's branch who owe."""
    return Choice(tr.plain("Remind now"), f"nudge/{period_id}/{unit_id}")


def buttons(period_id: int, unit_id: int, tr: Translator, *, owing: bool, exempt: bool) -> Rows:
    """The ways in, under a list of units of a unit's branch that have not reported."""
    way = f"dl/{period_id}"
    rows: Rows = ()
    if owing:
        more, none = Choice(tr.plain("More time"), f"{way}/ext"), Choice(tr.plain("Exempt this time"), f"{way}/exm")
        rows = ((remind_now(period_id, unit_id, tr), more, none),)
    return (*rows, (Choice(tr.plain("Take an exemption back"), f"{way}/back"),)) if exempt else rows


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """A button of this flow: `dl/<period>/<what>[/<step>[/<argument>]]`."""
    period, what = await register.period(ctx.uow, number(parts, 0)), word(parts, 1)
    if period is None or what not in STATES or ctx.person is None:
        raise BadAction(f"{parts!r} is no step of this")
    step, argument = parts[2] if len(parts) > 2 else "", parts[3:]
    plan = _plan(ctx, period, what, anew=not step)
    match step:
        case "" | "p" | "t":
            return [await choose(ctx, incoming, period, plan, step, argument)]
        case "all" | "ok":
            return await _chosen(ctx, incoming, period, plan, everybody=step == "all")
        case "at":
            return await _until(ctx, period, plan, _moment(ctx, word(argument, 0)))
        case "why":
            return await _because(ctx, period, plan, _usual_reasons(ctx.tr)[number(argument, 0) % 3])
        case "sure":
            return await _carry_out(ctx, period, plan)
    raise BadAction(f"{parts!r} is no step of this")


def _plan(ctx: Context, period: Row, what: str, *, anew: bool) -> Plan:
    """What has been chosen so far; nothing, for a button of another period or of a flow that is over."""
    kept: Plan = ctx.state.get("deadline", {})
    if anew or (kept.get("period"), kept.get("do")) != (period["id"], what):
        kept = {"period": period["id"], "do": what, "units": []}
    # A copy: the state as it was read must stay as it was, for a change of it to be seen.
    ctx.state["deadline"] = plan = {**kept}
    return plan


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The time or the reason that was waited for."""
    asked = ctx.state.pop("waits")["what"]
    kept: Plan = ctx.state.get("deadline", {})
    period = await register.period(ctx.uow, kept["period"]) if kept else None
    if period is None or not await permissions.take_role(ctx, "deadline.change"):
        return [_over(ctx)]
    plan = _plan(ctx, period, kept["do"], anew=False)
    if asked == "reason":
        return await _because(ctx, period, plan, incoming.text or "")
    text = incoming.text or ""
    times = extensions.times_meant(text, ctx.now, ctx.tr.timezone, ctx.tr.language)
    if len(times) == 1:
        return await _until(ctx, period, plan, times[0])
    why = ctx.tr.t("Which time do you mean?") if times else ctx.tr.t("I could not read that as a time to come.")
    if not times and extensions.lacks_hour(text, ctx.now, ctx.tr.timezone, ctx.tr.language):
        why = ctx.tr.t("At what time? Please type the day and the hour, such as <i>mai 8h</i>.")
    return [await _ask_time(ctx, period, plan, why, times)]


async def _chosen(ctx: Context, incoming: Incoming, period: Row, plan: Plan, *, everybody: bool) -> list[Reply]:
    units = await units_of(ctx, plan)
    plan["units"] = [unit["id"] for unit in units if everybody or unit["id"] in plan["units"]]
    if not plan["units"]:
        hint = ctx.tr.t("Please tap at least one unit first.")
        return [Reply(hint), await choose(ctx, incoming, period, plan, "", ())]
    if plan["do"] == "ext":
        return [await _ask_time(ctx, period, plan)]
    return [await _ask_why(ctx, period, plan)] if plan["do"] == "exm" else await _carry_out(ctx, period, plan)


# --- until when, and why ---------------------------------------------------------------------------


async def _ask_time(
    ctx: Context, period: Row, plan: Plan, why: Markup | None = None, times: Sequence[datetime] = ()
) -> Reply:
    tr, rows = ctx.tr, await rows_of(ctx, plan)
    if not rows:
        return _over(ctx)
    ctx.state["waits"] = {"for": "deadline", "what": "time"}
    due = min(row["due_at"] for row in rows)
    offered = [
        Choice(f"{tr.time(at)} {tr.day_from(at, ctx.now)}", f"dl/{period['id']}/ext/at/{_stamp(at, tr)}")
        for at in times or extensions.usual_times(ctx.now, due, tr.timezone)
    ]
    text = tr.t(
        "{what}, for {units}.\nUntil when? Tap a time, or type one, such as <i>14h</i> or <i>10h sáng mai</i>.",
        what=heading(ctx, period, plan), units=granting.names(rows),
    )  # fmt: skip
    return Reply(Markup("\n\n").join([why, text]) if why else text, in_rows(offered))


def _stamp(at: datetime, tr: Translator) -> str:
    return at.astimezone(tr.timezone).strftime(_STAMP)


def _moment(ctx: Context, stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=ctx.tr.timezone)
    except ValueError:
        raise BadAction(f"{stamp!r} is no moment") from None


async def _until(ctx: Context, period: Row, plan: Plan, until: datetime) -> list[Reply]:
    """Take the time, if it can be given to one of them at least; then ask why."""
    rows = await rows_of(ctx, plan)
    if not rows or plan["do"] != "ext":
        return [_over(ctx)]
    try:
        extensions.check_time(rows, until, ctx.now)
    except Refused as refused:
        return [await _ask_time(ctx, period, plan, granting.why_not(refused, ctx.tr))]
    plan["until"] = until.isoformat()
    return [await _ask_why(ctx, period, plan)]


def _usual_reasons(tr: Translator) -> tuple[str, str, str]:
    return tr.plain("No network"), tr.plain("Storm, flood or other disaster"), tr.plain("A fault of the system")


async def _ask_why(ctx: Context, period: Row, plan: Plan, why: Markup | None = None) -> Reply:
    tr, rows = ctx.tr, await rows_of(ctx, plan)
    if not rows:
        return _over(ctx)
    ctx.state["waits"] = {"for": "deadline", "what": "reason"}
    way = f"dl/{period['id']}/{plan['do']}/why"
    choices = in_rows([Choice(reason, f"{way}/{place}") for place, reason in enumerate(_usual_reasons(tr))])
    text = tr.t("{what}, for {units}.", what=heading(ctx, period, plan), units=granting.names(rows))
    if plan.get("until"):
        until = datetime.fromisoformat(plan["until"])
        text = tr.t(
            "{what}, for {units}: until <b>{time} {day}</b>.", what=heading(ctx, period, plan),
            units=granting.names(rows), time=tr.time(until), day=tr.day_from(until, ctx.now),
        )  # fmt: skip
    text += tr.t("\nWhy? Tap a reason, or type it; the units read it.")
    return Reply(Markup("\n\n").join([why, text]) if why else text, choices)


async def _because(ctx: Context, period: Row, plan: Plan, reason: str) -> list[Reply]:
    """Take the reason. More time is given now; an exemption is confirmed first."""
    rows = await rows_of(ctx, plan)
    if not rows or plan["do"] == "back" or (plan["do"] == "ext" and not plan.get("until")):
        return [_over(ctx)]
    try:
        plan["reason"] = reason_of(reason, Why.NO_REASON)
    except Refused as refused:
        return [await _ask_why(ctx, period, plan, granting.why_not(refused, ctx.tr))]
    if plan["do"] == "ext":
        return await _carry_out(ctx, period, plan)
    tr = ctx.tr
    text = tr.t(
        "Exempt {units} from <b>{title}</b>?\nReason: {reason}.\nThey are not reminded, and not counted as missing.",
        units=granting.names(rows), title=period_title(period, tr), reason=plan["reason"],
    )  # fmt: skip
    yes = Choice(tr.plain("Yes, exempt them"), f"dl/{period['id']}/exm/sure")
    return [Reply(text, ((yes,), (Choice(tr.plain("No, go back"), granting.the_list(period)),)))]


async def _carry_out(ctx: Context, period: Row, plan: Plan) -> list[Reply]:
    """Change the register, and tell the units' reporters."""
    ctx.state.pop("deadline", None)
    rows = await rows_of(ctx, plan)
    wanted = {"ext": ("until", "reason"), "exm": ("reason",), "back": ()}[plan["do"]]
    if not rows or ctx.person is None or not all(plan.get(name) for name in wanted):
        return [_over(ctx)]
    by = By(ctx.person.member_id, ctx.person.account_id, plan.get("reason", ""))
    # Between the choice and now a unit may have reported.
    rows = [row for row in rows if row["state"] == STATES[plan["do"]]]
    try:
        if plan["do"] == "ext":
            text = await granting.extend(ctx, rows, datetime.fromisoformat(plan["until"]), by)
        elif plan["do"] == "exm":
            text = await granting.exempt(ctx, rows, by)
        else:
            text = await granting.restore(ctx, rows, by)
    except Refused as refused:
        text = granting.why_not(refused, ctx.tr)
    again = Choice(ctx.tr.plain("Units that have not reported"), granting.the_list(period))
    return [Reply(text, ((again,),))]


def _over(ctx: Context) -> Reply:
    """A button of a choice that has been carried out, or of units that are not the person's."""
    text = ctx.tr.t("This choice is over, or those units are not in your branch. Please begin again from the digest.")
    return Reply(text, ((Choice(ctx.tr.plain("See the digest"), "cmd/tonghop"),),))
