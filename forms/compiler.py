"""From elementpath's parse tree to closures."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any

from forms.functions import FUNCTIONS, PREFIXED, Argument
from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.places import among, indexed_repeat
from forms.values import NAN, NUMBERS, ZERO, Value, boolean, compare, equal, number, string

Step = Callable[[Scope, Node], list[Node]]

# Functions that give nodes; the compiler knows them by name because they begin paths.
NODE_FUNCTIONS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"instance": (1, 1), "current": (0, 0), "randomize": (1, 2)}
)
# A function of paths as they are written, not of what stands there.
INDEXED_REPEAT = "indexed-repeat"


class ExpressionError(ValueError):
    """The text is no expression that this engine can evaluate; the message says why."""


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    return NUMBERS.remainder(dividend, divisor) if divisor else NAN


def _divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    return NUMBERS.divide(dividend, divisor)


ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = MappingProxyType(
    {"+": NUMBERS.add, "-": NUMBERS.subtract, "*": NUMBERS.multiply, "div": _divide, "mod": _modulo}
)
# How a reference that begins at the question is written while it is collected; inside a predicate “.” is another node.
CURRENT = "current()"
ORDER: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


class Compiler:
    """Compiles one expression, and notes on the way which paths it reads and which functions it calls.

    `loose` are the references that pick among the instances of a repeat, and so need not mean the one they stand in.
    """

    def __init__(self, *, inside_predicate: bool = False) -> None:
        self.references: set[str] = set()
        self.firm: set[str] = set()
        self.functions: set[str] = set()
        self.instances: set[str] = set()
        # The path whose nodes a predicate looks at; None outside of predicates, "" where the nodes have no path.
        self._looked_at: str | None = "" if inside_predicate else None

    @property
    def loose(self) -> set[str]:
        return self.references - self.firm

    def _note(self, reference: str, *, loose: bool = False) -> None:
        if reference.startswith(CURRENT):
            reference = reference.replace(CURRENT, ".")
        elif not reference.startswith("/") and self._looked_at is not None:
            if not self._looked_at:
                return
            reference, loose = f"{self._looked_at}/{reference}", True
        self.references.add(reference)
        if not loose:
            self.firm.add(reference)

    def scalar(self, token: Any) -> Thunk:
        """The single value of the expression under `token`."""
        symbol = token.symbol
        if symbol in {"(string)", "(integer)", "(decimal)", "(float)"}:
            return _constant(token.value)
        if symbol in {"and", "or"}:
            return _logic(symbol, self.scalar(token[0]), self.scalar(token[1]))
        if symbol in {"=", "!="}:
            return _equality(symbol, self.scalar(token[0]), self.scalar(token[1]))
        if symbol in ORDER:
            return _ordering(ORDER[symbol], self.scalar(token[0]), self.scalar(token[1]))
        if symbol in ARITHMETIC and len(token) == 2:
            return _arithmetic(ARITHMETIC[symbol], self.scalar(token[0]), self.scalar(token[1]))
        if symbol in {"+", "-"}:
            return _sign(symbol, self.scalar(token[0]))
        if symbol == "(":
            return self.scalar(token[0])
        if symbol == ":":
            return self._prefixed(token)
        if token.label == "function" and symbol not in NODE_FUNCTIONS:
            return self._call(token)
        return self._path_value(token)

    def _prefixed(self, token: Any) -> Thunk:
        name = token[1].symbol
        if token[0].value != "jr" or name not in PREFIXED:
            raise ExpressionError(f"{token.source} is not known")
        return self._call(token[1])

    def _call(self, token: Any) -> Thunk:
        name = token.symbol
        self.functions.add(name)
        if name == INDEXED_REPEAT:
            return self._indexed_repeat(token)
        if name not in FUNCTIONS:
            raise ExpressionError(f"the function {name}() is not supported")
        if name == "pulldata" and token[0].symbol == "(string)":
            self.instances.add(token[0].value.removesuffix(".csv"))
        return FUNCTIONS[name].build([self._argument(argument) for argument in token])

    def _indexed_repeat(self, token: Any) -> Thunk:
        """The paths are read as they are written; which instances they mean is for the indexes to say."""
        if len(token) % 2 == 0:
            raise ExpressionError("indexed-repeat() takes a field, and a repeat and an index for each level")
        paths = [_reference(argument) for argument in (token[0], *token[1::2])]
        if not all(paths):
            raise ExpressionError("indexed-repeat() takes paths as field and repeats")
        self._note(paths[0], loose=True)
        return indexed_repeat(paths[0], paths[1:], [self.scalar(argument) for argument in token[2::2]])

    def _argument(self, token: Any) -> Argument:
        if _gives_nodes(token):
            return Argument(self._path_value(token), self.nodes(token))
        return Argument(self.scalar(token))

    # Paths

    def _path_value(self, token: Any) -> Thunk:
        """The value of the first node of a path; a plain absolute path is looked up without walking."""
        if token.symbol == "." and self._looked_at is None:
            self._note(".")
            return lambda scope: scope.instance.value(scope.node.path)
        path, nodes = _absolute(token), self.nodes(token)

        def first(scope: Scope) -> Value:
            found = nodes(scope)
            return scope.read(found[0]) if found else ""

        def absolute(scope: Scope) -> Value:
            value = scope.instance.value(path)
            # What stands in a repeat has a value under a path with positions only.
            return first(scope) if value == "" and scope.instance.document.repeats else value

        return absolute if path else first

    def nodes(self, token: Any) -> NodeThunk:
        """The nodes that a path selects, in the order of the document; what is not relevant is not there."""
        if reference := _reference(token):
            self._note(reference, loose=_picks(token))
        selected = self._nodes(token)

        def relevant(scope: Scope) -> list[Node]:
            is_relevant = scope.instance.relevant
            return [node for node in selected(scope) if is_relevant(node.path)]

        return relevant

    def _nodes(self, token: Any) -> NodeThunk:
        symbol = token.symbol
        if symbol == "(":
            return self.nodes(token[0])
        if symbol == "|":
            return _union(self.nodes(token[0]), self.nodes(token[1]))
        if symbol in NODE_FUNCTIONS:
            return self._node_function(token)
        if symbol in {"/", "//"}:
            return self._steps(token)
        if symbol == "[" and token[0].symbol in {"(", *NODE_FUNCTIONS}:
            return _filtered(self.nodes(token[0]), self._predicate(token[1], _reference(token)))
        step = self._step(token, _reference(token))
        return lambda scope: step(scope, scope.node)

    def _steps(self, token: Any, *, inner: bool = False) -> NodeThunk:
        """`inner`: further steps follow, so that on the way to them a repeat means the instance that we are in."""
        start = _top if len(token) < 2 else self._inner(token[0])
        if not len(token):
            return start
        step = self._step(token[-1], reference := _reference(token))
        if inner and reference.startswith("/") and token[-1].symbol == "(name)":
            step = _own_instance(step)
        if token.symbol == "//":
            start = _with_descendants(start)
        return lambda scope: _distinct([found for node in start(scope) for found in step(scope, node)])

    def _inner(self, token: Any) -> NodeThunk:
        return self._steps(token, inner=True) if token.symbol in {"/", "//"} else self._nodes(token)

    def _step(self, token: Any, reference: str) -> Step:
        symbol = token.symbol
        if symbol == "[":
            return self._filtered_step(token, reference)
        if symbol == "(name)":
            name = token.value
            return lambda _, node: [child for child in node.children if child.name == name]
        if symbol == "*":
            return lambda _, node: list(node.children)
        if symbol == ".":
            return lambda _, node: [node]
        if symbol == "..":
            return lambda _, node: [node.parent] if node.parent else []
        if symbol in {"child", "parent", "self"}:
            return _axis(symbol, token[0])
        raise ExpressionError(f"{token.source} is not supported in a path")

    def _filtered_step(self, token: Any, reference: str) -> Step:
        step, test = self._step(token[0], reference), self._predicate(token[1], reference)

        def filtered(scope: Scope, node: Node) -> list[Node]:
            return _filter(scope, step(scope, node), test)

        return filtered

    def _predicate(self, token: Any, looked_at: str) -> Thunk:
        outside = self._looked_at
        if not looked_at.startswith("/"):
            # Relative to the question itself, or to nodes that have no path.
            looked_at = looked_at.replace(CURRENT, ".") if outside is None or looked_at.startswith(CURRENT) else ""
        self._looked_at = looked_at
        try:
            return self.scalar(token)
        finally:
            self._looked_at = outside

    def _node_function(self, token: Any) -> NodeThunk:
        self.functions.add(token.symbol)
        if token.symbol == "current":
            return lambda scope: [scope.current]
        if token.symbol == "randomize":
            return _randomized(self.nodes(token[0]), self.scalar(token[1]) if len(token) > 1 else None)
        name = self.scalar(token[0])
        if token[0].symbol == "(string)":
            self.instances.add(token[0].value)

        def root(scope: Scope) -> list[Node]:
            found = scope.instance.document.lists.get(string(name(scope)))
            return [found] if found else []

        return root


# Values


def _constant(value: Any) -> Thunk:
    constant: Value = value if isinstance(value, str) else NUMBERS.create_decimal(str(value))
    return lambda _: constant


def _logic(symbol: str, left: Thunk, right: Thunk) -> Thunk:
    if symbol == "and":
        return lambda scope: boolean(left(scope)) and boolean(right(scope))
    return lambda scope: boolean(left(scope)) or boolean(right(scope))


def _equality(symbol: str, left: Thunk, right: Thunk) -> Thunk:
    if symbol == "=":
        return lambda scope: equal(left(scope), right(scope))
    return lambda scope: not equal(left(scope), right(scope))


def _ordering(holds: Callable[[int, int], bool], left: Thunk, right: Thunk) -> Thunk:
    def ordered(scope: Scope) -> Value:
        order = compare(left(scope), right(scope))
        return order is not None and holds(order, 0)

    return ordered


def _arithmetic(apply: Callable[[Decimal, Decimal], Decimal], left: Thunk, right: Thunk) -> Thunk:
    return lambda scope: apply(number(left(scope)), number(right(scope)))


def _sign(symbol: str, operand: Thunk) -> Thunk:
    if symbol == "+":
        return lambda scope: number(operand(scope))
    return lambda scope: NUMBERS.subtract(ZERO, number(operand(scope)))


# Nodes


def _gives_nodes(token: Any) -> bool:
    if token.symbol == "(":
        return _gives_nodes(token[0])
    is_path = token.symbol in {"/", "//", "(name)", ".", "..", "[", "|", "child", "parent", "self"}
    return is_path or token.symbol in NODE_FUNCTIONS or (token.symbol == "*" and not len(token))


def _absolute(token: Any) -> str:
    """The path under `token` when it is plain and absolute (/data/g/x), else ""."""
    if token.symbol != "/" or not len(token) or token[-1].symbol != "(name)":
        return ""
    if len(token) == 1:
        return f"/{token[0].value}"
    before = _absolute(token[0])
    return f"{before}/{token[1].value}" if before else ""


def _reference(token: Any) -> str:
    """The path under `token` without its predicates: /data/g/x, ../x, /data/*, //x; "" when it begins with a call."""
    symbol = token.symbol
    if symbol == "[":
        return _reference(token[0])
    if symbol in {"(name)", ".", "..", "*"}:
        return str(token.value)
    if symbol == "current":
        return CURRENT
    if symbol not in {"/", "//"} or not len(token):
        return ""
    before = "" if len(token) == 1 else _reference(token[0])
    last = _reference(token[-1])
    begins_here = len(token) == 1
    return f"{before}{symbol}{last}" if last and (before or begins_here) else ""


def _picks(token: Any) -> bool:
    """Whether a predicate stands anywhere in the path under `token`."""
    if token.symbol == "[":
        return True
    return token.symbol in {"/", "//", "("} and any(_picks(part) for part in token)


def _own_instance(step: Step) -> Step:
    def own(scope: Scope, node: Node) -> list[Node]:
        found = step(scope, node)
        return found if len(found) < 2 else among(scope, found)

    return own


def _top(scope: Scope) -> list[Node]:
    return [scope.instance.document.top]


def _distinct(nodes: list[Node]) -> list[Node]:
    return nodes if len(nodes) < 2 else list({id(node): node for node in nodes}.values())


def _union(left: NodeThunk, right: NodeThunk) -> NodeThunk:
    return lambda scope: _distinct(left(scope) + right(scope))


def _with_descendants(start: NodeThunk) -> NodeThunk:
    def walk(node: Node) -> list[Node]:
        return [node, *(found for child in node.children for found in walk(child))]

    return lambda scope: [found for node in start(scope) for found in walk(node)]


def _axis(axis: str, test: Any) -> Step:
    if test.symbol not in {"(name)", "*", "node"}:
        raise ExpressionError(f"{test.source} is not supported in a path")
    name = test.value if test.symbol == "(name)" else None

    def step(_: Scope, node: Node) -> list[Node]:
        found = {"child": node.children, "self": [node], "parent": [node.parent] if node.parent else []}[axis]
        return [candidate for candidate in found if name in {None, candidate.name}]

    return step


def _filter(scope: Scope, nodes: list[Node], test: Thunk) -> list[Node]:
    kept = []
    for position, node in enumerate(nodes, 1):
        verdict = test(scope.focus(node, position, len(nodes)))
        # A number as predicate is a position.
        if verdict == position if isinstance(verdict, Decimal) else boolean(verdict):
            kept.append(node)
    return kept


def _filtered(nodes: NodeThunk, test: Thunk) -> NodeThunk:
    return lambda scope: _filter(scope, nodes(scope), test)


def _randomized(nodes: NodeThunk, seed: Thunk | None) -> NodeThunk:
    def shuffled(scope: Scope) -> list[Node]:
        grain = string(seed(scope)) if seed else f"{scope.env.seed}|{scope.current.path}"
        found = list(nodes(scope))
        Random(grain).shuffle(found)  # noqa: S311 - no secret is drawn from it
        return found

    return shuffled
