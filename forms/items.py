"""The choices on offer, with what is asked of thousands of them at every answer: is it there, where, what is it called.

The idea: a list that is the same for everybody is one `Items` for as long as the form lives, so all that is worked out
from it is worked out once.
"""

from collections.abc import Callable, Iterable
from functools import cached_property

from forms.expressions import Expression
from forms.model import Item, Text
from forms.nodes import Env, Instance


class Items(tuple[Item, ...]):
    """A tuple of choices that can be asked by their values."""

    @staticmethod
    def of(items: Iterable[Item]) -> "Items":
        return items if isinstance(items, Items) else Items(items)

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(item.value for item in self)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each value in the list, from 0; of twins the first."""
        return {item.value: place for place, item in reversed([*enumerate(self)])}

    @cached_property
    def _by_node(self) -> dict[int, Item]:
        return {id(item.node): item for item in self}

    @cached_property
    def _labels(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _is_fixed(self) -> bool:
        """Whether no label says an answer."""
        texts = (template for item in self for template in item.label.values())
        return all(isinstance(part, str) for template in texts for part in template.parts)

    def filtered(self, condition: Expression, instance: Instance, at: str, env: Env) -> "Items":
        """The choices that `condition` lets through for the question at the path `at`."""
        rows = condition.among(instance, at, env, [item.node for item in self])
        return Items(self._by_node[id(row)] for row in rows)

    def labels(self, language: str, write: Callable[[Text], str]) -> tuple[str, ...]:
        """What the choices are called in `language`, as `write` puts it."""
        if not self._is_fixed:
            return tuple(write(item.label) for item in self)
        if language not in self._labels:
            self._labels[language] = tuple(write(item.label) for item in self)
        return self._labels[language]
