"""The form as numbered lines to copy and fill in, and the same lines read back.

The idea: a line is read only if it is plain which question it answers: a number with nothing but a value behind it
("3: 45tr"), or with the line's own label. Anything else is free text: "2. Tặng 25 suất quà" is the second item of
somebody's list, and not the answer to question 2.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz

from forms.answers import Option, Reading, Understood, read_choice, read_choices, read_date, read_time, unaccent
from forms.answers.vocabulary import CURRENCY
from forms.interview import Mark
from forms.kinds import SELECTS, Kind
from forms.message.filling import Doubt, Filled, Unclear
from forms.message.profiles import Vocabulary, gate_paths, phrase_of, plain_text
from forms.message.reading import certain, possible, read_as
from forms.model import Form, Question
from forms.values import Json

_NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL})
_ASKED = frozenset({*_NUMERIC, Kind.DATE, Kind.TIME, *SELECTS})
_LINE = re.compile(r"\s*(\d{1,2})\s*[.):=]\s*(.*)")
_INLINE = re.compile(r"(?:^|(?<=[\s,;]))(\d{1,2})\s*[:=]\s*")
_CLOCK = re.compile(r"\s*\d{1,2}\s*:\s*[0-5]\d\s*")
_FIGURES = re.compile(
    r"(?:(?:khoảng|khoang|hơn|hon|gần|gan|trên|tren|dưới|duoi|~|>|<)\s*)?(\d[\d.,]*)\s*(.*)", re.IGNORECASE
)
_MONEY_WORDS = CURRENCY | {
    "k",
    "tr",
    "triệu",
    "trieu",
    "tỷ",
    "ty",
    "tỉ",
    "ti",
    "nghìn",
    "nghin",
    "ngàn",
    "ngan",
    "dong",
    "rưỡi",
}
_SAME_LABEL = 88
# Far more than any form has questions; a longer list is none of its lines.
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines say, and the rest of the message ("" when nothing is left)."""

    answers: tuple[Filled, ...]
    unclear: tuple[Unclear, ...]
    rest: str


def template(form: Form, *, language: str) -> str:
    """One numbered line for each question that may be asked and takes a short answer: "1. Buổi tuyên truyền: "."""
    return "\n".join(f"{at}. {_label(form, q, language)}: " for at, q in enumerate(template_questions(form), 1))


def template_questions(form: Form) -> tuple[Question, ...]:
    """The questions of the lines, in order; those that only open parts of the form are left out."""
    gates = gate_paths(form)
    return tuple(question for question in form.asked if question.kind in _ASKED and question.path not in gates)


def _label(form: Form, question: Question, language: str) -> str:
    short = question.short.get(language) or question.short.get("") or question.short.get(form.default_language)
    texts = plain_text(question.label, (language, form.default_language, "", *form.languages))
    return (short or next(iter(texts), question.name)).rstrip(":? ")


@dataclass(frozen=True, slots=True)
class _Item:
    """A line with the question that it answers, or None; `labelled`: it says so in words."""

    text: str
    question: Question | None = None
    value: str = ""
    labelled: bool = False


def read_lines(form: Form, vocabulary: Vocabulary, text: str, *, language: str, now: datetime) -> Lines | None:
    """The lines of a filled template; None when the message is none."""
    reader = _Reader(form, vocabulary, language, now)
    pieces = _split(text)
    if len(pieces) > _MOST_LINES:
        return None
    items = [reader.item(*piece) for piece in pieces]
    numbered = [item for item in items if item.question]
    unfit = [item for item in items if not item.question and _LINE.fullmatch(item.text)]
    if not all(item.labelled for item in numbered) and (unfit or _CLOCK.fullmatch(text)):
        numbered = [item for item in numbered if item.labelled]
    if not any(item.value for item in numbered):
        return None
    read = _once([reader.read(item) for item in numbered if item.value])
    return Lines(
        tuple(found for found in read if isinstance(found, Filled)),
        tuple(found for found in read if isinstance(found, Unclear)),
        "\n".join(item.text for item in items if item not in numbered).strip(),
    )


def _split(text: str) -> list[tuple[str, str, str]]:
    """Each line as it stands, its number and what follows; a single line is cut at its numbers."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(starts := list(_INLINE.finditer(text))) > 1 and not text[: starts[0].start()].strip():
        ends = [*(start.start() for start in starts[1:]), len(text)]
        return [
            (text[start.start() : end], start[1], text[start.end() : end].strip(" ,;\n"))
            for start, end in zip(starts, ends, strict=True)
        ]
    found = [(line, _LINE.fullmatch(line)) for line in lines]
    return [(line, match[1], match[2].strip()) if match else (line, "", "") for line, match in found]


class _Reader:
    def __init__(self, form: Form, vocabulary: Vocabulary, language: str, now: datetime) -> None:
        self._form = form
        self._vocabulary = vocabulary
        self._questions = template_questions(form)
        self._language = language
        self._now = now

    def item(self, text: str, number: str, body: str) -> _Item:
        if not number or not 1 <= int(number) <= len(self._questions):
            return _Item(text)
        question = self._questions[int(number) - 1]
        label, colon, value = body.partition(":")
        if self._is_label(label, question):
            return _Item(text, question, value.strip(), labelled=True)
        is_plain = not colon and (not body or self._is_bare(body, question))
        return _Item(text, question, body) if is_plain else _Item(text)

    def _is_label(self, typed: str, question: Question) -> bool:
        wanted = unaccent(_label(self._form, question, self._language))
        return bool(typed.strip()) and fuzz.ratio(unaccent(typed), wanted) >= _SAME_LABEL

    def _is_bare(self, value: str, question: Question) -> bool:
        """Whether a value holds nothing but a value of this question, in its own unit if in any."""
        if question.kind not in _NUMERIC:
            return isinstance(self._reading(question, value), Understood)
        found = _FIGURES.fullmatch(value)
        if found is None:
            return isinstance(self._reading(question, value), Understood)
        unit = phrase_of(found[2])
        if question.is_money:
            return all(word in _MONEY_WORDS for word in unit)
        profile = self._vocabulary.profile(question.path)
        return not unit or tuple(map(unaccent, unit)) in {tuple(map(unaccent, head)) for head in profile.heads}

    def read(self, item: _Item) -> Filled | Unclear:
        assert item.question is not None  # noqa: S101  (only items with a question are read)
        question, words = item.question, _shown(item.value)
        reading = self._reading(question, item.value)
        found = self._certain(question, reading)
        if found is None:
            return Unclear(words, (question.path,), possible(reading, question.kind), Doubt.WHICH_VALUE)
        return Filled(question.path, found[0], found[1], words)

    def _certain(self, question: Question, reading: Reading) -> tuple[Json, Mark] | None:
        """Beside a label "không" is a zero; nobody needs to confirm it."""
        if isinstance(reading, Understood) and reading.value == 0 and question.kind in _NUMERIC:
            return ("0" if question.kind is Kind.DECIMAL else 0), ""
        return certain(reading, question.kind)

    def _reading(self, question: Question, value: str) -> Reading:
        if question.kind in _NUMERIC:
            return read_as(self._vocabulary.profile(question.path), value)
        if question.kind is Kind.DATE:
            return read_date(value, self._now.date())
        if question.kind is Kind.TIME:
            return read_time(value)
        options = self._options(question)
        return read_choice(value, options) if question.kind is Kind.SELECT_ONE else read_choices(value, options)

    def _options(self, question: Question) -> Sequence[Option]:
        languages = (self._language, self._form.default_language, "")
        return [Option(item.value, tuple(plain_text(item.label, languages))) for item in question.items]


def _once(read: list[Filled | Unclear]) -> list[Filled | Unclear]:
    """A question that several lines answer is asked."""
    paths = [found.question_path for found in read if isinstance(found, Filled)]
    return [
        Unclear(found.words, (found.question_path,), (found.value,), Doubt.TWICE)
        if isinstance(found, Filled) and paths.count(found.question_path) > 1
        else found
        for found in read
    ]


def _shown(value: str) -> str:
    """The first word of a value with a figure in it, and no other: a line may hold a name."""
    return next((word for word in value.split() if any(char.isdigit() for char in word)), "")
