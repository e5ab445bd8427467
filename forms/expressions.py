"""An ODK XPath expression: read once by elementpath's parser, compiled to closures, evaluated many times.

elementpath gives the grammar (tokens, precedence, paths, predicates). Its evaluator is left out: it knows no typed
answers, no decimals and no empty answer, and costs 12–30 µs where a closure costs about one.
"""

from collections.abc import Sequence
from typing import Any

from elementpath.exceptions import ElementPathError
from elementpath.tdop import Parser
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_tokens import XPathFunction

from forms.compiler import INDEXED_REPEAT, Compiler
from forms.functions import FUNCTIONS
from forms.nodes import Env, Instance, Node, Scope
from forms.paths import NODE_FUNCTIONS, ExpressionError
from forms.values import Value, boolean

__all__ = ["Expression", "ExpressionError", "NodeSet"]

# Longer texts are no expressions that a person wrote, and nesting that deep would exhaust the stack.
MAX_LENGTH = 20_000
JAVAROSA = "http://openrosa.org/javarosa"


class OdkParser(XPath1Parser):
    """XPath 1.0 with the functions of ODK in place of its own."""

    DEFAULT_NAMESPACES = {**XPath1Parser.DEFAULT_NAMESPACES, "jr": JAVAROSA}  # noqa: RUF012
    # A path may begin with a call or in parentheses: instance('units')/root/item, (../x)/y.
    PATH_STEP_SYMBOLS = {*XPath1Parser.PATH_STEP_SYMBOLS, *NODE_FUNCTIONS, "(", "["}  # noqa: RUF012

    def parse(self, source: str) -> Any:
        # XPath1Parser also evaluates what it read, with functions that have no evaluator here.
        return Parser.parse(self, source)


def _register() -> None:
    arities = {name: (function.least, function.most) for name, function in FUNCTIONS.items()}
    arities[INDEXED_REPEAT] = (3, None)
    for name, (least, most) in {**arities, **NODE_FUNCTIONS}.items():
        OdkParser.symbol_table.pop(name, None)
        nargs = least if least == most else (least, most)
        OdkParser.register(name, bases=(XPathFunction,), label="function", nargs=nargs, lbp=90, rbp=90)
    OdkParser.build()


_register()


class Expression:
    """`text` compiled. `references`: the paths it reads, absolute, or relative as written; `functions`: what it calls.

    `loose` are the references that pick among the instances of a repeat, `instances` the secondary instances that it
    names. `on_items` marks the filter of a choice list: its “.” is a choice, not the question.
    """

    __slots__ = ("_test", "_thunk", "functions", "instances", "loose", "references", "text")

    def __init__(self, text: str, *, on_items: bool = False) -> None:
        self.text = text.strip()
        compiler = Compiler(inside_predicate=on_items)
        try:
            self._compile(compiler, _read(self.text))
        except RecursionError:
            raise ExpressionError("it is nested too deeply") from None
        self.references = frozenset(compiler.references)
        self.loose = frozenset(compiler.loose)
        self.functions = frozenset(compiler.functions)
        self.instances = frozenset(compiler.instances)

    def _compile(self, compiler: Compiler, token: Any) -> None:
        self._test = compiler.test(token)
        self._thunk = self._test.holds

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, instance: Instance, at: str, env: Env, item: Node | None = None) -> Value:
        """The value for the question at the path `at`; `item` is the choice that a filter looks at."""
        env.budget.check()
        current = instance.document.by_path[at]
        return self._thunk(Scope(instance, env, item or current, current))

    def true(self, instance: Instance, at: str, env: Env, item: Node | None = None) -> bool:
        return boolean(self.evaluate(instance, at, env, item))

    def among(self, instance: Instance, at: str, env: Env, rows: Sequence[Node]) -> Sequence[Node]:
        """The `rows`, all those of one list, for which it is true."""
        current = instance.document.by_path[at]
        parent = rows[0].parent if rows else None
        found = self._test.rows(Scope(instance, env, current, current), parent, rows[0].name) if parent else None
        if found is not None:
            return found
        return [row for row in rows if self.true(instance, at, env, row)]


class NodeSet(Expression):
    """An expression that stands for nodes rather than for a value: the rows that a question offers."""

    __slots__ = ("_nodes",)

    def _compile(self, compiler: Compiler, token: Any) -> None:
        super()._compile(compiler, token)
        self._nodes = compiler.nodes(token)

    def select(self, instance: Instance, at: str, env: Env) -> list[Node]:
        """The nodes, for the question at the path `at`, in the order of the document or of the draw."""
        current = instance.document.by_path[at]
        return self._nodes(Scope(instance, env, current, current))


def _read(text: str) -> Any:
    if not text or len(text) > MAX_LENGTH:
        raise ExpressionError("it is empty" if not text else f"it is longer than {MAX_LENGTH} characters")
    try:
        return OdkParser().parse(text)
    except ElementPathError as error:
        raise ExpressionError(str(error).rpartition("] ")[2]) from None
