"""A list of options made ready for finding: thousands of names, a part of one typed.

The idea: whatever depends on the list alone (plain letters, which name has which word, how a word is accented there)
is worked out once in an `Index`; a typed line then costs a few look-ups. Nothing found here is picked: it is offered.
"""

import re
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from rapidfuzz import fuzz, process

from forms.answers.naming import WORDS, Label, Name, name_of, plain, rank, without_kind, written_out
from forms.answers.spelling import clean, could_be, spell

CLOSE_ENOUGH = 78
# Nobody counts in a list that is longer, and names in it are more alike.
MANY = 30
# Of names that are only spelt alike: more would be noise.
MOST_ALIKE = 6
# Of all lists that are kept ready together: some 2 kB each.
MOST_OPTIONS = 20_000

JOINTS = re.compile(r"[,;+&/\n]|\b(?:và|va|with|and|với|voi)\b")

_NONE: frozenset[int] = frozenset()
# The rank of names that only have the beginnings of what was typed.
_LAST = 4
# Of more names than this the first are offered as they stand: too little was typed to tell them apart.
_MOST_RANKED = 500


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: the stored value, and every label (one per language, synonyms) that names it."""

    value: str
    labels: tuple[str, ...]


class Index(Sequence[Option]):
    """`options`, a list as any other, which `read_choice` and `read_choices` search fast."""

    def __init__(self, options: Iterable[Option]) -> None:
        self.options = tuple(options)
        self._labels = [
            Label(place, cleaned, plain(cleaned))
            for place, option in enumerate(self.options)
            for cleaned in map(clean, option.labels)
        ]
        self.is_numeric = any(label.strip().isdigit() for option in self.options for label in option.labels)
        """Whether labels are numbers themselves, so that a typed number is a label and no position."""

    def __len__(self) -> int:
        return len(self.options)

    @overload
    def __getitem__(self, at: int) -> Option: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Option]: ...
    def __getitem__(self, at: int | slice) -> Option | Sequence[Option]:
        return self.options[at]

    def in_order(self, values: Iterable[str]) -> tuple[str, ...]:
        """`values`, each once, in the order of the list."""
        return tuple(sorted(set(values), key=self.place_of.__getitem__))

    @cached_property
    def place_of(self) -> dict[str, int]:
        """The place of each value in the list, from 0; of twins the first."""
        return {option.value: place for place, option in reversed([*enumerate(self.options)])}

    def label(self, value: str) -> str:
        """What the option with `value` is called: its first label."""
        return self.options[self.place_of[value]].labels[0]

    # Whole labels

    def labelled(self, cleaned: str) -> tuple[str, ...]:
        """The values that have the label `cleaned`, accents and all."""
        return tuple(dict.fromkeys(self._by_cleaned.get(cleaned, ())))

    def named(self, words: str, cleaned: str) -> tuple[str, ...]:
        """The values that have a label with the plain letters of `words`.

        In a long list only if the accents of `cleaned`, what was typed, are its own: they tell places apart.
        """
        found = self._by_plain.get(words, ())
        if len(self) > MANY and not cleaned.isascii():
            accents = self._accents(cleaned)
            found = tuple(at for at in found if not self._misses(at, accents))
        return tuple(dict.fromkeys(self.options[self._labels[at].place].value for at in found))

    @cached_property
    def _by_cleaned(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for label in self._labels:
            found[label.cleaned] = (*found.get(label.cleaned, ()), self.options[label.place].value)
        return found

    @cached_property
    def _by_plain(self) -> dict[str, tuple[int, ...]]:
        """Which labels have the plain letters."""
        found: dict[str, tuple[int, ...]] = {}
        for at, label in enumerate(self._labels):
            found[label.plain] = (*found.get(label.plain, ()), at)
        return found

    @cached_property
    def jointed(self) -> dict[str, int]:
        """How many joints stand in a label that has any ("Thăm, tặng quà"), by its plain letters."""
        counted = ((label.plain, len(JOINTS.findall(label.cleaned))) for label in self._labels)
        return {words: joints for words, joints in counted if joints}

    @cached_property
    def most_joints(self) -> int:
        return max(self.jointed.values(), default=0)

    # Parts of labels

    def like(self, words: str, cleaned: str) -> tuple[str, ...]:
        """The values that a line may mean, as plain `words` and `cleaned` with its accents, likeliest first.

        Whole words at the start of a name, whole words anywhere and in any order, beginnings of words, else names that
        are spelt nearly so. Names with the accents that were typed stand before their look-alikes.
        """
        typed = written_out(words)
        if not typed:
            return ()
        found = self._with_words(typed, cleaned)
        if not found and (bare := without_kind(typed)) != typed:
            found = self._with_words(bare, cleaned)
        return tuple(dict.fromkeys(self.options[place].value for place in found or self._alike(without_kind(typed))))

    def _with_words(self, typed: str, cleaned: str) -> list[int]:
        """Places of the options whose words, or beginnings of words, are all of `typed`."""
        words = typed.split()
        whole = self._all_of([self._whole.get(word, _NONE) for word in words])
        begun = self._all_of([self._beginning(word) for word in words]) - whole
        if len(whole) > _MOST_RANKED:
            return [self._names[at].place for at in (*sorted(whole), *sorted(begun))]
        accents = self._accents(cleaned)
        ranked = [(self._misses(at, accents), rank(self._names[at], f" {typed} "), at) for at in whole]
        ranked += [(self._misses(at, accents), _LAST, at) for at in begun]
        return [self._names[at].place for _, _, at in sorted(ranked)]

    @staticmethod
    def _all_of(lists: list[frozenset[int]]) -> frozenset[int]:
        smallest, *others = sorted(lists, key=len)
        return smallest.intersection(*others)

    def _beginning(self, word: str) -> frozenset[int]:
        """The names with a word that begins with `word`; a number is never the beginning of another."""
        if word.isdigit():
            return self._whole.get(word, _NONE)
        return _NONE.union(*(self._whole[known] for known in self._known(word)))

    def _known(self, beginning: str) -> list[str]:
        start = bisect_left(self._vocabulary, beginning)
        return self._vocabulary[start : bisect_left(self._vocabulary, f"{beginning}\uffff")]

    def _accents(self, cleaned: str) -> list[dict[str, int]]:
        """For each word typed with accents the words of the list that it may be: 0 it is so, 1 it lacks some marks."""
        return [dict(self._may_be(word)) for word in WORDS.findall(cleaned) if not word.isascii()]

    def _may_be(self, word: str) -> Iterator[tuple[str, int]]:
        typed = spell(word)
        for known in self._known(plain(word)):
            for form in self._forms.get(known, ()):
                if form.startswith(word) or could_be(typed, spell(form)):
                    yield form, int(typed != spell(form))

    def _misses(self, at: int, accents: list[dict[str, int]]) -> int:
        """How far the accents of a name are from those that were typed."""
        own = self._names[at].accented
        return sum(min((forms[word] for word in own if word in forms), default=2) for forms in accents)

    def _alike(self, typed: str) -> list[int]:
        """Places of the options with the names that are spelt most like `typed`."""
        close = process.extract(
            typed, list(self._spellings), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=MOST_ALIKE
        )
        return [place for spelling, _, _ in close for place in self._spellings[spelling]]

    @cached_property
    def _names(self) -> list[Name]:
        return [name_of(label) for label in self._labels]

    @cached_property
    def _whole(self) -> dict[str, frozenset[int]]:
        """Which names have a word."""
        found: dict[str, set[int]] = {}
        for at, name in enumerate(self._names):
            for word in name.words.split():
                found.setdefault(word, set()).add(at)
        return {word: frozenset(names) for word, names in found.items()}

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._whole)

    @cached_property
    def _forms(self) -> dict[str, set[str]]:
        """A plain word with the accents that it has in the list."""
        found: dict[str, set[str]] = {}
        for form in {form for name in self._names for form in name.accented}:
            found.setdefault(plain(form), set()).add(form)
        return found

    @cached_property
    def _spellings(self) -> dict[str, list[int]]:
        """The names that a slip of the fingers is compared with: what is in brackets may be typed or not."""
        found: dict[str, list[int]] = {}
        for name in self._names:
            for spelling in {name.bare, name.core}:
                found.setdefault(spelling.strip(), []).append(name.place)
        return found


class _Kept:
    """The indexes used last, as many as have MOST_OPTIONS options together."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Index] = OrderedDict()

    def get(self, key: Hashable, options: Iterable[Option]) -> Index:
        """The index under `key`, which says all that is in the list; made of `options` if it is not there."""
        self._found[key] = found = self._found.pop(key, None) or Index(options)
        while len(self._found) > 1 and self.size > MOST_OPTIONS:
            self._found.popitem(last=False)
        return found

    @property
    def size(self) -> int:
        return sum(map(len, self._found.values()))


KEPT = _Kept()


def index(options: Sequence[Option]) -> Index:
    """`options` made ready; a list with the same values and labels as one before it is not made ready again."""
    if isinstance(options, Index):
        return options
    key = (tuple(option.value for option in options), tuple(option.labels for option in options))
    return KEPT.get(key, options)


def named(values: tuple[str, ...], labels: tuple[str, ...]) -> Index:
    """The index of options with one label each, in the same order: what a list of thousands is quickest given as."""
    return KEPT.get((values, labels), (Option(value, (label,)) for value, label in zip(values, labels, strict=True)))
