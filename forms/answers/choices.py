"""Picking options by number, by label, or by something like a label: "1, 3", "tuyên truyền và tặng quà".

The idea: a number or a whole label picks an option; anything nearer to a guess (part of a label, a slip of the
fingers, two communes that look alike without accents) is offered back as candidates and never picked silently.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from rapidfuzz import fuzz, process

from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, unreadable
from forms.answers.spelling import clean, unaccent
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import cuts, plain_line

_CLOSE_ENOUGH = 78
_MOST_CANDIDATES = 6
_MOST_PIECES = 30
_NUMBERED = re.compile(r"(?:(?:so|cau|muc|lua chon|chon|option) )*(\d{1,3})")
_POLITE = re.compile(r"^(?:da|thua|vang|chon)\b | (?:a|nha|nhe|roi)$|(?<=^khong) co$")
_NEGATION = re.compile(r"\b(?:ko|k|hong|hok|hem|khg)\b")
_JOINTS = re.compile(r"[,;+&/\n]|\b(?:và|va|with|and|với|voi)\b")
_FIGURES = re.compile(r"\d{1,3}(?: \d{1,3})+")
_SPAN = re.compile(r"(\d{1,3}) ?(?:-|den|đến) ?(\d{1,3})")
_ALL = frozenset({"tat ca", "het", "ca hai", "toan bo", "all"})


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: the stored value, and every label (one per language, synonyms) that names it."""

    value: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Values that a text names for certain, or else the values that it may mean."""

    certain: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()


def read_choice(text: str, options: Sequence[Option]) -> Reading:
    """One option: `Understood.value` is its value, a str. Numbers count the options from 1."""
    if refused := unreadable(text):
        return refused
    found = _find(text, options)
    if len(found.certain) == 1:
        return Understood(found.certain[0])
    if found.certain or found.likely:
        return Unsure((*found.certain, *found.likely)[:_MOST_CANDIDATES], reason=Reason.FUZZY)
    return Rejected(Reason.UNKNOWN if _stock(text) is Stock.UNKNOWN else Reason.NO_SUCH_OPTION)


def read_choices(text: str, options: Sequence[Option]) -> Reading:
    """Several options: `Understood.value` is a tuple of their values in the order of the form."""
    if refused := unreadable(text):
        return refused
    line = "\n".join(clean(part) for part in text.splitlines())
    if _flat(line) in _ALL:
        return Understood(tuple(option.value for option in options), confirm=True)
    found = [_find(piece, options) for piece in _pieces(line, options)]
    if found and all(len(piece.certain) == 1 for piece in found):
        return Understood(_in_order([piece.certain[0] for piece in found], options))
    return _span(line, options) or _several(found, options) or _none_of_them(text)


def _in_order(chosen: Sequence[str], options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(option.value for option in options if option.value in chosen)


def _several(found: Sequence[_Found], options: Sequence[Option]) -> Unsure | None:
    """Every combination of what the pieces may be; None when a piece may be nothing."""
    readings = [(*piece.certain, *piece.likely)[:3] for piece in found]
    if not readings or not all(readings):
        return None
    combinations = (_in_order(chosen, options) for chosen in product(*readings))
    return Unsure(tuple(dict.fromkeys(islice(combinations, _MOST_CANDIDATES))), reason=Reason.FUZZY)


def _span(line: str, options: Sequence[Option]) -> Unsure | None:
    """ "1-3" is one to three, or one and three; "13" may be a missing comma."""
    if found := _SPAN.fullmatch(line):
        first, last = int(found.group(1)), int(found.group(2))
        picks = [tuple(range(first, last + 1)), (first, last)] if first < last <= len(options) else []
    else:
        picks = [tuple(map(int, line))] if re.fullmatch(r"[0-9]{2,9}", line) else []
    valid = [pick for pick in picks if all(1 <= number <= len(options) for number in pick)]
    chosen = [_in_order([options[number - 1].value for number in pick], options) for pick in valid]
    return Unsure(tuple(dict.fromkeys(chosen)), reason=Reason.RANGE) if chosen and not _numeric(options) else None


def _none_of_them(text: str) -> Reading:
    stock = _stock(text)
    if stock is None or stock is Stock.UNKNOWN:
        return Rejected(Reason.UNKNOWN if stock else Reason.NO_SUCH_OPTION)
    return Unsure(((),), skip=True, reason=Reason.ZERO_OR_SKIP)


def _stock(text: str) -> Stock | None:
    return next((stock for tokens in cuts(text) if (stock := stock_answer(plain_line(tokens)))), None)


def _pieces(line: str, options: Sequence[Option]) -> list[str]:
    """The line cut at its joints, but not inside a label that has one: "Thăm, tặng quà" stays whole."""
    if _FIGURES.fullmatch(line):
        return line.split()
    edges = [0, *(at for joint in _JOINTS.finditer(line) for at in joint.span()), len(line)]
    spans = list(zip(edges[::2], edges[1::2], strict=True))[:_MOST_PIECES]
    labels = [label for option in options for label in option.labels]
    jointed = {_flat(label): len(_JOINTS.findall(_folded(label))) for label in labels if _JOINTS.search(_folded(label))}
    most = 1 + max(jointed.values(), default=0)
    pieces: list[str] = []
    while spans:
        start = spans[0][0]
        sizes = range(min(most, len(spans)), 1, -1)
        taken = next((n for n in sizes if _flat(line[start : spans[n - 1][1]]) in jointed), 1)
        pieces.append(line[start : spans[taken - 1][1]])
        spans = spans[taken:]
    return [piece for piece in pieces if _flat(piece)]


def _find(text: str, options: Sequence[Option]) -> _Found:
    folded = _folded(text)
    exact = [option.value for option in options if folded in map(_folded, option.labels)]
    if len(exact) == 1 and not folded.isdigit():
        return _Found(certain=tuple(exact))
    likely: tuple[str, ...] = ()
    for typed in dict.fromkeys((_flat(text), _plainer(_flat(text)))):
        named = [option.value for option in options if typed and typed in map(_flat, option.labels)]
        if certain := tuple(dict.fromkeys((*named, *_by_number(typed, options)))):
            return _Found(certain=certain)
        likely = likely or _like(typed, options)
    return _Found(likely=likely)


@lru_cache(maxsize=8192)  # the labels of a long list of units come back with every message
def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", unaccent(clean(text))))


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return clean(text)


def _plainer(flat: str) -> str:
    """Without politeness, and with the chat forms of "không" written out."""
    return _POLITE.sub("", _NEGATION.sub("khong", flat))


def _by_number(typed: str, options: Sequence[Option]) -> list[str]:
    found = _NUMBERED.fullmatch(typed)
    at = int(found.group(1)) if found and not _numeric(options) else 0
    return [options[at - 1].value] if 1 <= at <= len(options) else []


def _numeric(options: Sequence[Option]) -> bool:
    """Whether labels are numbers themselves, so that a typed number is a label and no position."""
    return any(label.strip().isdigit() for option in options for label in option.labels)


def _like(typed: str, options: Sequence[Option]) -> tuple[str, ...]:
    """Options with the typed words inside a label, then labels that are spelt nearly so."""
    if not typed:
        return ()
    labels = [(_flat(label), option.value) for option in options for label in option.labels]
    inside = [value for label, value in labels if f" {typed} " in f" {label} "]
    close = process.extract(
        typed, [label for label, _ in labels], scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH, limit=_MOST_CANDIDATES
    )
    return tuple(dict.fromkeys((*inside, *(labels[at][1] for _, _, at in close))))
