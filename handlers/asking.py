"""One question: how it is put, what buttons it has, and how an answer to it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from forms import answers
from forms.answers import Mark, Reason, Rejected, Understood, Unsure
from forms.interview import Interview
from forms.model import Item, Question
from handlers.events import Choice, Incoming, Rows, in_rows
from handlers.words import marked, quantity, unit_of
from locales.translator import Translator

PAGE = 12
"""Choices shown at once; a longer list is paged, and found by typing a part of the name."""

QUICK_NUMBERS = (0, 1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Value:
    """An answer that can be stored. `echo` is what was read from typed words, to be said back."""

    value: Any
    mark: Mark = ""
    echo: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was typed has several readings, or one that a person must confirm: the person picks."""

    text: Markup
    candidates: tuple[tuple[str, str], ...]
    """Label and argument of each button; `verb` says what the argument is (see `read_pressed`)."""
    verb: str = "v"
    mark: Mark = ""
    may_skip: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It is no answer to this question; `text` says why, with an example."""

    text: Markup


# --- putting the question --------------------------------------------------------------------------


def question_text(interview: Interview, question: Question, tr: Translator) -> Markup:
    """ "Câu 3/6. Sửa chữa bao nhiêu căn nhà? (căn)" with the notes before it and its hint."""
    number, count = interview.position
    lines = [tr.t("{note}", note=note) for note in interview.notes_before(question)]
    head = tr.t(
        "<b>Question {number}/{count}.</b> {label}", number=number, count=count, label=interview.label(question)
    )
    if unit := ("đồng" if question.is_money else unit_of(question, tr)):
        head += tr.t(" <i>({unit})</i>", unit=unit)
    lines.append(head)
    if hint := interview.hint(question):
        lines.append(tr.t("<i>{hint}</i>", hint=hint))
    if how := _how(question, tr):
        lines.append(tr.t("<i>{hint}</i>", hint=how))
    return Markup("\n").join(lines)


def _how(question: Question, tr: Translator) -> str:
    if question.is_money:
        return tr.plain("For example: 40tr, 1,2 tỷ, 500k.")
    if question.kind == "select_multiple":
        return tr.plain("Tap one or more, then Done.")
    if question.kind == "image":
        return tr.plain("Send a picture here.")
    return ""


def question_rows(
    interview: Interview,
    question: Question,
    draft_id: int,
    tr: Translator,
    *,
    page: int = 0,
    ticked: Sequence[str] | None = None,
) -> Rows:
    """The buttons of a question: answers first, then back, skip, cancel. `ticked`: the choices ticked so far, in
    place of the answer that the draft holds."""
    action = Actions(interview, question, draft_id)
    if question.kind == "integer" and not question.is_money:
        top: Rows = (tuple(Choice(tr.number(n), action("v", str(n))) for n in QUICK_NUMBERS),)
    elif question.kind == "date":
        top = ((Choice(tr.plain("Today"), action("d", "0")), Choice(tr.plain("Yesterday"), action("d", "1"))),)
    elif question.kind in ("select_one", "select_multiple"):
        chosen = chosen_so_far(interview, question) if ticked is None else ticked
        top = _item_rows(interview, question, action, tr, page, chosen)
    else:
        top = ()
    return (*top, _steering(interview, question, action, tr))


def _item_rows(
    interview: Interview, question: Question, action: Actions, tr: Translator, page: int, chosen: Sequence[str]
) -> Rows:
    items = interview.items(question)
    several = question.kind == "select_multiple"
    shown = list(enumerate(items))[page * PAGE : (page + 1) * PAGE]
    choices = []
    for number, item in shown:
        label = interview.text(item.label, question)
        if several:
            label = f"{'☑' if item.value in chosen else '☐'} {label}"
        choices.append(Choice(label, action("t" if several else "c", str(number))))
    rows = in_rows(choices)
    turn = [Choice(tr.plain("◀ Previous"), action("p", str(page - 1)))] if page else []
    if (page + 1) * PAGE < len(items):
        turn.append(Choice(tr.plain("More ▶"), action("p", str(page + 1))))
    if turn:
        rows = (*rows, tuple(turn))
    if several:
        rows = (*rows, (Choice(tr.plain("Done"), action("ok")),))
    return rows


def chosen_so_far(interview: Interview, question: Question) -> list[str]:
    """The choices that the draft holds for a question that takes several."""
    value = interview.value(question)
    return [str(one) for one in value] if isinstance(value, list) else []


def _steering(interview: Interview, question: Question, action: Actions, tr: Translator) -> tuple[Choice, ...]:
    row = []
    if interview.position[0] > 1:
        row.append(Choice(tr.plain("⬅ Back"), action("back")))
    if not interview.required(question):
        row.append(Choice(tr.plain("Skip"), action("skip")))
    row.append(Choice(tr.plain("Cancel"), action("stop")))
    return tuple(row)


class Actions:
    """Makes the actions of one question's buttons: `q/<draft>/<question>/<verb>[/<argument>]`."""

    def __init__(self, interview: Interview, question: Question, draft_id: int) -> None:
        self._prefix = f"q/{draft_id}/{interview.form.questions.index(question)}"

    def __call__(self, verb: str, argument: str = "") -> str:
        return f"{self._prefix}/{verb}/{argument}" if argument else f"{self._prefix}/{verb}"


# --- reading the answer ----------------------------------------------------------------------------


def read_typed(
    interview: Interview, question: Question, text: str, now: datetime, tr: Translator
) -> Value | Doubt | NoAnswer:
    """What a typed line means as an answer to this question."""
    kind = question.kind
    if kind == "text":
        return Value(text.strip()) if text.strip() else NoAnswer(tr.t("Please type a few words."))
    if kind == "image" and interview.required(question):
        return NoAnswer(tr.t("This question takes a picture. Please send one, or tap Back to change your answer."))
    if kind == "image":
        return NoAnswer(tr.t("This question takes a picture: please send one, or tap Skip."))
    if kind in ("select_one", "select_multiple"):
        return _read_choice(interview, question, text, tr)
    today = now.astimezone(tr.timezone).date()
    if question.is_money:
        reading = answers.read_money(text)
    elif kind == "integer":
        reading = answers.read_integer(text)
    elif kind == "decimal":
        reading = answers.read_decimal(text)
    elif kind == "date":
        reading = answers.read_date(text, today)
    else:
        reading = answers.read_time(text)
    return _settle(question, reading, text, tr)


def _settle(
    question: Question, reading: Understood | Unsure | Rejected, text: str, tr: Translator
) -> Value | Doubt | NoAnswer:
    if isinstance(reading, Rejected):
        return NoAnswer(why_not(question, reading.reason, tr))
    if isinstance(reading, Understood) and not reading.confirm:
        value = to_json(reading.value)
        return Value(value, reading.mark, marked(say(question, value, tr), reading.mark, tr))
    if isinstance(reading, Understood):
        value = to_json(reading.value)
        shown = marked(say(question, value, tr), reading.mark, tr)
        ask = tr.t("I read “{typed}” as <b>{value}</b>. Is that right?", typed=text, value=shown)
        return Doubt(ask, ((shown, str(value)),), mark=reading.mark)
    if not reading.candidates and not reading.skip:
        return NoAnswer(why_not(question, reading.reason, tr))
    candidates = tuple((say(question, v, tr), str(v)) for v in map(to_json, reading.candidates))
    ask = tr.t("I am not sure what “{typed}” means here. Which one?", typed=text)
    return Doubt(ask, candidates, may_skip=reading.skip)


def say(question: Question, value: Any, tr: Translator) -> str:
    """A read value as it is echoed."""
    if question.kind == "date":
        return tr.full_day(date.fromisoformat(value))
    if question.kind == "time":
        return str(value)
    return quantity(question, value, tr)


def to_json(value: Any) -> Any:
    """A read value as the interview keeps it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _read_choice(interview: Interview, question: Question, text: str, tr: Translator) -> Value | Doubt | NoAnswer:
    items = interview.items(question)
    options = [answers.Option(item.value, (interview.text(item.label, question),)) for item in items]
    several = question.kind == "select_multiple"
    reading = answers.read_choices(text, options) if several else answers.read_choice(text, options)
    if isinstance(reading, Understood) and not reading.confirm:
        if several:
            chosen = list(reading.value) if isinstance(reading.value, tuple) else [reading.value]
            return Value(chosen, echo=", ".join(_label(interview, question, items, v) for v in chosen))
        return Value(reading.value, echo=_label(interview, question, items, reading.value))
    if isinstance(reading, Rejected):
        return NoAnswer(tr.t("I did not find that among the choices. Please tap one of the buttons."))
    found = reading.candidates if isinstance(reading, Unsure) else (reading.value,)
    places = {item.value: str(place) for place, item in enumerate(items)}
    candidates = []
    for reading_value in found:
        values = list(reading_value) if isinstance(reading_value, tuple) else [str(reading_value)]
        if values and all(value in places for value in values):
            label = ", ".join(_label(interview, question, items, value) for value in values)
            candidates.append((label, ".".join(places[value] for value in values)))
    if not candidates:
        return NoAnswer(tr.t("I did not find that among the choices. Please tap one of the buttons."))
    return Doubt(tr.t("Do you mean one of these?"), tuple(candidates), verb="m" if several else "c")


def _label(interview: Interview, question: Question, items: Sequence[Item], value: Any) -> str:
    return next((interview.text(item.label, question) for item in items if item.value == value), str(value))


def why_not(question: Question, reason: Reason, tr: Translator) -> Markup:
    """Why a typed answer cannot be taken, with what would be."""
    example = _example(question, tr)
    reasons = {
        Reason.UNKNOWN: tr.t("If it is not known yet, tap Skip or come back later; I write nothing by guess."),
        Reason.VAGUE: tr.t("I need a number, if only a rough one."),
        Reason.NOT_WHOLE: tr.t("This question takes a whole number."),
        Reason.NEGATIVE: tr.t("The number cannot be below zero."),
        Reason.TOO_LARGE: tr.t("That number is too large."),
        Reason.PHONE_NUMBER: tr.t("That looks like a phone number."),
        Reason.FOREIGN_CURRENCY: tr.t("Please give the amount in đồng."),
        Reason.NO_SUCH_DAY: tr.t("There is no such day."),
        Reason.LUNAR: tr.t("Please give the day of the solar calendar."),
    }
    said = reasons.get(reason) or tr.t("I did not understand that.")
    return tr.t("{reason} {example}", reason=said, example=example)


def _example(question: Question, tr: Translator) -> str:
    if question.is_money:
        return tr.plain("For example: 40tr, 1,2 tỷ, 500k.")
    examples = {
        "integer": tr.plain("For example: 12, ba căn, 1.200."),
        "decimal": tr.plain("For example: 1,5."),
        "date": tr.plain("For example: 16/12, hôm qua."),
        "time": tr.plain("For example: 8h30."),
    }
    return examples.get(question.kind, "")


def read_pressed(
    interview: Interview, question: Question, verb: str, argument: str, incoming: Incoming, tr: Translator
) -> Any:
    """The value behind a button of this question. Raises LookupError for one that is not there any more."""
    if verb == "c":
        return interview.items(question)[int(argument)].value
    if verb == "m":
        return [interview.items(question)[int(place)].value for place in argument.split(".")]
    if verb == "d":
        day = incoming.at.astimezone(tr.timezone).date() - timedelta(days=int(argument))
        return day.isoformat()
    if question.kind == "integer":
        return int(argument)
    return argument
