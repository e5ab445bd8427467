"""A form as it is asked: its questions, their texts and their logic, all compiled. Nothing here changes once read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from forms.expressions import Expression, NodeSet
from forms.kinds import UNSEEN, Kind
from forms.nodes import Document, Node
from forms.preloads import Preload
from forms.values import Json

# Defaults that are worked out; a tuple, because this is asked of every question at every answer.
WORKED_OUT = (Expression, Preload)
_DONG = frozenset({"đồng", "đ", "vnd", "vnđ"})


@dataclass(frozen=True, slots=True)
class Template:
    """A text with the expressions of its ${outputs} in place."""

    parts: tuple[str | Expression, ...]


# Language code ("vi"; "" when the form names none) → text.
Text: TypeAlias = Mapping[str, Template]
NO_TEXT: Text = MappingProxyType({})
# Form of a label ("image", "audio", "video", "big-image") → where the file stands (jr://images/a.png), as a text.
Media: TypeAlias = Mapping[str, Text]


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A choice. Its node carries the columns of the choices sheet that a filter may look at."""

    value: str
    label: Text
    node: Node = field(repr=False)
    media: Media = field(default_factory=dict, repr=False)

    @property
    def fields(self) -> Mapping[str, str]:
        """The extra columns of the choice."""
        own = {"name", "label", "itextId"}
        return {child.name: child.text for child in self.node.children if child.name not in own}


@dataclass(frozen=True, slots=True, eq=False)
class Itemset:
    """Choices that are not known before they are asked for: rows of a repeat, or a list in random order."""

    nodes: NodeSet
    value: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """How often a group is repeated: `count` says, else the person; `starts` instances are there at first."""

    count: Expression | None = None
    is_fixed: bool = False
    starts: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of questions; `relevant` counts for all its members. `repeats`: as of a question, itself included."""

    path: str
    name: str
    label: Text = field(default_factory=dict)
    relevant: Expression | None = None
    appearance: str = ""
    repeat: Repeat | None = None
    repeats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A row of the survey sheet. `groups` are those around it, outermost first; `short` is its name on a card.

    `default` is JSON when it is fixed. `ref` is its path in the form and `repeats` the paths of the repeats around it;
    `path` differs from `ref` for a question of one instance: /data/house[2]/rooms. `same`: what two units report under
    the same name here is one thing, if its place is the same. `urgent`: an answer goes to the leaders at once.
    """

    path: str
    name: str
    kind: Kind
    ref: str = ""
    repeats: tuple[str, ...] = ()
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    guidance: Text = field(default_factory=dict)
    media: Media = field(default_factory=dict)
    required: Expression | None = None
    relevant: Expression | None = None
    constraint: Expression | None = None
    calculate: Expression | None = None
    readonly: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    required_message: Text = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    choice_filter: Expression | None = None
    itemset: Itemset | None = None
    default: Json | Expression | Preload = None
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    indicator: str = ""
    unit: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    audience: str = ""
    synonyms: tuple[str, ...] = ()
    same: bool = False
    urgent: bool = False
    stands: bool = False
    """A number that is still there in the next period: it is not added up over time."""

    @property
    def is_money(self) -> bool:
        """Whether the answer is an amount in đồng."""
        return self.kind is Kind.INTEGER and any(unit.casefold() in _DONG for unit in self.unit.values())

    @property
    def is_asked(self) -> bool:
        """Whether a person is ever asked for it: not a note, not calculated, not always read-only."""
        if self.kind in UNSEEN or self.kind is Kind.NOTE or self.calculate is not None:
            return False
        return self.readonly is None or self.readonly.text != "true()"

    @property
    def is_kept(self) -> bool:
        """Whether its calculation must survive in the state of a draft, because it is made once()."""
        return self.calculate is not None and "once" in self.calculate.functions

    @property
    def is_worked_out(self) -> bool:
        """Whether its default is worked out when the draft (or the instance of its repeat) begins."""
        return isinstance(self.default, WORKED_OUT)


@dataclass(frozen=True, slots=True, eq=False)
class Trigger:
    """When the person changes the answer of one question, `target` (a path of the form) gets a value; none clears."""

    target: str
    value: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """What a report makes of an entity list. `path`: of its node, /data/meta/entity or /data/tree/meta/entity.

    `attributes`: id, create, update, baseVersion … and `label`, each an expression or a fixed text. `properties`:
    property → path of the question that gives its value.
    """

    path: str
    dataset: str
    attributes: Mapping[str, Expression | str]
    label: Expression | None
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """`asked` are the questions that may be asked; `order` lists all, and groups, each after what it depends on.

    `is_recurrent`: parts depend on other instances of their own repeat, so that one round does not settle them.
    `prompts`: by the path of a repeat, the question whether there is one more. `triggers`: by the path of the question.
    `namespace`: of the primary instance, "" for that of XForms. `id_path`: where expressions read the report's id.
    `unfilled`: of a copy with the rows of entity lists (see `datasets`), the form that it is a copy of.
    """

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
    groups: Mapping[str, Group] = field(repr=False, default_factory=dict)
    is_recurrent: bool = False
    prompts: Mapping[str, Question] = field(repr=False, default_factory=dict)
    triggers: Mapping[str, tuple[Trigger, ...]] = field(repr=False, default_factory=dict)
    entities: tuple[Entity, ...] = ()
    instance_name: Expression | None = None
    namespace: str = ""
    id_path: str = ""
    unfilled: "Form | None" = field(default=None, repr=False)

    def text(self, text: Text, language: str) -> Template:
        """`text` in `language`, else in the form's own language, else in any; an empty one when there is none."""
        for candidate in (language, self.default_language, ""):
            if candidate in text:
                return text[candidate]
        return next(iter(text.values()), Template(()))

    def indicators(self) -> tuple[Question, ...]:
        """The questions that add up, in the order of the form."""
        return tuple(question for question in self.questions if question.indicator)
