"""The functions of ODK XPath, as one table: name → how many arguments, and how a call is compiled.

Semantics follow the ODK XForms specification and, where it is silent about empty answers, ODK Collect: sum, min and
max pass over what is no number; a regular expression must match the whole text.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from random import Random
from types import MappingProxyType
from uuid import UUID

from forms.nodes import Node, NodeThunk, Scope, Thunk
from forms.values import (
    NAN,
    NUMBERS,
    ZERO,
    Value,
    boolean,
    moment,
    number,
    string,
)


@dataclass(frozen=True, slots=True)
class Argument:
    """A compiled argument; `nodes` is there when it is a path, `source` when it is a literal text."""

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


def _over_values(least: int, most: int | None, apply: Callable[[list[Value]], Value]) -> Function:
    """A function of all values of all arguments together, paths opened to their nodes."""

    def build(arguments: Arguments) -> Thunk:
        return lambda scope: apply([value for argument in arguments for value in argument.values(scope)])

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
        if string(value) != "":
            return value
    return ""


def _once(scope: Scope, arguments: Arguments) -> Value:
    own = scope.read(scope.current)
    return arguments[0].value(scope) if own == "" else own


def _within(total: Decimal, least: Value, most: Value) -> bool:
    """-1 as a bound means no bound."""
    low, high = number(least), number(most)
    return (low == -1 or total >= low) and (high == -1 or total <= high)


def _is_true(value: Value) -> bool:
    return value is True or value == "true" or number(value) > 0


def _checklist(least: Value, most: Value, *answers: Value) -> bool:
    return _within(Decimal(sum(map(_is_true, answers))), least, most)


def _weighted_checklist(least: Value, most: Value, *pairs: Value) -> bool:
    weights = [number(weight) for value, weight in zip(pairs[::2], pairs[1::2], strict=False) if _is_true(value)]
    return _within(sum(weights, ZERO), least, most)


# Numbers


def _numbers(values: list[Value]) -> list[Decimal]:
    return [found for value in values if not (found := number(value)).is_nan()]


def _sum(values: list[Value]) -> Value:
    total = ZERO
    for found in _numbers(values):
        total = NUMBERS.add(total, found)
    return total


def _min(values: list[Value]) -> Value:
    return min(_numbers(values), default=NAN)


def _max(values: list[Value]) -> Value:
    return max(_numbers(values), default=NAN)


def _int(value: Value) -> Value:
    found = number(value)
    return found.to_integral_value("ROUND_DOWN") if found.is_finite() else found


def _round(value: Value, places: Value = ZERO) -> Value:
    """Halves go up, towards positive infinity, as XPath has it: 2.5 → 3, -2.5 → -2."""
    found, digits = number(value), number(places)
    if not found.is_finite() or not digits.is_finite():
        return found
    shift = max(-28, min(28, int(digits)))
    scaled = NUMBERS.add(NUMBERS.scaleb(found, shift), Decimal("0.5"))
    return NUMBERS.scaleb(scaled.to_integral_value("ROUND_FLOOR"), -shift)


def _pow(base: Value, exponent: Value) -> Value:
    return NUMBERS.power(number(base), number(exponent))


def _real(apply: Callable[..., float]) -> Callable[..., Value]:
    """A function of floats; outside its domain it gives NaN."""

    def checked(*values: Value) -> Value:
        try:
            return NUMBERS.create_decimal(repr(apply(*[float(number(value)) for value in values])))
        except (ValueError, OverflowError):
            return NAN

    return checked


# Texts


def _substr(text: Value, start: Value, end: Value = NAN) -> Value:
    whole, first, last = string(text), number(start), number(end)
    if not first.is_finite():
        return ""
    stop = int(last) if last.is_finite() else len(whole)
    # Negative indexes count from the end, as in JavaRosa and in Python.
    return whole[int(first) : stop]


def _substring_before(text: Value, target: Value) -> Value:
    before, found, _ = string(text).partition(string(target) or "\0")
    return before if found else ""


def _substring_after(text: Value, target: Value) -> Value:
    if not string(target):
        return string(text)
    return string(text).partition(string(target))[2]


def _translate(text: Value, old: Value, new: Value) -> Value:
    table: dict[str, str | None] = {}
    replacements = string(new)
    for place, letter in enumerate(string(old)):
        table.setdefault(letter, replacements[place] if place < len(replacements) else None)
    return string(text).translate({ord(letter): to for letter, to in table.items()})


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None


def _regex(text: Value, pattern: Value) -> Value:
    compiled = _pattern(string(pattern))
    return compiled is not None and compiled.fullmatch(string(text)) is not None


def _join(scope: Scope, arguments: Arguments) -> Value:
    separator = string(arguments[0].value(scope))
    return separator.join(string(value) for argument in arguments[1:] for value in argument.values(scope))


# Choices


def _selected(chosen: Value, value: Value) -> Value:
    return string(value).strip() in string(chosen).split()


def _selected_at(chosen: Value, index: Value) -> Value:
    values, place = string(chosen).split(), number(index)
    return values[int(place)] if place.is_finite() and 0 <= place < len(values) else ""


def _choice_name(scope: Scope, arguments: Arguments) -> Value:
    value, path = (string(argument.value(scope)).strip() for argument in arguments)
    return scope.instance.choice_label(path, value)


# Dates


def _date(value: Value) -> Value:
    found = moment(value)
    return "" if found is None else date(found.year, found.month, found.day)


def _date_time(value: Value) -> Value:
    found = moment(value)
    return "" if found is None else found


def _decimal_date_time(value: Value) -> Value:
    found = moment(value)
    return NAN if found is None else number(found)


def _decimal_time(value: Value) -> Value:
    if isinstance(value, time | datetime):
        return number(value if isinstance(value, time) else value.time())
    try:
        return number(time.fromisoformat(string(value)).replace(tzinfo=None))
    except ValueError:
        return NAN


_DIRECTIVE = re.compile(r"%([YymnbdeaHhMS3])")


def _directive(found: date, letter: str, language: str) -> str:
    clock = found.time() if isinstance(found, datetime) else time()
    numbers = {
        "Y": f"{found.year:04}", "y": f"{found.year % 100:02}", "m": f"{found.month:02}", "n": str(found.month),
        "d": f"{found.day:02}", "e": str(found.day), "H": f"{clock.hour:02}", "h": str(clock.hour),
        "M": f"{clock.minute:02}", "S": f"{clock.second:02}", "3": f"{clock.microsecond // 1000:03}",
    }  # fmt: skip
    return numbers.get(letter) or _name_of(found, "LLL" if letter == "b" else "EEE", language)


def _name_of(found: date, pattern: str, language: str) -> str:
    # Babel is slow to import and few forms spell out a month.
    from babel.core import UnknownLocaleError
    from babel.dates import format_date

    try:
        return str(format_date(found, pattern, locale=language or "en"))
    except (UnknownLocaleError, ValueError):
        return str(format_date(found, pattern, locale="en"))


def _format_date(scope: Scope, arguments: Arguments) -> Value:
    found = moment(arguments[0].value(scope))
    if found is None:
        return ""
    pattern = string(arguments[1].value(scope))
    return _DIRECTIVE.sub(lambda match: _directive(found, match[1], scope.env.language), pattern)


# Nodes


def _count(scope: Scope, arguments: Arguments) -> Value:
    return Decimal(len(arguments[0].values(scope)))


def _count_non_empty(values: list[Value]) -> Value:
    return Decimal(sum(string(value) != "" for value in values))


def _position(scope: Scope, arguments: Arguments) -> Value:
    if not arguments:
        return Decimal(scope.position)
    nodes = arguments[0].nodes(scope) if arguments[0].nodes else []
    if not nodes or nodes[0].parent is None:
        return NAN
    return Decimal(_place(nodes[0], nodes[0].parent))


def _place(node: Node, parent: Node) -> int:
    return next(place for place, twin in enumerate(_twins(node, parent), 1) if twin is node)


def _twins(node: Node, parent: Node) -> list[Node]:
    return [child for child in parent.children if child.name == node.name]


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
        "checklist": _plain(2, None, _checklist),
        "weighted-checklist": _plain(2, None, _weighted_checklist),
        "number": _plain(1, 1, number),
        "int": _plain(1, 1, _int),
        "round": _plain(1, 2, _round),
        "pow": _plain(2, 2, _pow),
        "abs": _plain(1, 1, lambda value: abs(number(value))),
        "sqrt": _plain(1, 1, lambda value: NUMBERS.sqrt(number(value))),
        "exp": _plain(1, 1, lambda value: NUMBERS.exp(number(value))),
        "exp10": _plain(1, 1, lambda value: NUMBERS.power(Decimal(10), number(value))),
        "log": _plain(1, 1, lambda value: NUMBERS.ln(number(value))),
        "log10": _plain(1, 1, lambda value: NUMBERS.log10(number(value))),
        "pi": _plain(0, 0, lambda: NUMBERS.create_decimal(repr(math.pi))),
        "sin": _plain(1, 1, _real(math.sin)),
        "cos": _plain(1, 1, _real(math.cos)),
        "tan": _plain(1, 1, _real(math.tan)),
        "asin": _plain(1, 1, _real(math.asin)),
        "acos": _plain(1, 1, _real(math.acos)),
        "atan": _plain(1, 1, _real(math.atan)),
        "atan2": _plain(2, 2, _real(math.atan2)),
        "sum": _over_values(1, None, _sum),
        "min": _over_values(1, None, _min),
        "max": _over_values(1, None, _max),
        "string": _own(0, lambda text: text),
        "string-length": _own(0, lambda text: Decimal(len(text))),
        "normalize-space": _own(0, lambda text: " ".join(text.split())),
        "concat": _over_values(1, None, lambda values: "".join(map(string, values))),
        "join": _scoped(1, None, _join),
        "substr": _plain(2, 3, _substr),
        "substring-before": _plain(2, 2, _substring_before),
        "substring-after": _plain(2, 2, _substring_after),
        "translate": _plain(3, 3, _translate),
        "contains": _plain(2, 2, lambda text, part: string(part) in string(text)),
        "starts-with": _plain(2, 2, lambda text, part: string(text).startswith(string(part))),
        "ends-with": _plain(2, 2, lambda text, part: string(text).endswith(string(part))),
        "regex": _plain(2, 2, _regex),
        "selected": _plain(2, 2, _selected),
        "selected-at": _plain(2, 2, _selected_at),
        "count-selected": _plain(1, 1, lambda chosen: Decimal(len(string(chosen).split()))),
        "choice-name": _scoped(2, 2, _choice_name),
        "itext": _scoped(1, 1, lambda scope, args: scope.instance.itext(string(args[0].value(scope)))),
        "today": _scoped(0, 0, lambda scope, _: scope.env.now.date()),
        "now": _scoped(0, 0, lambda scope, _: scope.env.now),
        "date": _plain(1, 1, _date),
        "date-time": _plain(1, 1, _date_time),
        "decimal-date-time": _plain(1, 1, _decimal_date_time),
        "decimal-time": _plain(1, 1, _decimal_time),
        "format-date": _scoped(2, 2, _format_date),
        "format-date-time": _scoped(2, 2, _format_date),
        "count": _scoped(1, 1, _count),
        "count-non-empty": _over_values(1, None, _count_non_empty),
        "position": _scoped(0, 1, _position),
        "random": _scoped(0, 0, _random),
        "uuid": _scoped(0, 1, _uuid),
    }
)
# Functions that stand under the jr: prefix.
PREFIXED = frozenset({"choice-name", "itext"})
