"""What the office needs of a form's questions: their names in each language, and who may read the answers."""

from __future__ import annotations

from collections.abc import Mapping

from forms.model import Form, Question, Template, Text

LEADERS = "leaders"
"""The audience of questions whose answers enter nothing that others read."""


def open_indicators(form: Form) -> tuple[Question, ...]:
    """The questions that add up and that everybody may read."""
    return tuple(question for question in form.indicators() if question.audience != LEADERS)


def labels(question: Question) -> dict[str, str]:
    """What a question is called in each language: its short name, else the question itself, else (a calculation has
    no label) its indicator's id."""
    if "" in question.short:
        return dict(question.short)
    return {**plain_texts(question.label), **question.short} or {"": question.indicator}


def plain_texts(text: Text) -> dict[str, str]:
    """A form's text in each language, for more readers than the one who was asked."""
    return {language: _fixed_text(template) for language, template in text.items()}


def _fixed_text(text: Template) -> str:
    # What a label repeats from one person's answers has no place in a sum over many.
    return " ".join("".join(part if isinstance(part, str) else "…" for part in text.parts).split())


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text for a reader of `language`, from texts by language code ("" where a form names no language): in
    another language rather than none, "" when there is none at all."""
    return texts.get(language) or texts.get("") or next(iter(texts.values()), "")
