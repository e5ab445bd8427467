"""A latitude and a longitude in one line of text: decimal degrees, degrees and minutes, seconds; letters or labels.

The idea: a scanner knows figures, directions, labels and the signs of degrees; any other word and the line is no
place (figures with three decimals or more among other words are offered, with doubt). With dots in the figures a comma
separates; without, it may be the decimal sign.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from forms.answers.spelling import clean, unaccent


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees and metres. `ordered`: letters or labels said which is the latitude. `doubtful`: needs a yes."""

    latitude: float
    longitude: float
    altitude: float = 0.0
    accuracy: float = 0.0
    ordered: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Half:
    """One of the two angles; `axis` is "lat", "lon" or "" when nothing says so."""

    degrees: float
    axis: str = ""
    whole: bool = False


_SIGNS = str.maketrans({"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "″": '"', "”": '"', "“": '"'})
_NOISE = re.compile(
    r"\b(?:vi tri|toa do|dia diem|diem|gps|wgs ?84|location|position|coordinates?|coords?|my|la|is|o|tai|at|em|"
    r"day|dang|da|thua|a|and|va|degrees?|cua)\b|,\s?\d{1,2}(?:\.\d{1,4})?z\b|[()\[\]{}|*•:=]"
)
_LABELS = {"latitude": "lat", "lat": "lat", "vi do": "lat", "vi": "lat",
           "longitude": "lon", "long": "lon", "lng": "lon", "lon": "lon", "kinh do": "lon", "kinh": "lon"}  # fmt: skip
_DIRECTIONS = {
    "n": ("lat", 1), "north": ("lat", 1), "bac": ("lat", 1), "b": ("lat", 1), "s": ("lat", -1), "south": ("lat", -1),
    "nam": ("lat", -1), "e": ("lon", 1), "east": ("lon", 1), "dong": ("lon", 1), "d": ("lon", 1), "w": ("lon", -1),
    "west": ("lon", -1), "tay": ("lon", -1), "t": ("lon", -1),
}  # fmt: skip
# Vietnamese letters beside which "n" is "nam", the south.
_VIETNAMESE = frozenset("bdt")
_SPELT_SIGNS = ((re.compile(r"(?<=\d) ?(?:do|deg)\b(?! (?:bac|nam|dong|tay)\w)"), "°"),
                (re.compile(r"(?<=\d) ?phut\b"), "'"), (re.compile(r"(?<=\d) ?giay\b"), '"'))  # fmt: skip
_TOKEN = re.compile(
    rf"(?P<label>{'|'.join(sorted(_LABELS, key=len, reverse=True))})(?![a-z])"
    rf"|(?P<dir>{'|'.join(sorted(_DIRECTIONS, key=len, reverse=True))})(?![a-z])"
    r"|(?P<num>[-+]?\d{1,5}(?:\.\d{1,15})?)(?!\d)|(?P<sign>[°'\"])|(?P<sep>[,;]|/(?=\s*\d+\.))"
)
_DECIMAL_COMMA = re.compile(r"(\d+),(\d+)")
_FRACTIONS = re.compile(r"\d\.\d")
_AMONG_WORDS = re.compile(r"(?<![\d.,])(-?\d{1,3}\.\d{3,15})\s*[,;\s]\s*(-?\d{1,3}\.\d{3,15})(?![\d.]|,\d)")
# Two whole numbers are degrees only where they may be of Vietnam: "2, 5" counts something.
_LEAST_LATITUDE, _LEAST_LONGITUDE, _MOST_LONGITUDE = 8, 102, 118
_MOST_TOKENS = 30
_MARKS = ("°", "'", '"')


def coordinates(text: str) -> tuple[Coordinates, ...]:
    """The places that a line without a link may mean, the likelier first."""
    line = unaccent(clean(text.translate(_SIGNS).replace("''", '"')))
    for pattern, sign in _SPELT_SIGNS:
        line = pattern.sub(sign, line)
    line = " ".join(_NOISE.sub(" ", line).split()).strip(" .,;")
    with_dots = _DECIMAL_COMMA.sub(r"\1.\2", line)
    for way in (line, with_dots) if re.search(r"\d\.\d", line) else (with_dots, line):
        if found := tuple(dict.fromkeys(_read(way))):
            return found
    return tuple(_among_words(line))


def _among_words(line: str) -> Iterator[Coordinates]:
    found = _AMONG_WORDS.findall(line)
    if len(found) == 1 and len(_FRACTIONS.findall(line)) == 2:
        yield Coordinates(float(found[0][0]), float(found[0][1]), doubtful=True)


def _read(line: str) -> Iterator[Coordinates]:
    tokens = _scanned(line)
    if tokens is None:
        return
    southern = {text for kind, text in tokens if kind == "dir"}
    for flipped in (False, True) if "n" in southern and southern & _VIETNAMESE else (False,):
        said = [(kind, "nam" if flipped and text == "n" else text) for kind, text in tokens]
        yield from _paired(said)
    if [kind for kind, _ in tokens] == ["num"] * len(tokens) and len(tokens) in (3, 4):
        yield from _with_altitude([float(text) for _, text in tokens])


def _scanned(line: str) -> list[tuple[str, str]] | None:
    """The tokens of the line; None when anything else stands in it."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(line):
        if line[at] == " ":
            at += 1
            continue
        found = _TOKEN.match(line, at)
        if found is None or len(tokens) == _MOST_TOKENS:
            return None
        tokens.append((str(found.lastgroup), found[0]))
        at = found.end()
    return tokens


def _paired(tokens: list[tuple[str, str]]) -> Iterator[Coordinates]:
    """The two halves, each with as many figures as the other."""
    figures = [at for at, (kind, _) in enumerate(tokens) if kind == "num"]
    separators = [at for at, (kind, _) in enumerate(tokens) if kind == "sep"]
    if len(figures) not in (2, 4, 6) or len(separators) > 1:
        return
    last, first = figures[len(figures) // 2 - 1], figures[len(figures) // 2]
    cuts = separators or range(last + 1, first + 1)
    for cut in cuts:
        left, right = _half(tokens[:cut]), _half(tokens[cut + bool(separators) :])
        if last < cut <= first and left and right and (pair := _ordered(left, right)):
            yield replace(pair, doubtful=pair.doubtful or (len(figures) > 2 and not _marked(tokens)))
            return


def _marked(tokens: list[tuple[str, str]]) -> bool:
    return any(kind in ("sign", "dir") for kind, _ in tokens)


def _half(tokens: list[tuple[str, str]]) -> _Half | None:
    """One angle: an optional label or direction on either side of one to three figures with their signs."""
    axes = {_LABELS[text] for kind, text in tokens if kind == "label"}
    turns = [_DIRECTIONS[text] for kind, text in tokens if kind == "dir"]
    axes |= {axis for axis, _ in turns}
    figures = [text for kind, text in tokens if kind == "num"]
    inner = [kind for kind, _ in tokens if kind in ("label", "dir", "num")]
    if len(axes) > 1 or len({sign for _, sign in turns}) > 1 or not _together(inner) or not _signs_fit(tokens):
        return None
    degrees = _angle(figures)
    turn = turns[0][1] if turns else 1
    if degrees is None or (turns and figures[0][0] in "-+"):
        return None
    return _Half(degrees * turn, next(iter(axes), ""), len(figures) == 1 and "." not in figures[0] and not turns)


def _together(kinds: list[str]) -> bool:
    figures = [at for at, kind in enumerate(kinds) if kind == "num"]
    return bool(figures) and figures[-1] - figures[0] == len(figures) - 1


def _signs_fit(tokens: list[tuple[str, str]]) -> bool:
    """Each sign follows its own figure: degrees the first, minutes the second, seconds the third."""
    figure = -1
    for kind, text in tokens:
        figure += kind == "num"
        if kind == "sign" and (figure not in range(3) or text != _MARKS[figure]):
            return False
    return True


def _angle(figures: list[str]) -> float | None:
    """Degrees; None unless only the last figure has a fraction and minutes and seconds are below sixty."""
    parts = [float(figure) for figure in figures]
    if any("." in figure for figure in figures[:-1]) or any(not 0 <= part < 60 for part in parts[1:]):
        return None
    if any(figure[0] in "-+" for figure in figures[1:]) or abs(parts[0]) > 180:
        return None
    size = abs(parts[0]) + sum(part / 60.0**power for power, part in enumerate(parts[1:], 1))
    return -size if figures[0].startswith("-") else size


def _ordered(left: _Half, right: _Half) -> Coordinates | None:
    if left.axis and left.axis == right.axis:
        return None
    if left.axis == "lon" or right.axis == "lat":
        left, right = right, left
    ordered = bool(left.axis or right.axis)
    vague = left.whole and right.whole
    low, high = sorted((left.degrees, right.degrees))
    if vague and not ordered and not (_LEAST_LATITUDE <= low < _LEAST_LONGITUDE <= high <= _MOST_LONGITUDE):
        return None
    return Coordinates(left.degrees, right.degrees, ordered=ordered, doubtful=vague)


def _with_altitude(figures: list[float]) -> Iterator[Coordinates]:
    """As ODK writes it: latitude, longitude, metres above the sea, metres of accuracy."""
    latitude, longitude, altitude, *accuracy = figures
    if abs(latitude) <= 90 and abs(longitude) <= 180 and not (latitude.is_integer() and longitude.is_integer()):
        yield Coordinates(latitude, longitude, altitude, abs(accuracy[0]) if accuracy else 0.0)
