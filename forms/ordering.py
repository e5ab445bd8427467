"""In which order the parts of a form are computed, so that each finds what it reads already there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import join, normpath

from forms.expressions import Expression
from forms.model import Group, Question
from forms.problems import Problem

Part = Question | Group


def resolve(reference: str, at: str, paths: Iterable[str]) -> list[str]:
    """The paths of the form that `reference` (absolute, relative to `at`, or with * and //) stands for."""
    head, *tail = reference.split("//")
    # A leading // leaves no head and searches the whole form.
    absolute = "//".join([normpath(join(at, head)) if head else "", *tail])
    if "*" not in absolute and "//" not in absolute:
        return [absolute]
    pattern = re.escape(absolute).replace(r"\*", "[^/]+").replace("//", "/(?:.*/)?")
    return [path for path in paths if re.fullmatch(pattern, path)]


def in_order(parts: Sequence[Part]) -> tuple[tuple[Part, ...], list[Problem]]:
    """`parts` (in document order) sorted by dependency, and a problem for each circle among them."""
    return _Sorter(parts).sort()


class _Sorter:
    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts: Mapping[str, Part] = {part.path: part for part in parts}
        self._sorted: dict[str, Part] = {}
        self._problems: list[Problem] = []

    def sort(self) -> tuple[tuple[Part, ...], list[Problem]]:
        for path in self._parts:
            self._visit(path)
        return tuple(self._sorted.values()), self._problems

    def _visit(self, start: str) -> None:
        # An explicit stack: a form may chain hundreds of questions, each relevant by the one before.
        trail: dict[str, Iterator[str]] = {}
        self._enter(start, trail)
        while trail:
            path, pending = next(reversed(trail.items()))
            following = next(pending, None)
            if following is None:
                del trail[path]
                self._sorted[path] = self._parts[path]
            elif following in trail:
                self._report(following, list(trail))
            else:
                self._enter(following, trail)

    def _enter(self, path: str, trail: dict[str, Iterator[str]]) -> None:
        if path in self._parts and path not in self._sorted:
            trail[path] = iter(self._needs(self._parts[path]))

    def _needs(self, part: Part) -> list[str]:
        needs = [part.path.rpartition("/")[0]]
        for expression in _expressions(part):
            for reference in sorted(expression.references):
                needs += resolve(reference, part.path, self._parts)
        return needs

    def _report(self, path: str, trail: list[str]) -> None:
        circle = trail[trail.index(path) :]
        names = ", ".join(self._parts[member].name for member in circle)
        self._problems.append(Problem("cycle", {"names": names, "name": self._parts[path].name}, sheet="survey"))


def _expressions(part: Part) -> Iterator[Expression]:
    """What the value of `part` depends on. Constraints and the like only judge it."""
    if part.relevant is not None:
        yield part.relevant
    if isinstance(part, Question):
        if part.calculate is not None:
            yield part.calculate
        if isinstance(part.default, Expression):
            yield part.default
