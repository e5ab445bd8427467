"""What a form makes of entity lists: the declarations in its XForm."""

from collections.abc import Mapping

from forms.expressions import Expression
from forms.model import Entity
from forms.source import Source

SAVETO = "{http://www.opendatakit.org/xforms/entities}saveto"


def read_entities(source: Source) -> tuple[Entity, ...]:
    """The entities that a report of the form creates or updates."""
    return tuple(_entity(source, path) for path in source.document.by_path if path.endswith("/meta/entity"))


def _entity(source: Source, path: str) -> Entity:
    written = source.attributes[path]
    attributes: dict[str, Expression | str] = {}
    for name, fixed in written.items():
        if name != "dataset":
            attributes[name] = _attribute(source, f"{path}/@{name}", fixed)
    label = source.expression(source.bind(f"{path}/label").get("calculate"), f"{path}/label", "entities")
    return Entity(path, written.get("dataset", ""), attributes, label, _properties(source, path))


def _attribute(source: Source, path: str, fixed: str) -> Expression | str:
    """What is calculated, or set when the draft begins: both are worked out when the report is written."""
    set_at_first = next((action.value for action in source.body.actions if action.ref == path), None)
    return source.expression(source.bind(path).get("calculate") or set_at_first, path, "entities") or fixed


def _properties(source: Source, path: str) -> Mapping[str, str]:
    """The questions whose answers become properties: those in the same repeats as the entity."""
    around = source.repeats_around(path)
    return {
        source.bind(ref)[SAVETO]: ref
        for ref in source.document.by_path
        if SAVETO in source.bind(ref) and source.repeats_around(ref) == around
    }
