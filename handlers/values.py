"""How answers are put into words, and why one is not taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from forms.interview import Interview, Refusal
from forms.judging import bounds
from forms.kinds import MEDIA, Kind
from forms.model import Question
from handlers.words import item_label, unit_of
from locales.translator import Translator

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.RANGE, Kind.CALCULATE)


def quantity(question: Question, value: Any, tr: Translator) -> str:
    """A number with its unit, as an office writes it."""
    if question.is_money:
        return tr.money(value)
    unit = unit_of(question, tr)
    return f"{tr.number(value)} {unit}".strip()


def marked(text: str, mark: str, tr: Translator) -> str:
    """With the word that says that it is not exact."""
    words = {"about": tr.plain("about {n}", n=text), "over": tr.plain("over {n}", n=text)}
    words["under"] = tr.plain("nearly {n}", n=text)
    return words.get(mark, text)


def value_text(interview: Interview, question: Question, value: Any, tr: Translator, mark: str = "") -> str:
    """An answer in words: labels for choices, a day as people write it."""
    if question.kind in _NUMBERS and _is_number(value):
        return marked(quantity(question, value, tr), mark, tr)
    if question.kind in MEDIA:
        return tr.plain("received")
    if question.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK):
        return _chosen(interview, question, value if isinstance(value, list) else [value], tr)
    said = _SAYINGS.get(question.kind)
    return said(question, str(value), tr) if said else str(value)


def _chosen(interview: Interview, question: Question, values: list[str], tr: Translator) -> str:
    labels = {item.value: item_label(interview, question, item, tr) for item in question.items if item.value in values}
    # What is chosen among the instances of a repeat stands in no list of the form.
    shown = [labels.get(value) or interview.draft.choice_label(question.path, value) or value for value in values]
    if question.kind is Kind.RANK:
        shown = [f"{place}. {label}" for place, label in enumerate(shown, 1)]
    return ", ".join(shown)


def _day(question: Question, value: str, tr: Translator) -> str:
    day = date.fromisoformat(value)
    if "month-year" in question.appearance:
        return f"{day.month:02}/{day.year}"
    return str(day.year) if "year" in question.appearance else tr.full_day(day)


def _moment(_question: Question, value: str, tr: Translator) -> str:
    moment = datetime.fromisoformat(value)
    return f"{tr.time(moment)} {tr.full_day(moment)}"


def _place(_question: Question, value: str, tr: Translator) -> str:
    """Five decimals are a metre: more would pretend."""
    latitude, longitude, *more = (float(part) for part in value.split())
    shown = f"{latitude:.5f}, {longitude:.5f}"
    accuracy = round(more[1]) if len(more) > 1 else 0
    return tr.plain("{place} (within {n} m)", place=shown, n=accuracy) if accuracy else shown


def _places(_question: Question, value: str, tr: Translator) -> str:
    return str(tr.tn("{n} place", "{n} places", value.count(";") + 1))


def _agreed(_question: Question, _value: str, tr: Translator) -> str:
    return tr.plain("confirmed")


_SAYINGS: Mapping[Kind, Callable[[Question, str, Translator], str]] = {
    Kind.DATE: _day,
    Kind.DATETIME: _moment,
    Kind.GEOPOINT: _place,
    Kind.GEOTRACE: _places,
    Kind.GEOSHAPE: _places,
    Kind.ACKNOWLEDGE: _agreed,
}


def _is_number(value: Any) -> bool:
    try:
        Decimal(str(value))
    except ArithmeticError:
        return False
    return True


def why_refused(refusal: Refusal, tr: Translator) -> Markup:
    """Why the form does not take an answer: in its own words if it has any."""
    if refusal.message:
        return tr.t("{why}", why=refusal.message)
    words = {
        "range": tr.t("That is outside of what can be given here."),
        "required": tr.t("This question needs an answer before the report can be sent."),
        "choice": tr.t("That is not among the choices. Please tap one of the buttons."),
        "full": tr.t("There are as many as there may be; no more can be added."),
        "irrelevant": tr.t("This question is not asked any more: another answer has changed."),
    }
    return words.get(refusal.reason, tr.t("The form does not take this answer. Please look at it once more."))


def range_text(question: Question, tr: Translator) -> str:
    """What a question of the kind range takes: "a number from 1 to 10"."""
    start, end, step = bounds(question)
    low, high = tr.number(min(start, end)), tr.number(max(start, end))
    if step in (0, 1):
        return tr.plain("a number from {low} to {high}", low=low, high=high)
    return tr.plain("a number from {low} to {high} in steps of {step}", low=low, high=high, step=tr.number(abs(step)))
