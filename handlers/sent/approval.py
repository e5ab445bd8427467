"""Approval, where the campaign asks for it (`approval` on its sheet says yes). A leader of the unit or of one above it
approves, but nobody what they sent themselves. An approved report takes no corrections; opening it needs a reason."""

from __future__ import annotations

from zlib import crc32

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context, Held
from handlers.events import Choice, Incoming, Reply, number, word
from handlers.sent import history, opened, telling
from handlers.sent.lines import reason_of
from reporting import returns as standing
from storage import reports
from storage.tables import ReportState
from storage.uow import Row

SHOWN = 10
"""Reports that have a button in the list."""


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`appr/one/<report>/<revision>`, `appr/reopen/<report>`, `appr/list`, `appr/sure`, `appr/all/<count>/<sum>`."""
    match word(parts, 0):
        case "one":
            return [await _one(ctx, number(parts, 1), number(parts, 2))]
        case "reopen":
            return [await _ask_why(ctx, number(parts, 1))]
        case "sure":
            return [await _sure(ctx)]
        case "all":
            return [await _all(ctx, number(parts, 1), word(parts, 2))]
    return await waiting_list(ctx, incoming)


async def _one(ctx: Context, report_id: int, revision: int) -> Reply:
    """Approve the version that was looked at, and no other."""
    tr = ctx.tr
    report = await opened.readable(ctx, report_id, "report.approve")
    if isinstance(report, Reply):
        return report
    if report["state"] == ReportState.APPROVED:
        return await opened.report_reply(ctx, report, before=tr.t("This report is approved already."))
    if report["revision_no"] != revision:
        note = tr.t("The report has been corrected meanwhile. It is now:")
        return await opened.report_reply(ctx, report, before=note)
    if why := await opened.why_not_approve(ctx, report):
        return await opened.report_reply(ctx, report, before=why)
    await standing.approve(ctx.uow, [report], opened.actor(ctx))
    text = tr.t("✔ Approved: <b>{code}</b>, {unit}.", code=report["code"], unit=report["unit_name"])
    return Reply(text, ((Choice(tr.plain("Waiting for approval"), "appr/list"),),))


# --- the list --------------------------------------------------------------------------------------


async def _waiting(ctx: Context) -> list[tuple[Held, list[Row]]]:
    """What waits, by the role in which this person may approve it; each report once."""
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    found: list[tuple[Held, list[Row]]] = []
    seen: set[int] = set()
    for held in ctx.person.roles:
        if permissions.may(held, "report.approve", held.unit.path):
            waiting = await standing.waiting(ctx.uow, held.unit.path, ctx.person.person_id)
            found.append((held, [row for row in waiting if row["id"] not in seen]))
            seen |= {row["id"] for row in waiting}
    return found


async def waiting_list(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/duyet: what waits for approval, each report with a button, and one for all of them."""
    tr = ctx.tr
    if not await permissions.take_role(ctx, "report.approve"):
        return [Reply(tr.t("Leaders approve reports. /trogiup shows what you can do here."))]
    waiting = [row for _, rows in await _waiting(ctx) for row in rows]
    if not waiting:
        return [Reply(tr.t("No report waits for your approval."))]
    head = tr.tn("<b>{n} report</b> waits for approval", "<b>{n} reports</b> wait for approval", len(waiting))
    choices = [
        (Choice(tr.plain("{code} · {unit} · {day}", code=row["code"], unit=row["short_name"],
                         day=tr.day(row["due_at"])), f"rv/report/{row['id']}"),)
        for row in waiting[:SHOWN]
    ]  # fmt: skip
    last = Choice(tr.plain("✔ Approve all ({n})", n=len(waiting)), "appr/sure")
    return [Reply(head, (*choices, (last,)))]


async def _sure(ctx: Context) -> Reply:
    """The number, before all are approved."""
    tr = ctx.tr
    waiting = [row for _, rows in await _waiting(ctx) for row in rows]
    if not waiting:
        return Reply(tr.t("No report waits for your approval."))
    text = tr.tn("Approve <b>{n} report</b>, as it stands?", "Approve <b>{n} reports</b>, as they stand?", len(waiting))
    yes = Choice(tr.plain("Yes, approve {n}", n=len(waiting)), f"appr/all/{len(waiting)}/{_sum(waiting)}")
    return Reply(text, ((yes,), (Choice(tr.plain("No, look at them first"), "appr/list"),)))


async def _all(ctx: Context, count: int, expected: str) -> Reply:
    """Approve all, if they are still the ones whose number was confirmed, in the versions of then."""
    by_role = await _waiting(ctx)
    waiting = [row for _, rows in by_role for row in rows]
    if len(waiting) != count or _sum(waiting) != expected:
        asked = await _sure(ctx)
        note = ctx.tr.t("Meanwhile reports have come or changed.")
        return Reply(Markup("\n").join([note, asked.text]), asked.choices)
    for held, rows in by_role:
        await standing.approve(ctx.uow, rows, opened.actor(ctx, held))
    return Reply(ctx.tr.tn("✔ {n} report approved.", "✔ {n} reports approved.", count))


def _sum(waiting: list[Row]) -> str:
    """Stands for these reports in these versions."""
    return f"{crc32(repr([(row['id'], row['revision_no']) for row in waiting]).encode()):x}"


# --- opening again ---------------------------------------------------------------------------------


async def _approved(ctx: Context, report_id: int) -> Row | Reply:
    """A report that this person may open again, or what to say instead."""
    report = await opened.readable(ctx, report_id, "report.approve")
    if isinstance(report, Reply):
        return report
    if report["state"] != ReportState.APPROVED:
        return await opened.report_reply(ctx, report, before=ctx.tr.t("This report is open already."))
    if ctx.now >= await history.closes_at(ctx, report):
        note = ctx.tr.t("The time for corrections is over; opening it again would change nothing.")
        return await opened.report_reply(ctx, report, before=note)
    return report


async def _ask_why(ctx: Context, report_id: int) -> Reply:
    report = await _approved(ctx, report_id)
    if isinstance(report, Reply):
        return report
    ctx.state["waits"] = {"for": "reopen", "report": report_id}
    text = ctx.tr.t("Please write why <b>{code}</b> is opened again; the sender reads it.", code=report["code"])
    return Reply(text, ((Choice(ctx.tr.plain("Leave it"), f"rv/report/{report_id}"),),))


async def reason_given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The reason for opening a report again."""
    tr, waits = ctx.tr, ctx.state["waits"]
    reason = reason_of(incoming, tr)
    if isinstance(reason, Markup):
        return [Reply(reason, ((Choice(tr.plain("Leave it"), f"rv/report/{waits['report']}"),),))]
    ctx.state.pop("waits")
    report = await _approved(ctx, waits["report"])
    if isinstance(report, Reply):
        return [report]
    await standing.reopen(ctx.uow, report, reason, opened.actor(ctx))
    await telling.tell_opened(ctx, report, reason)
    again = await reports.current(ctx.uow, report["id"])
    assert again is not None  # noqa: S101  (it was there a moment ago)
    return [await opened.report_reply(ctx, again, before=tr.t("🔓 Opened again; the sender has been told."))]
