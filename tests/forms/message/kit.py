"""Tables of messages, and what a message was understood to say in the shape of these tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forms.message import Filled, Filling, read_message
from forms.model import Form
from forms.values import Json
from tests.forms.kit import NOW

HERE = Path(__file__).parent
TAY_NINH = HERE.parents[2] / "campaigns" / "tay-ninh-2022" / "daily.md"
SUMMER = HERE / "summer.md"
_MARKS = {"": "", "about": "~", "over": ">", "under": "<"}


@dataclass(frozen=True)
class Row:
    """A message, the answers that it gives, and the questions that may be asked about it."""

    message: str
    answers: frozenset[str]
    may_ask: frozenset[str]
    nothing: bool


def rows(name: str) -> Iterator[Row]:
    """The rows of a table beside this file."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 4 and cells[1] not in ("message", "---"):
            yield _row(cells[1].replace("⏎", "\n"), cells[2].split())


def _row(message: str, expected: list[str]) -> Row:
    answers = frozenset(word for word in expected if word[0] != "?" and word != "nothing")
    return Row(message, answers, frozenset(word[1:] for word in expected if word[0] == "?"), "nothing" in expected)


def read(form: Form, text: str, language: str = "vi") -> Filling:
    return read_message(form, text, language=language, now=NOW)


def said(filling: Filling) -> frozenset[str]:
    """The answers as "name=value", marks before the value."""
    return frozenset(f"{name(answer.question_path)}={_MARKS[answer.mark]}{_text(answer)}" for answer in filling.answers)


def asked(filling: Filling) -> frozenset[str]:
    """The names of the questions that are asked about."""
    return frozenset(name(path) for unclear in filling.unclear for path in unclear.questions)


def shown(filling: Filling) -> list[str]:
    """Every piece of the message that is given back."""
    asked_about = (unclear.words for unclear in filling.unclear)
    return [*(answer.words for answer in filling.answers), *asked_about, *filling.not_understood]


def value(filling: Filling, question: str) -> Json:
    return next(answer.value for answer in filling.answers if name(answer.question_path) == question)


def name(path: str) -> str:
    return path.rpartition("/")[2]


def _text(answer: Filled) -> str:
    return "+".join(map(str, answer.value)) if isinstance(answer.value, list) else str(answer.value)
