"""A form being filled in, as one small pure object: the conversation, the conformance sweep and the tests share it.

Clock and chance come from outside: `clock` is asked for the time before each change, `seed` feeds random() and uuid().
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from forms.instance import write_instance
from forms.interview import Interview, Refusal
from forms.kinds import Kind
from forms.model import Form, Question
from forms.values import Json
from forms.xform import parse
from forms.xlsform import read_workbook


@dataclass(frozen=True, slots=True)
class NodeState:
    """One row of the survey (one instance of it in a repeat) as it stands. `choices`: value → label, as offered now.

    `value` of a repeat is how many instances it has. `readonly`: nobody is asked for it.
    """

    kind: Kind
    value: Json
    relevant: bool
    required: bool
    readonly: bool
    valid: bool
    label: str
    choices: Mapping[str, str]


def open_form(path: Path, *, strict: bool = False) -> Form:
    """The form in a workbook or an XForm file. Raises FormError with every problem, with sheet and row where known.

    `strict`: see `read_workbook`.
    """
    book = read_workbook(path, strict=strict)
    return parse(book.xform_xml, book.columns)


class Session:
    """One report on `form`. Paths are those of the XForm, with positions in repeats: /data/house[2]/rooms."""

    def __init__(
        self,
        form: Form,
        *,
        clock: Callable[[], datetime],
        language: str = "",
        seed: str = "",
        properties: Mapping[str, str] = MappingProxyType({}),
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self._clock = clock
        self.interview = Interview(form, state, now=clock(), language=language, seed=seed, properties=properties)

    @property
    def state(self) -> dict[str, Any]:
        """Plain JSON to open the same report again."""
        return self.interview.state

    def answer(self, path: str, value: object) -> Refusal | None:
        """Gives the question at `path` a value; what is wrong with it when it was not taken."""
        self._tick()
        return self.interview.answer(path, value)

    def clear(self, path: str) -> Refusal | None:
        """Takes the answer at `path` away."""
        self._tick()
        return self.interview.answer(path, None)

    def accepts(self, path: str, value: object) -> Refusal | None:
        """What `answer` would say; nothing changes."""
        self._tick()
        return self.interview.accepts(path, value)

    def add(self, path: str) -> bool:
        """One more instance of the repeat at `path` (/data/house); False when the person does not count it."""
        self._tick()
        return self.interview.add(path)

    def remove(self, path: str) -> bool:
        """Takes away one instance of a repeat (/data/house[2]); those after it move up."""
        self._tick()
        return self.interview.remove(path)

    def speak(self, language: str) -> None:
        """Labels, hints and messages from now on in `language` (a code: "vi")."""
        self._tick()
        self.interview.language = language

    def dump(self) -> dict[str, NodeState]:
        """Every row of the survey as it stands, by path, in the order of the form."""
        self._tick()
        return {question.path: self._node(question) for question in self.interview.draft.questions()}

    def instance_xml(self) -> str:
        """The report as an XForms instance."""
        self._tick()
        return write_instance(self.interview.draft)

    def _tick(self) -> None:
        self.interview.now = self._clock()

    def _node(self, question: Question) -> NodeState:
        interview = self.interview
        relevant = interview.relevant(question)
        return NodeState(
            kind=question.kind,
            value=interview.value(question) if relevant else None,
            relevant=relevant,
            required=interview.required(question),
            readonly=not interview.draft.asks(question) if relevant else not question.is_asked,
            valid=not relevant or interview.is_valid(question),
            label=interview.label(question),
            choices={item.value: interview.text(item.label, question) for item in interview.items(question)},
        )
