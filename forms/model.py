"""A form as it is asked: its questions, their texts and their logic, all compiled. Nothing here changes once read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from forms.expressions import Expression
from forms.kinds import Kind
from forms.nodes import Document, Node
from forms.values import Json


@dataclass(frozen=True, slots=True)
class Template:
    """A text with the expressions of its ${outputs} in place."""

    parts: tuple[str | Expression, ...]


# Language code ("vi"; "" when the form names none) → text.
Text: TypeAlias = Mapping[str, Template]
NO_TEXT: Text = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A choice. Its node carries the columns of the choices sheet that a filter may look at."""

    value: str
    label: Text
    node: Node = field(repr=False)

    @property
    def fields(self) -> Mapping[str, str]:
        """The extra columns of the choice."""
        own = {"name", "label", "itextId"}
        return {child.name: child.text for child in self.node.children if child.name not in own}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of questions; `relevant` counts for all its members."""

    path: str
    name: str
    label: Text = field(default_factory=dict)
    relevant: Expression | None = None
    appearance: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A row of the survey sheet. `groups` are those around it, outermost first; `short` is its name on a card.

    `default` is JSON when it is fixed.
    """

    path: str
    name: str
    kind: Kind
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    guidance: Text = field(default_factory=dict)
    required: Expression | None = None
    relevant: Expression | None = None
    constraint: Expression | None = None
    calculate: Expression | None = None
    readonly: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    required_message: Text = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    choice_filter: Expression | None = None
    default: Json | Expression = None
    appearance: str = ""
    groups: tuple[Group, ...] = ()
    indicator: str = ""
    unit: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    audience: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether the answer is an amount in đồng."""
        units = {unit.casefold() for unit in self.unit.values()}
        return self.kind is Kind.INTEGER and not units.isdisjoint({"đồng", "đ", "vnd", "vnđ"})

    @property
    def is_asked(self) -> bool:
        """Whether a person is ever asked for it: not a note, not calculated, not always read-only."""
        if self.kind in {Kind.NOTE, Kind.CALCULATE} or self.calculate is not None:
            return False
        return self.readonly is None or self.readonly.text != "true()"

    @property
    def is_kept(self) -> bool:
        """Whether its calculation must survive in the state of a draft, because it is made once()."""
        return self.calculate is not None and "once" in self.calculate.functions


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """`asked` are the questions that may be asked; `order` lists all, and groups, each after what it depends on."""

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    default_language: str
    questions: tuple[Question, ...]
    asked: tuple[Question, ...] = field(repr=False)
    by_path: Mapping[str, Question]
    by_name: Mapping[str, Question]
    order: tuple[Question | Group, ...] = field(repr=False)
    document: Document = field(repr=False)
    itext: Mapping[str, Text] = field(repr=False)

    def text(self, text: Text, language: str) -> Template:
        """`text` in `language`, else in the form's own language, else in any; an empty one when there is none."""
        for candidate in (language, self.default_language, ""):
            if candidate in text:
                return text[candidate]
        return next(iter(text.values()), Template(()))

    def indicators(self) -> tuple[Question, ...]:
        """The questions that add up, in the order of the form."""
        return tuple(question for question in self.questions if question.indicator)
