"""Names of things to choose, as they are compared: without accents, without the kind of place, word by word."""

import re
from dataclasses import dataclass
from functools import lru_cache

from forms.answers.spelling import clean, unaccent

WORDS = re.compile(r"\w+")
# The word before the name of a place, as people shorten it.
_SHORT_KINDS = {
    "x": "xa", "p": "phuong", "h": "huyen", "q": "quan", "tp": "thanh pho", "tx": "thi xa", "tt": "thi tran",
    "dk": "dac khu",
}  # fmt: skip
_KINDS = ("thanh pho", "thi xa", "thi tran", "dac khu", "xa", "phuong", "huyen", "quan", "tinh")


@lru_cache(maxsize=2048)  # the words of a message are looked at several times
def flat(text: str) -> str:
    """Plain lower-case words with single blanks: "X. Bến-Cầu" -> "x ben cau"."""
    return plain(clean(text))


def plain(cleaned: str) -> str:
    """The words of a `clean` text in plain letters."""
    return " ".join(WORDS.findall(unaccent(cleaned)))


def written_out(words: str) -> str:
    """ "x ben cau" -> "xa ben cau"."""
    first, blank, rest = words.partition(" ")
    return f"{_SHORT_KINDS.get(first, first)} {rest}" if blank else words


def without_kind(words: str) -> str:
    """ "xa ben cau" -> "ben cau"; a name that is nothing but such a word stays."""
    kind = next((kind for kind in _KINDS if words.startswith(f"{kind} ")), "")
    return words[len(kind) + 1 :] if kind else words


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the option at `place`, with its accents and without."""

    place: int
    cleaned: str
    plain: str


@dataclass(frozen=True, slots=True)
class Name:
    """A label as it is searched: plain words, with a blank on either side so that whole words can be looked for.

    `bare` goes without the kind of place, `core` without what stands in brackets, too. `accented`: words with accents.
    """

    place: int
    words: str
    bare: str
    core: str
    accented: tuple[str, ...]


def name_of(label: Label) -> Name:
    """`label` made ready to be searched."""
    words = written_out(label.plain)
    core = without_kind(written_out(plain(label.cleaned.partition("(")[0]))) or words
    accented = tuple(WORDS.findall(label.cleaned))
    return Name(label.place, f" {words} ", f" {without_kind(words)} ", f" {core} ", accented)


def rank(name: Name, typed: str) -> int:
    """0 for the name itself, then its first words, words inside it, and words of it in any order."""
    if typed in (name.core, name.bare, name.words):
        return 0
    if name.words.startswith(typed) or name.core.startswith(typed):
        return 1
    return 2 if typed in name.words else 3
