"""The functions of ODK XPath, as one table: name → how many arguments, and how a call is compiled.

Semantics follow the ODK XForms specification and, where it is silent about empty answers, ODK Collect: sum, min and
max pass over what is no number; a regular expression must match the whole text.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from types import MappingProxyType
from uuid import UUID

from forms import measures
from forms import pure_functions as pure
from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.places import nearest
from forms.values import NAN, NUMBERS, Value, boolean, is_empty, number, string


@dataclass(frozen=True, slots=True)
class Argument:
    """A compiled argument; `nodes` is there when it is a path."""

    value: Thunk
    nodes: NodeThunk | None = None

    def values(self, scope: Scope) -> list[Value]:
        """All values: those of every node of a path, else the single value."""
        if self.nodes is None:
            return [self.value(scope)]
        return [scope.read(node) for node in self.nodes(scope)]


Arguments = Sequence[Argument]
Build = Callable[[Arguments], Thunk]


@dataclass(frozen=True, slots=True)
class Function:
    """`most` None: any number of arguments."""

    least: int
    most: int | None
    build: Build


def _plain(least: int, most: int | None, apply: Callable[..., Value]) -> Function:
    """A function of its arguments' single values."""

    def build(arguments: Arguments) -> Thunk:
        thunks = [argument.value for argument in arguments]
        if len(thunks) == 1:
            only = thunks[0]
            return lambda scope: apply(only(scope))
        return lambda scope: apply(*[thunk(scope) for thunk in thunks])

    return Function(least, most, build)


def _weighty(least: int, most: int | None, apply: Callable[..., Value]) -> Function:
    """As `_plain`, for what takes long with long texts."""
    plain = _plain(least, most, apply)

    def build(arguments: Arguments) -> Thunk:
        thunk = plain.build(arguments)

        def checked(scope: Scope) -> Value:
            scope.env.budget.check()
            return thunk(scope)

        return checked

    return Function(least, most, build)


def _over_values(least: int, most: int | None, apply: Callable[[list[Value]], Value]) -> Function:
    """A function of all values of all arguments together, paths opened to their nodes."""

    def build(arguments: Arguments) -> Thunk:
        def over(scope: Scope) -> Value:
            scope.env.budget.check()
            return apply([value for argument in arguments for value in argument.values(scope)])

        return over

    return Function(least, most, build)


def _scoped(least: int, most: int | None, apply: Callable[[Scope, Arguments], Value]) -> Function:
    """A function that looks at the scope, or evaluates only some of its arguments."""

    def build(arguments: Arguments) -> Thunk:
        return lambda scope: apply(scope, arguments)

    return Function(least, most, build)


def _own(least: int, apply: Callable[[str], Value]) -> Function:
    """A text function whose argument defaults to the value of the context node."""

    def build(arguments: Arguments) -> Thunk:
        if arguments:
            thunk = arguments[0].value
            return lambda scope: apply(string(thunk(scope)))
        return lambda scope: apply(string(scope.read(scope.node)))

    return Function(least, 1, build)


# Logic


def _if(scope: Scope, arguments: Arguments) -> Value:
    condition, then, otherwise = arguments
    return then.value(scope) if boolean(condition.value(scope)) else otherwise.value(scope)


def _coalesce(scope: Scope, arguments: Arguments) -> Value:
    for argument in arguments:
        value = argument.value(scope)
        if not is_empty(value):
            return value
    return ""


def _once(scope: Scope, arguments: Arguments) -> Value:
    own = scope.read(scope.current)
    return arguments[0].value(scope) if own == "" else own


def _join(scope: Scope, arguments: Arguments) -> Value:
    separator = string(arguments[0].value(scope))
    parts = [string(value) for argument in arguments[1:] for value in argument.values(scope)]
    # The separator of a thousand parts may be a text of its own.
    return pure.limited(separator[: pure.MOST_TEXT // max(1, len(parts))].join(parts))


def _choice_name(scope: Scope, arguments: Arguments) -> Value:
    value, path = (string(argument.value(scope)).strip() for argument in arguments)
    asked = nearest(scope, path)
    return scope.instance.choice_label(asked.path, value) if asked else ""


def _pulldata(scope: Scope, arguments: Arguments) -> Value:
    table, wanted, column, key = (string(argument.value(scope)).strip() for argument in arguments)
    found = scope.instance.document.lists.get(table.removesuffix(".csv"))
    return measures.look_up(found, wanted, column, key) if found else ""


def _format_date(scope: Scope, arguments: Arguments) -> Value:
    value, pattern = (argument.value(scope) for argument in arguments)
    return pure.formatted_date(value, pattern, scope.env.language)


# Nodes


def _count(scope: Scope, arguments: Arguments) -> Value:
    return Decimal(len(arguments[0].values(scope)))


def _count_non_empty(values: list[Value]) -> Value:
    return Decimal(sum(not is_empty(value) for value in values))


def _position(scope: Scope, arguments: Arguments) -> Value:
    if not arguments:
        return Decimal(scope.position)
    nodes = arguments[0].nodes(scope) if arguments[0].nodes else []
    if not nodes or nodes[0].parent is None:
        return NAN
    return Decimal(_place(nodes[0], nodes[0].parent))


def _place(node: Node, parent: Node) -> int:
    twins = _twins(node, parent)
    # The slot of a repeat is no child: it stands for the instance that would come next.
    return next((place for place, twin in enumerate(twins, 1) if twin is node), len(twins) + 1)


def _twins(node: Node, parent: Node) -> list[Node]:
    return [child for child in parent.children if child.name == node.name]


def _node_name(scope: Scope, arguments: Arguments) -> Value:
    if not arguments:
        return scope.node.name
    nodes = arguments[0].nodes(scope) if arguments[0].nodes else []
    return nodes[0].name if nodes else ""


# Chance


def _chance(scope: Scope) -> Random:
    """The same draft and question always draw the same, so a draft that is loaded again does not change."""
    return Random(f"{scope.env.seed}|{scope.current.path}")  # noqa: S311 - no secret is drawn from it


def _random(scope: Scope, _: Arguments) -> Value:
    return NUMBERS.create_decimal(repr(_chance(scope).random()))


def _uuid(scope: Scope, arguments: Arguments) -> Value:
    chance = _chance(scope)
    if arguments and (length := number(arguments[0].value(scope))).is_finite():
        letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        return "".join(chance.choices(letters, k=max(0, min(256, int(length)))))
    return str(UUID(int=chance.getrandbits(128), version=4))


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "if": _scoped(3, 3, _if),
        "coalesce": _scoped(1, None, _coalesce),
        "once": _scoped(1, 1, _once),
        "true": _plain(0, 0, lambda: True),
        "false": _plain(0, 0, lambda: False),
        "not": _plain(1, 1, lambda value: not boolean(value)),
        "boolean": _plain(1, 1, boolean),
        "boolean-from-string": _plain(1, 1, lambda value: string(value) in {"true", "1"}),
        "checklist": _plain(2, None, pure.checklist),
        "weighted-checklist": _plain(2, None, pure.weighted_checklist),
        "number": _plain(1, 1, number),
        "int": _plain(1, 1, pure.whole),
        "round": _plain(1, 2, pure.rounded),
        "pow": _plain(2, 2, pure.power),
        "abs": _plain(1, 1, lambda value: abs(number(value))),
        "sqrt": _plain(1, 1, lambda value: NUMBERS.sqrt(number(value))),
        "exp": _plain(1, 1, lambda value: NUMBERS.exp(number(value))),
        "exp10": _plain(1, 1, lambda value: NUMBERS.power(Decimal(10), number(value))),
        "log": _plain(1, 1, lambda value: NUMBERS.ln(number(value))),
        "log10": _plain(1, 1, lambda value: NUMBERS.log10(number(value))),
        "pi": _plain(0, 0, lambda: NUMBERS.create_decimal(repr(math.pi))),
        "sin": _plain(1, 1, pure.real(math.sin)),
        "cos": _plain(1, 1, pure.real(math.cos)),
        "tan": _plain(1, 1, pure.real(math.tan)),
        "asin": _plain(1, 1, pure.real(math.asin)),
        "acos": _plain(1, 1, pure.real(math.acos)),
        "atan": _plain(1, 1, pure.real(math.atan)),
        "atan2": _plain(2, 2, pure.real(math.atan2)),
        "sum": _over_values(1, None, pure.total),
        "min": _over_values(1, None, pure.smallest),
        "max": _over_values(1, None, pure.largest),
        "string": _own(0, lambda text: text),
        "string-length": _own(0, lambda text: Decimal(len(text))),
        "normalize-space": _own(0, lambda text: " ".join(text.split())),
        "concat": _over_values(1, None, pure.concat),
        "join": _scoped(1, None, _join),
        "substr": _plain(2, 3, pure.substr),
        "substring-before": _plain(2, 2, pure.substring_before),
        "substring-after": _plain(2, 2, pure.substring_after),
        "translate": _weighty(3, 3, pure.translate),
        "contains": _weighty(2, 2, lambda text, part: string(part) in string(text)),
        "starts-with": _plain(2, 2, lambda text, part: string(text).startswith(string(part))),
        "ends-with": _plain(2, 2, lambda text, part: string(text).endswith(string(part))),
        "regex": _weighty(2, 2, pure.regex),
        "selected": _weighty(2, 2, pure.selected),
        "selected-at": _weighty(2, 2, pure.selected_at),
        "count-selected": _weighty(1, 1, lambda chosen: Decimal(len(string(chosen).split()))),
        "choice-name": _scoped(2, 2, _choice_name),
        "itext": _scoped(1, 1, lambda scope, args: scope.instance.itext(string(args[0].value(scope)))),
        "today": _scoped(0, 0, lambda scope, _: scope.env.now.date()),
        "now": _scoped(0, 0, lambda scope, _: scope.env.now),
        "floor": _plain(1, 1, pure.floor),
        "ceiling": _plain(1, 1, pure.ceiling),
        "substring": _weighty(2, 3, pure.substring),
        "digest": _weighty(2, 3, measures.digest),
        "base64-decode": _weighty(1, 1, measures.base64_decode),
        "area": _over_values(1, None, measures.area),
        "enclosed-area": _over_values(1, None, measures.area),
        "distance": _over_values(1, None, measures.distance),
        "geofence": _plain(2, 2, measures.geofence),
        "intersects": _plain(1, 1, measures.intersects),
        "pulldata": _scoped(4, 4, _pulldata),
        "name": _scoped(0, 1, _node_name),
        "local-name": _scoped(0, 1, _node_name),
        "date": _plain(1, 1, pure.to_date),
        "date-time": _plain(1, 1, pure.to_date_time),
        "decimal-date-time": _plain(1, 1, pure.decimal_date_time),
        "decimal-time": _plain(1, 1, pure.decimal_time),
        "format-date": _scoped(2, 2, _format_date),
        "format-date-time": _scoped(2, 2, _format_date),
        "count": _scoped(1, 1, _count),
        "count-non-empty": _over_values(1, None, _count_non_empty),
        "position": _scoped(0, 1, _position),
        "last": _scoped(0, 0, lambda scope, _: Decimal(scope.size)),
        "random": _scoped(0, 0, _random),
        "uuid": _scoped(0, 1, _uuid),
    }
)
# Functions that stand under the jr: prefix.
PREFIXED = frozenset({"choice-name", "itext"})
