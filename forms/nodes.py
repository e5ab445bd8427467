"""What an expression is evaluated on: a tree of named nodes, and the scope of one evaluation.

The tree of a form is built once and shared: nodes of the primary instance hold no values (these come from the
instance of a draft, by path), nodes of choice lists hold their text. A form with repeats has a tree of its own for
each draft (`tree.py`), in which paths carry positions: /data/house[2]/rooms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from forms.values import Value


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

    def add(self, name: str, path: str = "", text: str = "", ref: str = "") -> "Node":
        child = Node(name, path, text, self, ref=ref or path)
        self.children.append(child)
        return child


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
