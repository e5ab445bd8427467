"""How campaigns stand and what can be done with them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from locales.translator import Translator
from reporting.campaigns.campaign_states import Act, Why
from reporting.decisions import Refused
from storage.tables import CampaignState
from storage.uow import Row


def state(code: str, tr: Translator) -> str:
    return {
        CampaignState.RUNNING: tr.plain("▶ running"),
        CampaignState.PAUSED: tr.plain("⏸ paused"),
        CampaignState.CLOSED: tr.plain("⏹ over"),
    }[CampaignState(code)]


def button(act: Act, tr: Translator) -> str:
    return {
        Act.PAUSE: tr.plain("⏸ Pause"),
        Act.RESUME: tr.plain("▶ Go on"),
        Act.CLOSE: tr.plain("⏹ End it"),
        Act.EXTEND: tr.plain("📅 Extend"),
    }[act]


def what(campaign: Row, chosen: Mapping[str, Any], tr: Translator) -> Markup:
    """What is going to be done, and what it means."""
    name = campaign["name"]
    match Act(chosen["act"]):
        case Act.PAUSE:
            return tr.t(
                "Pause <b>{name}</b>: no new reports are asked for, nobody is reminded, no digest is sent; "
                "reports that are open already are still taken.", name=name,
            )  # fmt: skip
        case Act.CLOSE:
            return tr.t(
                "End <b>{name}</b>: no report and no correction is taken any more; what was sent can still be read.",
                name=name,
            )
        case Act.RESUME:
            return tr.t(
                "Go on with <b>{name}</b>: reports are asked for again from now on; what would have been due "
                "meanwhile is not asked for.", name=name,
            )  # fmt: skip
    day = tr.full_day(date.fromisoformat(chosen["until"]))
    return tr.t("Extend <b>{name}</b> until <b>{day}</b>.", name=name, day=day)


def why_not(refused: Refused, tr: Translator) -> Markup:
    """Why nothing was changed, and what to do."""
    words: Mapping[StrEnum, Markup] = {
        Why.NOT_NOW: tr.t("This cannot be done with the campaign as it stands now."),
        Why.NO_REASON: tr.t("A reason has 3 to 300 characters. Please type it once more."),
        Why.FIXED: tr.t(
            "The days of this campaign are fixed ones, so it cannot be extended here. Write new days into the sheet "
            "deadlines, and send me the workbook again."
        ),
        Why.NOT_LATER: tr.t("It goes on as long already, or that day is over. Please choose a later day."),
        Why.TOO_FAR: tr.t("That day is more than three years away. Please choose an earlier one."),
    }
    return words[refused.why]
