"""The instances of an XForm as trees of nodes: the primary one with its paths, and the choice lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from forms.nodes import Document, Node
from forms.texts import XF

TEMPLATE = "{http://openrosa.org/javarosa}template"


@dataclass(slots=True)
class Primary:
    """What stands in the primary instance, by path: fixed defaults, attributes, and instances of repeats at first."""

    by_path: dict[str, Node] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)


def read_document(model: Element, repeats: Collection[str]) -> tuple[Document, Primary]:
    """The document of `model`, whose body repeats the paths in `repeats`, and what its primary instance holds."""
    first, *secondary = model.findall(f"{XF}instance")
    top, primary = Node(""), Primary()
    _grow(top, first[0], primary)
    lists = {instance.get("id", ""): _list(instance) for instance in secondary}
    starts = {path: primary.starts.get(path, 0) for path in primary.by_path if path in repeats}
    return Document(top, primary.by_path, lists, starts), primary


def _grow(parent: Node, element: Element, primary: Primary) -> None:
    name = local(element.tag)
    path = f"{parent.path}/{name}"
    if TEMPLATE not in element.attrib:
        primary.starts[path] = primary.starts.get(path, 0) + 1
    if path in primary.by_path:
        # A further instance of a repeat, or the first one after its template.
        return
    node = parent.add(name, path)
    primary.by_path[path] = node
    primary.attributes[path] = {local(key): value for key, value in element.attrib.items()}
    if not len(element) and element.text and element.text.strip():
        primary.defaults[path] = element.text
    if name == "entity":
        _add_attributes(node, primary)
    for child in element:
        _grow(node, child, primary)


def _add_attributes(entity: Node, primary: Primary) -> None:
    """Nodes for the attributes of an entity: expressions stand on them, and count their steps from there."""
    for name in primary.attributes[entity.path]:
        node = entity.add(f"@{name}", f"{entity.path}/@{name}")
        primary.by_path[node.path] = node


def _list(instance: Element) -> Node:
    # Where its rows would come from: an entity list has none in the form.
    start = Node("instance", text=instance.get("src", ""))
    for element in instance:
        _copy(start, element)
    return start


def _copy(parent: Node, element: Element) -> None:
    node = parent.add(local(element.tag), text=(element.text or "").strip())
    for child in element:
        _copy(node, child)


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]
