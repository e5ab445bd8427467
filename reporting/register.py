"""The ledger: opens periods, takes reports and their corrections, and keeps the totals true to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from forms.model import Form
from reporting.campaigns.campaign_states import rested
from reporting.models import entities
from reporting.planning.holidays import Holidays
from reporting.planning.periods import NO_LIST, Schedule
from reporting.returns import Actor, answered_by, note_answer
from reporting.totals import change, indicators_of
from storage import coverage, plans, register, reports, returns, sums_below, units
from storage.tables import CampaignState, ExpectedState, Report, ReportState, Revision
from storage.uow import Row, UnitOfWork, table

_NO_REPORT = (Decimal(0), 0, 0)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is said to the one who reported. `again`: it had been received before, nothing was changed now.

    `approved`: nothing was changed, because the report is approved. `answered`: the lines asked back that it answers.
    """

    code: str
    report_id: int
    at: datetime
    late: bool
    revision: int
    again: bool = False
    approved: bool = False
    answered: tuple[Row, ...] = ()


async def open_periods(uow: UnitOfWork, zone: ZoneInfo, now: datetime, holidays: Holidays = NO_LIST) -> int:
    """Write the periods that have begun and their register rows; returns how many were new. What would have been due
    while the campaign rested is never asked for."""
    opened = 0
    for form in await plans.running_forms(uow):
        schedule = Schedule.from_json(form["schedule"])
        last = await register.last_period(uow, form["id"])
        root = await register.unit_path(uow, form["unit_id"])
        after = last["due_at"] if last else None
        for occurrence, own in schedule.openings(zone, opened_by=now, after=after, holidays=holidays):
            if rested(form, occurrence.due_at):
                continue
            values = {name: getattr(occurrence, name) for name in occurrence.__slots__}
            own_times = [(time.kinds, time.due_at, time.closes_at) for time in own]
            if await register.open_period(uow, form["id"], values, schedule.kinds, root, own_times):
                opened += 1
    return opened


async def submit(
    uow: UnitOfWork,
    form: Form,
    owed: Row,
    *,
    version_id: int,
    member_id: int,
    account_id: int | None,
    result: dict[str, Any],
    marks: dict[str, str],
    nothing: bool = False,
    demo: bool = False,
    reason: str = "",
    odd: Sequence[dict[str, Any]] = (),
) -> Receipt:
    """Take a report for a register row (see `storage.register.expected`), or a new revision of the one there is.

    The caller has made sure that the person may do so and that the period is not closed. An approved report stays as
    it is. `reason`: why there is a new revision, where it is not that a line was asked back. `odd`: what is
    strange in it and was confirmed (`reporting.doubts.oddities.kept`).
    """
    indicators = {} if nothing else indicators_of(form, result, marks)
    revision: Row = {
        "version_id": version_id, "answers": result, "marks": marks, "indicators": indicators,
        "member_id": member_id, "created_at": uow.now, "reason": reason,
        "odd": list(odd),
    }  # fmt: skip
    if owed["report_id"]:
        report = await _there(uow, owed["report_id"])
        if report["state"] == ReportState.APPROVED:
            return Receipt(
                report["code"], report["id"], uow.now, report["late"], report["revision_no"], again=True, approved=True
            )
        receipt, before = await _revise(uow, form, report, revision, nothing, account_id), report["indicators"]
    else:
        receipt, before = await _receive(uow, owed, revision, nothing, demo), {}
    actor, told = Actor(member_id, account_id), {} if nothing else result
    await entities.note(uow, form, receipt.report_id, told, actor, is_new=receipt.revision == 1)
    # Above the unit stood, in that period, perhaps others than do today.
    path = await units.path_in_period(uow, owed["unit_id"], owed["period_id"])
    await reports.move_totals(uow, path=path, period_id=owed["period_id"], change=change(before, indicators))
    await register.settle(uow, owed["id"], ExpectedState.NOTHING if nothing else ExpectedState.REPORTED)
    uow.audit(
        "report.revise" if receipt.revision > 1 else "report.submit",
        f"report:{receipt.report_id}",
        member_id=member_id,
        account_id=account_id,
        unit_id=owed["unit_id"],
        before=dict(before),
        after=dict(indicators),
        reason=revision["reason"],
    )
    return receipt


async def _receive(uow: UnitOfWork, owed: Row, revision: Row, nothing: bool, demo: bool) -> Receipt:
    code = await reports.take_code(uow, owed["campaign_id"])
    late = uow.now > owed["due_at"] + timedelta(seconds=owed["schedule"].get("grace", 0))
    report_id = await uow.insert(
        Report, code=code, expected_id=owed["id"], unit_id=owed["unit_id"], period_id=owed["period_id"],
        member_id=revision["member_id"], received_at=uow.now, late=late, is_nothing=nothing, revision_no=1, demo=demo,
    )  # fmt: skip
    await uow.insert(Revision, report_id=report_id, number=1, **revision)
    return Receipt(code, report_id, uow.now, late, 1)


async def _there(uow: UnitOfWork, report_id: int) -> Row:
    report = await reports.current(uow, report_id)
    if report is None:
        raise LookupError(f"report {report_id} has no current revision")
    return report


async def _revise(
    uow: UnitOfWork, form: Form, report: Row, revision: Row, nothing: bool, account_id: int | None
) -> Receipt:
    """A new version. It answers the lines asked back that it changes; their reasons are its own."""
    asked = await returns.of_report(uow, report["id"], is_open=True)
    answered = answered_by(form, asked, report, {**revision, "is_nothing": nothing})
    revision["reason"] = revision["reason"] or "; ".join(row["reason"] for row in answered)
    number = report["revision_no"] + 1
    await uow.insert(Revision, report_id=report["id"], number=number, **revision)
    state = ReportState.RETURNED if len(answered) < len(asked) else ReportState.CORRECTED
    t = table(Report)
    values = {"revision_no": number, "is_nothing": nothing, "state": state.value}
    await uow.run(update(t).where(t.c.id == report["id"]).values(**values))
    if answered:
        await returns.close(uow, [row["id"] for row in answered], number)
    for row in answered:
        note_answer(uow, report, row, state, Actor(revision["member_id"], account_id))
    return Receipt(report["code"], report["id"], uow.now, report["late"], number, answered=tuple(answered))


async def rebuild_check(uow: UnitOfWork) -> list[str]:
    """Compare every kept total with the sum of the current revisions, and what is kept of closed periods with what it
    was counted from; returns the differences in words."""
    return [*await _wrong_totals(uow), *await coverage.differences(uow), *await sums_below.differences(uow)]


async def _wrong_totals(uow: UnitOfWork) -> list[str]:
    kept = {
        (r["unit_id"], r["period_id"], r["indicator"]): (r["amount"], r["reports"], r["inexact"])
        for r in await reports.all_totals(uow)
    }
    summed = await _summed(uow)
    return [
        f"unit {place[0]}, period {place[1]}, {place[2]}: "
        f"kept {_in_words(kept.get(place, _NO_REPORT))}; summed {_in_words(summed.get(place, _NO_REPORT))}"
        for place in sorted(kept.keys() | summed.keys())
        if kept.get(place, _NO_REPORT) != summed.get(place, _NO_REPORT)
    ]


async def rebuild(uow: UnitOfWork) -> None:
    """Make all totals anew from the current revisions: for when units have moved in the tree. What was due before a
    unit moved stays with those above it then."""
    names = ("unit_id", "period_id", "indicator", "amount", "reports", "inexact")
    summed = await _summed(uow)
    await reports.replace_totals(uow, [dict(zip(names, (*at, *total), strict=True)) for at, total in summed.items()])
    await coverage.forget(uow)
    await sums_below.forget(uow)


async def _summed(uow: UnitOfWork) -> dict[tuple[int, int, str], tuple[Decimal, int, int]]:
    """What the totals should be: by unit, period and indicator."""
    summed: dict[tuple[int, int, str], tuple[Decimal, int, int]] = {}
    places, due = await units.places_until(uow), await units.due_times(uow)
    for row in await reports.all_current(uow):
        above = [int(unit) for unit in row["path"].strip("/").split("/")]
        # A period belongs to the units above that the reporting one had when it was due.
        if then := units.place_at(places.get(above[-1], ()), due[row["period_id"]]):
            above = [int(unit) for unit in then["path"].strip("/").split("/")]
        for indicator, parts in change({}, row["indicators"]).items():
            for unit in above:
                place = (unit, row["period_id"], indicator)
                a, r, i = summed.get(place, _NO_REPORT)
                summed[place] = (a + parts[0], r + parts[1], i + parts[2])
    return summed


def _in_words(total: tuple[Decimal, int, int]) -> str:
    amount, count, inexact = total
    return f"{amount} of {count} reports, {inexact} inexact"


async def due_last(uow: UnitOfWork, forms: Sequence[Row], now: datetime) -> Row:
    """Of some forms the one whose last period was due last: what people speak of. While none was due, the next."""
    dues: list[tuple[bool, float, Row]] = []
    for form in forms:
        periods = await register.periods(uow, form["id"])
        past = [period["due_at"] for period in periods if period["due_at"] <= now]
        if past:
            dues.append((True, past[-1].timestamp(), form))
        elif periods:
            dues.append((False, -periods[0]["due_at"].timestamp(), form))
    return max(dues, key=lambda due: due[:2], default=(False, 0.0, forms[0]))[2]


def is_closed(owed: Row, now: datetime) -> bool:
    """Whether the period, or its whole campaign, takes no report and no correction any more."""
    closes: datetime = owed["closes_at"]
    return now >= closes or owed["campaign_state"] == CampaignState.CLOSED
