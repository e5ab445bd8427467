"""Text as a phone shows it: plain, with styles in the codes of ``text_styles``, counted in UTF-16 code units."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from tests.zalo.emulator.errors import bad_request

Codes: TypeAlias = frozenset[str]
Run: TypeAlias = tuple[str, Codes]

NO_CODES: Final[Codes] = frozenset()
COLOURS: Final = ("c_050a19", "c_15a85f", "c_f7b503", "c_f27806", "c_db342e")
SIZES: Final = ("f_13", "f_15", "f_18", "f_20")
KNOWN: Final = frozenset(
    {"b", "i", "u", "s", *COLOURS, *SIZES, "lst_1", "lst_2", *(f"ind_{depth}" for depth in range(1, 6))}
)
_TAGS: Final = ("b", "i", "u", "s", "code", "quote")


def utf16_length(text: str) -> int:
    """How many UTF-16 code units: 1 for a letter, 2 for most emoji."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True)
class Styled:
    """Stretches of text, each with its codes; beside those of the reference ``code``, ``quote`` and ``h1``..``h6``."""

    runs: tuple[Run, ...] = ()

    @property
    def text(self) -> str:
        """Without any styles."""
        return "".join(text for text, _ in self.runs)

    @property
    def styles(self) -> tuple[tuple[int, int, Codes], ...]:
        """Start, length and codes of every stretch that has some."""
        found, start = [], 0
        for text, codes in self.runs:
            length = utf16_length(text)
            if codes:
                found.append((start, length, codes))
            start += length
        return tuple(found)

    def html(self) -> str:
        """Bold, italic, underlined, struck, code and quote as tags; colours, sizes and lists are left out."""
        return "".join(_tagged(text, codes) for text, codes in self.runs)


NOTHING: Final = Styled()


def plain(text: str) -> Styled:
    """Text as it was sent."""
    return Styled(((text, NO_CODES),) if text else ())


def merged(runs: Iterable[Run]) -> Styled:
    """Neighbours with the same codes become one."""
    joined: list[Run] = []
    for text, codes in runs:
        if joined and joined[-1][1] == codes:
            joined[-1] = (joined[-1][0] + text, codes)
        elif text:
            joined.append((text, codes))
    return Styled(tuple(joined))


def read_text_styles(text: str, given: object) -> Styled:
    """The parameter ``text_styles``; 400 for unknown codes, for a range outside of the text, for half an emoji."""
    if not isinstance(given, list):
        raise bad_request("text_styles is invalid")
    units = [character for character in text for _ in range(utf16_length(character))]
    codes: list[Codes] = [NO_CODES] * len(units)
    for one in given:
        start, end, added = _range(one, len(units))
        for at in range(start, end):
            codes[at] |= added
    return merged(_by_character(text, codes))


def _range(one: object, units: int) -> tuple[int, int, Codes]:
    if not isinstance(one, dict) or set(one) != {"start", "len", "st"}:
        raise bad_request("text_styles is invalid")
    start, length, codes = one["start"], one["len"], one["st"]
    numbers = type(start) is int and type(length) is int
    if not numbers or start < 0 or length < 1 or start + length > units:
        raise bad_request("text_styles: the range is invalid")
    if not isinstance(codes, list) or not codes or not set(codes) <= KNOWN:
        raise bad_request("text_styles: the style is invalid")
    return start, start + length, frozenset(codes)


def _by_character(text: str, codes: list[Codes]) -> Iterable[Run]:
    at = 0
    for character in text:
        length = utf16_length(character)
        if len(set(codes[at : at + length])) > 1:
            raise bad_request("text_styles: the range is invalid")
        yield character, codes[at]
        at += length


def _tagged(text: str, codes: Codes) -> str:
    shown = html.escape(text, quote=False)
    for tag in reversed(_TAGS):
        if tag in codes:
            shown = f"<{tag}>{shown}</{tag}>"
    return shown
