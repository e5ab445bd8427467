"""Vietnamese letters: without accents, with some of them missing, or left over from an input method.

The idea: a syllable is its plain letters, the shape of each letter (ă â đ ơ …) and one tone, wherever the tone was
put. A typed syllable may be a known word when it carries no mark that the word lacks. Telex ("cawn") and VNI ("ca8n")
are read backwards: every way to type a known word is listed once, so nothing that is not a known word is restored.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_BREVE, _CIRCUMFLEX, _HORN, _STROKE = "\u0306", "\u0302", "\u031b", "đ"
_TONES = "\u0301\u0300\u0309\u0303\u0323"
_VOWELS = frozenset("aeiouy")

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_POLITE_EMOJI = re.compile("[🙏👍👌😊🙂😀😁😃😄😅😍🥰❤♥✅✔🌹💐🌸🎉\U0001f3fb-\U0001f3ff]+")
_SQUARED = re.compile("(?<=m)[²³]")
# Stands for a digit that people do not type on purpose (Arabic-Indic, superscript, ½); no grammar accepts it.
_ALIEN = "\ufffd"


_SHORT = 64
"""Characters of a label or a word: those come again and again."""


def unaccent(text: str) -> str:
    """Plain lower-case letters, blanks collapsed: "Đông  Hòa" -> "dong hoa"."""
    return _unaccented_again(text) if len(text) <= _SHORT else _unaccented(text)


@lru_cache(8192)
def _unaccented_again(text: str) -> str:
    return _unaccented(text)


def _unaccented(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


def clean(text: str) -> str:
    """Lower case, compatibility forms (full-width digits) made plain, one kind of dash, digits only ASCII."""
    text = _POLITE_EMOJI.sub(" ", _INVISIBLE.sub("", text)) if not text.isascii() else text
    text = _SQUARED.sub(lambda power: "2" if power.group() == "²" else "3", text)
    text = "".join(_ALIEN if _is_alien(c) else c for c in text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_DASHES.sub("-", folded).replace("₫", "đ").replace("×", " x ").split())


def _is_alien(char: str) -> bool:
    return not char.isascii() and char.isnumeric() and not "０" <= char <= "９"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A syllable taken apart: plain letters, the mark of each ("" for none), the tone of the whole."""

    plain: str
    shapes: tuple[str, ...]
    tone: str

    @property
    def accented(self) -> bool:
        return bool(self.tone) or any(self.shapes)


@lru_cache(maxsize=4096)
def spell(word: str) -> Spelling:
    """Take one lower-case syllable apart; two words with equal spellings differ at most in where the tone sits."""
    letters: list[str] = []
    shapes: list[str] = []
    tone = ""
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = char
        elif char in (_BREVE, _CIRCUMFLEX, _HORN) and shapes:
            shapes[-1] = char
        else:
            letters.append("d" if char == _STROKE else char)
            shapes.append(_STROKE if char == _STROKE else "")
    return Spelling("".join(letters), tuple(shapes), tone)


def could_be(typed: Spelling, word: Spelling) -> bool:
    """Whether `typed` is `word` with none, some or all of its marks."""
    return (
        typed.plain == word.plain
        and typed.tone in ("", word.tone)
        and all(mine in ("", its) for mine, its in zip(typed.shapes, word.shapes, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Keyboard:
    """An input method: the key of each shape ("" repeats the letter itself) and of each tone."""

    shapes: Mapping[str, str]
    tones: Mapping[str, str]


TELEX = Keyboard({_BREVE: "w", _HORN: "w", _CIRCUMFLEX: "", _STROKE: ""}, dict(zip(_TONES, "sfrxj", strict=True)))
VNI = Keyboard({_BREVE: "8", _HORN: "7", _CIRCUMFLEX: "6", _STROKE: "9"}, dict(zip(_TONES, "12345", strict=True)))


def keystrokes(word: str, keyboard: Keyboard) -> Iterator[str]:
    """Every way to type `word`: a mark may be typed right after its letter or anywhere later in the syllable."""
    spelling = spell(word)
    presses = _presses(spelling, keyboard)
    if not presses:
        return
    yield from _orders(spelling.plain, presses)
    horned = [at for at, shape in enumerate(spelling.shapes) if shape == _HORN]
    if len(horned) == 2:  # one key marks both letters of "ươ"
        spared = (horned[0], keyboard.shapes[_HORN])
        yield from _orders(spelling.plain, [press for press in presses if press != spared])


def _presses(spelling: Spelling, keyboard: Keyboard) -> list[tuple[int, str]]:
    presses = [(at, keyboard.shapes[shape] or spelling.plain[at]) for at, shape in enumerate(spelling.shapes) if shape]
    if spelling.tone:
        vowel = next((at for at, letter in enumerate(spelling.plain) if letter in _VOWELS), 0)
        presses.append((vowel, keyboard.tones[spelling.tone]))
    return presses


def _orders(plain: str, presses: list[tuple[int, str]]) -> Iterator[str]:
    for slots in product(*(range(at, len(plain)) for at, _ in presses)):
        typed = list(plain)
        for slot, (_, key) in zip(slots, presses, strict=True):
            typed[slot] += key
        yield "".join(typed)
