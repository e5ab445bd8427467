"""From elementpath's parse tree to closures."""

from collections.abc import Callable, Container, Mapping
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any, TypeVar

from forms.functions import FUNCTIONS, PREFIXED, Argument
from forms.lookups import Gathered, Key, Test, keys_of
from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.paths import CURRENT, NODE_FUNCTIONS, chain, gives_nodes, has_predicate, path_of, reference_of
from forms.patterns import is_pattern
from forms.places import among, indexed_repeat
from forms.shuffling import shuffled
from forms.values import NAN, NUMBERS, ZERO, Value, boolean, compare, equal, number, string

Read = TypeVar("Read")
Step = Callable[[Scope, Node], list[Node]]

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

COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = MappingProxyType(
    {
        "=": equal,
        "!=": lambda left, right: not equal(left, right),
        "<": lambda left, right: compare(left, right) == -1,
        "<=": lambda left, right: (order := compare(left, right)) is not None and order <= 0,
        ">": lambda left, right: compare(left, right) == 1,
        ">=": lambda left, right: (order := compare(left, right)) is not None and order >= 0,
    }
)
LOGIC = frozenset({"and", "or"})


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
        if symbol in LOGIC:
            return _logic(*self._chain(token, LOGIC))
        if symbol in COMPARISONS:
            return self._comparison(COMPARISONS[symbol], token[0], token[1])
        if symbol in ARITHMETIC and len(token) == 2:
            first, links = self._chain(token, ARITHMETIC)
            return _arithmetic(first, [(ARITHMETIC[sign], operand) for sign, operand in links])
        if symbol in {"+", "-"}:
            return _sign(symbol, self.scalar(token[0]))
        if symbol == "(":
            return self.scalar(token[0])
        if symbol == ":":
            return self._prefixed(token)
        if token.label == "function" and symbol not in NODE_FUNCTIONS:
            return self._call(token)
        return self._path_value(token)

    def _chain(self, token: Any, symbols: Container[str]) -> tuple[Thunk, list[tuple[str, Thunk]]]:
        first, links = chain(token, symbols)
        return self.scalar(first), [(symbol, self.scalar(operand)) for symbol, operand in links]

    def _comparison(self, holds: Callable[[Value, Value], bool], left: Any, right: Any) -> Thunk:
        """Of paths that lead to several nodes any pair may make it hold."""
        if self._may_be_many(left) or self._may_be_many(right):
            return _any_pair(holds, self._gathered(left), self._gathered(right))
        one, other = self.scalar(left), self.scalar(right)
        return lambda scope: holds(one(scope), other(scope))

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
        if name == "regex" and token[1].symbol == "(string)" and not is_pattern(token[1].value):
            raise ExpressionError(f"the regular expression “{token[1].value}” cannot be used")
        if name == "pulldata" and token[0].symbol == "(string)":
            self.instances.add(token[0].value.removesuffix(".csv"))
        return FUNCTIONS[name].build([self._argument(argument) for argument in token])

    def _indexed_repeat(self, token: Any) -> Thunk:
        """The paths are read as they are written; which instances they mean is for the indexes to say."""
        if len(token) % 2 == 0:
            raise ExpressionError("indexed-repeat() takes a field, and a repeat and an index for each level")
        paths = [reference_of(argument) for argument in (token[0], *token[1::2])]
        if not all(paths):
            raise ExpressionError("indexed-repeat() takes paths as field and repeats")
        self._note(paths[0], loose=True)
        return indexed_repeat(paths[0], paths[1:], [self.scalar(argument) for argument in token[2::2]])

    def _argument(self, token: Any) -> Argument:
        if gives_nodes(token):
            return Argument(self._path_value(token), self.nodes(token))
        return Argument(self.scalar(token))

    # Paths

    def _path_value(self, token: Any) -> Thunk:
        """The value of the first node of a path."""
        nodes = self.nodes(token)

        def first(scope: Scope) -> Value:
            found = nodes(scope)
            return scope.read(found[0]) if found else ""

        return self._straight(token, first)

    def _is_own(self, token: Any) -> bool:
        return token.symbol == "." and self._looked_at is None

    def _may_be_many(self, token: Any) -> bool:
        return gives_nodes(token) and not self._is_own(token)

    def _gathered(self, token: Any) -> Gathered:
        """What stands on one side of a comparison; a path without nodes is an empty answer."""
        if not self._may_be_many(token):
            return self.scalar(token)
        nodes = self.nodes(token)

        def gathered(scope: Scope) -> Value | list[Value]:
            found = nodes(scope)
            if len(found) > 1:
                return [scope.read(node) for node in found]
            return scope.read(found[0]) if found else ""

        return self._straight(token, gathered)

    def _straight(self, token: Any, walk: Callable[[Scope], Read]) -> Callable[[Scope], Value | Read]:
        """`walk`, but a plain absolute path and the question itself are looked up without walking."""
        if self._is_own(token):
            return lambda scope: scope.instance.value(scope.node.path)
        path = path_of(token)

        def absolute(scope: Scope) -> Value | Read:
            value = scope.instance.value(path)
            # What stands in a repeat has a value under a path with positions only.
            return walk(scope) if value == "" and scope.instance.document.repeats else value

        return absolute if path else walk

    def nodes(self, token: Any) -> NodeThunk:
        """The nodes that a path selects, in the order of the document; what is not relevant is not there."""
        if reference := reference_of(token):
            self._note(reference, loose=has_predicate(token))
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
            first, links = chain(token, {"|"})
            return _union([self.nodes(part) for part in (first, *(part for _, part in links))])
        if symbol in NODE_FUNCTIONS:
            return self._node_function(token)
        if symbol in {"/", "//"}:
            return self._steps(token)
        if symbol == "[" and token[0].symbol in {"(", *NODE_FUNCTIONS}:
            return _filtered(self.nodes(token[0]), self._predicate(token[1], reference_of(token)))
        step = self._step(token, reference_of(token))
        return lambda scope: step(scope, scope.node)

    def _steps(self, token: Any, *, inner: bool = False) -> NodeThunk:
        """`inner`: further steps follow, so that on the way to them a repeat means the instance that we are in."""
        start = _top if len(token) < 2 else self._inner(token[0])
        if not len(token):
            return start
        step = self._step(token[-1], reference := reference_of(token))
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
        name = token[0].value if token[0].symbol == "(name)" else ""

        def filtered(scope: Scope, node: Node) -> list[Node]:
            found = test.rows(scope, node, name) if name else None
            return test.filter(scope, step(scope, node)) if found is None else found

        return filtered

    def _predicate(self, token: Any, looked_at: str) -> Test:
        outside = self._looked_at
        if not looked_at.startswith("/"):
            # Relative to the question itself, or to nodes that have no path.
            looked_at = looked_at.replace(CURRENT, ".") if outside is None or looked_at.startswith(CURRENT) else ""
        self._looked_at = looked_at
        try:
            return self.test(token)
        finally:
            self._looked_at = outside

    def test(self, token: Any) -> Test:
        """The condition under `token`, and by which fields the rows of a list can be looked up for it."""
        keys = tuple(Key(field, self._gathered(value)) for field, value in keys_of(token))
        return Test(self.scalar(token), keys, is_key=token.symbol == "=")

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


def _logic(first: Thunk, links: list[tuple[str, Thunk]]) -> Thunk:
    # “or” goes on from what is false, “and” from what is true.
    steps = [(symbol == "and", operand) for symbol, operand in links]
    if len(steps) == 1:
        return _both(first, steps[0][1]) if steps[0][0] else _either(first, steps[0][1])

    def verdict(scope: Scope) -> bool:
        holds = boolean(first(scope))
        for going_on, operand in steps:
            if holds is going_on:
                holds = boolean(operand(scope))
        return holds

    return verdict


def _both(left: Thunk, right: Thunk) -> Thunk:
    return lambda scope: boolean(left(scope)) and boolean(right(scope))


def _either(left: Thunk, right: Thunk) -> Thunk:
    return lambda scope: boolean(left(scope)) or boolean(right(scope))


def _any_pair(holds: Callable[[Value, Value], bool], left: Gathered, right: Gathered) -> Thunk:
    def compared(scope: Scope) -> bool:
        one, other = left(scope), right(scope)
        if isinstance(one, list) or isinstance(other, list):
            return any(holds(mine, yours) for mine in _each(one) for yours in _each(other))
        return holds(one, other)

    return compared


def _each(gathered: Value | list[Value]) -> list[Value]:
    return gathered if isinstance(gathered, list) else [gathered]


def _arithmetic(first: Thunk, steps: list[tuple[Callable[[Decimal, Decimal], Decimal], Thunk]]) -> Thunk:
    def result(scope: Scope) -> Decimal:
        found = number(first(scope))
        for apply, operand in steps:
            found = apply(found, number(operand(scope)))
        return found

    return result


def _sign(symbol: str, operand: Thunk) -> Thunk:
    if symbol == "+":
        return lambda scope: number(operand(scope))
    return lambda scope: NUMBERS.subtract(ZERO, number(operand(scope)))


# Nodes


def _own_instance(step: Step) -> Step:
    def own(scope: Scope, node: Node) -> list[Node]:
        found = step(scope, node)
        return found if len(found) < 2 else among(scope, found)

    return own


def _top(scope: Scope) -> list[Node]:
    return [scope.instance.document.top]


def _distinct(nodes: list[Node]) -> list[Node]:
    return nodes if len(nodes) < 2 else list({id(node): node for node in nodes}.values())


def _union(parts: list[NodeThunk]) -> NodeThunk:
    return lambda scope: _distinct([found for part in parts for found in part(scope)])


def _with_descendants(start: NodeThunk) -> NodeThunk:
    return lambda scope: [found for node in start(scope) for found in _walked(node)]


def _walked(top: Node) -> list[Node]:
    """`top` and all below it, in the order of the document."""
    found, waiting = [], [top]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.children[::-1]
    return found


def _axis(axis: str, test: Any) -> Step:
    if test.symbol not in {"(name)", "*", "node"}:
        raise ExpressionError(f"{test.source} is not supported in a path")
    name = test.value if test.symbol == "(name)" else None

    def step(_: Scope, node: Node) -> list[Node]:
        found = {"child": node.children, "self": [node], "parent": [node.parent] if node.parent else []}[axis]
        return [candidate for candidate in found if name in {None, candidate.name}]

    return step


def _filtered(nodes: NodeThunk, test: Test) -> NodeThunk:
    return lambda scope: test.filter(scope, nodes(scope))


def _randomized(nodes: NodeThunk, seed: Thunk | None) -> NodeThunk:
    """With a seed in the order that ODK has of it, else in one of the draft's own."""

    def drawn(scope: Scope) -> list[Node]:
        found = nodes(scope)
        if seed is not None:
            return shuffled(found, seed(scope))
        own = list(found)
        Random(f"{scope.env.seed}|{scope.current.path}").shuffle(own)  # noqa: S311 - no secret is drawn from it
        return own

    return drawn
