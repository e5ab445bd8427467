"""A report asked for in one message, and told in one: where each message counts (`Context.sparing`)."""

from __future__ import annotations

import re
from dataclasses import replace

from markupsafe import Markup

from forms.interview import Interview
from forms.kinds import Kind
from forms.message import template_questions
from handlers.context import Office
from handlers.events import Choice, Reply, Rows
from handlers.words import short_label
from locales.translator import Translator
from storage import register, reports
from storage.uow import Row, UnitOfWork

_EXAMPLE = (2, 120)
_SEND = re.compile(
    r"(?:^|[\n.,;!])\s*(?:gửi|gui|send)(?:\s+(?:luôn|luon|báo cáo|bao cao|đi|di|ạ))*\s*[.!]*\s*$", re.IGNORECASE
)
"""A clause of its own: "chưa gửi" at the end of a sentence is none."""


def closing(text: str) -> tuple[str, bool]:
    """A message without the word at its end that has it sent, and whether it was there."""
    found = _SEND.search(text)
    return (text[: found.start()], True) if found else (text, False)


def first(reply: Reply, interview: Interview, tr: Translator) -> Reply:
    """A message that offers to begin a report, with what a report in one message may say."""
    questions = template_questions(interview.form)
    if not questions:
        return reply
    names = " · ".join(short_label(interview, question, tr) for question in questions)
    lines = [tr.t("Please answer in <b>one message</b>, with what there is of: {names}.", names=names)]
    if example := _example(interview, tr):
        lines.append(tr.t("For example: <i>{example}</i>", example=example))
    lines.append(tr.t("With the word <b>SEND</b> at the end it goes out at once, if all of it is clear."))
    return replace(reply, text=Markup("\n").join([reply.text, *lines]), choices=_one_by_one(reply.choices, tr))


def _example(interview: Interview, tr: Translator) -> str:
    counted = (q for q in template_questions(interview.form) if q.kind is Kind.INTEGER and not q.is_money)
    named = zip(counted, _EXAMPLE, strict=False)
    return "; ".join(f"{short_label(interview, question, tr)}: {n}" for question, n in named)


def _one_by_one(rows: Rows, tr: Translator) -> Rows:
    """The choice that begins, by what it means here."""
    label = tr.plain("📝 Answer one question after the other")
    return tuple(tuple(Choice(label, c.action) if c.action.startswith("start/") else c for c in row) for row in rows)


async def in_reminder(
    office: Office, uow: UnitOfWork, account: Row, owed_id: int, reply: Reply, *, again: bool
) -> Reply:
    """A reminder that can be answered with the report itself, on a channel where each message counts. `again`: the day
    has had one, which said how; whoever has begun is led on from there."""
    owed = await register.expected(uow, owed_id) if account["channel"] in office.poor_channels else None
    if owed is None:
        return reply
    tr = office.translators[account["language"]]
    if draft := await reports.draft_for(uow, account["member_id"], owed_id):
        begun = tr.t("You have begun this report; what you answered is kept.")
        go_on = Choice(tr.plain("Go on"), f"resume/{draft['id']}")
        return replace(reply, text=Markup("\n").join([reply.text, begun]), choices=((go_on,),))
    if again:
        how = tr.t("Please answer in one message, with the word <b>SEND</b> at its end.")
        return replace(reply, text=Markup("\n").join([reply.text, how]), choices=_one_by_one(reply.choices, tr))
    form = await office.library.form(uow, owed["version_id"])
    return first(reply, Interview(form, None, now=uow.now.astimezone(tr.timezone), language=tr.language), tr)
