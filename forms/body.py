"""The body of an XForm, sorted: which control asks which path, what is repeated, what happens when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from forms.texts import XF

ODK = "{http://www.opendatakit.org/xforms}"
ASKING = frozenset({"input", "select1", "select", "upload", "range", "trigger", f"{ODK}rank"})
# What may stand in a control and is read with it, or says nothing about what is asked.
INNER = frozenset({"label", "hint", "help", "alert", "item", "itemset", "value"})

AT_FIRST = frozenset({"odk-instance-first-load", "odk-new-repeat", "jr-insert", "xforms-ready"})
ON_CHANGE = "xforms-value-changed"


@dataclass(frozen=True, slots=True)
class Action:
    """A <setvalue>: at `event`, the node `ref` gets `value` (an expression), or `text` when there is none.

    `source` is the path of the question around it, "" in the model.
    """

    event: str
    ref: str
    value: str
    text: str
    source: str

    @property
    def is_default(self) -> bool:
        return self.event in AT_FIRST


@dataclass(slots=True)
class Body:
    """`refused`: path and name of what this engine does not do. `places`: path → place in the order of the body."""

    controls: dict[str, Element] = field(default_factory=dict)
    repeats: dict[str, Element] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def places(self) -> dict[str, int]:
        return {path: place for place, path in enumerate(self.controls)}


def read_body(body: Element, model: Element, ids: dict[str, str], start: str) -> Body:
    """What stands in `body`, and the actions of `model`; `ids`: the path of a bind by its id.

    `start` is where relative paths begin outside of all groups: /data.
    """
    return _Walker(ids, start).read(body, model)


class _Walker:
    def __init__(self, ids: dict[str, str], start: str) -> None:
        self._ids = ids
        self._start = start
        self._found = Body()

    def read(self, body: Element, model: Element) -> Body:
        self._walk(body, None, self._start)
        for element in model:
            if "event" in element.attrib:
                self._act(element, "", self._start)
        return self._found

    def _path(self, element: Element, around: str) -> str:
        """Where `element` stands in the instance; "" for a group that has no place there."""
        written = (element.get("ref") or element.get("nodeset") or self._ids.get(element.get("bind", ""), "")).strip()
        return normpath(join(around, written)) if written else ""

    def _walk(self, parent: Element, group: Element | None, around: str) -> None:
        for element in parent:
            tag, path = element.tag.removeprefix(XF), self._path(element, around)
            if tag == "group":
                if path:
                    self._found.controls[path] = element
                self._walk(element, element, path or around)
            elif tag == "repeat":
                self._found.repeats[path] = element
                self._found.controls.setdefault(path, element if group is None else group)
                self._walk(element, None, path)
            elif tag in ASKING:
                self._found.controls[path] = element
                self._inside(element, path)
            elif "event" in element.attrib:
                self._act(element, "", around)
            elif tag not in INNER:
                self._refuse(path, tag)

    def _inside(self, control: Element, path: str) -> None:
        for element in control:
            if "event" in element.attrib:
                self._act(element, path, path)
            elif element.tag.removeprefix(XF) not in INNER:
                self._refuse(path, element.tag)

    def _act(self, element: Element, source: str, around: str) -> None:
        path = self._path(element, around)
        if element.tag != f"{XF}setvalue":
            self._refuse(path, element.tag)
            return
        for event in element.get("event", "").split():
            if event not in AT_FIRST and not (event == ON_CHANGE and source):
                self._refuse(path, event)
            text = (element.text or "").strip()
            self._found.actions.append(Action(event, path, element.get("value", ""), text, source))

    def _refuse(self, path: str, what: str) -> None:
        self._found.refused.append((path, what.rpartition("}")[2]))


def in_body_order(paths: Iterator[str], places: dict[str, int]) -> list[str]:
    """`paths` in the order in which the body asks them; one that is not asked keeps its place after the one before."""
    place, ranked = -1, []
    for path in paths:
        place = places.get(path, place)
        ranked.append((place, path))
    return [path for _, path in sorted(ranked, key=lambda pair: pair[0])]
