"""Picking options by number, by label, or by something like a label: "1, 3", "tuyên truyền và tặng quà".

The idea: a number or a whole label picks an option; anything nearer to a guess (part of a label, a slip of the
fingers, two communes that look alike without accents) is offered back as candidates and never picked silently.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz import fuzz, process

from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, unreadable
from forms.answers.spelling import clean, unaccent
from forms.answers.stock import Stock, stock_answer
from forms.answers.tokens import cuts, plain_line

_CLOSE_ENOUGH = 78
_MOST_CANDIDATES = 6
_NUMBERED = re.compile(r"(?:(?:so|cau|muc|lua chon|chon|option) )*(\d{1,3})")
_POLITE = re.compile(r"^(?:da|thua|vang|chon)\b | (?:a|nha|nhe|roi)$")
_NEGATION = re.compile(r"\b(?:ko|hong|hok|hem|khg)\b")
_JOINTS = re.compile(r"[,;+&\n/]|\b(?:và|va|with|and|với|voi)\b")
_ALL = frozenset({"tat ca", "het", "ca hai", "toan bo", "all"})


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: the stored value, and every label (one per language, synonyms) that names it."""

    value: str
    labels: tuple[str, ...]


def read_choice(text: str, options: Sequence[Option]) -> Reading:
    """One option: `Understood.value` is its value, a str. Numbers count the options from 1."""
    if refused := unreadable(text):
        return refused
    certain, likely = _find(text, options)
    if len(certain) == 1:
        return Understood(certain[0])
    if certain or likely:
        return Unsure((*certain, *likely)[:_MOST_CANDIDATES], reason=Reason.FUZZY)
    return Rejected(Reason.UNKNOWN if _is_unknown(text) else Reason.NO_SUCH_OPTION)


def read_choices(text: str, options: Sequence[Option]) -> Reading:
    """Several options: `Understood.value` is a tuple of their values in the order of the form."""
    if refused := unreadable(text):
        return refused
    plain = _normal(text)
    if plain in _ALL:
        return Understood(tuple(option.value for option in options), confirm=True)
    whole, _ = _find(text, options)
    if len(whole) == 1:
        return Understood((whole[0],))
    pieces = [piece for piece in _pieces(text) if piece.strip(" .")]
    found = [_find(piece, options) for piece in pieces]
    if pieces and all(len(certain) == 1 for certain, _ in found):
        return Understood(_ordered([certain[0] for certain, _ in found], options))
    return _several(found, options) or _none_of_them(text)


def _several(found: Sequence[tuple[list[str], list[str]]], options: Sequence[Option]) -> Unsure | None:
    """Every combination of what the pieces may be; None when a piece may be nothing."""
    candidates = [(*certain, *likely)[:3] for certain, likely in found]
    if not candidates or not all(candidates) or len(candidates) > len(options):
        return None
    combinations = dict.fromkeys(_ordered(chosen, options) for chosen in _some(product(*candidates)))
    return Unsure(tuple(combinations), reason=Reason.FUZZY)


def _some(combinations: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    for _, combination in zip(range(_MOST_CANDIDATES), combinations, strict=False):
        yield combination


def _none_of_them(text: str) -> Reading:
    for tokens in cuts(text):
        stock = stock_answer(plain_line(tokens))
        if stock is Stock.UNKNOWN:
            return Rejected(Reason.UNKNOWN)
        if stock is not None:
            return Unsure(((),), skip=True, reason=Reason.ZERO_OR_SKIP)
    return Rejected(Reason.NO_SUCH_OPTION)


def _is_unknown(text: str) -> bool:
    return any(stock_answer(plain_line(tokens)) is Stock.UNKNOWN for tokens in cuts(text))


def _ordered(chosen: Sequence[str], options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(option.value for option in options if option.value in chosen)


def _pieces(text: str) -> list[str]:
    """The message cut at its joints; figures alone may be parted by blanks: "1 3"."""
    line = "\n".join(part for part in clean_lines(text))
    if re.fullmatch(r"\d{1,3}(?: \d{1,3})+", line):
        return line.split()
    return _JOINTS.split(line)


def clean_lines(text: str) -> Iterator[str]:
    yield from (clean(line) for line in text.splitlines())


def _find(text: str, options: Sequence[Option]) -> tuple[list[str], list[str]]:
    """Values that the text names for certain, and values that it may mean."""
    typed = _normal(text)
    if not typed:
        return [], []
    exact = [option.value for option in options if clean(text) in map(clean, option.labels)]
    named = exact if len(exact) == 1 else [o.value for o in options if typed in map(_normal, o.labels)]
    numbered = _by_number(typed, options)
    certain = list(dict.fromkeys((*named, *numbered)))
    return (certain, []) if certain else ([], _like(typed, options))


def _normal(text: str) -> str:
    line = " ".join(re.findall(r"\w+", unaccent(clean(text))))
    return _NEGATION.sub("khong", _POLITE.sub("", line))


def _by_number(typed: str, options: Sequence[Option]) -> list[str]:
    found = _NUMBERED.fullmatch(typed)
    at = int(found.group(1)) if found else 0
    return [options[at - 1].value] if 1 <= at <= len(options) else []


def _like(typed: str, options: Sequence[Option]) -> list[str]:
    """Options with the typed words inside a label, then labels that are spelt nearly so."""
    labels = [(_normal(label), option.value) for option in options for label in option.labels]
    inside = [value for label, value in labels if f" {typed} " in f" {label} "]
    close = process.extract(
        typed, [label for label, _ in labels], scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH, limit=_MOST_CANDIDATES
    )
    return list(dict.fromkeys((*inside, *(labels[at][1] for _, _, at in close))))
