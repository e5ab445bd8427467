"""Reports sent: the list, and one report in full with its versions and the way to correct it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from markupsafe import Markup

from forms.interview import Interview, Line
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number
from handlers.interview import card
from handlers.sent import lines, telling
from handlers.words import period_title
from locales.translator import Translator
from reporting import register as ledger
from reporting.returns import standing
from storage import register, reports, returns
from storage.tables import ReportState
from storage.uow import Row

SHOWN = 8
VERSIONS = 4
"""Earlier versions that have a button."""

Seen = Callable[[Interview], Sequence[Line]]


async def listed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/lichsu"""
    tr, person = ctx.tr, ctx.person
    if person is not None and person.role != "reporter":
        return [Reply(tr.t("You send no reports. /tonghop shows those of your branch, /trogiup what I can do."))]
    sent = await reports.of_unit(ctx.uow, person.unit.id, limit=SHOWN) if person else []
    if not sent:
        return [Reply(tr.t("Your unit has sent no report yet. /baocao begins one."))]
    text = [tr.t("<b>Reports sent</b> – {unit}", unit=sent[0]["unit_name"])]
    rows = []
    for report in sent:
        text.append(summary(ctx, report))
        label = tr.plain("{code} · {day}", code=report["code"], day=tr.day(report["due_at"]))
        rows.append((Choice(label, f"hist/{report['id']}"),))
    return [Reply(Markup("\n").join(text), tuple(rows))]


def summary(ctx: Context, report: Row) -> Markup:
    tr = ctx.tr
    text = tr.t(
        "• {title}: <b>{code}</b>, {day} {time}, {how}",
        title=period_title(report, tr), code=report["code"], day=tr.day(report["received_at"]),
        time=tr.time(report["received_at"]), how=tr.plain("late") if report["late"] else tr.plain("on time"),
    )  # fmt: skip
    if report["is_nothing"]:
        text += tr.t(", nothing to report")
    if report["revision_no"] > 1:
        text += tr.t(", corrected (version {n})", n=report["revision_no"])
    return text


async def shown(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`hist[/<report>[/<version>]]`: the list, or one report of one's own unit, or an earlier version of it."""
    if not parts:
        return await listed(ctx, incoming)
    report = await reports.current(ctx.uow, number(parts, 0))
    person, tr = ctx.person, ctx.tr
    if report is None or person is None or report["unit_id"] != person.unit.id:
        return [Reply(tr.t("I cannot find this report. /lichsu lists the reports sent."))]
    if len(parts) > 1:
        return [await version(ctx, report, number(parts, 1), back=f"hist/{report['id']}")]
    form = await ctx.form_of(report["version_id"], report["id"])
    interview = ctx.interview_of(form, report)
    body = tr.t("Nothing took place.") if report["is_nothing"] else card.content(interview, tr)
    state = standing(report["state"], await closes_at(ctx, report), ctx.now)
    text = [summary(ctx, report), *state_text(state, tr), body, *await story(ctx, report)]
    rows: list[tuple[Choice, ...]] = []
    if state not in (ReportState.APPROVED, "locked"):
        rows += [(await _answer_choice(ctx, report, asked),) for asked in await _open_returns(ctx, report)]
        rows.append((Choice(tr.plain("✏️ Correct this report"), f"fix/{report['id']}"),))
    rows += version_rows(report, f"hist/{report['id']}", tr)
    rows.append((Choice(tr.plain("Reports sent"), "hist"),))
    return [Reply(Markup("\n").join(text), tuple(rows))]


async def closes_at(ctx: Context, report: Row) -> datetime:
    """Until when this unit's report takes changes."""
    owed = await register.expected(ctx.uow, report["expected_id"])
    assert owed is not None  # noqa: S101  (a report's foreign key)
    closes: datetime = owed["closes_at"]
    return min(closes, ctx.now) if ledger.is_closed(owed, ctx.now) else closes


async def _open_returns(ctx: Context, report: Row) -> list[Row]:
    return await returns.of_report(ctx.uow, report["id"], is_open=True)


async def _answer_choice(ctx: Context, report: Row, asked: Row) -> Choice:
    found = await lines.interview(ctx, report, ctx.tr)
    title = lines.called(found, asked["question"], ctx.tr) or ctx.tr.plain("the report")
    return Choice(ctx.tr.plain("🔁 Answer: {line}", line=lines.cut(title)), f"ret/{asked['id']}/show")


def state_text(state: str, tr: Translator) -> list[Markup]:
    """What is to be known of the state; that a report was received, or corrected, its other lines say."""
    texts = {
        ReportState.RETURNED: tr.t("🔁 Asked back; the answer is awaited."),
        ReportState.APPROVED: tr.t("✔ Approved; it takes no corrections unless a leader opens it again."),
        "locked": tr.t("🔒 Locked: the time for corrections is over."),
    }
    return [texts[state]] if state in texts else []


async def story(ctx: Context, report: Row) -> list[Markup]:
    """The versions of a report with the reason of each, the lines asked back that made none, and who decided on it.

    Of a line that is kept from the person nothing is told but that there is a version.
    """
    tr, told = ctx.tr, []
    if report["revision_no"] > 1:
        told += [_version_line(row, tr) for row in await _versions(ctx, report)]
    found = await lines.interview(ctx, report, tr)
    for asked in await returns.of_report(ctx.uow, report["id"]):
        if asked["revision_after"] is None and lines.may_see(ctx, report, found, asked["question"]):
            told.append(_return_line(report, asked, found, tr))
    told += [_decision_line(row, tr) for row in await returns.decisions(ctx.uow, report)]
    return [Markup(""), *told] if told else []


async def _versions(ctx: Context, report: Row) -> list[Row]:
    """The versions, without the reasons that were about a line which is kept from this person."""
    found = await lines.interview(ctx, report, ctx.tr)
    secret = {
        asked["revision_after"]
        for asked in await returns.of_report(ctx.uow, report["id"])
        if not lines.may_see(ctx, report, found, asked["question"])
    }
    versions = await returns.revisions(ctx.uow, report["id"])
    return [{**row, "reason": ""} if row["number"] in secret else row for row in versions]


def _version_line(row: Row, tr: Translator) -> Markup:
    text = tr.t(
        "Version {n}: {time} {day}, {name}",
        n=row["number"], time=tr.time(row["created_at"]), day=tr.day(row["created_at"]), name=row["member_name"],
    )  # fmt: skip
    return text + telling.quoted(row["reason"])


def _return_line(report: Row, asked: Row, found: Interview, tr: Translator) -> Markup:
    told = tr.t(
        "🔁 {name} asked {time} {day}, <i>{line}</i>",
        name=asked["member_name"], time=tr.time(asked["created_at"]), day=tr.day(asked["created_at"]),
        line=lines.phrase(found, asked["question"], tr, nothing=report["is_nothing"]),
    )  # fmt: skip
    told += telling.quoted(asked["reason"])
    return told + tr.t(" – confirmed by the unit") if asked["answered_at"] else told


def _decision_line(row: Row, tr: Translator) -> Markup:
    values = {"name": row["member_name"], "time": tr.time(row["at"]), "day": tr.day(row["at"])}
    if row["action"] == "report.approve":
        return tr.t("✔ {name} approved it {time} {day}", **values)
    return tr.t("🔓 {name} opened it again {time} {day}", **values) + telling.quoted(row["reason"])


def version_rows(report: Row, prefix: str, tr: Translator) -> list[tuple[Choice, ...]]:
    """A button for each earlier version; of many only the last."""
    numbers = range(max(1, report["revision_no"] - VERSIONS), report["revision_no"])
    row = tuple(Choice(tr.plain("Version {n}", n=n), f"{prefix}/{n}") for n in numbers)
    return [row] if row else []


async def version(ctx: Context, report: Row, wanted: int, *, back: str, see: Seen | None = None) -> Reply:
    """One version in full. `see`: which of its lines may be read, where not all may."""
    tr = ctx.tr
    row = next((row for row in await _versions(ctx, report) if row["number"] == wanted), None)
    if row is None:
        return Reply(tr.t("I cannot find this version."), ((Choice(tr.plain("See the report"), back),),))
    found = await lines.interview(ctx, row, tr)
    body = card.content(found, tr, see(found) if see else None) if row["answers"] else tr.t("Nothing took place.")
    head = tr.t("<b>{code}</b> – {unit}", code=report["code"], unit=report["unit_name"])
    text = Markup("\n").join([head, _version_line(row, tr), body])
    return Reply(text, ((Choice(tr.plain("See the report"), back),),))
