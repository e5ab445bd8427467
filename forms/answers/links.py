"""Coordinates inside shared map links and geo: URIs. Nothing is fetched: what the text does not hold is not known.

The idea: a table of places where Google, OpenStreetMap, Apple and their like write a point, the pin before the centre
of the view. A view's centre is only where somebody looked, so it needs a yes.
"""

import re
from urllib.parse import unquote_plus

from forms.answers.coordinates import Coordinates, coordinates

_LINK = re.compile(
    r"(?:https?://|www\.|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:com|org|gl|app|net|vn|ly|me|link)/)\S*|\bgeo:\S+",
    re.I,
)
_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,15})?"
_PAIR = rf"(?P<lat>{_NUMBER})\s*(?:,|~|%2C)\s*(?P<lon>{_NUMBER})(?![\d.])"
_PINS = (
    re.compile(rf"!3d(?P<lat>{_NUMBER})!4d(?P<lon>{_NUMBER})"),
    re.compile(rf"[?&]mlat=(?P<lat>{_NUMBER})&(?:\w+=[^&#]*&)*?mlon=(?P<lon>{_NUMBER})"),
    re.compile(rf"[?&](?:q|query|destination|daddr|coordinate|pin|sp|point)=(?:loc:|point\.)?\s*{_PAIR}"),
    re.compile(rf"[?&](?:ll|latlng)={_PAIR}"),
    re.compile(rf"/{_PAIR}(?=[/?#@]|$)"),
)
_VIEWS = (
    re.compile(rf"@{_PAIR}"),
    re.compile(rf"#(?:map=)?\d{{1,2}}(?:\.\d+)?/(?P<lat>{_NUMBER})/(?P<lon>{_NUMBER})"),
    re.compile(rf"[?&](?:center|cp|sll)={_PAIR}"),
)
_DEGREES = re.compile(r"(?:/place/|/search/|[?&](?:q|query)=)([^/?&#@]*°[^/?&#@]*)")
_GEO = re.compile(rf"^geo:{_PAIR}(?:,(?P<alt>{_NUMBER}|-?\d{{4}}(?:\.\d+)?))?(?P<more>.*)$", re.I)
_ACCURACY = re.compile(r";u=(\d{1,6}(?:\.\d{1,6})?)")


def is_link(text: str) -> bool:
    """Whether an address on the web or a geo: URI stands in the text."""
    return _LINK.search(text) is not None


def linked(text: str) -> tuple[Coordinates, ...]:
    """The places that the links of a text name; none when they name none."""
    links = [unquote_plus(found.group()) for found in _LINK.finditer(text.replace("\\", ""))]
    for read in (_pinned, _written, _viewed):
        if found := tuple(dict.fromkeys(place for link in links for place in read(link))):
            return found
    return ()


def _pinned(link: str) -> list[Coordinates]:
    if geo := _GEO.match(link):
        named = _found(_PINS, geo["more"], doubtful=False)
        accuracy = _ACCURACY.search(geo["more"])
        place = Coordinates(
            float(geo["lat"]), float(geo["lon"]), float(geo["alt"] or 0), float(accuracy[1]) if accuracy else 0.0
        )
        return named or [place]
    return _found(_PINS, link, doubtful=False)


def _written(link: str) -> list[Coordinates]:
    """Degrees and minutes in the name of a pin."""
    return [place for found in _DEGREES.finditer(link) for place in coordinates(found[1])]


def _viewed(link: str) -> list[Coordinates]:
    return _found(_VIEWS, link, doubtful=True)


def _found(patterns: tuple[re.Pattern[str], ...], link: str, *, doubtful: bool) -> list[Coordinates]:
    for pattern in patterns:
        if found := [_place(match, doubtful) for match in pattern.finditer(link)]:
            return found
    return []


def _place(found: re.Match[str], doubtful: bool) -> Coordinates:
    return Coordinates(float(found["lat"]), float(found["lon"]), doubtful=doubtful)
