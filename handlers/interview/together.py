"""Several simple questions in one message, answered in one: where each message counts (`Context.sparing`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Question
from handlers.context import Context
from handlers.events import Choice, Reply, Rows
from handlers.interview import answering, asking
from handlers.interview.readings import Doubt, NoAnswer, Value
from handlers.numbering import plain
from handlers.values import range_text, why_refused
from handlers.words import item_label, label_of, unit_of
from locales.translator import Translator

MOST = 6
FEWEST = 2
MOST_CHOICES = 4
"""Of a question whose choices stand behind it in its line."""

_SIMPLE = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE, Kind.DATE, Kind.SELECT_ONE})
_START = re.compile(r"(?:^|(?<=[\s,;]))(?:câu\s*)?(\d{1,2})\s*(?:\.(?:\s+|$)|/\s+|[):=]\s*)", re.IGNORECASE)
_VALUES = re.compile(r"\s*[;\n]\s*|,\s+")
_LEAST_WORDS = 2
"""Of a value with its unit."""
_PARTS = re.compile(r"\s*;\s*|,\s+")
_LEFT_OUT = frozenset({"", "bo qua", "bo trong", "khong co", "ko co", "skip", "none"})


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a message: what was read, in words, and the first answer that is to be asked again, alone."""

    said: tuple[str, ...] = ()
    question: Question | None = None
    why: Doubt | NoAnswer | None = None


def following(interview: Interview) -> list[Question]:
    """The questions that can be put at once from here on; none if there are not several."""
    current = interview.current
    if current is None or current.path in interview.draft.done:
        return []
    asked = interview.draft.asked()
    found: list[Question] = []
    for question in asked[asked.index(current) :]:
        if question.path in interview.draft.done:
            continue
        if not _is_simple(interview, question) or len(found) == MOST:
            break
        found.append(question)
    return found if len(found) >= FEWEST else []


def _is_simple(interview: Interview, question: Question) -> bool:
    """Whether a line is enough for it: no picture, no explanation, nothing chosen from many, no answer yet."""
    if question.kind not in _SIMPLE or question.media or question.repeats or interview.value(question) is not None:
        return False
    if interview.notes_before(question) or interview.text(question.guidance, question):
        return False
    return question.kind is not Kind.SELECT_ONE or len(interview.items(question)) <= MOST_CHOICES


# --- the words -------------------------------------------------------------------------------------


def put(interview: Interview, questions: Sequence[Question], draft_id: int, tr: Translator) -> Reply:
    """The questions as numbered lines."""
    lines = [tr.t("Please answer in <b>one message</b>, each on a line with its number, such as <i>1. 12</i>:")]
    lines += [_line(interview, number, question, tr) for number, question in enumerate(questions, 1)]
    return Reply(Markup("\n").join(lines), _steering(interview, questions[0], draft_id, tr), wants="text")


def _line(interview: Interview, number: int, question: Question, tr: Translator) -> Markup:
    aside = [_takes(interview, question, tr)]
    if not interview.required(question):
        aside.append(tr.plain("may be left out"))
    line = Markup("{}. {}").format(number, label_of(interview, question, tr))
    if shown := ", ".join(filter(None, aside)):
        line += tr.t(" <i>({unit})</i>", unit=shown)
    return line


def _takes(interview: Interview, question: Question, tr: Translator) -> str:
    if question.kind is Kind.SELECT_ONE:
        return " / ".join(item_label(interview, question, item, tr) for item in interview.items(question))
    if question.kind is Kind.RANGE:
        return range_text(question, tr)
    return "đồng" if question.is_money else unit_of(question, tr)


def _steering(interview: Interview, first: Question, draft_id: int, tr: Translator) -> Rows:
    action = asking.Actions(first, draft_id)
    row = [Choice(tr.plain("⬅ Back"), action("back"))] if interview.position[0] > 1 else []
    return ((*row, Choice(tr.plain("Cancel"), action("stop"))),)


# --- the answer ------------------------------------------------------------------------------------


def answers_in(text: str, count: int) -> dict[int, str]:
    """What a message says to each of so many questions, by its place from 0: lines with numbers, as many lines as there
    are questions, or as many values in one line. Nothing for a message that is none of these."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered: dict[int, str] = {}
    for line in lines:
        numbered |= _numbered(line, count)
    if numbered:
        return numbered
    values = lines if len(lines) > 1 else _PARTS.split(text.strip().rstrip(",;"))
    if len(values) == 1 and all(value.isdigit() for value in text.split()):
        values = text.split()
    return dict(enumerate(values)) if len(values) == count else {}


def _numbered(line: str, count: int) -> dict[int, str]:
    """ "1. 2 buổi" or, in one line, "1. 2 buổi, 2. 120": numbers that rise, the first at the beginning."""
    starts: list[re.Match[str]] = []
    for found in _START.finditer(line):
        least = int(starts[-1][1]) + 1 if starts else 1
        if least <= int(found[1]) <= count and (starts or not found.start()):
            starts.append(found)
    found_at = {start: end.start() for start, end in pairwise(starts)}
    return {int(s[1]) - 1: line[s.end() : found_at.get(s)].strip(" ,;") for s in starts}


def by_units(interview: Interview, questions: Sequence[Question], text: str, tr: Translator) -> dict[int, str]:
    """What a message says to each question, where each of its values has a unit ("2 căn, 40 suất") and there is no
    doubt whose: one question has the unit, or as many as there are values with it, in their order. Else nothing."""
    of_unit: dict[tuple[int, ...], list[str]] = {}
    units = [_counted_in(interview, question, tr) for question in questions]
    for value in filter(None, _VALUES.split(text.strip().rstrip(",;."))):
        of_unit.setdefault(_places(units, value), []).append(value)
    found: dict[int, str] = {}
    for places, theirs in of_unit.items():
        if len(places) != len(theirs):
            return {}
        found |= dict(zip(places, theirs, strict=True))
    return found


def _counted_in(interview: Interview, question: Question, tr: Translator) -> str:
    return "" if question.kind is Kind.SELECT_ONE else plain(_takes(interview, question, tr))


def _places(units: Sequence[str], value: str) -> tuple[int, ...]:
    """Where the unit of a value such as "hai căn" stands among the units; "người" is said for "lượt người" too, if
    nothing is counted in that itself."""
    words = plain(value).split()
    begins_with_its_number = words[:1] and (words[0].isdigit() or not any(map(str.isdigit, value)))
    if _START.match(value) or len(words) < _LEAST_WORDS or not begins_with_its_number:
        return ()
    said = f" {' '.join(words)}"
    whole = tuple(place for place, unit in enumerate(units) if unit and said.endswith(f" {unit}"))
    return whole or tuple(place for place, unit in enumerate(units) if unit.endswith(f" {words[-1]}"))


def lines_in(text: str, count: int) -> dict[int, str]:
    """What numbered lines say to the questions of a list that stands further above, by their places from 0."""
    lines = [_numbered(line.strip(), count) for line in text.splitlines() if line.strip()]
    found = {place: said for line in lines for place, said in line.items() if said}
    return found if all(lines) else {}


def is_left_out(text: str) -> bool:
    """Whether these words say that there is no answer."""
    return plain(text) in _LEFT_OUT


def take(ctx: Context, interview: Interview, questions: Sequence[Question], answers: Mapping[int, str]) -> Taken:
    """Give the interview what was said to each question, by its place; what may be left out and is not spoken of is."""
    said: list[str] = []
    unclear: list[tuple[Question, Doubt | NoAnswer]] = []
    for place, question in enumerate(questions):
        found = _answer(ctx, interview, question, answers.get(place, ""))
        if isinstance(found, Doubt | NoAnswer):
            unclear.append((question, found))
        elif found:
            said.append(found)
    if not unclear:
        return Taken(tuple(said))
    interview.edit(unclear[0][0].path)
    return Taken(tuple(said), *unclear[0])


def _answer(ctx: Context, interview: Interview, question: Question, text: str) -> str | Doubt | NoAnswer:
    """What was read, in words; "" where there was nothing to read. A question that is not asked any more, after an
    answer before it, is passed over."""
    if question not in interview.draft.asked():
        return ""
    if plain(text) in _LEFT_OUT and not text.strip().isdigit():
        if not interview.required(question):
            interview.answer(question.path, None)
        return ""
    read = answering.read_typed(interview, question, text, ctx.now, ctx.tr)
    if not isinstance(read, Value):
        return read
    if refusal := interview.answer(question.path, read.value, read.mark):
        return NoAnswer(why_refused(refusal, ctx.tr))
    return read.echo
