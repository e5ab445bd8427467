"""How far a report has come: lines asked back and answered, approval, opening again. `register.submit` calls in here,
so that a correction answers what was asked back however it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.model import Form
from forms.results import spread
from reporting.planning.cells import yes_or_no
from storage import returns
from storage.tables import ReportState
from storage.uow import Row, UnitOfWork

LOCKED = "locked"
"""The state of a report that takes no change any more, because its period is closed. It is never stored."""

WHOLE = ""
"""Stands for the question where not a line is asked back, but that nothing took place at all."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: for the audit."""

    member_id: int
    account_id: int | None


def asks_approval(settings: Mapping[str, Any]) -> bool:
    """Whether a campaign wants its reports approved: `approval` on its sheet says yes."""
    return yes_or_no(settings, "approval", default=False)


def standing(state: str, closes_at: datetime, now: datetime) -> str:
    """The state as it is shown: an approved report stays that, any other is locked once its period is closed."""
    return LOCKED if state != ReportState.APPROVED and now >= closes_at else state


# --- asked back, and answered ----------------------------------------------------------------------


async def ask(uow: UnitOfWork, report: Row, question: str, reason: str, actor: Actor) -> int:
    """Ask a line of a report back; `question` is its path. The caller has made sure that it may be. Returns its id."""
    return_id = await returns.add(
        uow, report_id=report["id"], question=question, reason=reason, member_id=actor.member_id,
        revision=report["revision_no"],
    )  # fmt: skip
    await returns.set_state(uow, [report["id"]], ReportState.RETURNED)
    _note(uow, "report.return", report, ReportState.RETURNED, actor, reason, question=question)
    return return_id


async def confirm(uow: UnitOfWork, report: Row, asked: Row, actor: Actor) -> None:
    """The sender says that the line is right as it stands."""
    await returns.close(uow, [asked["id"]], None)
    state = await _without_returns(uow, report)
    await returns.set_state(uow, [report["id"]], state)
    note_answer(uow, report, asked, state, actor)


def note_answer(uow: UnitOfWork, report: Row, asked: Row, state: ReportState, actor: Actor) -> None:
    """The audit's line of an answer, with the reason that was asked with."""
    _note(uow, "report.answer_return", report, state, actor, asked["reason"], question=asked["question"])


async def _without_returns(uow: UnitOfWork, report: Row) -> ReportState:
    if await returns.of_report(uow, report["id"], is_open=True):
        return ReportState.RETURNED
    return ReportState.CORRECTED if report["revision_no"] > 1 else ReportState.RECEIVED


def answered_by(form: Form, open_returns: Sequence[Row], before: Row, after: Mapping[str, Any]) -> list[Row]:
    """Which lines asked back are not as they were: `before` is the report with its current version, `after` has the
    answers, marks and `is_nothing` of the one that follows. A line that is gone is answered, too."""
    old, new = spread(form, before["answers"]).answers, spread(form, after["answers"]).answers

    def is_changed(path: str) -> bool:
        if path == WHOLE or after["is_nothing"]:
            return bool(before["is_nothing"] != after["is_nothing"])
        return (old.get(path), before["marks"].get(path)) != (new.get(path), after["marks"].get(path))

    return [asked for asked in open_returns if is_changed(asked["question"])]


# --- approval --------------------------------------------------------------------------------------


async def waiting(uow: UnitOfWork, path: str, person_id: int) -> list[Row]:
    """The reports below a path that this person may approve now: not their own, and of those that were asked back
    only the ones that can be answered no more."""
    asking = [campaign["id"] for campaign in await returns.campaigns(uow) if asks_approval(campaign["settings"])]
    if not asking:
        return []
    return [
        report
        for report in await returns.undecided(uow, path, asking)
        if report["person_id"] != person_id
        and (report["state"] != ReportState.RETURNED or uow.now >= report["closes_at"])
    ]


async def approve(uow: UnitOfWork, reports: Sequence[Row], actor: Actor) -> None:
    """Approve reports as they stand; the caller has made sure that this person may."""
    ids = [report["id"] for report in reports]
    await returns.set_state(uow, ids, ReportState.APPROVED, approved_by=actor.member_id)
    for report in reports:
        _note(uow, "report.approve", report, ReportState.APPROVED, actor, "", revision=report["revision_no"])


async def reopen(uow: UnitOfWork, report: Row, reason: str, actor: Actor) -> None:
    """An approved report takes corrections again, and needs to be approved once more."""
    state = await _without_returns(uow, report)
    await returns.set_state(uow, [report["id"]], state)
    _note(uow, "report.reopen", report, state, actor, reason)


def _note(
    uow: UnitOfWork, action: str, report: Row, state: ReportState, actor: Actor, reason: str, **more: Any
) -> None:
    uow.audit(
        action, f"report:{report['id']}", member_id=actor.member_id, account_id=actor.account_id,
        unit_id=report["unit_id"], before={"state": str(report["state"])}, after={"state": state.value, **more},
        reason=reason,
    )  # fmt: skip
