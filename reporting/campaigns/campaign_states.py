"""Pausing, closing and extending a campaign: what the office may do with one that runs, and what comes of it.

A paused campaign opens no new periods and pushes nothing; what is open is still taken. A closed one takes nothing any
more and stays readable. Both can go on again; what would have been due meanwhile is never asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from reporting.decisions import By, Refused, reason_of
from reporting.planning.recurrence import UNITS, Repeat
from storage import plans
from storage.tables import CampaignState
from storage.uow import Row, UnitOfWork

RESTS = "rests"
"""In a campaign's settings: the times (ISO) from and until which nothing was asked for, and of which form if not all.
Loading its pack again keeps them."""

LONGEST = timedelta(days=3 * 366)
"""From today to the latest day that a campaign can be extended to: what is further away is a slip of the finger."""


class Act(StrEnum):
    """What can be done; in the audit it is `campaign.<act>`."""

    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    EXTEND = "extend"


BECOMES: Mapping[Act, CampaignState] = {
    Act.PAUSE: CampaignState.PAUSED, Act.RESUME: CampaignState.RUNNING, Act.CLOSE: CampaignState.CLOSED,
}  # fmt: skip
_FROM: Mapping[CampaignState, tuple[Act, ...]] = {
    CampaignState.RUNNING: (Act.PAUSE, Act.EXTEND, Act.CLOSE),
    CampaignState.PAUSED: (Act.RESUME, Act.EXTEND, Act.CLOSE),
    CampaignState.CLOSED: (Act.RESUME,),
}


class Why(StrEnum):
    """Why nothing was changed, in words for the command line."""

    NOT_NOW = "this cannot be done with the campaign as it stands now"
    NO_REASON = "a reason has 3 to 300 characters"
    FIXED = "its days are fixed ones: write more of them into the sheet deadlines, and load the pack again"
    NOT_LATER = "it goes on as long already; a day that is later, and not over, is needed"
    TOO_FAR = "that day is more than three years away"


def possible(campaign: Row) -> tuple[Act, ...]:
    """What can be done with a campaign as it stands."""
    return _FROM[CampaignState(campaign["state"])]


async def change(uow: UnitOfWork, campaign: Row, act: Act, by: By) -> CampaignState:
    """Pause, resume or close a campaign (a row of `plans.campaign`). Raises Refused."""
    reason, state = reason_of(by.reason, Why.NO_REASON), BECOMES[act]
    if act not in possible(campaign):
        raise Refused(Why.NOT_NOW)
    settings = _resting(campaign["settings"], uow.now) if act is not Act.RESUME else _woken(campaign, uow.now)
    await plans.change_campaign(uow, campaign["id"], {"state": state.value, "settings": settings})
    _note(uow, campaign, act, by, reason, {"state": campaign["state"]}, {"state": state.value})
    return state


@dataclass(frozen=True, slots=True)
class Extended:
    """The forms (rows of `plans.live_forms`) that go on longer now, and those whose days are fixed ones."""

    longer: tuple[Row, ...]
    fixed: tuple[Row, ...]


async def extend(uow: UnitOfWork, campaign: Row, until: date, by: By, zone: ZoneInfo) -> Extended:
    """Let the forms of a campaign that come again and again do so until a later day. Raises Refused.

    What would have been due between the end that there was and now is not asked for.
    """
    reason, forms = reason_of(by.reason, Why.NO_REASON), await plans.live_forms(uow, campaign["id"])
    longer = check_day(campaign, forms, until, uow.now.astimezone(zone).date())
    settings = campaign["settings"]
    for form in longer:
        await plans.change_last_day(uow, form["id"], until)
        settings = _gap(settings, form, uow.now, zone)
    await plans.change_campaign(uow, campaign["id"], {"settings": settings})
    ends = {form["slug"]: form["schedule"]["last"] for form in longer}
    _note(uow, campaign, Act.EXTEND, by, reason, {"until": max(ends.values())}, {"until": until.isoformat()})
    return Extended(longer, tuple(form for form in forms if not comes_again(form)))


def check_day(campaign: Row, forms: Sequence[Row], until: date, today: date) -> tuple[Row, ...]:
    """The forms that would go on longer. Raises Refused when there are none."""
    if Act.EXTEND not in possible(campaign):
        raise Refused(Why.NOT_NOW)
    if until > today + LONGEST:
        raise Refused(Why.TOO_FAR)
    again = [form for form in forms if comes_again(form)]
    if not again:
        raise Refused(Why.FIXED)
    longer = tuple(form for form in again if until > date.fromisoformat(form["schedule"]["last"]))
    if not longer or until < today:
        raise Refused(Why.NOT_LATER)
    return longer


def comes_again(form: Row) -> bool:
    """Whether a form's schedule has a rhythm, so that it can go on; days that are written down one by one cannot."""
    return Repeat(form["schedule"]["repeat"]) in UNITS


# --- when nothing is asked for ---------------------------------------------------------------------


def rested(form: Row, due_at: datetime) -> bool:
    """Whether a form (a row of `plans.live_forms`) was not asked for at a time."""
    return any(
        datetime.fromisoformat(rest["from"]) <= due_at
        and (rest["until"] is None or due_at < datetime.fromisoformat(rest["until"]))
        for rest in form["settings"].get(RESTS, ())
        if rest.get("form") in (None, form["slug"])
    )


def _resting(settings: Row, now: datetime) -> Row:
    """Settings in which a rest has begun; one that has begun already goes on."""
    rests = settings.get(RESTS, [])
    if any(rest["until"] is None for rest in rests):
        return settings
    return {**settings, RESTS: [*rests, {"from": now.isoformat(), "until": None}]}


def _woken(campaign: Row, now: datetime) -> Row:
    rests = [{**rest, "until": rest["until"] or now.isoformat()} for rest in campaign["settings"].get(RESTS, ())]
    return {**campaign["settings"], RESTS: rests}


def _gap(settings: Row, form: Row, now: datetime, zone: ZoneInfo) -> Row:
    """Settings in which a form rested from its end until now, if that is over."""
    ended = datetime.combine(date.fromisoformat(form["schedule"]["last"]) + timedelta(days=1), time(), zone)
    if ended >= now:
        return settings
    rest: dict[str, Any] = {"from": ended.isoformat(), "until": now.isoformat(), "form": form["slug"]}
    return {**settings, RESTS: [*settings.get(RESTS, ()), rest]}


def _note(uow: UnitOfWork, campaign: Row, act: Act, by: By, reason: str, before: Row, after: Row) -> None:
    uow.audit(
        f"campaign.{act}", f"campaign:{campaign['id']}", member_id=by.member_id, account_id=by.account_id,
        unit_id=campaign["unit_id"], before=before, after=after, reason=reason,
    )  # fmt: skip
