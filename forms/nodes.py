"""What an expression is evaluated on: a tree of named nodes, and the scope of one evaluation.

The tree of a form is built once and shared: nodes of the primary instance hold no values (these come from the
instance of a draft, by path), nodes of choice lists hold their text. A form with repeats has a tree of its own for
each draft (`tree.py`), in which paths carry positions: /data/house[2]/rooms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from forms.budget import Budget
from forms.values import Value, number, string


@dataclass(slots=True, eq=False)
class Node:
    """A node; `path` is empty for a node that stands outside the primary instance.

    `ref` is the path in the form, without positions of repeats.
    """

    name: str
    path: str = ""
    text: str = ""
    parent: "Node | None" = field(default=None, repr=False)
    children: list["Node"] = field(default_factory=list, repr=False)
    ref: str = ""
    tables: "dict[tuple[str, str], Table] | None" = field(default=None, repr=False)

    def table(self, name: str, field_name: str) -> "Table":
        """The children `name` by their field `field_name`; only for a node of a list, which never changes."""
        if self.tables is None:
            self.tables = {}
        if (name, field_name) not in self.tables:
            self.tables[name, field_name] = Table([child for child in self.children if child.name == name], field_name)
        return self.tables[name, field_name]

    def add(self, name: str, path: str = "", text: str = "", ref: str = "") -> "Node":
        child = Node(name, path, text, self, ref=ref or path)
        self.children.append(child)
        return child


class Table:
    """The rows of a list by the text of one of their fields, "" for rows without it."""

    def __init__(self, rows: Iterable[Node], field_name: str) -> None:
        self._texts = [(_text(row, field_name), row) for row in rows]
        self._by_text: dict[str, list[Node]] = {}
        self._by_number: dict[Decimal, list[Node]] | None = None
        for text, row in self._texts:
            self._by_text.setdefault(text, []).append(row)

    def find(self, value: Value) -> Sequence[Node] | None:
        """The rows whose field equals `value`, as `values.equal` has it; None for a truth value, which is no key."""
        if isinstance(value, bool):
            return None
        if isinstance(value, Decimal):
            return () if value.is_nan() else self._numbers().get(value, ())
        return self._by_text.get(string(value), ())

    def _numbers(self) -> dict[Decimal, list[Node]]:
        if self._by_number is None:
            self._by_number = {}
            for text, row in self._texts:
                if not (found := number(text)).is_nan():
                    self._by_number.setdefault(found, []).append(row)
        return self._by_number


def _text(row: Node, field_name: str) -> str:
    return next((child.text for child in row.children if child.name == field_name), "")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The nodes of a form: `top` stands above the root; `lists` are the secondary instances by their id.

    `repeats`: the paths of the form's repeats, each with the number of instances that a new draft has.
    """

    top: Node
    by_path: Mapping[str, Node]
    lists: Mapping[str, Node]
    repeats: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Env:
    """What an expression may know of the world. `now` is aware; `seed` is what random() and uuid() grow from.

    `properties`: who and where: username, phonenumber, email, deviceid.
    """

    now: datetime
    language: str = ""
    seed: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget, compare=False, repr=False)


class Instance(Protocol):
    """A draft as expressions see it."""

    @property
    def document(self) -> Document: ...

    def value(self, path: str) -> Value:
        """The value at `path`; "" when it is empty, not relevant or not a question."""

    def relevant(self, path: str) -> bool:
        """Whether the node at `path` counts as things stand."""

    def choice_label(self, path: str, value: str) -> str:
        """The label of the choice `value` of the question at `path`, in the language of the draft."""

    def itext(self, text_id: str) -> str:
        """A text of the form by its id, in the language of the draft."""


@dataclass(slots=True)
class Scope:
    """One evaluation: `node` is what “.” means here, `current` is the question that the expression belongs to."""

    instance: Instance
    env: Env
    node: Node
    current: Node
    position: int = 1
    size: int = 1

    def read(self, node: Node) -> Value:
        return self.instance.value(node.path) if node.path else node.text

    def focus(self, node: Node, position: int, size: int) -> "Scope":
        return Scope(self.instance, self.env, node, self.current, position, size)


Thunk = Callable[[Scope], Value]
NodeThunk = Callable[[Scope], list[Node]]
