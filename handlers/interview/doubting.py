"""*Is that right?*: before a report with something odd in it goes out, its sender is asked, once. None is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from forms.interview import Interview
from forms.model import Question
from forms.tree import plain
from handlers.context import Context
from handlers.events import Choice, Reply, in_rows
from handlers.interview.card import edit_choices
from handlers.values import quantity, value_text
from handlers.words import short_label
from locales.translator import Translator
from reporting.doubts import oddities
from reporting.doubts.oddity_rules import Code, Finding
from reporting.doubts.oddity_words import number, ratio, why
from storage import oddities as queries
from storage.uow import Row

SHOWN = 5
"""Lines of the question: more would not be read."""

A_DAY = timedelta(hours=36)


async def find(ctx: Context, owed: Row, interview: Interview) -> list[Finding]:
    """What is odd about the answers as they stand."""
    return await oddities.find(ctx.uow, interview.form, owed, interview.result(), interview.state["marks"])


async def before_sending(
    ctx: Context, draft: Row, owed: Row, interview: Interview, found: Sequence[Finding], *, sure: bool
) -> Reply | None:
    """The question to ask before the draft is sent; None when all of it has been asked and answered.

    `sure`: the button of the question was pressed. Another press of *send* is no answer to it: it may be a double tap.
    """
    asked, waiting = _asked(ctx, draft["id"])
    settled = {*asked, *(await _settled(ctx, draft) if found else ())}
    open_ = [f for f in found if f.key not in settled or (f.key in waiting and not sure)]
    if not open_:
        return None
    keys = [finding.key for finding in open_]
    ctx.state["odd"] = {"draft": draft["id"], "asked": sorted({*asked, *keys}), "waiting": keys}
    return _question(draft, owed, interview, open_, ctx.tr)


def looked_at(ctx: Context, draft_id: int) -> None:
    """The sender goes back to a line: what was asked has been read."""
    asked, _ = _asked(ctx, draft_id)
    if asked:
        ctx.state["odd"] = {"draft": draft_id, "asked": sorted(asked), "waiting": []}


def _asked(ctx: Context, draft_id: int) -> tuple[set[str], set[str]]:
    """What this draft has been asked about, and what of it waits for an answer."""
    state: dict[str, Any] = ctx.state.get("odd") or {}
    if state.get("draft") != draft_id:
        return set(), set()
    return set(state["asked"]), set(state["waiting"])


async def _settled(ctx: Context, draft: Row) -> Collection[str]:
    """What was confirmed with the version of the report that the draft corrects."""
    if draft["report_id"] is None:
        return ()
    return [Finding.from_json(data).key for data in await queries.confirmed(ctx.uow, draft["report_id"])]


# --- the words -------------------------------------------------------------------------------------


def _question(draft: Row, owed: Row, interview: Interview, found: Sequence[Finding], tr: Translator) -> Reply:
    lines = [_line(interview, finding, owed, tr) for finding in found[:SHOWN]]
    if (left := len(found) - SHOWN) > 0:
        lines.append(tr.tn("… and {n} more line", "… and {n} more lines", left))
    text = Markup("\n").join([tr.t("Please look at this once more:"), *lines, tr.t("Is that right?")])
    wanted = {path for finding in found[:SHOWN] for path in finding.than.get("paths", [finding.path])}
    edits = edit_choices(interview, [x for x in interview.review() if x.question.path in wanted], draft["id"], tr)
    yes = Choice(tr.plain("Yes, send the report"), f"card/{draft['id']}/sure")
    return Reply(text, ((yes,), *in_rows(edits)))


def _line(interview: Interview, finding: Finding, owed: Row, tr: Translator) -> Markup:
    """One odd thing, with the answer that it is about."""
    question = _question_at(interview, finding.path)
    label = short_label(interview, question, tr)
    if finding.code is Code.RATIO:
        name, value, range_ = ratio(finding, tr)
        return tr.t("• {label}: <b>{value}</b> ({why})", label=name, value=value, why=range_)
    if finding.code is Code.PICTURE:
        return tr.t("• {label}: {why}", label=label, why=_sent_before(finding, owed, tr))
    if finding.code is Code.TWICE:
        value, reason = value_text(interview, question, interview.value(question), tr), _reported_before(finding, tr)
    else:
        value, reason = quantity(question, finding.value, tr), _habit(question, finding, owed, tr)
    return tr.t("• {label}: <b>{value}</b>, {why}", label=label, value=value, why=reason)


def _question_at(interview: Interview, path: str) -> Question:
    """The question of an instance, or (a calculation is in no instance's list) that of the form."""
    asked = (question for question in interview.draft.asked() if question.path == path)
    return next(asked, None) or interview.form.by_path[plain(path)]


def _habit(question: Question, finding: Finding, owed: Row, tr: Translator) -> Markup:
    is_daily = owed["covers_to"] - owed["covers_from"] <= A_DAY
    reason = why(finding, tr, is_money=question.is_money, is_daily=is_daily)
    if finding.code is Code.LESS:
        return reason
    usual = number(finding.than["usual"], tr, is_money=question.is_money)
    return tr.t("{why} (usually about {usual})", why=reason, usual=usual)


def _sent_before(finding: Finding, owed: Row, tr: Translator) -> Markup:
    """A unit is told its own report; another unit's is not its to know."""
    day = tr.day(datetime.fromisoformat(finding.than["due_at"]))
    if finding.than["unit_id"] == owed["unit_id"]:
        code = finding.than["report"]
        return tr.t("this picture went with report <b>{code}</b> ({day}) already", code=code, day=day)
    return tr.t("another unit has sent the same picture ({day})", day=day)


def _reported_before(finding: Finding, tr: Translator) -> Markup:
    day = tr.day(datetime.fromisoformat(finding.than["due_at"]))
    return tr.t("another unit has reported the same name and place ({day})", day=day)
