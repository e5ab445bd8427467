"""One report on the leaders' page: the same lines as in the chat, and its pictures."""

from __future__ import annotations

from typing import Any

from bot.web.pages.asked import Asked
from bot.web.pages.board_view import words
from bot.web.pages.refused import Refused, Why
from forms.interview import Line
from forms.kinds import MEDIA, Kind
from handlers import permissions
from handlers.context import Context
from handlers.events import Attachment
from handlers.interview import card
from handlers.sent import history, lines
from reporting import returns as standing
from storage import reports
from storage.uow import Row


async def readable(ctx: Context, report_id: int) -> Row:
    """A report that the person may read; they act in the role in which they may. Raises Refused."""
    report = await reports.current(ctx.uow, report_id)
    held = permissions.role_for(ctx.person, "report.read", report["path"]) if ctx.person and report else None
    if report is None or ctx.person is None or held is None:
        raise Refused(Why.NOT_YOURS)
    ctx.person = ctx.person.acting_as(held)
    return report


async def shown(ctx: Context, report: Row, asked: Asked) -> dict[str, Any]:
    """The report as its template takes it, as far as this person may read it."""
    tr = ctx.tr
    found = await lines.interview(ctx, report, tr)
    seen = lines.visible(ctx, report, found)
    told = tr.t("Nothing took place.") if report["is_nothing"] else card.content(found, tr, _without_files(seen))
    state = standing.standing(report["state"], await history.closes_at(ctx, report), ctx.now)
    files = [
        {
            "label": lines.name(found, line.question, tr),
            "href": asked.report(report["id"], f"/tep/{place}"),
            "picture": line.question.kind is Kind.IMAGE,
        }
        for place, line in enumerate(_files(seen), 1)
    ]
    return {
        **words(tr),
        "unit": report["unit_name"],
        "summary": [history.summary(ctx, report), *history.state_text(state, tr)],
        "lines": told.split("\n"),
        "story": [line for line in await history.story(ctx, report) if line],
        "files": files,
        "back": asked.to(),
        "w_back": tr.plain("⬅ To the board"),
        "w_versions": tr.plain("Versions and questions"),
        "w_files": tr.plain("Pictures and files"),
    }


async def file(ctx: Context, report: Row, place: int) -> Attachment:
    """One picture or file of the report, the first is 1. Raises Refused."""
    found = await lines.interview(ctx, report, ctx.tr)
    files = _files(lines.visible(ctx, report, found))
    if not 0 < place <= len(files):
        raise Refused(Why.NOT_YOURS)
    return Attachment(str(files[place - 1].value), f"{report['code']}-{place}")


def _files(seen: list[Line]) -> list[Line]:
    return [line for line in seen if line.question.kind in MEDIA and line.value]


def _without_files(seen: list[Line]) -> list[Line]:
    """Those that are shown below, and not as a word."""
    return [line for line in seen if line.question.kind not in MEDIA]
