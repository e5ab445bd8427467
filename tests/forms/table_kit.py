"""Documents in one line, for expressions in a table: `n=5|r/x=1|r/x=2` is <data><n>5</n><r><x>1</x></r><r>….

Every document also has the node q, which the expression belongs to. All values are texts, as in an XForm.
"""

from itertools import count
from xml.sax.saxutils import escape

from forms.expressions import Expression
from forms.nodes import Document, Env, Node
from forms.values import Value, string
from tests.forms.kit import NOW
from tests.forms.labelled import Labelled


class Draft(Labelled):
    def __init__(self, data: str) -> None:
        self.values: dict[str, Value] = {}
        top = Node("")
        self._data = top.add("data", "/data")
        self.document = Document(top, {"/data": self._data}, {}, {"/data/r": 1})
        for path, text in pairs(data):
            self._add(path, text)

    def _add(self, path: str, text: str) -> None:
        *holders, name = path.split("/")
        parent = self._data
        for holder in holders:
            number = next(i for i in count(1) if f"{parent.path}/{holder}[{i}]" not in self.document.by_path)
            parent = self._node(parent, f"{holder}[{number}]", holder)
        number = sum(child.name == name for child in parent.children)
        node = self._node(parent, f"{name}[{number + 1}]" if number else name, name)
        self.values[node.path] = text

    def _node(self, parent: Node, step: str, name: str) -> Node:
        node = parent.add(name, f"{parent.path}/{step}", ref=f"{parent.ref}/{name}")
        self.document.by_path[node.path] = node  # type: ignore[index]
        return node

    def value(self, path: str) -> Value:
        return self.values.get(path, "")


def pairs(data: str) -> list[tuple[str, str]]:
    found = [(path, text) for path, _, text in (part.partition("=") for part in data.split("|")) if path]
    return found if any(path == "q" for path, _ in found) else [*found, ("q", "")]


def xml_of(data: str) -> str:
    """The same document for other engines."""
    inner = "".join(
        "".join(f"<{name}>" for name in path.split("/"))
        + escape(text)
        + "".join(f"</{name}>" for name in reversed(path.split("/")))
        for path, text in pairs(data)
    )
    return f"<data>{inner}</data>"


def evaluate(expression: str, data: str, language: str = "en") -> str:
    """What `expression`, standing at q, gives on `data`, as text."""
    return string(Expression(expression).evaluate(Draft(data), "/data/q", Env(NOW, language, "seed")))
