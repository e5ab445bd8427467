"""/chiendich: the campaigns of one's branch, how each stands; pausing, closing and extending one.

What has been chosen so far stands in `ctx.state["campaign"]`, and every step looks again at whether the person may.
Buttons: `camp/<campaign>[/<act>[/<step>[/<argument>]]]`. A workbook that is sent is `handlers.campaigns.workbooks`'s.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from forms.answers import Understood, read_date
from handlers import permissions
from handlers.campaigns import campaign_words as words
from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, Rows, in_rows, number, word
from locales.translator import Translator
from reporting.campaigns import campaign_states as states
from reporting.campaigns.campaign_states import Act, Why
from reporting.decisions import By, Refused, reason_of
from storage import plans
from storage.uow import Row

ACTION = "campaign"
_MOST = 20
_USUAL = (timedelta(weeks=1), timedelta(weeks=2), timedelta(days=30))


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/chiendich"""
    tr, paths = ctx.tr, _paths(ctx)
    if not paths:
        return [refused(ctx)]
    rows = await plans.campaigns_below(ctx.uow, paths)
    lines = [tr.t("<b>Campaigns of your branch</b>")] + [_line(row, tr) for row in rows[:_MOST]]
    if not rows:
        lines.append(tr.t("There is none yet."))
    lines.append(
        tr.t(
            "To load a campaign, or to change one, send me its Excel workbook (.xlsx) here. "
            "I read it and say what it changes; nothing is changed before you tap Apply."
        )
    )
    ctx.state["waits"] = {"for": "workbook"}
    choices = [Choice(row["name"], f"camp/{row['id']}") for row in rows[:_MOST]]
    return [Reply(Markup("\n").join(lines), tuple((choice,) for choice in choices))]


def _paths(ctx: Context) -> set[str]:
    """The units in whose branches the person manages campaigns."""
    roles = ctx.person.roles if ctx.person else ()
    return {held.unit.path for held in roles if permissions.may(held, ACTION)}


def _line(row: Row, tr: Translator) -> Markup:
    return tr.t("• {name}: {state}", name=row["name"], state=words.state(row["state"], tr))


def refused(ctx: Context) -> Reply:
    return Reply(ctx.tr.t("Campaigns are managed by the office of a unit. /trogiup shows what you can do here."))


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`camp/<campaign>[/<act>[/sure | /until/<day>]]`"""
    campaign = await plans.campaign(ctx.uow, number(parts, 0))
    if campaign is None or not await permissions.take_role(ctx, ACTION, campaign["path"]):
        return [_not_yours(ctx)]
    if len(parts) == 1:
        return [await _shown(ctx, campaign)]
    act, step = _act(word(parts, 1)), parts[2] if len(parts) > 2 else ""
    if act not in states.possible(campaign):
        return [await _shown(ctx, campaign, words.why_not(Refused(Why.NOT_NOW), ctx.tr))]
    if not step:
        ctx.state["campaign"] = {"id": campaign["id"], "act": act.value}
        return [await (_ask_day if act is Act.EXTEND else _ask_why)(ctx, campaign)]
    if step == "until":
        return [await _until(ctx, campaign, _day(word(parts, 3)))]
    return [await _carry_out(ctx, campaign, act)]


async def typed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The last day or the reason that was waited for."""
    asked = ctx.state.pop("waits")["what"]
    chosen: dict[str, Any] = ctx.state.get("campaign", {})
    campaign = await plans.campaign(ctx.uow, chosen["id"]) if chosen else None
    if campaign is None or not await permissions.take_role(ctx, ACTION, campaign["path"]):
        return [_not_yours(ctx)]
    if asked == "reason":
        return [await _because(ctx, campaign, incoming.text or "")]
    today = ctx.now.astimezone(ctx.tr.timezone).date()
    reading = read_date(incoming.text or "", today, language=ctx.tr.language)
    read = [reading.value] if isinstance(reading, Understood) else getattr(reading, "candidates", ())
    # Of a day without its year the one that comes next is meant; it is shown before anything is done.
    if days := [day for day in read if isinstance(day, date)]:
        return [await _until(ctx, campaign, min((day for day in days if day >= today), default=days[0]))]
    return [await _ask_day(ctx, campaign, ctx.tr.t("I could not read that as a day."))]


def _act(text: str) -> Act:
    try:
        return Act(text)
    except ValueError:
        raise BadAction(f"{text!r} is nothing that can be done with a campaign") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadAction(f"{text!r} is no day") from None


def _not_yours(ctx: Context) -> Reply:
    text = ctx.tr.t("This campaign is not in your branch, or this choice is over. Please begin again: /chiendich")
    return Reply(text)


# --- one campaign ----------------------------------------------------------------------------------


async def _shown(ctx: Context, campaign: Row, before: Markup | None = None) -> Reply:
    """How a campaign stands, its forms with their last days, and what can be done with it."""
    tr, forms = ctx.tr, await plans.live_forms(ctx.uow, campaign["id"])
    state = words.state(campaign["state"], tr)
    lines = [before, Markup("")] if before else []
    lines.append(tr.t("<b>{name}</b>: {state}", name=campaign["name"], state=state))
    lines.append(tr.t("Unit: {unit}", unit=campaign["unit_name"]))
    lines += [_form_line(form, tr) for form in forms]
    acts = states.possible(campaign)
    choices = [Choice(words.button(act, tr), f"camp/{campaign['id']}/{act}") for act in acts]
    back = Choice(tr.plain("All campaigns"), "cmd/chiendich")
    return Reply(Markup("\n").join(lines), (*in_rows(choices), (back,)))


def _form_line(form: Row, tr: Translator) -> Markup:
    last = tr.full_day(date.fromisoformat(form["schedule"]["last"]))
    return tr.t("• form {form}: until {day}", form=form["slug"], day=last)


# --- until when, and why ---------------------------------------------------------------------------


async def _ask_day(ctx: Context, campaign: Row, why: Markup | None = None) -> Reply:
    """Days are offered from the end that there is on."""
    tr, forms = ctx.tr, await plans.live_forms(ctx.uow, campaign["id"])
    again = [date.fromisoformat(form["schedule"]["last"]) for form in forms if states.comes_again(form)]
    if not again:
        return await _shown(ctx, campaign, words.why_not(Refused(Why.FIXED), tr))
    ctx.state["waits"] = {"for": "campaign", "what": "day"}
    today = ctx.now.astimezone(tr.timezone).date()
    offered = [max(*again, today) + length for length in _USUAL]
    way = f"camp/{campaign['id']}/{Act.EXTEND}/until"
    choices = in_rows([Choice(tr.full_day(day), f"{way}/{day.isoformat()}") for day in offered])
    text = tr.t(
        "Extend <b>{name}</b>, which goes on until {day}: until which day? Tap one, or type it, such as "
        "<i>31/12/2026</i>.",
        name=campaign["name"], day=tr.full_day(max(again)),
    )  # fmt: skip
    return Reply(Markup("\n\n").join([why, text]) if why else text, choices)


async def _until(ctx: Context, campaign: Row, until: date) -> Reply:
    forms, today = await plans.live_forms(ctx.uow, campaign["id"]), ctx.now.astimezone(ctx.tr.timezone).date()
    try:
        states.check_day(campaign, forms, until, today)
    except Refused as refused_:
        return await _ask_day(ctx, campaign, words.why_not(refused_, ctx.tr))
    ctx.state["campaign"] = {"id": campaign["id"], "act": Act.EXTEND.value, "until": until.isoformat()}
    return await _ask_why(ctx, campaign)


async def _ask_why(ctx: Context, campaign: Row, why: Markup | None = None) -> Reply:
    tr = ctx.tr
    ctx.state["waits"] = {"for": "campaign", "what": "reason"}
    text = tr.t(
        "{what}\nWhy? Please type the reason; it is kept in the log.",
        what=words.what(campaign, ctx.state["campaign"], tr),
    )
    return Reply(Markup("\n\n").join([why, text]) if why else text)


async def _because(ctx: Context, campaign: Row, text: str) -> Reply:
    """Take the reason, and have it all confirmed."""
    tr, chosen = ctx.tr, ctx.state["campaign"]
    try:
        reason = reason_of(text, Why.NO_REASON)
    except Refused as refused_:
        return await _ask_why(ctx, campaign, words.why_not(refused_, tr))
    ctx.state["campaign"] = {**chosen, "reason": reason}
    said = tr.t("{what}\nReason: {reason}", what=words.what(campaign, chosen, tr), reason=reason)
    yes = Choice(tr.plain("Yes, do it"), f"camp/{campaign['id']}/{chosen['act']}/sure")
    return Reply(said, ((yes,), (Choice(tr.plain("No, leave it"), f"camp/{campaign['id']}"),)))


async def _carry_out(ctx: Context, campaign: Row, act: Act) -> Reply:
    chosen: dict[str, Any] = ctx.state.pop("campaign", {})
    if ctx.person is None or (chosen.get("id"), chosen.get("act")) != (campaign["id"], act) or not chosen.get("reason"):
        return _not_yours(ctx)
    by = By(ctx.person.member_id, ctx.person.account_id, chosen["reason"])
    try:
        if act is Act.EXTEND:
            text = await _extended(ctx, campaign, date.fromisoformat(chosen["until"]), by)
        else:
            state = await states.change(ctx.uow, campaign, act, by)
            text = ctx.tr.t("✅ Done: {state}.", state=words.state(state, ctx.tr))
    except Refused as refused_:
        text = words.why_not(refused_, ctx.tr)
    after = await plans.campaign(ctx.uow, campaign["id"])
    return await _shown(ctx, after or campaign, text)


async def _extended(ctx: Context, campaign: Row, until: date, by: By) -> Markup:
    tr = ctx.tr
    done = await states.extend(ctx.uow, campaign, until, by, tr.timezone)
    names = ", ".join(form["slug"] for form in done.longer)
    text = tr.t("✅ Extended until <b>{day}</b>: {forms}.", day=tr.full_day(until), forms=names)
    if done.fixed:
        fixed = ", ".join(form["slug"] for form in done.fixed)
        text += tr.t(
            "\nNot extended, because the days are fixed ones: {forms}. Write new days into the sheet deadlines, "
            "and send me the workbook again.", forms=fixed,
        )  # fmt: skip
    return text


def rows_for(campaign_id: int, tr: Translator) -> Rows:
    """The button that opens a campaign."""
    return ((Choice(tr.plain("See the campaign"), f"camp/{campaign_id}"),),)
