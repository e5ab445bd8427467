"""What a path of elementpath's parse tree says, without evaluating it."""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Any

# Functions that give nodes; the compiler knows them by name because they begin paths.
NODE_FUNCTIONS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"instance": (1, 1), "current": (0, 0), "randomize": (1, 2)}
)
# How a reference that begins at the question is written while it is collected; inside a predicate “.” is another node.
CURRENT = "current()"


class ExpressionError(ValueError):
    """The text is no expression that this engine can evaluate; the message says why."""


def chain(token: Any, symbols: Container[str]) -> tuple[Any, list[tuple[str, Any]]]:
    """A run of binary operators, applied from left to right: its first operand, and each operator with its operand.

    A sum of hundreds of terms is a tree as deep; to walk it one call within the other would exhaust the stack.
    """
    links = []
    while token.symbol in symbols and len(token) == 2:
        links.append((token.symbol, token[1]))
        token = token[0]
    return token, links[::-1]


def gives_nodes(token: Any) -> bool:
    """Whether `token` stands for nodes rather than for a value."""
    if token.symbol == "(":
        return gives_nodes(token[0])
    is_path = token.symbol in {"/", "//", "(name)", ".", "..", "[", "|", "child", "parent", "self"}
    return is_path or token.symbol in NODE_FUNCTIONS or (token.symbol == "*" and not len(token))


def path_of(token: Any) -> str:
    """The path under `token` when it is plain and absolute (/data/g/x), else ""."""
    if token.symbol != "/" or not len(token) or token[-1].symbol != "(name)":
        return ""
    if len(token) == 1:
        return f"/{token[0].value}"
    before = path_of(token[0])
    return f"{before}/{token[1].value}" if before else ""


def reference_of(token: Any) -> str:
    """The path under `token` without its predicates: /data/g/x, ../x, /data/*, //x; "" when it begins with a call."""
    symbol = token.symbol
    if symbol == "[":
        return reference_of(token[0])
    if symbol in {"(name)", ".", "..", "*"}:
        return str(token.value)
    if symbol == "current":
        return CURRENT
    if symbol not in {"/", "//"} or not len(token):
        return ""
    before = "" if len(token) == 1 else reference_of(token[0])
    last = reference_of(token[-1])
    begins_here = len(token) == 1
    return f"{before}{symbol}{last}" if last and (before or begins_here) else ""


def has_predicate(token: Any) -> bool:
    """Whether a predicate stands anywhere in the path under `token`."""
    if token.symbol == "[":
        return True
    return token.symbol in {"/", "//", "("} and any(has_predicate(part) for part in token)
