"""What leaders must know at once: answers that a form marks as urgent, told to them when the report is received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from forms.interview import Line
from handlers.context import Context
from handlers.events import Choice, Priority, Reply
from handlers.sent import lines
from locales.translator import Translator
from reporting.register import Receipt
from storage import people, reports, returns
from storage.uow import Row

LONGEST = 3000
"""Characters of answers in the message; the whole report is behind its button."""


async def tell(ctx: Context, owed: Row, receipt: Receipt) -> None:
    """Tell the leaders of the unit and of all above it what the report says there, if it did not say so before. Only
    leaders: it is never for groups, officers or digests. `owed`: its register row."""
    form = await ctx.library.form(ctx.uow, owed["version_id"])
    names = frozenset(question.name for question in form.questions if question.urgent)
    report = await reports.current(ctx.uow, receipt.report_id) if names and not receipt.again else None
    if report is None or not (new := await _new(ctx, report, names)):
        return
    above = [int(part) for part in owed["path"].strip("/").split("/")]
    words: dict[str, Reply] = {}
    for account in await people.accounts(ctx.uow, ["leader"], above):
        language = account["language"]
        if language not in words:
            words[language] = await _letter(ctx, report, new, ctx.office.translators[language])
        _push(ctx, report, account, words[language])


async def _new(ctx: Context, report: Row, names: frozenset[str]) -> frozenset[str]:
    """The paths of the urgent questions that the newest version answers otherwise than the one before."""
    said = await _said(ctx, report, names)
    if not said or report["revision_no"] == 1:
        return frozenset(said)
    *_, before, _ = await returns.revisions(ctx.uow, report["id"])
    old = await _said(ctx, before, names)
    return frozenset(path for path, value in said.items() if old.get(path) != value)


async def _said(ctx: Context, version: Row, names: frozenset[str]) -> Mapping[str, Any]:
    found = await lines.interview(ctx, version, ctx.tr)
    return {line.question.path: line.value for line in found.review() if line.question.name in names and _says(line)}


def _says(line: Line) -> bool:
    return line.value not in (None, "", [])


async def _letter(ctx: Context, report: Row, new: frozenset[str], tr: Translator) -> Reply:
    found = await lines.interview(ctx, report, tr)
    head = tr.t(
        "❗ <b>{unit}</b>: leaders should know this at once (report <b>{code}</b>, {time})",
        unit=report["unit_name"], code=report["code"], time=tr.time(ctx.now),
    )  # fmt: skip
    told = [
        tr.t(
            "<i>{name}</i>: {value}", name=lines.name(found, line.question, tr),
            value=lines.cut(lines.value(found, line, tr), LONGEST // len(new)),
        )
        for line in found.review()
        if line.question.path in new
    ]  # fmt: skip
    last = tr.t("Only leaders receive this message.")
    rows = ((Choice(tr.plain("See the report"), f"rv/report/{report['id']}"),),)
    return Reply(Markup("\n").join([head, *told, last]), rows)


def _push(ctx: Context, report: Row, account: Row, reply: Reply) -> None:
    # Who leads the unit and reports for it knows what they have just written.
    if ctx.person is None or account["person_id"] != ctx.person.person_id:
        channel, chat = account["channel"], account["address"]
        key = f"urgent/{report['id']}/{report['revision_no']}/{channel}:{chat}"
        ctx.uow.send(channel, chat, reply.to_json(), priority=Priority.URGENT, key=key)
