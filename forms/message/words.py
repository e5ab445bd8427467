"""A message cut into words with their places in it, and compared with properly spelt words.

The idea: the message stays as typed, so that every finding can be shown in the person's own words. A word typed
without accents may be any word with these letters when the whole message is typed so; in a message with accents it
counts only as part of a longer phrase.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from forms.answers.spelling import Spelling, could_be, spell, unaccent
from forms.answers.tokens import Kind
from forms.answers.vocabulary import by_plain
from forms.message.wording import Phrase

# Of the words of a message this share must carry accents before a bare word is taken to be meant so.
_ACCENTED_SHARE = 0.4
_SHORTEST_SLIP = 4
_HOOK, _TILDE = "\u0309", "\u0303"
_RUN = re.compile(r"[^\W\d_][^\W_]*")
_SCAN = re.compile(r"(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<word>[^\W\d_]+)|(?P<sign>\S)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3\x00-\x08\x0e-\x1f]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_RULERS = re.compile(r"([^\w\s])\1{2,}")
_FULL_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)}
_OPENING = ("", "\n", *".:!?;-+•*()")
_WIDEST_GAP = 40
# No digit that anybody types on purpose (½, ٣): whatever holds it is not read.
_ALIEN = "\ufffd"


class Fit(IntEnum):
    """How well a typed word fits a word."""

    NO = 0
    SLIP = 1  # another tone, or one letter off
    BARE = 2  # without the accents, in a message that has them
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Word:
    """`lower`: in lower case, what an input method left behind mended; `senses`: the known words it may stand for."""

    kind: Kind
    text: str
    start: int
    end: int
    lower: str
    flat: str
    glued: bool  # nothing stands between it and the word before
    breaks: bool  # a line begins with it
    opens: bool  # a sentence does
    loose: bool = False  # the message is typed without accents
    senses: frozenset[str] = frozenset()

    def among(self, words: frozenset[str]) -> bool:
        return not self.senses.isdisjoint(words)

    def shows(self, signs: str) -> bool:
        return self.kind is Kind.SIGN and self.text in signs

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


Words = tuple[Word, ...]


def tidied(text: str) -> str:
    """The text in one Unicode form, with one kind of dash and of digits, nothing invisible, and no rows of one sign."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_FULL_WIDTH)
    text = _RULERS.sub(r"\1", _DASHES.sub("-", text)).replace("×", "x").replace("₫", "đ")
    return text if text.isascii() else "".join(_ALIEN if not c.isascii() and c.isnumeric() else c for c in text)


def cut(text: str, leftovers: Mapping[str, str]) -> Words:
    """The words of a tidied text; `leftovers` mends what Telex and VNI leave behind."""
    words = tuple(_pieces(text, leftovers))
    spoken = [word for word in words if word.kind is Kind.WORD and len(word.lower) > 1]
    accented = sum(spell(word.lower).accented for word in spoken)
    loose = accented < _ACCENTED_SHARE * len(spoken)
    return tuple(replace(word, loose=loose, senses=_senses(word, loose)) for word in words)


def _pieces(text: str, leftovers: Mapping[str, str]) -> Iterator[Word]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        run = _RUN.match(text, at)
        mended = leftovers.get(run.group().casefold()) if run else None
        if run and mended:
            yield _word(Kind.WORD, text, at, run.end(), mended)
            at = run.end()
            continue
        found = _SCAN.match(text, at)
        end = found.end() if found else at + 1
        yield _word(Kind(found.lastgroup) if found else Kind.SIGN, text, at, end, text[at:end].casefold())
        at = end


def _word(kind: Kind, text: str, start: int, end: int, lower: str) -> Word:
    glued = start > 0 and not text[start - 1].isspace()
    before = text[max(start - _WIDEST_GAP, 0) : start].rstrip(" \t")[-1:]
    flat = _flat(lower) if kind is Kind.WORD else lower
    return Word(kind, text[start:end], start, end, lower, flat, glued, before == "\n", before in _OPENING)


@lru_cache(maxsize=8192)
def _flat(lower: str) -> str:
    return unaccent(lower)


def _senses(word: Word, loose: bool) -> frozenset[str]:
    if word.kind is not Kind.WORD:
        return frozenset()
    options = by_plain().get(word.flat, ())
    typed = spell(word.lower)
    exact = frozenset(option for option in options if spell(option) == typed)
    if exact and not (loose and not typed.accented):
        return exact
    return frozenset(option for option in options if could_be(typed, spell(option)))


@lru_cache(maxsize=8192)
def _shape(word: str) -> Spelling:
    """The South writes hỏi for ngã, and the other way round: one tone here."""
    spelling = spell(word)
    return replace(spelling, tone=_HOOK) if spelling.tone == _TILDE else spelling


def fit(word: Word, wanted: str) -> Fit:
    """How well `word` fits the lower-case, accented `wanted`."""
    if word.lower == wanted:
        # "can" in a message without accents is as good as "căn"; in one with accents it is only itself.
        return Fit.EXACT
    mine, its = _shape(word.lower), _shape(wanted)
    if mine == its:
        return Fit.EXACT
    if mine.plain != its.plain:
        return _letters_off(word.flat, its.plain)
    if could_be(mine, its):
        return Fit.EXACT if word.loose else Fit.BARE
    return Fit.SLIP if mine.shapes == its.shapes and len(mine.plain) >= _SHORTEST_SLIP else Fit.NO


def _letters_off(typed: str, wanted: str) -> Fit:
    if min(len(typed), len(wanted)) < _SHORTEST_SLIP or typed[0] != wanted[0]:
        return Fit.NO
    return Fit.SLIP if OSA.distance(typed, wanted, score_cutoff=1) <= 1 else Fit.NO


def phrase_end(words: Sequence[Word], at: int, phrase: Phrase, known: frozenset[str] | None = None) -> int:
    """Where `phrase` ends if it is spelt from the word `at` on, else 0; dashes within it are passed over. A slip counts
    in a longer phrase only, if a list of `known` words is given and the misspelt one is none of them."""
    fits: list[Fit] = []
    for wanted in phrase:
        while fits and wanted.isalnum() and at < len(words) and words[at].shows("-/"):
            at += 1
        if (
            at >= len(words)
            or (fits and words[at].breaks)
            or (words[at].kind is not Kind.WORD and words[at].text != wanted)
        ):
            return 0
        found = fit(words[at], wanted)
        if found is Fit.NO or (found is Fit.SLIP and (known is None or words[at].lower in known)):
            return 0
        fits.append(found)
        at += 1
    if len(fits) == 1:
        return at if fits[0] is Fit.EXACT else 0
    return at if Fit.EXACT in fits and fits.count(Fit.SLIP) <= 1 else 0
