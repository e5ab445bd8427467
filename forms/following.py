"""What follows from what: the parts of a form that one answer can change."""

from collections.abc import Iterator
from functools import lru_cache

from forms.expressions import Expression
from forms.model import Form, Group, Question
from forms.ordering import Part, resolve

# Functions that read what the expression does not name: the label of a choice or a text may say any answer.
_READ_MORE = frozenset({"choice-name", "itext"})


class Following:
    """Looks up what has to be worked out anew after a change, for a form without repeats."""

    def __init__(self, form: Form) -> None:
        self._order = {part.path: part for part in form.order}
        self._after: dict[str, list[str]] = {}
        self._always: list[str] = []
        self._found: dict[str, tuple[Part, ...]] = {}
        for part in form.order:
            self._enter(part)

    def _enter(self, part: Part) -> None:
        self._after.setdefault(part.path.rpartition("/")[0], []).append(part.path)
        for expression in _expressions(part):
            for reference in expression.references:
                for path in resolve(reference, part.path, self._order):
                    self._after.setdefault(path, []).append(part.path)
            if not _READ_MORE.isdisjoint(expression.functions):
                self._always.append(part.path)

    def of(self, path: str) -> tuple[Part, ...]:
        """The part at `path` and all that may differ when its answer does, each after what it reads."""
        if path not in self._found:
            reached = {path, *self._always}
            waiting = [*reached]
            while waiting:
                new = set(self._after.get(waiting.pop(), ())) - reached
                reached |= new
                waiting += new
            self._found[path] = tuple(part for place, part in self._order.items() if place in reached)
        return self._found[path]


def following(form: Form) -> Following:
    """What follows from what in `form`, worked out once, also for its copies with the rows of entity lists."""
    return _following(form.unfilled or form)


@lru_cache(maxsize=64)
def _following(form: Form) -> Following:
    return Following(form)


def _expressions(part: Question | Group) -> Iterator[Expression]:
    """What the value of `part` depends on."""
    if part.relevant is not None:
        yield part.relevant
    if isinstance(part, Question):
        if part.calculate is not None:
            yield part.calculate
        if isinstance(part.default, Expression):
            yield part.default
