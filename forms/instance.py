"""A report as an XForms instance: the XML that ODK Central, Kobo and every other OpenRosa server takes.

Of a draft under way, or of a report that was kept as names and values.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, time
from xml.sax.saxutils import escape, quoteattr

from forms.draft import Draft
from forms.expressions import Expression
from forms.kinds import load
from forms.model import Entity, Form, Group, Question
from forms.nodes import Env, Node
from forms.results import answer_key, spread
from forms.tree import Tree, plain
from forms.values import Json, Value, string

OPENROSA = "http://openrosa.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
# Control characters, halves of characters, and two that are none.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """`text` without what XML, and a workbook that is made of XML, cannot hold."""
    return _UNWRITABLE.sub("", text)


def write_instance(draft: Draft) -> str:
    """The instance of `draft`: what is relevant, in the order of the form, with its metadata and entities."""
    return _Writer(draft).write()


def write_kept(
    form: Form,
    result: Mapping[str, Json],
    env: Env,
    *,
    instance_id: str,
    deprecated_id: str = "",
    without: Collection[str] = (),
) -> str:
    """The instance of a report that was kept as `result` (of `Interview.result`) under this version of the form.

    Nothing is worked out anew but its name and its entities: calculations and metadata are those of the day it was
    sent, `env.now` is that moment. What has no value, was not relevant or is in `without` (paths of the form) is an
    empty node, a repeat in it none; a file is named by the id under which it is kept. An empty `result` makes no
    entity. `deprecated_id`: the instance that this one takes the place of.
    """
    kept = Kept(form, result, env, instance_id, without)
    return _Writer(kept, deprecated_id, entities=form.entities if result else ()).write()


class Kept(Draft):
    """A report as it was received: every value is the one that was kept, and nothing is hidden."""

    def __init__(
        self, form: Form, result: Mapping[str, Json], env: Env, instance_id: str, without: Collection[str]
    ) -> None:
        self._instance_id = instance_id
        counts: dict[str, int] = {}
        _count(form, result, "", "", counts)
        counts = {path: count for path, count in counts.items() if plain(path) not in without}
        found = spread(form, result).answers
        super().__init__(form, {path: found[path] for path in found if plain(path) not in without}, set(), counts, env)

    @property
    def instance_id(self) -> str:
        return self._instance_id

    def _fill(self, group: Group, slot: Node, tree: Tree) -> None:
        tree.fill(slot, self.counts.get(slot.path, 0))

    def _is_hidden(self, part: Question | Group, path: str) -> bool:
        return False

    def _compute(self, question: Question, path: str) -> None:
        if (given := self.answers.get(path)) is not None:
            self._values[path] = load(question.kind, given)


def _count(form: Form, result: Mapping[str, Json], repeat: str, within: str, counts: dict[str, int]) -> None:
    """How many instances `result`, of the instance of `repeat` at the path `within`, has of each repeat in it."""
    for path, group in form.groups.items():
        if group.repeat is None or (group.repeats[-2] if len(group.repeats) > 1 else "") != repeat:
            continue
        slot = f"{within}{path.removeprefix(repeat)}"
        rows = result.get(answer_key(form, path))
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        counts[slot] = len(found)
        for place, row in enumerate(found, 1):
            _count(form, row, path, f"{slot}[{place}]", counts)


class _Writer:
    def __init__(self, draft: Draft, deprecated_id: str = "", entities: Collection[Entity] | None = None) -> None:
        self._draft = draft
        self._form = draft.form
        self._deprecated_id = deprecated_id
        self._entities = {entity.path: entity for entity in (self._form.entities if entities is None else entities)}

    def write(self) -> str:
        form, root = self._form, self._draft.document.top.children[0]
        spaces = f' xmlns:orx="{OPENROSA}" xmlns:entities="{ENTITIES}"'
        version = f" version={quoteattr(form.version)}" if form.version else ""
        default = f" xmlns={quoteattr(form.namespace)}" if form.namespace else ""
        inner = "".join(self._node(child) for child in root.children if child.name != "meta")
        meta = f"<orx:meta>{self._about()}{self._entity(root)}</orx:meta>"
        head = f"<{root.name}{default}{spaces} id={quoteattr(form.id)}{version}>"
        return f"<?xml version='1.0' encoding='UTF-8'?>\n{head}{inner}{meta}</{root.name}>"

    def _node(self, node: Node) -> str:
        if not self._draft.relevant(node.path):
            return ""
        if node.name == "meta" and f"{node.ref}/entity" in self._entities:
            return f"<meta>{self._entity(node.parent)}</meta>" if node.parent else ""
        question = self._form.by_path.get(node.ref)
        if question is None:
            return f"<{node.name}>{''.join(map(self._node, node.children))}</{node.name}>"
        return self._leaf(node.name, self._written(self._draft.value(node.path)))

    def _leaf(self, name: str, text: str) -> str:
        # A parser makes a line feed of a carriage return that stands for itself.
        shown = escape(writable(text), {"\r": "&#13;"})
        return f"<{name}>{shown}</{name}>" if shown else f"<{name}/>"

    def _written(self, value: Value) -> str:
        if isinstance(value, time):
            return datetime.combine(self._draft.env.now, value, self._draft.env.now.tzinfo).isoformat(
                timespec="milliseconds"
            )[11:]
        return string(value)

    def _about(self) -> str:
        name = self._form.instance_name
        at = f"{self._form.document.top.children[0].path}/meta/instanceName"
        shown = string(name.evaluate(self._draft, at, self._draft.env)) if name else ""
        ids = {"orx:instanceID": self._draft.instance_id, "orx:deprecatedID": self._deprecated_id}
        about = "".join(self._leaf(tag, found) for tag, found in ids.items() if found)
        return about + (self._leaf("orx:instanceName", shown) if name else "")

    # Entities

    def _entity(self, holder: Node) -> str:
        entity = self._entities.get(f"{holder.ref}/meta/entity")
        if entity is None:
            return ""
        path = f"{holder.path}/meta/entity"
        attributes = {name: self._attribute(value, f"{path}/@{name}") for name, value in entity.attributes.items()}
        written = "".join(f" {name}={quoteattr(writable(value))}" for name, value in attributes.items())
        label = self._attribute(entity.label, f"{path}/label") if entity.label else ""
        inner = self._leaf("entities:label", label) if label else ""
        return f"<entities:entity dataset={quoteattr(entity.dataset)}{written}>{inner}</entities:entity>"

    def _attribute(self, value: Expression | str, path: str) -> str:
        if isinstance(value, str):
            return value
        found = value.evaluate(self._draft, path, self._draft.env)
        return str(int(found)) if isinstance(found, bool) else string(found)
