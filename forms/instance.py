"""A report as an XForms instance: the XML that ODK Central, Kobo and every other OpenRosa server takes."""

from datetime import datetime, time
from xml.sax.saxutils import escape, quoteattr

from forms.draft import Draft
from forms.expressions import Expression
from forms.model import Entity
from forms.nodes import Node
from forms.tree import beside, plain, refs_within
from forms.values import Value, string

OPENROSA = "http://openrosa.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"


def write_instance(draft: Draft) -> str:
    """The instance of `draft`: what is relevant, in the order of the form, with its metadata and entities."""
    return _Writer(draft).write()


class _Writer:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._form = draft.form
        self._entities = {entity.path: entity for entity in draft.form.entities}

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
        return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"

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
        return f"<orx:instanceID>{self._draft.instance_id}</orx:instanceID>" + (
            self._leaf("orx:instanceName", shown) if name else ""
        )

    # Entities

    def _entity(self, holder: Node) -> str:
        entity = self._entities.get(f"{holder.ref}/meta/entity")
        if entity is None:
            return ""
        path = f"{holder.path}/meta/entity"
        attributes = {name: self._attribute(value, f"{path}/@{name}") for name, value in entity.attributes.items()}
        written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        label = self._attribute(entity.label, f"{path}/label") if entity.label else ""
        inner = self._leaf("entities:label", label) if label else ""
        return f"<entities:entity dataset={quoteattr(entity.dataset)}{written}>{inner}</entities:entity>"

    def _attribute(self, value: Expression | str, path: str) -> str:
        if isinstance(value, str):
            return value
        found = value.evaluate(self._draft, path, self._draft.env)
        return str(int(found)) if isinstance(found, bool) else string(found)


def entity_values(draft: Draft, entity: Entity) -> list[dict[str, str]]:
    """The properties that `entity` takes from `draft`: one set for the report, or for each instance of its repeat."""
    around = refs_within(entity.path, draft.form.document.repeats)
    found: list[dict[str, str]] = []
    for path in [path for path in draft.document.by_path if plain(path) == entity.path]:
        if draft.relevant(path.rpartition("/meta/")[0]):
            values = {name: beside(ref, around, path) for name, ref in entity.properties.items()}
            found.append({name: string(draft.value(place)) for name, place in values.items()})
    return found
