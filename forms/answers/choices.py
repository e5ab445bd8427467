"""Picking options by number, by label, or by something like a label: "1, 3", "tuyên truyền và tặng quà".

The idea: a number or a whole label picks an option; anything nearer to a guess (part of a label, a slip of the
fingers, two communes that look alike without accents) is offered back as candidates and never picked silently.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from forms.answers.finding import JOINTS, MANY, Index, Option, index
from forms.answers.naming import flat
from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, Value, unreadable
from forms.answers.spelling import clean
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import cuts, plain_line

__all__ = ["Index", "Option", "index", "read_choice", "read_choices"]

_MOST_CANDIDATES = 6
_MOST_PIECES = 30
_NUMBERED = re.compile(r"(?:(?:so|cau|muc|lua chon|chon|option) )*(\d{1,3})")
_POLITE = re.compile(r"^(?:da|thua|vang|chon)\b | (?:a|nha|nhe|roi)$|(?<=^khong) co$")
_NEGATION = re.compile(r"\b(?:ko|k|hong|hok|hem|khg)\b")
_FIGURES = re.compile(r"\d{1,3}(?: \d{1,3})+")
_SPAN = re.compile(r"(\d{1,3}) ?(?:-|den|đến) ?(\d{1,3})")
_ALL = frozenset({"tat ca", "het", "ca hai", "toan bo", "all"})


@dataclass(frozen=True, slots=True)
class _Found:
    """Values that a text names for certain, or else the values that it may mean."""

    certain: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()


def read_choice(text: str, options: Sequence[Option]) -> Reading:
    """One option: `Understood.value` is its value, a str. Numbers count the options from 1 where these are few.

    A list that is asked about often is best given as its `index`.
    """
    if refused := unreadable(text):
        return refused
    found = _find(text, index(options))
    if len(found.certain) == 1:
        return Understood(found.certain[0])
    if candidates := (*found.certain, *found.likely):
        return _offered(candidates)
    return Rejected(Reason.UNKNOWN if _stock(text) is Stock.UNKNOWN else Reason.NO_SUCH_OPTION)


def read_choices(text: str, options: Sequence[Option]) -> Reading:
    """Several options: `Understood.value` is a tuple of their values in the order of the form."""
    if refused := unreadable(text):
        return refused
    known = index(options)
    line = "\n".join(clean(part) for part in text.splitlines())
    if flat(line) in _ALL:
        return Understood(tuple(option.value for option in known), confirm=True)
    found = [*_up_to_nothing(_pieces(line, known), known)]
    if found and all(len(piece.certain) == 1 for piece in found):
        return Understood(known.in_order(piece.certain[0] for piece in found))
    return _span(line, known) or _several(found, known) or _none_of_them(text)


def _offered(candidates: Sequence[Value]) -> Unsure:
    more = max(0, len(candidates) - _MOST_CANDIDATES)
    return Unsure(tuple(candidates[:_MOST_CANDIDATES]), reason=Reason.FUZZY, more=more)


def _up_to_nothing(pieces: Sequence[str], options: Index) -> Iterator[_Found]:
    """What the pieces are, up to the first that is nothing: no other can help then, and each takes a search."""
    for piece in pieces:
        yield (found := _find(piece, options))
        if not found.certain and not found.likely:
            return


def _several(found: Sequence[_Found], options: Index) -> Unsure | None:
    """Every combination of what the pieces may be; None when a piece may be nothing."""
    readings = [(*piece.certain, *piece.likely) for piece in found]
    if not readings or not all(readings):
        return None
    if len(readings) == 1:
        return _offered([(value,) for value in readings[0]])
    combinations = (options.in_order(chosen) for chosen in product(*(reading[:3] for reading in readings)))
    return Unsure(tuple(dict.fromkeys(islice(combinations, _MOST_CANDIDATES))), reason=Reason.FUZZY)


def _span(line: str, options: Index) -> Unsure | None:
    """ "1-3" is one to three, or one and three; "13" may be a missing comma."""
    if options.is_numeric or len(options) > MANY:
        return None
    if found := _SPAN.fullmatch(line):
        first, last = int(found.group(1)), int(found.group(2))
        picks = [tuple(range(first, last + 1)), (first, last)] if first < last <= len(options) else []
    else:
        picks = [tuple(map(int, line))] if re.fullmatch(r"[0-9]{2,9}", line) else []
    valid = [pick for pick in picks if all(1 <= number <= len(options) for number in pick)]
    chosen = [options.in_order(options[number - 1].value for number in pick) for pick in valid]
    return Unsure(tuple(dict.fromkeys(chosen)), reason=Reason.RANGE) if chosen else None


def _none_of_them(text: str) -> Reading:
    stock = _stock(text)
    if stock is None or stock is Stock.UNKNOWN:
        return Rejected(Reason.UNKNOWN if stock else Reason.NO_SUCH_OPTION)
    return Unsure(((),), skip=True, reason=Reason.ZERO_OR_SKIP)


def _stock(text: str) -> Stock | None:
    return next((stock for tokens in cuts(text) if (stock := stock_answer(plain_line(tokens)))), None)


def _pieces(line: str, options: Index) -> list[str]:
    """The line cut at its joints, but not inside a label that has one: "Thăm, tặng quà" stays whole."""
    if _FIGURES.fullmatch(line):
        return line.split()
    edges = [0, *(at for joint in JOINTS.finditer(line) for at in joint.span()), len(line)]
    spans = list(zip(edges[::2], edges[1::2], strict=True))[:_MOST_PIECES]
    most = 1 + options.most_joints
    pieces: list[str] = []
    while spans:
        start = spans[0][0]
        sizes = range(min(most, len(spans)), 1, -1)
        taken = next((n for n in sizes if flat(line[start : spans[n - 1][1]]) in options.jointed), 1)
        pieces.append(line[start : spans[taken - 1][1]])
        spans = spans[taken:]
    return [piece for piece in pieces if flat(piece)]


def _find(text: str, options: Index) -> _Found:
    cleaned = clean(text)
    exact = options.labelled(cleaned)
    if len(exact) == 1 and not cleaned.isdigit():
        return _Found(certain=exact)
    likely: tuple[str, ...] = ()
    for typed in dict.fromkeys((flat(text), _plainer(flat(text)))):
        if certain := tuple(dict.fromkeys((*exact, *options.named(typed, cleaned), *_by_number(typed, options)))):
            return _Found(certain=certain)
        likely = likely or options.like(typed, cleaned)
    return _Found(likely=likely)


def _plainer(plain: str) -> str:
    """Without politeness, and with the chat forms of "không" written out."""
    return _POLITE.sub("", _NEGATION.sub("khong", plain))


def _by_number(typed: str, options: Index) -> list[str]:
    found = _NUMBERED.fullmatch(typed)
    at = int(found.group(1)) if found and not options.is_numeric and len(options) <= MANY else 0
    return [options[at - 1].value] if 1 <= at <= len(options) else []
