"""Whether an answer may stand: is it of the right kind, on offer, within bounds, and does its constraint hold."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from forms.draft import Draft
from forms.kinds import SELECTS, Kind
from forms.model import Question
from forms.values import ONE, ZERO, Json

Reason = Literal["required", "constraint", "choice", "range", "type", "irrelevant", "full"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer was not taken. `message` is the form's own words in the person's language, often ""."""

    reason: Reason
    message: str = ""


def misfit(draft: Draft, question: Question, answer: Json) -> Refusal | None:
    """What is wrong with a canonical `answer` before its constraint is asked."""
    if question.kind in SELECTS and not _offers(draft, question, answer):
        return Refusal("choice")
    if question.kind is Kind.RANGE and not _in_range(question, answer):
        return Refusal("range")
    return None


def judge(draft: Draft, question: Question, answer: Json) -> Refusal | None:
    """What is wrong with `answer`, which the draft holds already."""
    if found := misfit(draft, question, answer):
        return found
    if question.constraint is None or draft.holds(question.constraint, question.path):
        return None
    return Refusal("constraint", draft.text(question.constraint_message, question.path))


def _offers(draft: Draft, question: Question, answer: Json) -> bool:
    offered = draft.items(question).places.keys()
    chosen = {str(value) for value in answer} if isinstance(answer, list) else {str(answer)}
    return chosen == offered if question.kind is Kind.RANK else chosen <= offered


def _in_range(question: Question, answer: Json) -> bool:
    start, end, step = bounds(question)
    value = Decimal(str(answer))
    within = min(start, end) <= value <= max(start, end)
    return within and (not step or (value - start) % step == ZERO)


def bounds(question: Question) -> tuple[Decimal, Decimal, Decimal]:
    """The least, the greatest and the step of a question of the kind range."""
    given = question.parameters
    start, end = Decimal(given.get("start", "1")), Decimal(given.get("end", "10"))
    return start, end, Decimal(given.get("step", str(ONE)))


def in_choice_order(draft: Draft, question: Question, answer: Json) -> Json:
    """Several choices in the order in which they are offered; a ranking has its own."""
    if question.kind is not Kind.SELECT_MULTIPLE or not isinstance(answer, list):
        return answer
    places = draft.items(question).places
    return sorted(answer, key=lambda value: places[str(value)])
