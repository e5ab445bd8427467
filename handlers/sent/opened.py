"""One report in full, as a leader opens it: its lines, its state and versions, and what can be done with it."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Line
from forms.kinds import MEDIA, Kind
from handlers import permissions
from handlers.context import Context, Held
from handlers.events import Attachment, Choice, Reply, Rows
from handlers.interview import card
from handlers.sent import history, lines
from locales.translator import Translator
from reporting import register as ledger
from reporting import returns as standing
from storage import register, reports, returns
from storage.tables import ReportState
from storage.uow import Row

FILES = 10
"""Pictures and files of a report that have a button."""


def not_yours(tr: Translator) -> Reply:
    """Refused: it is another branch's."""
    return Reply(tr.t("This is not of your branch. /tonghop shows the reports of yours."))


async def readable(ctx: Context, report_id: int, action: str = "report.read") -> Row | Reply:
    """A report that this person may do this with, in the role in which they may, or what to say instead."""
    report = await reports.current(ctx.uow, report_id)
    if report is None or not await permissions.take_role(ctx, action, report["path"]):
        return not_yours(ctx.tr)
    return report


def actor(ctx: Context, held: Held | None = None) -> standing.Actor:
    """Who does it: in a role of theirs, or in the one they act in."""
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    return standing.Actor(held.member_id if held else ctx.person.member_id, ctx.person.account_id)


async def report_reply(ctx: Context, report: Row, *, before: Markup | None = None) -> Reply:
    """The report in full as far as this person may read it, its state and versions, and what can be done with it."""
    tr = ctx.tr
    found = await lines.interview(ctx, report, tr)
    seen = lines.visible(ctx, report, found)
    body = tr.t("Nothing took place.") if report["is_nothing"] else card.content(found, tr, seen)
    state = standing.standing(report["state"], await history.closes_at(ctx, report), ctx.now)
    text = [
        *([before, Markup("")] if before else []),
        tr.t("<b>{unit}</b>", unit=report["unit_name"]),
        history.summary(ctx, report), *history.state_text(state, tr), body, *await history.story(ctx, report),
    ]  # fmt: skip
    return Reply(Markup("\n").join(text), await _report_rows(ctx, report, seen, state))


async def _report_rows(ctx: Context, report: Row, seen: list[Line], state: str) -> Rows:
    tr, person = ctx.tr, ctx.person
    assert person is not None  # noqa: S101  (the caller has looked)
    rows = [
        tuple(choices[at : at + 4]) for choices in [_file_choices(report, seen)] for at in range(0, len(choices), 4)
    ]
    may_ask = permissions.role_for(person, "report.return", report["path"]) is not None
    if may_ask and state not in (ReportState.APPROVED, standing.LOCKED):
        rows.append((Choice(tr.plain("🔁 Ask a line back"), f"back/lines/{report['id']}/0"),))
    rows += await _approval_rows(ctx, report, state)
    rows += history.version_rows(report, f"rv/version/{report['id']}", tr)
    above = report["path"].removesuffix(f"{report['unit_id']}/")
    if permissions.role_for(person, "status", above or "/"):
        rows.append((Choice(tr.plain("⬅ Units"), f"rv/down/{report['period_id']}/{above.split('/')[-2]}"),))
    return tuple(rows)


def _files(seen: list[Line]) -> list[Line]:
    return [line for line in seen if line.question.kind in MEDIA and line.value][:FILES]


def _file_choices(report: Row, seen: list[Line]) -> list[Choice]:
    signs = [(line, "📷" if line.question.kind is Kind.IMAGE else "📎") for line in _files(seen)]
    return [Choice(f"{sign} {place}", f"rv/file/{report['id']}/{place}") for place, (_, sign) in enumerate(signs, 1)]


async def file(ctx: Context, report: Row, place: int) -> Reply:
    """One picture or file of the report."""
    tr = ctx.tr
    found = await lines.interview(ctx, report, tr)
    files = _files(lines.visible(ctx, report, found))
    if not 0 < place <= len(files):
        return await report_reply(ctx, report, before=tr.t("The report has been corrected meanwhile. It is now:"))
    line = files[place - 1]
    attachment = Attachment(str(line.value), f"{report['code']}-{place}")
    caption = tr.t(
        "{code}, {unit}: {name}",
        code=report["code"], unit=report["short_name"], name=lines.name(found, line.question, tr),
    )  # fmt: skip
    if line.question.kind is Kind.IMAGE:
        return Reply(caption, photo=attachment)
    return Reply(caption, document=attachment)


# --- approval --------------------------------------------------------------------------------------


async def _approval_rows(ctx: Context, report: Row, state: str) -> list[tuple[Choice, ...]]:
    """The buttons under a report: approve it, or open it again."""
    tr, person = ctx.tr, ctx.person
    if person is None or permissions.role_for(person, "report.approve", report["path"]) is None:
        return []
    if state == ReportState.APPROVED:
        open_still = ctx.now < await history.closes_at(ctx, report)
        return [(Choice(tr.plain("🔓 Open again"), f"appr/reopen/{report['id']}"),)] if open_still else []
    if await why_not_approve(ctx, report) is not None:
        return []
    return [(Choice(tr.plain("✔ Approve"), f"appr/one/{report['id']}/{report['revision_no']}"),)]


async def why_not_approve(ctx: Context, report: Row) -> Markup | None:
    """What stands in the way of approving a report of one's branch; None for nothing."""
    tr, person = ctx.tr, ctx.person
    owed = await register.expected(ctx.uow, report["expected_id"])
    sent_by = (await returns.revisions(ctx.uow, report["id"]))[-1]["person_id"]
    if owed is None or not standing.asks_approval(owed["settings"]):
        return tr.t("This campaign does not ask for approval.")
    if person is None or person.person_id == sent_by:
        return tr.t("You sent this report yourself; please let another leader approve it.")
    if report["state"] == ReportState.RETURNED and not ledger.is_closed(owed, ctx.now):
        return tr.t("A line of this report was asked back; please wait for the answer.")
    return None
