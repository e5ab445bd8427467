"""A typed line cut into numbers, words and signs.

The idea: a word keeps every known word it may stand for (`senses`); "nam" without accents may be "năm" or "nam",
"năm" only itself. In a line where accents were typed elsewhere, a bare word that is itself known is taken as typed.
Letters with a digit inside ("ca8n") are VNI; with one behind ("ty3", "tr5") they may be VNI or two things, so a line
may be cut in two ways.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from forms.answers.spelling import clean, could_be, spell, unaccent
from forms.answers.vocabulary import ENGLISH_TENS, by_plain, leftovers

_SCAN = re.compile(
    r"(?P<number>(?<![^\W_])(?=[\do]*\d)(?=\d*o)[\do]{2,}(?![^\W_])"  # the letter O among digits: O9
    r"|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)*|(?<!\w)[.,][0-9]+)"
    r"|(?P<word>[^\W\d_]+)|(?P<sign>\S)"
)
_RUN = re.compile(r"[^\W\d_][^\W_]*")
# An amount in digits and once more in words has some sixty tokens.
_MOST_TOKENS = 80
_SPELT_OUT = (
    (re.compile(r"\b(?:cây số|cay so)\b"), "km"),
    (re.compile(r"\b[đd]/c\b"), "đc"),
    (re.compile("-+>"), "-"),
    (re.compile(rf"\b({'|'.join(ENGLISH_TENS)})-(?=[a-z])"), r"\1 "),
)
_WRAPPING = " ()[]{}\"'“”‘’!;:*•…"


class Kind(Enum):
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    glued: bool  # no blank stood before it
    senses: frozenset[str] = frozenset()

    def among(self, *vocabularies: Iterable[str]) -> bool:
        return any(not self.senses.isdisjoint(words) for words in vocabularies)

    def means(self, word: str) -> bool:
        return word in self.senses

    def shows(self, sign: str) -> bool:
        return self.kind is Kind.SIGN and self.text == sign


Tokens = tuple[Token, ...]


def cuts(text: str) -> tuple[Tokens, ...]:
    """The one or two ways to cut the line, none if it is no answer at all; wrapping punctuation is left out."""
    line = clean(text)
    for pattern, plain in _SPELT_OUT:
        line = pattern.sub(plain, line)
    line = line.strip(_WRAPPING).rstrip(".,").rstrip(_WRAPPING)
    ways = (_cut(line, restore_vni=True), _cut(line, restore_vni=False))
    return tuple(dict.fromkeys(way for way in ways if 0 < len(way) <= _MOST_TOKENS))


def plain_line(tokens: Tokens) -> str:
    """The tokens without accents, one blank between each two."""
    return " ".join(unaccent(token.text) for token in tokens)


def _cut(line: str, *, restore_vni: bool) -> Tokens:
    pieces: list[tuple[Kind, str, bool]] = []
    at = 0
    while at < len(line):
        if line[at] == " ":
            at += 1
            continue
        kind, text, end = _piece(line, at, restore_vni)
        pieces.append((kind, text, at > 0 and line[at - 1] != " "))
        at = end
    accented = any(kind is Kind.WORD and len(text) > 1 and spell(text).accented for kind, text, _ in pieces)
    return tuple(
        Token(kind, text, glued, _senses(text, accented) if kind is Kind.WORD else frozenset())
        for kind, text, glued in pieces
    )


def _piece(line: str, at: int, restore_vni: bool) -> tuple[Kind, str, int]:
    run = _RUN.match(line, at)
    if run and (restore_vni or not run.group()[-1].isdigit()) and run.group() in leftovers():
        return Kind.WORD, leftovers()[run.group()], run.end()
    found = _SCAN.match(line, at)
    if found is None:
        return Kind.SIGN, line[at], at + 1
    return Kind(found.lastgroup), found.group(), found.end()


def _senses(word: str, line_is_accented: bool) -> frozenset[str]:
    options = by_plain().get(unaccent(word), ())
    typed = spell(word)
    if line_is_accented or typed.accented:
        exact = frozenset(option for option in options if spell(option) == typed)
        if exact:
            return exact
    return frozenset(option for option in options if could_be(typed, spell(option)))
