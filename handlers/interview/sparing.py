"""A report asked for in one message, and told in one: where each message counts (`Context.sparing`)."""

from __future__ import annotations

import re
from dataclasses import replace

from markupsafe import Markup

from forms.answers import unaccent
from forms.interview import Interview
from forms.kinds import Kind
from forms.message import template_questions
from handlers.context import Office
from handlers.events import Choice, Incoming, Reply, Rows
from handlers.words import short_label
from locales.translator import Translator
from storage import register, reports
from storage.uow import Row, UnitOfWork

_EXAMPLE = (2, 120)
_SEND = re.compile(
    r"(?:^|[\n.,;!])\s*(?:gửi|gui|send)(?:\s+(?:luôn|luon|báo cáo|bao cao|đi|di|ạ))*\s*[.!]*\s*$", re.IGNORECASE
)
"""A clause of its own: "chưa gửi" at the end of a sentence is none."""

_ASKED = re.compile(r"start/(\d+)/each")
"""The choice to answer one question after the other, below a message that asks for the whole report in one."""

_HOLDS_BACK = re.compile(
    r"\?|\b(?:(?:dung|phai|duoc|dc|nhi|chua) (?:khong|ko|k|chua)|(?:gui|noi|lam) thu|thu (?:thoi|xem)"
    r"|(?:ban|tin|dang) nhap|khoan (?:da|hay|gui)|cho da|(?:dung|chua) gui|xem (?:lai|truoc|giup)|hom (?:kia|truoc|no)"
    r"|bua truoc|(?:tuan|thang) (?:truoc|roi|sau|toi)|\d{1,2}[/-]\d{1,2})\b"
)
"""Said, without diacritics, in what asks, is tried out, is to be looked at, or may be of another day."""


def closing(text: str) -> tuple[str, bool]:
    """A message without the word at its end that has it sent, and whether it was there."""
    found = _SEND.search(text)
    return (text[: found.start()], True) if found else (text, False)


def asked_for(incoming: Incoming) -> int | None:
    """The register row whose whole report was asked for by the message that stands last in the chat."""
    found = (_ASKED.fullmatch(choice.action) for choice in incoming.shown)
    return next((int(one[1]) for one in found if one), None)


def may_go_at_once(text: str) -> bool:
    """Whether an answer to "what is the report?" is meant as one: it holds nothing that asks, waits, or is of another
    day."""
    return _HOLDS_BACK.search(unaccent(text)) is None


def first(reply: Reply, interview: Interview, tr: Translator) -> Reply:
    """A message that offers to begin a report, with what a report in one message may say."""
    questions = template_questions(interview.form)
    if not questions:
        return reply
    names = " · ".join(short_label(interview, question, tr) for question in questions)
    lines = [tr.t("Please answer in <b>one message</b>, with what there is of: {names}.", names=names)]
    if example := _example(interview, tr):
        lines.append(tr.t("For example: <i>{example}</i>", example=example))
    lines.append(tr.t("If all is clear, it is received at once: I show what I wrote down, and you can correct it."))
    return replace(reply, text=Markup("\n").join([reply.text, *lines]), choices=_one_by_one(reply.choices, tr))


def _example(interview: Interview, tr: Translator) -> str:
    counted = (q for q in template_questions(interview.form) if q.kind is Kind.INTEGER and not q.is_money)
    named = zip(counted, _EXAMPLE, strict=False)
    return "; ".join(f"{short_label(interview, question, tr)}: {n}" for question, n in named)


def _one_by_one(rows: Rows, tr: Translator) -> Rows:
    """The choice that begins, by what it means here."""
    label = tr.plain("📝 Answer one question after the other")
    begins = re.compile(r"start/\d+")
    return tuple(
        tuple(Choice(label, f"{c.action}/each") if begins.fullmatch(c.action) else c for c in row) for row in rows
    )


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
        how = tr.t("Please answer in one message; if all of it is clear, it is received at once.")
        return replace(reply, text=Markup("\n").join([reply.text, how]), choices=_one_by_one(reply.choices, tr))
    form = await office.library.form(uow, owed["version_id"])
    return first(reply, Interview(form, None, now=uow.now.astimezone(tr.timezone), language=tr.language), tr)
