"""How values, periods and people are put into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from forms.interview import Interview
from forms.model import Question
from locales.translator import Translator
from storage.uow import Row


def unit_of(question: Question, tr: Translator) -> str:
    """What the question counts (căn, em, km), "" if it says nothing."""
    return by_language(question.unit, tr.language)


def by_language(texts: Mapping[str, str], language: str) -> str:
    """One of our own columns in a language, else in none, else in any; "" when it is empty."""
    return texts.get(language) or texts.get("") or next(iter(texts.values()), "")


def short_label(interview: Interview, question: Question, language: str) -> str:
    """A question's name on a card and a button: its `short` column, else its label."""
    return by_language(question.short, language) or interview.label(question)


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
    if question.kind in ("integer", "decimal", "calculate") and _is_number(value):
        return marked(quantity(question, value, tr), mark, tr)
    if question.kind in ("select_one", "select_multiple"):
        chosen: list[str] = value if isinstance(value, list) else [value]
        labels = {item.value: interview.text(item.label, question) for item in question.items}
        return ", ".join(labels.get(v, v) for v in chosen)
    if question.kind == "date":
        return tr.full_day(date.fromisoformat(value))
    if question.kind == "image":
        return tr.plain("received")
    return str(value)


def _is_number(value: Any) -> bool:
    try:
        Decimal(str(value))
    except ArithmeticError:
        return False
    return True


def period_title(owed: Row, tr: Translator) -> Markup:
    """ "Báo cáo ngày 16/12"."""
    return tr.t("Report of {day}", day=tr.day(owed["due_at"]))


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
