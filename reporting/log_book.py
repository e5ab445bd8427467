"""What an entry of the audit means, in words: who, what, what before and after, why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from markupsafe import Markup

from forms.model import Form, Question
from locales.translator import Translator
from reporting.library import Library
from reporting.log_words import field_name, value_words
from reporting.organisation.member_words import role_name
from reporting.questions import in_language, labels, open_indicators
from storage import audit
from storage.uow import Row, UnitOfWork

KINDS = ("report", "member", "unit", "deadline")
"""What entries are told apart by: reports, people, units and campaigns, deadlines."""

IN_A_LINE = 3
"""Differences that a line of the log shows; the others are in the entry itself."""

LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the audit (see `storage.audit`), what is known of its subject now, and of a report its form."""

    row: Row
    subject: Row = field(default_factory=dict)
    form: Form | None = None

    @property
    def before(self) -> Mapping[str, Any]:
        return self.row["before"] or {}

    @property
    def after(self) -> Mapping[str, Any]:
        return self.row["after"] or {}


_Words = Callable[[Translator, Entry], Markup]


def _code(entry: Entry) -> str:
    return str(entry.subject.get("code") or entry.row["subject"])


def _unit(entry: Entry) -> str:
    return str(entry.subject.get("short_name") or entry.row["short_name"] or entry.after.get("unit") or "–")


def _role(tr: Translator, entry: Entry) -> str:
    return role_name(str(entry.after.get("role") or entry.subject.get("role") or ""), tr)


def _name(tr: Translator, entry: Entry) -> str:
    """Whom the entry is about, by the name of today."""
    return person_name(entry.subject, tr)


def _until(tr: Translator, entry: Entry) -> str:
    return value_words(entry.after.get("due_at") or entry.after.get("closes_at") or "–", tr)


def _called(entry: Entry) -> str:
    return str(entry.subject.get("name") or entry.subject.get("slug") or entry.row["subject"])


_REPORTS: dict[str, _Words] = {
    "report.submit": lambda tr, e: tr.t("sent report {code}", code=_code(e)),
    "report.revise": lambda tr, e: tr.t("corrected report {code}", code=_code(e)),
    "report.return": lambda tr, e: tr.t("asked a line of report {code} back", code=_code(e)),
    "report.answer_return": lambda tr, e: tr.t("answered what was asked about report {code}", code=_code(e)),
    "report.approve": lambda tr, e: tr.t("approved report {code}", code=_code(e)),
    "report.reopen": lambda tr, e: tr.t("opened report {code} again", code=_code(e)),
    "alert.raise": lambda tr, e: tr.t("raised an urgent matter of {unit}", unit=_unit(e)),
    "alert.take": lambda tr, e: tr.t("took an urgent matter of {unit}", unit=_unit(e)),
    "alert.pass": lambda tr, e: tr.t("passed an urgent matter of {unit} on", unit=_unit(e)),
    "alert.recall": lambda tr, e: tr.t("said that an urgent matter of {unit} was a mistake", unit=_unit(e)),
    "story.send": lambda tr, e: tr.t("told a good example of {unit}", unit=_unit(e)),
    "story.answer": lambda tr, e: tr.t("told a good example of {unit} anew", unit=_unit(e)),
    "story.withdraw": lambda tr, e: tr.t("took a good example of {unit} back by a correction", unit=_unit(e)),
    "story.edit": lambda tr, e: tr.t("edited a good example of {unit}", unit=_unit(e)),
    "story.ask": lambda tr, e: tr.t("asked about a good example of {unit}", unit=_unit(e)),
    "story.approve": lambda tr, e: tr.t("approved a good example of {unit}", unit=_unit(e)),
    "story.refuse": lambda tr, e: tr.t("did not use a good example of {unit}", unit=_unit(e)),
    "story.down": lambda tr, e: tr.t("took a good example of {unit} down", unit=_unit(e)),
    "story.unweek": lambda tr, e: tr.t("took back the choice of the week's story for {unit}", unit=_unit(e)),
    "story.week": lambda tr, e: tr.t("chose the week's story for {unit}", unit=_unit(e)),
    "entity.create": lambda tr, e: tr.t("registered {name}", name=_called(e)),
    "entity.change": lambda tr, e: tr.t("changed what is known of {name}", name=_called(e)),
    "entity.remove": lambda tr, e: tr.t("took {name} out of the register by a correction", name=_called(e)),
}
_MEMBERS: dict[str, _Words] = {
    "member.join": lambda tr, e: tr.t("joined {unit} as {role}", unit=_unit(e), role=_role(tr, e)),
    "member.end": lambda tr, e: tr.t(
        "ended the role of {name} as {role} in {unit}", name=_name(tr, e), role=_role(tr, e), unit=_unit(e)
    ),
    "member.hand_over": lambda tr, e: tr.t("took over the work of {role} in {unit}", role=_role(tr, e), unit=_unit(e)),
    "member.erase": lambda tr, _: tr.t("erased a person's name and accounts"),
    "account.add": lambda tr, _: tr.t("added an account"),
    "account.cut": lambda tr, e: tr.t("cut off an account of {name}", name=_name(tr, e)),
    "weblink.create": lambda tr, e: tr.t("made a link to the web chat for {name}", name=_name(tr, e)),
    "weblink.bind": lambda tr, _: tr.t("came into the web chat by a link"),
    "invite.create": lambda tr, e: tr.t("invited a {role} to {unit}", role=_role(tr, e), unit=_unit(e)),
    "invite.revoke": lambda tr, e: tr.t("withdrew an invite to {unit}", unit=_unit(e)),
    "person.rename": lambda tr, _: tr.t("changed the own name"),
    "person.phone": lambda tr, e: (
        tr.t("gave a phone number") if e.after.get("given") else tr.t("took the phone number away")
    ),
    "person.news": lambda tr, _: tr.t("chose which news to get"),
    "person.language": lambda tr, _: tr.t("chose another language"),
    "person.ask_erase": lambda tr, _: tr.t("asked to be erased"),
    "group.join": lambda tr, e: tr.t("took the bot into a group of {unit}", unit=_unit(e)),
    "group.leave": lambda tr, e: tr.t("put the bot out of a group of {unit}", unit=_unit(e)),
    "group.silence": lambda tr, e: tr.t("forbade the bot to write in a group of {unit}", unit=_unit(e)),
    "group.allow": lambda tr, e: tr.t("let the bot write in a group of {unit}", unit=_unit(e)),
    "group.migrate": lambda tr, e: tr.t("made a group of {unit} a larger one", unit=_unit(e)),
    "group.link": lambda tr, e: tr.t("linked a group to {unit}", unit=_unit(e)),
    "group.unlink": lambda tr, e: tr.t("unlinked a group of {unit}", unit=_unit(e)),
    "group.topics": lambda tr, e: tr.t("changed what a group of {unit} gets", unit=_unit(e)),
}
_UNITS: dict[str, _Words] = {
    "unit.add": lambda tr, e: tr.t("added the unit {name}", name=_called(e)),
    "unit.rename": lambda tr, e: tr.t("renamed the unit {name}", name=_called(e)),
    "unit.date": lambda tr, e: tr.t("changed the dates of the unit {name}", name=_called(e)),
    "unit.move": lambda tr, e: tr.t("moved the unit {name}", name=_called(e)),
    "unit.reopen": lambda tr, e: tr.t("took back the end of the unit {name}", name=_called(e)),
    "unit.end": lambda tr, e: tr.t("ended the unit {name}", name=_called(e)),
    "campaign.load": lambda tr, e: tr.t("loaded the campaign {name}", name=_called(e)),
    "totals.rebuild": lambda tr, _: tr.t("made all totals anew from the reports"),
    "campaign.pause": lambda tr, e: tr.t("paused the campaign {name}", name=_called(e)),
    "campaign.resume": lambda tr, e: tr.t("went on with the campaign {name}", name=_called(e)),
    "campaign.close": lambda tr, e: tr.t("ended the campaign {name}", name=_called(e)),
    "campaign.extend": lambda tr, e: tr.t("extended the campaign {name}", name=_called(e)),
    "broadcast.send": lambda tr, e: tr.t("sent news from {unit}", unit=_unit(e)),
    "broadcast.ask": lambda tr, e: tr.t("asked for a second person's yes to news from {unit}", unit=_unit(e)),
    "broadcast.recall": lambda tr, e: tr.t("took news from {unit} back to change it", unit=_unit(e)),
    "broadcast.approve": lambda tr, e: tr.t("agreed to news from {unit}", unit=_unit(e)),
    "broadcast.refuse": lambda tr, e: tr.t("did not agree to news from {unit}", unit=_unit(e)),
    "broadcast.drop": lambda tr, e: tr.t("threw away a draft of news from {unit}", unit=_unit(e)),
    "broadcast.start": lambda tr, e: tr.t("news from {unit} began to go out", unit=_unit(e)),
    "broadcast.pause": lambda tr, e: tr.t("held news from {unit}", unit=_unit(e)),
    "broadcast.continue": lambda tr, e: tr.t("went on with news from {unit}", unit=_unit(e)),
    "broadcast.stop": lambda tr, e: tr.t("stopped the rest of news from {unit}", unit=_unit(e)),
    "broadcast.hold": lambda tr, e: tr.t("held news from {unit}: its author may send none any more", unit=_unit(e)),
    "broadcast.cancel": lambda tr, e: tr.t("called off news from {unit} before they went out", unit=_unit(e)),
    "broadcast.again": lambda tr, e: tr.t("sent news from {unit} again where it had failed", unit=_unit(e)),
    "broadcast.edit": lambda tr, e: tr.t("corrected news from {unit} after it was sent", unit=_unit(e)),
    "broadcast.withdraw": lambda tr, e: tr.t("took news from {unit} back after it was sent", unit=_unit(e)),
    "form.publish": lambda tr, e: tr.t("published a version of the form {name}", name=e.subject.get("slug", "–")),
}
_DEADLINES: dict[str, _Words] = {
    "deadline.extend": lambda tr, e: tr.t("gave {unit} more time, until {time}", unit=_unit(e), time=_until(tr, e)),
    "unit.exempt": lambda tr, e: tr.t("exempted {unit} from a period", unit=_unit(e)),
    "unit.unexempt": lambda tr, e: tr.t("took back the exemption of {unit}", unit=_unit(e)),
}
_BY_KIND = dict(zip(KINDS, (_REPORTS, _MEMBERS, _UNITS, _DEADLINES), strict=True))
_WORDS: Mapping[str, _Words] = {action: words for group in _BY_KIND.values() for action, words in group.items()}

ACTIONS = frozenset(_WORDS)
"""The codes that there are words for."""


def actions_of(kind: str) -> tuple[str, ...]:
    """The action codes of one of KINDS; () for any other word."""
    return tuple(_BY_KIND.get(kind, ()))


def done(entry: Entry, tr: Translator) -> Markup:
    """What was done, in a few words. A code without words is shown as it is."""
    if words := _WORDS.get(entry.row["action"]):
        return words(tr, entry)
    return tr.t("{action} ({subject})", action=entry.row["action"], subject=entry.row["subject"])


def what(entry: Entry, tr: Translator) -> Markup:
    """One line: what was done, the first differences of a corrected report, and why."""
    text = done(entry, tr)
    if entry.row["action"] == "report.revise" and (some := list(islice(differences(entry, tr), IN_A_LINE + 1))):
        shown = Markup(", ").join(some[:IN_A_LINE])
        more = Markup(" …") if len(some) > IN_A_LINE else Markup("")
        text = tr.t("{text}: {differences}", text=text, differences=shown + more)
    if reason := cut(entry.row["reason"]):
        text = tr.t("{text}, reason: {reason}", text=text, reason=reason)
    return text


def cut(reason: str) -> str:
    """A reason as a line has room for it."""
    line = " ".join(reason.split())
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 1].rstrip() + "…"


def differences(entry: Entry, tr: Translator) -> Iterator[Markup]:
    """Each thing that is another now, with what it was before. What a form keeps for leaders is left out."""
    before, after = entry.before, entry.after
    questions = {q.indicator: q for q in open_indicators(entry.form)} if entry.form else {}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        is_hidden = entry.form is not None and name not in questions and (_is_amount(old) or _is_amount(new))
        if old != new and not is_hidden:
            yield _difference(name, old, new, questions.get(name), tr)


def _difference(name: str, before: Any, after: Any, question: Question | None, tr: Translator) -> Markup:
    label = in_language(labels(question), tr.language) if question else field_name(name, tr)
    old, new = (_value(value, question, tr) for value in (before, after))
    if before in (None, ""):
        return tr.t("{label}: {new}", label=label, new=new)
    return tr.t("{label} {old} → {new}", label=label, old=old, new=new)


def _is_amount(value: Any) -> bool:
    """Whether it is an indicator's amount and mark, as the register writes them."""
    return isinstance(value, list) and len(value) == 2


def _value(value: Any, question: Question | None, tr: Translator) -> str:
    if not _is_amount(value):
        return value_words(value, tr)
    try:
        amount = Decimal(value[0])
    except (InvalidOperation, TypeError):
        return value_words(value, tr)
    return tr.money(amount) if question and question.is_money else tr.number(amount)


def person_name(row: Mapping[str, Any], tr: Translator) -> str:
    """The name of today of somebody (a row with `name` or `person_name`, and `erased_at`)."""
    if row.get("erased_at"):
        return tr.plain("(erased)")
    return str(row.get("person_name") or row.get("name") or "–")


def who(entry: Entry, tr: Translator) -> str:
    """Who did it; without a member it was done at the command line."""
    return tr.plain("The office (command line)") if entry.row["member_id"] is None else person_name(entry.row, tr)


def moment(at: datetime, tr: Translator) -> str:
    """ "09:41 16/12/2022"."""
    return f"{tr.time(at)} {tr.full_day(at)}"


async def explained(uow: UnitOfWork, library: Library, rows: Sequence[Row]) -> list[Entry]:
    """Rows of the audit with what is known of their subjects now."""
    found = await audit.subjects(uow, {row["subject"] for row in rows})
    entries = []
    for row in rows:
        subject = found.get(row["subject"], {})
        version = subject.get("version_id")
        entries.append(Entry(row, subject, await library.form(uow, version) if version else None))
    return entries
