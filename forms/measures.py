"""The functions of ODK XPath on places, digests and tables."""

import base64
import hashlib
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from forms import geography
from forms.nodes import Node
from forms.values import NAN, NUMBERS, Value, string

DIGESTS = MappingProxyType(
    {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
)


def _metres(value: float) -> Decimal:
    return NUMBERS.create_decimal(repr(round(value, 2)))


def _all_places(values: list[Value]) -> list[geography.Place]:
    return [place for value in values for place in geography.places(string(value))]


def distance(values: list[Value]) -> Value:
    """Metres along a line, or from place to place in the order given; NaN for fewer than two."""
    found = _all_places(values)
    return _metres(geography.length(found)) if len(found) > 1 else NAN


def area(values: list[Value]) -> Value:
    """Square metres within a ring."""
    return _metres(geography.area(_all_places(values)))


def geofence(place: Value, ring: Value) -> Value:
    where = geography.places(string(place))
    return len(where) == 1 and geography.holds(geography.places(string(ring)), where[0])


def intersects(line: Value) -> Value:
    return geography.crosses_itself(geography.places(string(line)))


def digest(text: Value, algorithm: Value, encoding: Value = "base64") -> Value:
    """ "" for an algorithm or an encoding that ODK does not know."""
    name = DIGESTS.get(string(algorithm).upper())
    if name is None:
        return ""
    found = hashlib.new(name, string(text).encode(), usedforsecurity=False)
    if string(encoding) == "hex":
        return found.hexdigest()
    return base64.b64encode(found.digest()).decode() if string(encoding) == "base64" else ""


def base64_decode(text: Value) -> Value:
    try:
        return base64.b64decode(string(text), validate=True).decode()
    except ValueError:
        return ""


@lru_cache(maxsize=64)
def _index(table: Node, column: str) -> dict[str, Node]:
    """The rows of a choice list by their text in `column`; of twins the first."""
    found: dict[str, Node] = {}
    for row in table.children[0].children if table.children else ():
        for field in row.children:
            if field.name == column:
                found.setdefault(field.text, row)
    return found


def look_up(table: Node, wanted: str, column: str, key: str) -> str:
    """The text in the column `wanted` of the row that has `key` in `column`; "" when there is none."""
    row = _index(table, column).get(key)
    return next((field.text for field in row.children if field.name == wanted), "") if row else ""
