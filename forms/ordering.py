"""In which order the parts of a form are computed, so that each finds what it reads already there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Order:
    """`parts` after what they depend on. `is_recurrent`: some depend on other instances of their own repeat."""

    parts: tuple[Part, ...]
    is_recurrent: bool
    problems: list[Problem]


def in_order(parts: Sequence[Part]) -> Order:
    """`parts` (in document order) sorted by dependency, and a problem for each circle among them."""
    return _Sorter(parts).sort()


@dataclass(frozen=True, slots=True)
class _Need:
    """`is_loose`: met by another instance of the repeat that both stand in, so that a circle through it may turn."""

    path: str
    is_loose: bool = False


@dataclass(slots=True)
class _Visit:
    pending: Iterator[_Need]
    is_loose: bool


class _Sorter:
    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts: Mapping[str, Part] = {part.path: part for part in parts}
        self._sorted: dict[str, Part] = {}
        self._problems: list[Problem] = []
        self._is_recurrent = False

    def sort(self) -> Order:
        for path in self._parts:
            self._visit(path)
        return Order(tuple(self._sorted.values()), self._is_recurrent, self._problems)

    def _visit(self, start: str) -> None:
        # An explicit stack: a form may chain hundreds of questions, each relevant by the one before.
        trail: dict[str, _Visit] = {}
        self._enter(_Need(start), trail)
        while trail:
            path, visit = next(reversed(trail.items()))
            following = next(visit.pending, None)
            if following is None:
                del trail[path]
                self._sorted[path] = self._parts[path]
            elif following.path in trail:
                self._close(following, trail)
            else:
                self._enter(following, trail)

    def _enter(self, need: _Need, trail: dict[str, _Visit]) -> None:
        if need.path in self._parts and need.path not in self._sorted:
            trail[need.path] = _Visit(iter(self._needs(self._parts[need.path])), need.is_loose)

    def _needs(self, part: Part) -> list[_Need]:
        needs = [_Need(part.path.rpartition("/")[0])]
        for expression in _expressions(part):
            for reference in sorted(expression.references):
                is_loose = reference in expression.loose and bool(part.repeats)
                found = resolve(reference, part.path, self._parts)
                needs += [_Need(path, is_loose and self._in_a_repeat(path)) for path in found]
        return needs

    def _in_a_repeat(self, path: str) -> bool:
        return path in self._parts and bool(self._parts[path].repeats)

    def _close(self, need: _Need, trail: dict[str, _Visit]) -> None:
        circle = list(trail)[list(trail).index(need.path) :]
        if need.is_loose or any(trail[member].is_loose for member in circle[1:]):
            self._is_recurrent = True
        else:
            self._report(need.path, circle)

    def _report(self, path: str, circle: list[str]) -> None:
        names = ", ".join(self._parts[member].name for member in circle)
        self._problems.append(Problem("cycle", {"names": names, "name": self._parts[path].name}, sheet="survey"))


def _expressions(part: Part) -> Iterator[Expression]:
    """What the value of `part` depends on. Constraints and the like only judge it."""
    if part.relevant is not None:
        yield part.relevant
    if isinstance(part, Group):
        if part.repeat is not None and part.repeat.count is not None:
            yield part.repeat.count
    else:
        if part.calculate is not None:
            yield part.calculate
        if isinstance(part.default, Expression):
            yield part.default
