"""A form under way, for expressions."""

from datetime import date, time
from decimal import Decimal
from typing import ClassVar

from forms.expressions import Expression
from forms.nodes import Document, Env, Node
from forms.values import Value, string
from tests.forms.kit import NOW
from tests.forms.labelled import Labelled


class Draft(Labelled):
    """A draft with the answers of the tables below; a name that is not here is an empty answer."""

    answers: ClassVar[dict[str, Value]] = {
        "/data/n": Decimal(5),
        "/data/half": Decimal("2.5"),
        "/data/text": "Xã Một",
        "/data/digits": "12",
        "/data/many": "a b c",
        "/data/yes": True,
        "/data/day": date(2022, 12, 16),
        "/data/at": time(18, 0),
        "/data/g/x": Decimal(1),
        "/data/g/y": "",
        "/data/g/z": Decimal(3),
    }

    def __init__(self) -> None:
        top = Node("")
        data = top.add("data", "/data")
        nodes = {"/data": data}
        for path in ("/data/empty", *self.answers):
            parent, _, name = path.rpartition("/")
            if parent not in nodes:
                nodes[parent] = data.add(parent.rpartition("/")[2], parent)
            nodes[path] = nodes[parent].add(name, path)
        self.document = Document(top, nodes, {"units": self.units()})

    def units(self) -> Node:
        start = Node("instance")
        root = start.add("root")
        for name, label, size in (("u1", "Unit one", "3"), ("u2", "Unit two", "5")):
            item = root.add("item")
            for field, value in (("name", name), ("label", label), ("size", size)):
                item.add(field, text=value)
        return start

    def value(self, path: str) -> Value:
        return self.answers.get(path, "")


def evaluate(text: str, at: str = "/data/n", language: str = "vi") -> Value:
    return Expression(text).evaluate(Draft(), at, Env(NOW, language, "draft-1"))


def shown(text: str) -> str:
    return string(evaluate(text))
