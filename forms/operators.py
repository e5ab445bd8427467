"""What the operators of expressions do: arithmetic, comparisons, and, or."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from forms.lookups import Gathered
from forms.nodes import Scope, Thunk
from forms.values import NAN, NUMBERS, ZERO, Value, boolean, compare, equal, number


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


def constant(value: Any) -> Thunk:
    constant: Value = value if isinstance(value, str) else NUMBERS.create_decimal(str(value))
    return lambda _: constant


def logic(first: Thunk, links: list[tuple[str, Thunk]]) -> Thunk:
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


def any_pair(holds: Callable[[Value, Value], bool], left: Gathered, right: Gathered) -> Thunk:
    def compared(scope: Scope) -> bool:
        one, other = left(scope), right(scope)
        if isinstance(one, list) or isinstance(other, list):
            return _any_holds(scope, holds, _each(one), _each(other))
        return holds(one, other)

    return compared


def _any_holds(scope: Scope, holds: Callable[[Value, Value], bool], ones: list[Value], others: list[Value]) -> bool:
    for mine in ones:
        scope.env.budget.check()
        if any(holds(mine, yours) for yours in others):
            return True
    return False


def _each(gathered: Value | list[Value]) -> list[Value]:
    return gathered if isinstance(gathered, list) else [gathered]


def arithmetic(first: Thunk, steps: list[tuple[Callable[[Decimal, Decimal], Decimal], Thunk]]) -> Thunk:
    def result(scope: Scope) -> Decimal:
        found = number(first(scope))
        for apply, operand in steps:
            found = apply(found, number(operand(scope)))
        return found

    return result


def sign(symbol: str, operand: Thunk) -> Thunk:
    if symbol == "+":
        return lambda scope: number(operand(scope))
    return lambda scope: NUMBERS.subtract(ZERO, number(operand(scope)))


# Nodes
