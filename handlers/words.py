"""How questions, choices and periods are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup

from forms.interview import Interview
from forms.model import Item, Question
from locales.translator import Translator
from storage.uow import Row


def unit_of(question: Question, tr: Translator) -> str:
    """What the question counts (căn, em, km), "" if it says nothing."""
    return by_language(question.unit, tr.language)


def by_language(texts: Mapping[str, str], language: str) -> str:
    """One of our own columns in a language, else in none, else in any; "" when it is empty."""
    return texts.get(language) or texts.get("") or next(iter(texts.values()), "")


def label_of(interview: Interview, question: Question, tr: Translator) -> str:
    """The question as it is put; its name where the form gives it no words."""
    label = interview.label(question) or question.name
    # The line that opens behind the choice "other" comes from pyxform, in English whatever the form's language.
    return tr.plain("Please say which.") if label == "Specify other." else label


def short_label(interview: Interview, question: Question, tr: Translator) -> str:
    """A question's name on a card and a button: its `short` column, else its label."""
    return by_language(question.short, tr.language) or label_of(interview, question, tr).rstrip("?:. ")


def item_label(interview: Interview, question: Question, item: Item, tr: Translator) -> str:
    """A choice as it is shown; the choice "other" that pyxform adds has no words but English ones."""
    return choice_label(item.value, interview.text(item.label, question), tr)


def choice_label(value: str, label: str, tr: Translator) -> str:
    """A choice as it is shown, of its value and the form's own words for it, "" for none."""
    return tr.plain("Other") if (value, label) == ("other", "Other") else label or value


def period_title(owed: Row, tr: Translator) -> Markup:
    """ "Báo cáo ngày 16/12"."""
    # Not the due time: that may be the unit's own, on another day.
    return tr.t("Report of {day}", day=tr.day(owed["covers_to"]))


def period_covers(owed: Row, now: datetime, tr: Translator) -> Markup:
    """What the report is about: "từ 10:00 hôm qua đến 10:00 hôm nay"."""
    return tr.t(
        "from {from_time} {from_day} to {to_time} {to_day}",
        from_time=tr.time(owed["covers_from"]),
        from_day=tr.day_from(owed["covers_from"], now),
        to_time=tr.time(owed["covers_to"]),
        to_day=tr.day_from(owed["covers_to"], now),
    )


def due_text(owed: Row, now: datetime, tr: Translator) -> Markup:
    """When it is due and how long is left, or that it is late and until when it is taken."""
    due, closes = owed["due_at"], owed["closes_at"]
    if now <= due:
        return tr.t(
            "due {time} {day} ({left} left)",
            time=tr.time(due), day=tr.day_from(due, now), left=tr.span(due - now),
        )  # fmt: skip
    return tr.t(
        "was due {time} {day}; still taken until {closes} {closes_day}",
        time=tr.time(due), day=tr.day_from(due, now), closes=tr.time(closes), closes_day=tr.day_from(closes, now),
    )  # fmt: skip
