"""Reports sent: the list, and one report in full with the way to correct it."""

from __future__ import annotations

from markupsafe import Markup

from handlers import card
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, number
from handlers.words import period_title
from storage import reports
from storage.uow import Row

SHOWN = 8


async def listed(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/lichsu"""
    tr, person = ctx.tr, ctx.person
    if person is not None and person.role != "reporter":
        return [Reply(tr.t("You send no reports. /tonghop shows those of your branch, /trogiup what I can do."))]
    sent = await reports.of_unit(ctx.uow, person.unit.id, limit=SHOWN) if person else []
    if not sent:
        text = tr.t("Your unit has sent no report yet. /baocao begins one.")
        return [Reply(text)]
    lines = [tr.t("<b>Reports sent</b> – {unit}", unit=sent[0]["unit_name"])]
    rows = []
    for report in sent:
        lines.append(_summary(ctx, report))
        label = tr.plain("{code} · {day}", code=report["code"], day=tr.day(report["due_at"]))
        rows.append((Choice(label, f"hist/{report['id']}"),))
    return [Reply(Markup("\n").join(lines), tuple(rows))]


def _summary(ctx: Context, report: Row) -> Markup:
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
    """`hist[/<report>]`: the list, or one report of one's own unit."""
    if not parts:
        return await listed(ctx, incoming)
    report = await reports.current(ctx.uow, number(parts, 0))
    person, tr = ctx.person, ctx.tr
    if report is None or person is None or report["unit_id"] != person.unit.id:
        return [Reply(tr.t("I cannot find this report. /lichsu lists the reports sent."))]
    form = await ctx.library.form(ctx.uow, report["version_id"])
    interview = ctx.interview_of(form, report)
    body = tr.t("Nothing took place.") if report["is_nothing"] else card.content(interview, tr)
    rows: list[tuple[Choice, ...]] = []
    if ctx.now < report["closes_at"]:
        rows.append((Choice(tr.plain("✏️ Correct this report"), f"fix/{report['id']}"),))
    rows.append((Choice(tr.plain("Reports sent"), "hist"),))
    return [Reply(Markup("\n").join([_summary(ctx, report), body]), tuple(rows))]
