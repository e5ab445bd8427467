"""How questions, choices and periods are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from markupsafe import Markup

from forms.interview import Interview
from forms.model import Item, Question
from locales.translator import Translator
from reporting.planning.period_words import ONE_DAY, period_words
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
    """ "Báo cáo ngày 16/12", "Rà soát mô hình, năm 2022": of a row of a period, or of one that has its name as
    `period`. A form is named where its campaign has several."""
    if owed.get("form_title"):
        return tr.t("{form}, {period}", form=owed["form_title"], period=_period(owed, tr))
    return tr.t("Report of {period}", period=_period(owed, tr))


def _period(owed: Row, tr: Translator) -> str:
    return period_words(owed.get("period") or owed["name"], owed["covers_to"] - owed["covers_from"], tr)


def period_covers(owed: Row, now: datetime, tr: Translator) -> Markup:
    """What the report is about: "từ 10:00 hôm qua đến 10:00 hôm nay", "từ 01/01/2022 đến hết 31/12/2022"."""
    if owed["covers_to"] - owed["covers_from"] > ONE_DAY:
        last = owed["covers_to"] - timedelta(microseconds=1)
        return tr.t("from {first} to the end of {last}", first=tr.full_day(owed["covers_from"]), last=tr.full_day(last))
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
    if now >= closes:
        return tr.t("was due {time} {day}, closed now", time=tr.time(due), day=tr.day_from(due, now))
    if now <= due + timedelta(seconds=owed.get("schedule", {}).get("grace", 0)):
        return tr.t("was due {time} {day}; it still counts as on time", time=tr.time(due), day=tr.day_from(due, now))
    return tr.t(
        "was due {time} {day}; still taken until {closes} {closes_day}",
        time=tr.time(due), day=tr.day_from(due, now), closes=tr.time(closes), closes_day=tr.day_from(closes, now),
    )  # fmt: skip
