"""An ODK XPath expression: read once by elementpath's parser, compiled to closures, evaluated many times.

elementpath gives the grammar (tokens, precedence, paths, predicates). Its evaluator is left out: it knows no typed
answers, no decimals and no empty answer, and costs 12–30 µs where a closure costs about one.
"""

from typing import Any

from elementpath.exceptions import ElementPathError
from elementpath.tdop import Parser
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_tokens import XPathFunction

from forms.compiler import NODE_FUNCTIONS, Compiler, ExpressionError
from forms.functions import FUNCTIONS
from forms.nodes import Env, Instance, Node, Scope
from forms.values import Value, boolean

__all__ = ["Expression", "ExpressionError"]

# Longer texts are no expressions that a person wrote, and nesting that deep would exhaust the stack.
MAX_LENGTH = 5_000
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
    for name, (least, most) in {**arities, **NODE_FUNCTIONS}.items():
        OdkParser.symbol_table.pop(name, None)
        nargs = least if least == most else (least, most)
        OdkParser.register(name, bases=(XPathFunction,), label="function", nargs=nargs, lbp=90, rbp=90)
    OdkParser.build()


_register()


class Expression:
    """`text` compiled. `references`: the paths it reads, absolute, or relative as written; `functions`: what it calls.

    `on_items` marks the filter of a choice list: its “.” is a choice, not the question.
    """

    __slots__ = ("_thunk", "functions", "references", "text")

    def __init__(self, text: str, *, on_items: bool = False) -> None:
        self.text = text.strip()
        compiler = Compiler(inside_predicate=on_items)
        self._thunk = compiler.scalar(_read(self.text))
        self.references = frozenset(compiler.references)
        self.functions = frozenset(compiler.functions)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, instance: Instance, at: str, env: Env, item: Node | None = None) -> Value:
        """The value for the question at the path `at`; `item` is the choice that a filter looks at."""
        current = instance.document.by_path[at]
        return self._thunk(Scope(instance, env, item or current, current))

    def true(self, instance: Instance, at: str, env: Env, item: Node | None = None) -> bool:
        return boolean(self.evaluate(instance, at, env, item))


def _read(text: str) -> Any:
    if not text or len(text) > MAX_LENGTH:
        raise ExpressionError("it is empty" if not text else f"it is longer than {MAX_LENGTH} characters")
    try:
        return OdkParser().parse(text)
    except ElementPathError as error:
        raise ExpressionError(str(error).rpartition("] ")[2]) from None
    except RecursionError:
        raise ExpressionError("it is nested too deeply") from None
