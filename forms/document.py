"""The instances of an XForm as trees of nodes: the primary one with its paths, and the choice lists."""

from xml.etree.ElementTree import Element

from forms.nodes import Document, Node
from forms.texts import XF


def read_document(model: Element) -> tuple[Document, dict[str, str]]:
    """The document of `model`, and the fixed defaults by path that stand in its primary instance."""
    primary, *secondary = model.findall(f"{XF}instance")
    top, by_path, defaults = Node(""), dict[str, Node](), dict[str, str]()
    _grow(top, primary[0], by_path, defaults)
    lists = {instance.get("id", ""): _list(instance) for instance in secondary}
    return Document(top, by_path, lists), defaults


def _grow(parent: Node, element: Element, by_path: dict[str, Node], defaults: dict[str, str]) -> None:
    name = element.tag.rpartition("}")[2]
    node = parent.add(name, f"{parent.path}/{name}")
    by_path[node.path] = node
    if not len(element) and element.text:
        defaults[node.path] = element.text
    for child in element:
        _grow(node, child, by_path, defaults)


def _list(instance: Element) -> Node:
    start = Node("instance")
    root = start.add("root")
    for element in instance.iter(f"{XF}item"):
        item = root.add("item")
        for field in element:
            item.add(field.tag.rpartition("}")[2], text=(field.text or "").strip())
    return start
