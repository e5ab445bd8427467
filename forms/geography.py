"""Places, lines and areas as ODK writes them, and what can be measured on them.

A place is "latitude longitude altitude accuracy" (degrees and metres; the last two may be missing), a line or an area
is places with ";" between, and an area ends where it began.
"""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

Place = tuple[float, float]

# The radius that ODK's own tools measure with, in metres.
EARTH = 6_378_100


def clean_place(answer: object) -> str:
    """`answer` in canonical writing; raises ValueError for what is no place on earth."""
    if not isinstance(answer, str):
        raise ValueError("not a place")
    return " ".join(_number(part) for part in _checked(answer.split()))


def clean_places(answer: object) -> str:
    """A line: at least two places."""
    if not isinstance(answer, str):
        raise ValueError("not a line")
    found = [clean_place(place) for place in answer.strip().strip(";").split(";")]
    if len(found) < 2:
        raise ValueError("a line has two places or more")
    return "; ".join(found)


def clean_ring(answer: object) -> str:
    """An area: at least three places, closed when it is not."""
    found = clean_places(answer).split("; ")
    if found[0] != found[-1]:
        found.append(found[0])
    if len(found) < 4:
        raise ValueError("an area has three places or more")
    return "; ".join(found)


def _checked(parts: list[str]) -> list[float]:
    numbers = [float(part) for part in parts]
    if not 2 <= len(numbers) <= 4 or not abs(numbers[0]) <= 90 or not abs(numbers[1]) <= 180:
        raise ValueError("not a place")
    return numbers + [0.0] * (4 - len(numbers))


def _number(value: float) -> str:
    return format(value, ".7f").rstrip("0").rstrip(".") or "0"


def places(text: str) -> list[Place]:
    """The places in a text; none when any of them is wrong."""
    try:
        found = [_checked(part.split()) for part in text.split(";") if part.strip()]
    except ValueError:
        return []
    return [(place[0], place[1]) for place in found]


def length(found: list[Place]) -> float:
    """Metres along a line."""
    return sum(_between(start, end) for start, end in pairwise(found))


def _between(start: Place, end: Place) -> float:
    (south, west), (north, east) = (tuple(map(radians, place)) for place in (start, end))
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH * asin(sqrt(chord))


def area(found: list[Place]) -> float:
    """Square metres that a ring encloses, on a sphere; zero for what is no ring."""
    if len(found) < 3:
        return 0.0
    ring = [*found, found[0]]
    total = sum(
        radians(east - west) * (2 + sin(radians(south)) + sin(radians(north)))
        for (south, west), (north, east) in pairwise(ring)
    )
    return abs(total * EARTH**2 / 2)


def holds(ring: list[Place], place: Place) -> bool:
    """Whether `place` lies in `ring`, by counting the sides that a line eastwards crosses."""
    inside = False
    latitude, longitude = place
    for (south, west), (north, east) in pairwise([*ring, ring[0]] if ring else []):
        if (south > latitude) != (north > latitude):
            crossing = west + (latitude - south) / (north - south) * (east - west)
            inside ^= longitude < crossing
    return inside


def crosses_itself(found: list[Place]) -> bool:
    """Whether a line meets itself other than at the joints of its sides."""
    sides = [side for side in pairwise(found) if side[0] != side[1]]
    return any(
        _cross(sides[one], sides[other])
        for one in range(len(sides))
        for other in range(one + 2, len(sides))
        if not (one == 0 and other == len(sides) - 1 and found[0] == found[-1])
    )


def _cross(one: tuple[Place, Place], other: tuple[Place, Place]) -> bool:
    return _turn(*one, other[0]) != _turn(*one, other[1]) and _turn(*other, one[0]) != _turn(*other, one[1])


def _turn(start: Place, end: Place, place: Place) -> int:
    turned = (end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])
    return (turned > 0) - (turned < 0)
