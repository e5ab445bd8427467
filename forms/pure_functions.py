"""The functions of ODK XPath that look at nothing but their arguments."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import reduce

from forms.patterns import matches
from forms.values import NAN, NUMBERS, ONE, ZERO, Value, compare, moment, number, string

# Answers that are counted


def _within(count: Decimal, least: Value, most: Value) -> bool:
    """-1 as a bound means no bound."""
    above = number(least) == -1 or compare(count, least) in {0, 1}
    return above and (number(most) == -1 or compare(count, most) in {0, -1})


def _is_true(value: Value) -> bool:
    return value is True or value == "true" or compare(value, ZERO) == 1


def checklist(least: Value, most: Value, *answers: Value) -> bool:
    return _within(Decimal(sum(map(_is_true, answers))), least, most)


def weighted_checklist(least: Value, most: Value, *pairs: Value) -> bool:
    weights: list[Value] = [weight for value, weight in zip(pairs[::2], pairs[1::2], strict=False) if _is_true(value)]
    return _within(total(weights), least, most)


# Numbers


def _numbers(values: list[Value]) -> list[Decimal]:
    return [found for value in values if not (found := number(value)).is_nan()]


def total(values: list[Value]) -> Decimal:
    return reduce(NUMBERS.add, _numbers(values), ZERO)


def smallest(values: list[Value]) -> Value:
    return min(_numbers(values), default=NAN)


def largest(values: list[Value]) -> Value:
    return max(_numbers(values), default=NAN)


def whole(value: Value) -> Value:
    found = number(value)
    return found.to_integral_value("ROUND_DOWN") if found.is_finite() else found


def floor(value: Value) -> Value:
    found = number(value)
    return found.to_integral_value("ROUND_FLOOR") if found.is_finite() else found


def ceiling(value: Value) -> Value:
    found = number(value)
    return found.to_integral_value("ROUND_CEILING") if found.is_finite() else found


def rounded(value: Value, places: Value = ZERO) -> Value:
    """Halves go up, towards positive infinity, as XPath has it: 2.5 → 3, -2.5 → -2."""
    found, digits = number(value), number(places)
    if not found.is_finite() or not digits.is_finite():
        return found
    shift = max(-28, min(28, int(digits)))
    scaled = NUMBERS.add(NUMBERS.scaleb(found, shift), Decimal("0.5"))
    return NUMBERS.scaleb(scaled.to_integral_value("ROUND_FLOOR"), -shift)


def power(base: Value, exponent: Value) -> Value:
    """Anything to the power of zero is one, as XPath has it (decimals leave zero to that power open)."""
    if number(exponent) == ZERO and not number(base).is_nan():
        return ONE
    return NUMBERS.power(number(base), number(exponent))


def real(apply: Callable[..., float]) -> Callable[..., Value]:
    """A function of floats; outside its domain it gives NaN."""

    def checked(*values: Value) -> Value:
        try:
            return NUMBERS.create_decimal(repr(apply(*[float(number(value)) for value in values])))
        except (ValueError, OverflowError):
            return NAN

    return checked


# Texts

# Beyond this a text is cut: texts that are put together from each other would double at every step.
MOST_TEXT = 100_000


def limited(text: str) -> str:
    return text[:MOST_TEXT]


def concat(values: list[Value]) -> Value:
    return limited("".join(map(string, values)))


def substr(text: Value, start: Value, end: Value = NAN) -> Value:
    whole, first, last = string(text), number(start), number(end)
    if not first.is_finite():
        return ""
    stop = int(last) if last.is_finite() else len(whole)
    # Negative indexes count from the end, as in JavaRosa and in Python.
    return whole[int(first) : stop]


def substring(text: Value, start: Value, length: Value = Decimal("Infinity")) -> Value:
    """As XPath has it: counted from 1, ends rounded."""
    first, last = rounded(start), NUMBERS.add(number(rounded(start)), number(rounded(length)))
    return "".join(
        letter for place, letter in enumerate(string(text), 1) if compare(first, Decimal(place)) in {-1, 0}
        and compare(Decimal(place), last) == -1
    )  # fmt: skip


def substring_before(text: Value, target: Value) -> Value:
    before, found, _ = string(text).partition(string(target) or "\0")
    return before if found else ""


def substring_after(text: Value, target: Value) -> Value:
    if not string(target):
        return string(text)
    return string(text).partition(string(target))[2]


def translate(text: Value, old: Value, new: Value) -> Value:
    table: dict[str, str | None] = {}
    replacements = string(new)
    for place, letter in enumerate(string(old)):
        table.setdefault(letter, replacements[place] if place < len(replacements) else None)
    return string(text).translate({ord(letter): to for letter, to in table.items()})


def regex(text: Value, pattern: Value) -> Value:
    return matches(string(pattern), string(text))


# Choices


def selected(chosen: Value, value: Value) -> Value:
    """Nothing counts as chosen where nothing is: forms ask selected(., '') to learn that."""
    found, wanted = string(chosen).split(), string(value).strip()
    return wanted in found if wanted else not found


def selected_at(chosen: Value, index: Value) -> Value:
    values, place = string(chosen).split(), number(index)
    return values[int(place)] if place.is_finite() and 0 <= place < len(values) else ""


# Dates


def to_date(value: Value) -> Value:
    found = moment(value)
    return "" if found is None else date(found.year, found.month, found.day)


def to_date_time(value: Value) -> Value:
    found = moment(value)
    return "" if found is None else found


def decimal_date_time(value: Value) -> Value:
    found = moment(value)
    return NAN if found is None else number(found)


def decimal_time(value: Value) -> Value:
    if isinstance(value, time | datetime):
        return number(value if isinstance(value, time) else value.time())
    try:
        return number(time.fromisoformat(string(value)).replace(tzinfo=None))
    except ValueError:
        return NAN


_DIRECTIVE = re.compile(r"%([YymnbdeaHhMS3%])")


def _directive(found: date, letter: str, language: str) -> str:
    clock = found.time() if isinstance(found, datetime) else time()
    numbers = {
        "Y": f"{found.year:04}", "y": f"{found.year % 100:02}", "m": f"{found.month:02}", "n": str(found.month),
        "d": f"{found.day:02}", "e": str(found.day), "H": f"{clock.hour:02}", "h": str(clock.hour),
        "%": "%", "M": f"{clock.minute:02}", "S": f"{clock.second:02}", "3": f"{clock.microsecond // 1000:03}",
    }  # fmt: skip
    return numbers.get(letter) or _name_of(found, "MMM" if letter == "b" else "EEE", language)


def _name_of(found: date, pattern: str, language: str) -> str:
    # Babel is slow to import and few forms spell out a month.
    from babel.core import UnknownLocaleError
    from babel.dates import format_date

    try:
        return str(format_date(found, pattern, locale=language or "en"))
    except (UnknownLocaleError, ValueError):
        return str(format_date(found, pattern, locale="en"))


def formatted_date(value: Value, pattern: Value, language: str) -> Value:
    """As strftime, but with ODK's directives; names of days and months in `language`."""
    found = moment(value)
    if found is None:
        return ""
    return limited(_DIRECTIVE.sub(lambda match: _directive(found, match[1], language), string(pattern)))
