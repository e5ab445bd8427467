"""Forms written as Markdown tables, and interviews on them at a fixed hour."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from forms.interview import Interview
from forms.model import Form, Question
from forms.problems import FormError
from forms.xform import parse
from forms.xlsform import Workbook, read_workbook

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2022, 12, 16, 9, 41, tzinfo=VIETNAM)
DAILY = Path(__file__).with_name("daily.md")


def load(path: Path) -> Form:
    book = read_workbook(path)
    return parse(book.xform_xml, book.columns)


def book_of(folder: Path, markdown: str) -> Workbook:
    path = folder / "form.md"
    path.write_text(markdown, encoding="utf-8")
    return read_workbook(path)


def form_of(folder: Path, markdown: str) -> Form:
    book = book_of(folder, markdown)
    return parse(book.xform_xml, book.columns)


def problems_of(folder: Path, markdown: str) -> list[str]:
    """What is wrong with a form, one line each; nothing when it is sound."""
    try:
        book_of(folder, markdown)
    except FormError as error:
        return list(map(str, error.problems))
    return []


def begin(form: Form, state: Mapping[str, Any] | None = None, language: str = "vi", now: datetime = NOW) -> Interview:
    return Interview(form, state, now=now, language=language, seed="draft-1")


def question(form: Form, name: str) -> Question:
    return form.by_name[name]


def name(found: Question | None) -> str | None:
    return found.name if found else None


def answer(interview: Interview, **answers: object) -> None:
    """Answers by name, in the order given; every one must be taken."""
    for name, value in answers.items():
        refusal = interview.answer(interview.form.by_name[name].path, value)
        assert refusal is None, f"{name}={value!r}: {refusal}"


def asked(interview: Interview) -> list[str]:
    return [line.question.name for line in interview.review()]
