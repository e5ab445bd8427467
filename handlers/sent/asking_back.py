"""A leader asks a line of a report back: which one, why, and off it goes to the one who sent it."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Interview, Line
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number, place_of, word
from handlers.notices import heard_at
from handlers.sent import history, lines, opened, telling
from handlers.sent.review import turn
from reporting import returns as standing
from reporting.returns import WHOLE
from storage import reports, returns
from storage.tables import ReportState
from storage.uow import Row

PAGE = 12
"""Lines on one page."""

MAX_LABEL = 44

_WHOLE = "whole"
"""In an action: that nothing took place at all, in place of a line."""


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`back/lines/<report>/<page>`: which line. `back/ask/<report>/<version>/<question>`: why."""
    verb, report_id = word(parts, 0), number(parts, 1)
    report = await _open(ctx, report_id)
    if isinstance(report, Reply):
        return [report]
    if verb == "ask":
        return [await _ask_why(ctx, report, number(parts, 2), word(parts, 3))]
    if report["is_nothing"]:
        return [await _ask_why(ctx, report, report["revision_no"], _WHOLE)]
    page = number(parts, 2)
    return [await _which(ctx, report, page, incoming.message_id if page else None)]


async def _open(ctx: Context, report_id: int) -> Row | Reply:
    """A report of which this person may ask something back now, or what to say instead."""
    tr = ctx.tr
    report = await opened.readable(ctx, report_id, "report.return")
    if isinstance(report, Reply):
        return report
    if report["state"] == ReportState.APPROVED:
        note = tr.t("This report is approved. To ask a line back, open it again first.")
        return await opened.report_reply(ctx, report, before=note)
    if ctx.now >= await history.closes_at(ctx, report):
        note = tr.t("This report is locked: the time for corrections is over, so nothing can be asked back.")
        return await opened.report_reply(ctx, report, before=note)
    return report


async def _lines(ctx: Context, report: Row) -> tuple[Interview, list[Line]]:
    found = await lines.interview(ctx, report, ctx.tr)
    return found, [line for line in lines.visible(ctx, report, found) if lines.can_be_asked_back(line)]


async def _which(ctx: Context, report: Row, page: int, replaces: str | None) -> Reply:
    """The lines as buttons, those with an answer first."""
    tr = ctx.tr
    found, askable = await _lines(ctx, report)
    askable.sort(key=lambda line: line.value in (None, "", []))
    prefix = f"back/ask/{report['id']}/{report['revision_no']}"
    rows = []
    for line in askable[page * PAGE : (page + 1) * PAGE]:
        label = tr.plain(
            "{name}: {value}", name=lines.name(found, line.question, tr), value=lines.value(found, line, tr)
        )
        rows.append((Choice(lines.cut(label, MAX_LABEL), f"{prefix}/{place_of(line.question.path)}"),))
    more = turn(f"back/lines/{report['id']}", page, len(askable), PAGE, tr)
    last = (Choice(tr.plain("⬅ The report"), f"rv/report/{report['id']}"),)
    text = tr.t("<b>{code}</b> – {unit}: which line?", code=report["code"], unit=report["unit_name"])
    return Reply(text, (*rows, *more, last), replaces=replaces)


async def _ask_why(ctx: Context, report: Row, revision: int, place: str) -> Reply:
    """Wait for the reason, if the line is still what was looked at, and nobody has asked it back."""
    tr = ctx.tr
    found, askable = await _lines(ctx, report)
    path = next((line.question.path for line in askable if place_of(line.question.path) == place), None)
    if report["is_nothing"]:
        path = WHOLE if place == _WHOLE else None
    if path is None or report["revision_no"] != revision:
        return await _changed(ctx, report)
    if asked := await _asked_already(ctx, report, path):
        return asked
    ctx.state["waits"] = {"for": "return", "report": report["id"], "revision": revision, "question": path}
    text = tr.t(
        "<i>{line}</i>\nPlease write why you ask; {unit} reads it.",
        line=lines.phrase(found, path, tr, nothing=report["is_nothing"]), unit=report["unit_name"],
    )  # fmt: skip
    return Reply(text, ((Choice(tr.plain("Leave it"), f"rv/report/{report['id']}"),),))


async def _changed(ctx: Context, report: Row) -> Reply:
    note = ctx.tr.t("The report has been corrected meanwhile. It is now:")
    return await opened.report_reply(ctx, report, before=note)


async def _asked_already(ctx: Context, report: Row, path: str) -> Reply | None:
    """One question about a line at a time: the sender answers the first."""
    for asked in await returns.of_report(ctx.uow, report["id"], is_open=True):
        if asked["question"] == path:
            tr = ctx.tr
            text = tr.t(
                "{name} has asked this line back already ({time} {day}): “{reason}”. The answer is awaited.",
                name=asked["member_name"], time=tr.time(asked["created_at"]),
                day=tr.day_from(asked["created_at"], ctx.now), reason=asked["reason"],
            )  # fmt: skip
            return Reply(text, _next(ctx, report))
    return None


def _next(ctx: Context, report: Row) -> tuple[tuple[Choice, ...], ...]:
    tr = ctx.tr
    another = Choice(tr.plain("🔁 Ask another line back"), f"back/lines/{report['id']}/0")
    rest = (Choice(tr.plain("⬅ The report"), f"rv/report/{report['id']}"),)
    return (rest,) if report["is_nothing"] else ((another,), rest)


async def reason_given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The reason: the line is asked back, and the sender gets the question."""
    tr, waits = ctx.tr, ctx.state["waits"]
    reason = lines.reason_of(incoming, tr)
    if isinstance(reason, Markup):
        return [Reply(reason, ((Choice(tr.plain("Leave it"), f"rv/report/{waits['report']}"),),))]
    ctx.state.pop("waits")
    report = await _open(ctx, waits["report"])
    if isinstance(report, Reply):
        return [report]
    if not await _is_as_it_was(ctx, report, waits):
        return [await _changed(ctx, report)]
    if asked := await _asked_already(ctx, report, waits["question"]):
        return [asked]
    return [await _asked(ctx, report, waits["question"], reason)]


async def _is_as_it_was(ctx: Context, report: Row, waits: Row) -> bool:
    """Whether the line still says what the leader looked at."""
    if report["revision_no"] == waits["revision"]:
        return True
    versions = await returns.revisions(ctx.uow, report["id"])
    before = next(row for row in versions if row["number"] == waits["revision"])
    form = await ctx.form_of(report["version_id"], report["id"])
    return not standing.answered_by(form, [waits], {**before, "is_nothing": not before["answers"]}, report)


async def _asked(ctx: Context, report: Row, path: str, reason: str) -> Reply:
    tr = ctx.tr
    return_id = await standing.ask(ctx.uow, report, path, reason, opened.actor(ctx))
    asked, again = await returns.get(ctx.uow, return_id), await reports.current(ctx.uow, report["id"])
    assert asked is not None and again is not None  # noqa: S101  (written a line above)
    at = heard_at(ctx.office, ctx.uow)
    reached = await telling.ask_sender(ctx, again, asked)
    if reached and at > ctx.now:
        text = tr.t(
            "🌙 These are quiet hours: {unit} gets it at {time}. I will tell you the answer.",
            unit=report["unit_name"], time=tr.time(at),
        )  # fmt: skip
    elif reached:
        text = tr.t("🔁 Sent to {unit}. I will tell you the answer.", unit=report["unit_name"])
    else:
        text = tr.t(
            "🔁 Noted. Nobody of {unit} can be reached by chat now; they see it at /lichsu.", unit=report["unit_name"]
        )
    return Reply(text, _next(ctx, report))
