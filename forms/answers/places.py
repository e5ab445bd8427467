"""Places as people type, copy and share them: "10,7769 106,7009", "10°46'36.8\"N 106°42'03.2\"E", map links, geo: URIs.

The idea: write every sign and direction in one way, cut the line into figures and marks, and read its first and
second half alike. Letters or labels say which half is the latitude; without them latitude comes first, as every map
writes it. What only fits the other way round, or lies far from Vietnam, needs a yes. Nothing is ever fetched.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from forms.answers.coordinates import Coordinates, coordinates
from forms.answers.links import is_link, linked
from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, unreadable, values_of
from forms.answers.stock import Stock, stock_in
from forms.geography import clean_place, clean_places

# A shared link is far longer than an answer; a line of some hundred places is longer still.
LONGEST_PLACE = 2_000
LONGEST_PLACES = 10_000
# Degrees around Vietnam and its islands.
_SOUTH, _NORTH, _WEST, _EAST = 8.0, 24.0, 102.0, 118.0
_MOST_CHOICES = 4
_PLUS_CODE = re.compile(
    r"(?<![\w+])(?=[0-9+]*[CFGHJMPQRVWX])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"
)
# "geo:10.77,106.70;u=35" is one place.
_BETWEEN = re.compile(r"[\n\r]+|;(?!\s*(?:u|crs)=)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.)]\s+|[-*•]\s+)")
_PAIRS = re.compile(r"-?\d{1,3}\.\d+,-?\d{1,3}\.\d+(?:\s+-?\d{1,3}\.\d+,-?\d{1,3}\.\d+)+")


def read_place(text: str) -> Reading:
    """A point: `Understood.value` is "latitude longitude altitude accuracy" as forms.geography writes it (degrees,
    metres, 0 for what is not known)."""
    if refused := unreadable(text, LONGEST_PLACE) or _without_place(text):
        return refused
    found = linked(text) if is_link(text) else coordinates(text)
    if not found:
        return Rejected(_why_none(text))
    readings = tuple(dict.fromkeys(reading for place in islice(found, _MOST_CHOICES) for reading in _readings(place)))
    if not readings:
        return Rejected(Reason.NO_SUCH_PLACE)
    return readings[0] if len(readings) == 1 else Unsure(tuple(reading.value for reading in readings))


def read_places(text: str) -> Reading:
    """A line or an area, one place a line or between ";": `Understood.value` is the places with "; " between. An
    area is not closed here."""
    if refused := unreadable(text, LONGEST_PLACES) or _without_place(text):
        return refused
    lines = text.split() if _PAIRS.fullmatch(text.strip()) else [line for line in _BETWEEN.split(text) if line.strip()]
    readings: list[Understood | Unsure] = []
    for line in lines:
        reading = read_place(_NUMBERED.sub("", line))
        if isinstance(reading, Rejected):
            return reading
        readings.append(reading)
    if len(readings) < 2:
        return Rejected(Reason.TOO_FEW_PLACES)
    options = [values_of(reading) for reading in readings]
    ways = tuple(clean_places("; ".join(map(str, way))) for way in islice(product(*options), _MOST_CHOICES))
    confirm = any(isinstance(reading, Understood) and reading.confirm for reading in readings)
    return Understood(ways[0], confirm=confirm) if len(ways) == 1 else Unsure(ways)


# Longer lines are no stock answers: "không biết", "bỏ qua".
_SHORT = 60


def _without_place(text: str) -> Reading | None:
    stock = stock_in(text) if len(text) < _SHORT else None
    if stock is None:
        return None
    return Rejected(Reason.UNKNOWN) if stock is Stock.UNKNOWN else Unsure((), True, Reason.ZERO_OR_SKIP)


def _why_none(text: str) -> Reason:
    if _PLUS_CODE.search(text.upper()):
        return Reason.PLUS_CODE
    return Reason.LINK_WITHOUT_PLACE if is_link(text) else Reason.NOT_A_PLACE


def _readings(place: Coordinates) -> Iterator[Understood]:
    """The place as it stands; the other way round when it can only be meant so."""
    latitude, longitude = place.latitude, place.longitude
    swapped = not place.ordered and not _near(latitude, longitude) and _near(longitude, latitude)
    if swapped or (not place.ordered and abs(latitude) > 90):
        latitude, longitude = longitude, latitude
        swapped = True
    if abs(latitude) > 90 or abs(longitude) > 180:
        return
    value = clean_place(f"{latitude:.9f} {longitude:.9f} {place.altitude:.9f} {place.accuracy:.9f}")
    yield Understood(value, confirm=swapped or place.doubtful or not _near(latitude, longitude))


def _near(latitude: float, longitude: float) -> bool:
    return _SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST
