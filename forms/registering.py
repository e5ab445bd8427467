"""What a report says of entities: which it registers, which it changes, and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.draft import Draft
from forms.expressions import Expression
from forms.instance import Kept
from forms.model import Entity, Form
from forms.nodes import Env
from forms.tree import beside, plain, refs_within
from forms.values import Json, string

MOST_LABEL = 200
"""Characters of a label: it stands on buttons and in lists."""

_TRUE = frozenset({"1", "true", "true()"})
_RANDOM = "uuid()"


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says of one entity. `place`: the path of the repeat's instance, or of the form.

    `key`: the id that the form gives, "" where it leaves it to chance. `creates`, `updates`: what it may do; with both
    it changes what is there, and registers what is not. `data`: the properties that it gives a value.
    """

    place: str
    dataset: str
    key: str
    creates: bool
    updates: bool
    label: str
    data: Mapping[str, str]


def said(form: Form, result: Mapping[str, Json], env: Env) -> list[Said]:
    """What a report that was kept as `result` (of `Interview.result`) says of entities, in the order of the form.

    What it leaves empty it does not say: a property stays as it was. Without a label nothing is registered.
    """
    if not form.entities or not result:
        return []
    kept = Kept(form, result, env, "", ())
    found = (one for entity in form.entities for one in _said(kept, entity))
    return [one for one in found if (one.creates and one.label) or (one.updates and one.key)]


def _said(kept: Draft, entity: Entity) -> Iterator[Said]:
    for path in [path for path in kept.document.by_path if plain(path) == entity.path]:
        place = path.removesuffix("/meta/entity")
        label = " ".join(_text(kept, entity.label or "", f"{path}/label").split())[:MOST_LABEL]
        yield Said(
            place, entity.dataset, _key(kept, entity, path), _is(kept, entity, "create", path),
            _is(kept, entity, "update", path), label, _data(kept, entity, path),
        )  # fmt: skip


def _is(kept: Draft, entity: Entity, what: str, path: str) -> bool:
    return what in entity.attributes and _text(kept, entity.attributes[what], f"{path}/@{what}").lower() in _TRUE


def _key(kept: Draft, entity: Entity, path: str) -> str:
    given = entity.attributes.get("id", "")
    is_chance = isinstance(given, Expression) and given.text == _RANDOM
    return "" if is_chance else _text(kept, given, f"{path}/@id").strip()


def _text(kept: Draft, value: Expression | str, at: str) -> str:
    return value if isinstance(value, str) else string(value.evaluate(kept, at, kept.env))


def _data(kept: Draft, entity: Entity, path: str) -> dict[str, str]:
    around = refs_within(entity.path, kept.form.document.repeats)
    texts = {name: string(kept.value(beside(ref, around, path))) for name, ref in entity.properties.items()}
    return {name: text for name, text in texts.items() if text}
