"""Whom a broadcast is for, by campaign and by who has not reported."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.context import Context
from handlers.events import BadAction, Choice, Reply, number
from handlers.news.audience_screen import back, choose, screen
from handlers.words import period_title
from reporting.news import audience
from storage import broadcasts, plans
from storage.tables import CampaignState
from storage.uow import Row

MOST_CAMPAIGNS = 12


async def _campaigns(ctx: Context, row: Row) -> dict[int, Row]:
    """The campaigns that units of the branch take part in, by id."""
    over, below = (
        await plans.campaigns_over(ctx.uow, row["path"]),
        await plans.campaigns_below(ctx.uow, [row["path"]]),
    )
    found = [one for one in (*over, *below) if one["state"] != CampaignState.CLOSED]
    return dict(list({one["id"]: one for one in found}.items())[:MOST_CAMPAIGNS])


async def campaign(ctx: Context, row: Row, rest: Sequence[str]) -> Reply:
    tr, known = ctx.tr, await _campaigns(ctx, row)
    if rest:
        about = number(rest, 0) or None
        if about is not None and about not in known:
            raise BadAction(f"{about} is no campaign of the branch")
        row["campaign_id"] = about
        await broadcasts.change(ctx.uow, row["id"], campaign_id=about)
        await choose(ctx, row, owing=None)
        return await screen(ctx, row)
    choices = [Choice(one["name"], f"tin/camp/{row['id']}/{one['id']}") for one in known.values()]
    choices.append(Choice(tr.plain("Of no campaign"), f"tin/camp/{row['id']}/0"))
    text = tr.t("Of which campaign is the news? It goes to the units that take part.")
    return Reply(text, tuple((choice,) for choice in (*choices, back(ctx, row))))


async def owing(ctx: Context, row: Row, rest: Sequence[str]) -> Reply:
    tr, forms = ctx.tr, await _forms_due(ctx, row)
    if rest:
        form_id = number(rest, 0)
        if form_id and form_id not in forms:
            raise BadAction(f"{form_id} is no form that is due in the branch")
        if form_id:
            row["campaign_id"] = forms[form_id][0]["campaign_id"]
            await broadcasts.change(ctx.uow, row["id"], campaign_id=row["campaign_id"])
        # Those who report are meant, unless somebody else was chosen.
        roles = row["audience"].get("roles") or ["reporter"] if form_id else row["audience"].get("roles")
        await choose(ctx, row, owing=form_id or None, roles=roles)
        return await screen(ctx, row)
    choices = [
        Choice(f"{period_title(period, tr)} · {form['campaign_name']}", f"tin/owe/{row['id']}/{form_id}")
        for form_id, (form, period) in forms.items()
    ]
    text = tr.t("Who has not sent which report?") if forms else tr.t("No report is due just now.")
    anyone = Choice(tr.plain("Never mind who has reported"), f"tin/owe/{row['id']}/0")
    return Reply(text, tuple((choice,) for choice in (*choices, anyone, back(ctx, row))))


async def _forms_due(ctx: Context, row: Row) -> dict[int, tuple[Row, Row]]:
    """The forms of the branch's campaigns that a period of takes reports now, each with that period, by id."""
    found = {}
    for form in await plans.running_forms(ctx.uow):
        period = await audience.current_period(ctx.uow, form["id"], ctx.now)
        if period:
            found[form["id"]] = (form, period)
    campaigns = await _campaigns(ctx, row)
    return {form_id: one for form_id, one in found.items() if one[0]["campaign_id"] in campaigns}
