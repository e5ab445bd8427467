"""The lines of a sent report: what each is called, what it says, who may see it, and what a reason says instead."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from markupsafe import Markup

from forms.interview import Interview, Line
from forms.kinds import MEDIA, Kind
from forms.model import Question
from forms.tree import plain
from handlers import permissions
from handlers.context import Context
from handlers.events import Incoming
from handlers.interview import answering, repeats
from handlers.interview.readings import Value
from handlers.values import value_text
from handlers.words import short_label
from locales.translator import Translator
from reporting.returns import WHOLE
from storage.uow import Row

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.RANGE)
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?(?:\s*(?:triệu|trieu|tr|tỷ|tỉ|ty|nghìn|nghin|ngàn|ngan|k|đồng|đ)\b)?", re.I)

LONGEST_REASON = 300

MAX_VALUE = 28
"""Characters of an answer on a button."""


async def interview(ctx: Context, report: Row, tr: Translator) -> Interview:
    """The interview of a report or of one of its versions (`version_id`, `answers`, `marks`), in the language of
    `tr`."""
    form = await ctx.form_of(report["version_id"], report.get("report_id") or report["id"])
    found = ctx.interview_of(form, report)
    found.language = tr.language
    return found


def visible(ctx: Context, report: Row, found: Interview) -> list[Line]:
    """The lines that this person may read: what a form keeps for leaders is for them, and the unit that wrote it."""
    return [line for line in found.review() if line.question.audience != "leaders" or _sees_all(ctx, report)]


def may_see(ctx: Context, report: Row, found: Interview, path: str) -> bool:
    """As `visible`, of one question, also where it is not asked any more."""
    question = found.draft.question(path) or found.form.by_path.get(plain(path))
    return question is None or question.audience != "leaders" or _sees_all(ctx, report)


def _sees_all(ctx: Context, report: Row) -> bool:
    actions = ("report.opinions", "report.send")
    return ctx.person is not None and any(permissions.role_for(ctx.person, do, report["path"]) for do in actions)


def at(found: Interview, path: str) -> Line | None:
    """The line of a question; None when it is not asked (any more)."""
    return next((line for line in found.review() if line.question.path == path), None)


def name(found: Interview, question: Question, tr: Translator) -> str:
    """The question's short name, in a repeat with the instance that it stands in: "Căn nhà 2 › Kinh phí"."""
    around = [
        repeats.numbered(found.text(group.label, question) or group.name, group.path)
        for group in question.groups
        if group.repeat is not None and group.path.endswith("]")
    ]
    return " › ".join([*around, short_label(found, question, tr)])


def value(found: Interview, line: Line | None, tr: Translator) -> str:
    """The answer in words, also where there is none."""
    if line is None or line.value in (None, "", []):
        return tr.plain("left empty")
    return value_text(found, line.question, line.value, tr, line.mark)


def says(found: Interview, path: str, tr: Translator, *, nothing: bool) -> str:
    """What a version says at a question, or as a whole."""
    if nothing:
        return tr.plain("nothing took place")
    return tr.plain("it was filled in") if path == WHOLE else value(found, at(found, path), tr)


def called(found: Interview, path: str, tr: Translator) -> str:
    """What the question at a path is called, also where it is not asked any more; "" for the whole report."""
    question = found.draft.question(path) or found.form.by_path.get(plain(path))
    return name(found, question, tr) if question else ""


def phrase(found: Interview, path: str, tr: Translator, *, nothing: bool) -> str:
    """ "Thiếu nhi được hỗ trợ: 1.200 em"."""
    said, title = says(found, path, tr, nothing=nothing), called(found, path, tr)
    return tr.plain("{name}: {value}", name=title, value=said) if title else said


def cut(text: str, length: int = MAX_VALUE) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def reason_of(incoming: Incoming, tr: Translator) -> str | Markup:
    """The reason that was typed, or what to say to one who typed none."""
    reason = " ".join((incoming.text or "").split())
    if not reason:
        return tr.t("Please type the reason in a few words.")
    if len(reason) > LONGEST_REASON:
        return tr.t("That is too long for a reason; up to {n} characters, please.", n=LONGEST_REASON)
    return reason


def can_be_asked_back(line: Line) -> bool:
    """Also one that was left empty; not a picture that nobody sent, nor whether there is one more of a repeat."""
    empty = line.value in (None, "", [])
    return line.question.kind is not Kind.REPEAT and not (empty and line.question.kind in MEDIA)


def proposal(found: Interview, path: str, reason: str, now: datetime, tr: Translator) -> Value | None:
    """The one other number that the reason names and that the form would take: "Có nhầm 120 không?" means 120."""
    line = at(found, path)
    if line is None or line.question.kind not in _NUMBERS:
        return None
    read: dict[Any, Value] = {}
    for part in _NUMBER.findall(reason):
        meant = answering.read_typed(found, line.question, part, now, tr)
        if isinstance(meant, Value) and str(meant.value) != str(line.value):
            read[str(meant.value)] = meant
    if len(read) != 1:
        return None
    (one,) = read.values()
    return one if found.accepts(path, one.value) is None else None
