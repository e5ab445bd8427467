"""A measure in another unit than the question's: "500 mét" to a question in kilometres.

The idea: find the unit words in the line. One of the question's own kind is taken off, the figure is read without it
and converted, and a converted value needs a yes. A unit of another kind (kilograms for kilometres), or two units
that do not belong together, is refused: converting by guess is how a report gets a thousand times too long.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from forms.answers.english import numbers
from forms.answers.reading import Reading, Reason, Rejected, Value, changed, doubted
from forms.answers.spelling import clean
from forms.answers.vocabulary import MEASURES

_LENGTH, _AREA, _MASS, _VOLUME, _FOREIGN, _MONEY = "length", "area", "mass", "volume", "foreign", "money"
# Kind -> words of each size, in metres, square metres, kilograms and litres.
_WORDS: dict[str, dict[int | Decimal, str]] = {
    _LENGTH: {1000: "km kilomet kilômét cây cay", 1: "m mét met", Decimal("0.01"): "cm", Decimal("0.001"): "mm"},
    _AREA: {1: "m2 mét_vuông met_vuong sqm sq_m square_m", 10_000: "ha hecta héc_ta", 1_000_000: "km2 square_km"},
    _MASS: {1: "kg ký kí kilos kilo kilograms", 10: "yến", 100: "tạ", 1000: "tấn tan tonnes tons ton",
            Decimal("0.001"): "gam g grams"},
    _MONEY: {1: "đồng dong vnd vnđ", 1_000: "nghìn ngàn nghin ngan k thousand",
             1_000_000: "triệu trieu tr million", 1_000_000_000: "tỷ tỉ ty billion"},
    _FOREIGN: {1: "miles mile feet ft yards inches acres acre pounds lbs gallons"},
    _VOLUME: {1: "lít lit litres liters l", 1000: "m3 mét_khối met_khoi khối cubic_m", Decimal("0.001"): "ml"},
}  # fmt: skip
# These also name other things (trees, em, giờ): they are units only for a question of their own kind. So are thousands
# and millions: only a table that counts in "triệu đồng" takes them off.
_OTHER_THINGS = frozenset({"cây", "cay", "m", "g", "l", "ký", "kí", "tan", "ton", "kilo", "khối"})


@dataclass(frozen=True, slots=True)
class Measure:
    """`size` in the base unit of the kind."""

    kind: str
    size: Decimal


_MEASURES = {
    word.replace("_", " "): Measure(kind, Decimal(size))
    for kind, sizes in _WORDS.items()
    for size, listed in sizes.items()
    for word in listed.split()
}
# The grammar of quantities knows these as units of scale one.
_READ_ALREADY = MEASURES - {"m", "mét"}
_HOMONYMS = _OTHER_THINGS | {word for word, measure in _MEASURES.items() if measure.kind == _MONEY}
_ANY = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(sorted(map(re.escape, _MEASURES), key=len, reverse=True))})(?![^\W\d_])(?!\d\d)"
)
_TREES = re.compile(r"\b(?:cây|cay) s(?:ố|o)\b")
_CURRENCY = re.compile(
    r"(nghìn|ngàn|nghin|ngan|k|thousand|triệu|trieu|tr|million|tỷ|tỉ|ty|billion) ?(?:đồng|dong|vnd|vnđ|đ)(?!\w)"
)
_GLUED_POWER = re.compile(r"(?<=\d)km2$")
_FIGURE = re.compile(r"\d[\d.,]*")
_RANGE = re.compile(r"\D*\d[\d.,]*\s*(?:-|~|đến|den|tới|toi|to|hoặc|or)\s*\d[\d.,]*\D*")
_TAIL = re.compile(r"\s*(?:\d|rưỡi|ruoi|rưởi|lẻ|x\b|\*)")


def in_unit(text: str, unit: str, read: Callable[[str], Reading], convert: Callable[[str], Reading]) -> Reading:
    """What `read` makes of the text, in `unit`; `convert` reads a figure of another unit of the same kind."""
    asked = measure(unit)
    line = _plain_units(clean(numbers(text))) if unit else ""
    found = [match for match in _ANY.finditer(line) if _is_unit(match[0], asked, unit)]
    if not found or (asked is None and len(_figures(line)) > 1):
        return read(text)
    typed = _MEASURES[found[0][0]]
    if asked is None or any(_MEASURES[match[0]].kind != asked.kind for match in found):
        return read(text) if asked and asked.kind == _LENGTH and _GLUED_POWER.search(line) else _WRONG
    source = _source(line, found, own=typed.size == asked.size)
    if source is None:
        return _WRONG
    return read(source) if typed.size == asked.size else _converted(convert(source), typed.size / asked.size)


def measure(unit: str) -> Measure | None:
    """The measure that a question's unit names by itself or by its first word ("km đường"); None for a count."""
    line = _plain_units(clean(numbers(unit)))
    first = line.split(" ", 1)[0]
    named = _MEASURES.get(line) or (None if first in _HOMONYMS and first != line else _MEASURES.get(first))
    return None if named and named.kind == _MONEY and named.size == 1 else named


_WRONG = Rejected(Reason.WRONG_UNIT)


def _plain_units(line: str) -> str:
    """One word for each unit: "cây số" is km, "triệu đồng" is triệu."""
    return _CURRENCY.sub(r"\1", _TREES.sub("km", line))


def _is_unit(word: str, asked: Measure | None, unit: str) -> bool:
    if word in clean(unit).split() and asked is None:
        return False
    return word not in _HOMONYMS or (asked is not None and _MEASURES[word].kind == asked.kind)


def _source(line: str, found: list[re.Match[str]], *, own: bool) -> str | None:
    """The line to read in the first unit's size; None when its units do not belong together."""
    first = found[0]
    sizes = [_MEASURES[match[0]].size for match in found]
    if _MEASURES[first[0]].kind == _MONEY and (len(found) > 1 or _TAIL.match(line, first.end())):
        return None
    if len(found) > 1:
        return line if len(set(sizes)) == 1 or (len(sizes) == 2 and sizes[0] == 1000 * sizes[1]) else None
    if _TAIL.match(line, first.end()):
        return line
    if own and first[0] in _READ_ALREADY:
        return line
    bare = f"{line[: first.start()]} {line[first.end() :]}".strip()
    if len(_figures(bare)) > 1 and not _RANGE.fullmatch(bare):
        return line if own else None
    return bare or line


def _figures(line: str) -> list[str]:
    return _FIGURE.findall(_ANY.sub(" ", line))


def _converted(reading: Reading, factor: Decimal) -> Reading:
    def change(value: Value) -> Value:
        return _plain(value * factor) if isinstance(value, Decimal) else value

    return doubted(changed(reading, change))


def _plain(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()
