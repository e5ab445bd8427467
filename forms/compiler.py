"""From elementpath's parse tree to closures."""

from collections.abc import Callable, Container
from typing import Any, TypeVar

from forms.functions import FUNCTIONS, PREFIXED, Argument
from forms.lookups import Gathered, Key, Test, keys_of
from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.operators import ARITHMETIC, COMPARISONS, LOGIC, any_pair, arithmetic, constant, logic, sign
from forms.paths import (
    CURRENT,
    NODE_FUNCTIONS,
    ExpressionError,
    chain,
    gives_nodes,
    has_predicate,
    path_of,
    reference_of,
)
from forms.patterns import is_pattern
from forms.places import among, indexed_repeat
from forms.values import Value, string
from forms.walks import Step, axis, distinct, filtered, randomized, top, union, with_descendants

Read = TypeVar("Read")

# A function of paths as they are written, not of what stands there.
INDEXED_REPEAT = "indexed-repeat"


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
            return constant(token.value)
        if symbol in LOGIC:
            return logic(*self._chain(token, LOGIC))
        if symbol in COMPARISONS:
            return self._comparison(COMPARISONS[symbol], token[0], token[1])
        if symbol in ARITHMETIC and len(token) == 2:
            first, links = self._chain(token, ARITHMETIC)
            return arithmetic(first, [(ARITHMETIC[sign], operand) for sign, operand in links])
        if symbol in {"+", "-"}:
            return sign(symbol, self.scalar(token[0]))
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
            return any_pair(holds, self._gathered(left), self._gathered(right))
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
            return union([self.nodes(part) for part in (first, *(part for _, part in links))])
        if symbol in NODE_FUNCTIONS:
            return self._node_function(token)
        if symbol in {"/", "//"}:
            return self._steps(token)
        if symbol == "[" and token[0].symbol in {"(", *NODE_FUNCTIONS}:
            return filtered(self.nodes(token[0]), self._predicate(token[1], reference_of(token)))
        step = self._step(token, reference_of(token))
        return lambda scope: step(scope, scope.node)

    def _steps(self, token: Any, *, inner: bool = False) -> NodeThunk:
        """`inner`: further steps follow, so that on the way to them a repeat means the instance that we are in."""
        start = top if len(token) < 2 else self._inner(token[0])
        if not len(token):
            return start
        step = self._step(token[-1], reference := reference_of(token))
        if inner and reference.startswith("/") and token[-1].symbol == "(name)":
            step = _own_instance(step)
        if token.symbol == "//":
            start = with_descendants(start)
        return lambda scope: distinct([found for node in start(scope) for found in step(scope, node)])

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
            return axis(symbol, token[0])
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
            return randomized(self.nodes(token[0]), self.scalar(token[1]) if len(token) > 1 else None)
        name = self.scalar(token[0])
        if token[0].symbol == "(string)":
            self.instances.add(token[0].value)

        def root(scope: Scope) -> list[Node]:
            found = scope.instance.document.lists.get(string(name(scope)))
            return [found] if found else []

        return root


# Values


def _own_instance(step: Step) -> Step:
    def own(scope: Scope, node: Node) -> list[Node]:
        found = step(scope, node)
        return found if len(found) < 2 else among(scope, found)

    return own
