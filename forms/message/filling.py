"""What a message was understood to say about a form.

The idea: three heaps. What is certain is filled in; what may be one of several things is asked; what holds a number
and fits nothing is shown back. Nothing is guessed, and no name of a person is in any of them.
"""

from dataclasses import dataclass
from enum import StrEnum

from forms.interview import Mark
from forms.values import Json


@dataclass(frozen=True, slots=True)
class Filled:
    """An answer. `words` is the part of the message that gave the value, as typed."""

    question_path: str
    value: Json
    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Choices of a question that opens parts of the form; the answers are asked only when these are selected."""

    question_path: str
    values: tuple[str, ...]


class Doubt(StrEnum):
    """Why something has to be asked."""

    WHICH_QUESTION = "which_question"  # it may answer several questions, or is said in words the form does not have
    WHICH_VALUE = "which_value"  # the number has several readings: a range, a product, 400 without a unit
    TWICE = "twice"  # several numbers answer the same question
    EACH = "each"  # a number for one of many ("mỗi em 200k"), never a total
    NOT_YET = "not_yet"  # planned, asked for, left over or summed up from earlier days
    REFUSED = "refused"  # the form does not take this value


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words to ask about: the questions (paths) that they may answer and the values that they may mean, likeliest
    first; either may be empty."""

    words: str
    questions: tuple[str, ...]
    values: tuple[Json, ...]
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Filling:
    """`answers` and `choices` can be given to an `Interview` as they are, choices first.

    `nothing`: the message says that nothing took place. `too_long`: it was not read at all.
    """

    answers: tuple[Filled, ...] = ()
    choices: tuple[Chosen, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    not_understood: tuple[str, ...] = ()
    nothing: bool = False
    too_long: bool = False
