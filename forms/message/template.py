"""The form as numbered lines to copy and fill in, and the same lines read back.

The idea: a line is read only if it is plain which question it answers: a number with nothing but a value behind it
("3: 45tr"), or a question's own name, with a number before it or without ("Tờ rơi: 200"). Anything else is free text:
"2. Tặng 25 suất quà" is the second item of somebody's list, and not the answer to question 2.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz

from forms.answers import Option, Reading, Understood, Unsure, read_choice, read_choices, read_date, read_time, unaccent
from forms.answers.vocabulary import CURRENCY
from forms.interview import Mark
from forms.kinds import Kind
from forms.message.filling import Doubt, Filled, Unclear
from forms.message.labels import NUMERIC, Named, label_of, labels, template_questions
from forms.message.profiles import Vocabulary, phrase_of, plain_text
from forms.message.reading import certain, possible, read_as
from forms.model import Form, Question
from forms.values import Json

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
_SHOWN = re.compile(r"\S*\d\S*(?:\s*(?:[-~/x*+,&]|đến|den|tới|toi|và|va|hoặc|hoac)?\s*\d\S*)*", re.IGNORECASE)
# A longer value without figures is a sentence.
_MOST_WORDS = 3
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
    return "\n".join(f"{at}. {label_of(form, q, language)}: " for at, q in enumerate(template_questions(form), 1))


@dataclass(frozen=True, slots=True)
class _Item:
    """A line with the question that it answers, or None; `label`: the words that say so, if any do. `which`: the number
    may only say which one is meant ("nhóm 2")."""

    text: str
    question: Question | None = None
    value: str = ""
    label: str = ""
    which: bool = False


def read_lines(form: Form, vocabulary: Vocabulary, text: str, *, language: str, now: datetime) -> Lines | None:
    """The lines of a filled template, with their numbers or without; None when the message is none."""
    reader = _Reader(form, vocabulary, language, now)
    pieces = _split(text)
    if len(pieces) > _MOST_LINES:
        return None
    items = _without_headings([item for piece in pieces for item in reader.items(*piece)])
    numbered = [item for item in items if item.question]
    unfit = [item for item in items if not item.question and _LINE.fullmatch(item.text)]
    if not all(item.label for item in numbered) and (unfit or _CLOCK.fullmatch(text)):
        numbered = [item for item in numbered if item.label]
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
        self._labels = labels(form, language)
        self._language = language
        self._now = now

    def items(self, text: str, number: str, body: str) -> list[_Item]:
        """What a line answers: by its number, or by the names of questions in it; itself if it is free text."""
        item = self._numbered(text, number, body)
        if item.question:
            return [item]
        found = [self._named(text, named) for named in self._labels.of_line(body if number else text)]
        return [one for one in found if one] if found and all(found) else [item]

    def _named(self, text: str, named: Named) -> _Item | None:
        """The item of a name with its value; None if the value is better read as free text."""
        question, value = named.question, named.value
        if named.signed and (not value or self._is_readable(question, value)):
            short = question.kind not in NUMERIC or has_digit(value) or len(value.split()) <= _MOST_WORDS
            return _Item(text, question, value, named.label) if short else None
        figures = _FIGURES.fullmatch(value) if question.kind in NUMERIC else None
        if not figures or not self._is_bare(value, question) or not self._is_understood(question, value):
            return None
        return _Item(text, question, value, named.label, which=named.which and not (named.signed or figures[2]))

    def _numbered(self, text: str, number: str, body: str) -> _Item:
        if not number or not 1 <= int(number) <= len(self._questions):
            return _Item(text)
        question = self._questions[int(number) - 1]
        label, colon, value = body.partition(":")
        if self._is_label(label, question):
            value = value.strip()
            return _Item(text, question, value, label.strip()) if self._is_readable(question, value) else _Item(text)
        is_plain = not colon and (not body or self._is_bare(body, question))
        return _Item(text, question, body) if is_plain else _Item(text)

    def _is_label(self, typed: str, question: Question) -> bool:
        wanted = unaccent(label_of(self._form, question, self._language))
        return bool(typed.strip()) and fuzz.ratio(unaccent(typed), wanted) >= _SAME_LABEL

    def _is_readable(self, question: Question, value: str) -> bool:
        """Whether a value is understood as a whole, or can be asked about without losing one of its numbers."""
        if self._is_understood(question, value) or not has_digit(value):
            return True
        whole = not has_digit(value.replace(_shown(value), "", 1))
        return whole and isinstance(self._reading(question, value), Unsure)

    def _is_understood(self, question: Question, value: str) -> bool:
        return isinstance(self._reading(question, value), Understood)

    def _is_bare(self, value: str, question: Question) -> bool:
        """Whether a value holds nothing but a value of this question, in its own unit if in any."""
        if question.kind not in NUMERIC:
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
        question, words = item.question, _shown(item.value) or item.label
        reading = self._reading(question, item.value)
        found = self._certain(question, reading)
        if found is None or item.which:
            return Unclear(words, (question.path,), possible(reading, question.kind), Doubt.WHICH_VALUE)
        return Filled(question.path, found[0], found[1], words)

    def _certain(self, question: Question, reading: Reading) -> tuple[Json, Mark] | None:
        """Beside a label "không" is a zero; nobody needs to confirm it."""
        if isinstance(reading, Understood) and reading.value == 0 and question.kind in NUMERIC:
            return ("0" if question.kind is Kind.DECIMAL else 0), ""
        return certain(reading, question.kind)

    def _reading(self, question: Question, value: str) -> Reading:
        if question.kind in NUMERIC:
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


def _without_headings(items: list[_Item]) -> list[_Item]:
    """The items, a name without a value among the free text when free text follows: it heads a list."""
    behind = [*items[1:], None]
    return [
        _Item(item.text) if item.label and not item.value and next_one and not next_one.question else item
        for item, next_one in zip(items, behind, strict=False)
    ]


def _shown(value: str) -> str:
    """The first figures of a value, and no word beside them: a line may hold a name."""
    found = _SHOWN.search(value)
    return found.group() if found else ""


def has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)
