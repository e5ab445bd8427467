"""HTML of the small subset cut into messages, without breaking a tag or a character.

Lengths are in UTF-16 units of what is shown, after the tags are taken out and the entities are resolved: so Telegram
and Zalo count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

# The entities are those that Telegram resolves; to it, any other is text.
_TOKEN = re.compile(r"</?[a-z][^>]*>|&(?:#\d+|#x[0-9a-f]+|lt|gt|amp|quot);|.", re.IGNORECASE | re.DOTALL)
# A text that begins with something that is shown, behind tags perhaps.
_BEGUN = re.compile(r"(?:<[^>]*>)*[^<\s]")
_TAG_NAME = re.compile(r"</?([a-z]+)", re.IGNORECASE)
_TAG = "\0"


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, or one character as it is written in HTML. `shows` is the character, or `_TAG`."""

    source: str
    shows: str

    @property
    def units(self) -> int:
        return 0 if self.shows == _TAG else utf16_length(self.shows)

    @property
    def opens(self) -> bool:
        return self.shows == _TAG and not self.source.startswith("</")

    @property
    def closes(self) -> bool:
        return self.shows == _TAG and self.source.startswith("</")


def utf16_length(text: str) -> int:
    """How many UTF-16 code units: 1 for a letter, 2 for most emoji."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def shown_length(html: str) -> int:
    """How many UTF-16 units of text are shown of `html`."""
    return sum(token.units for token in _tokens(html))


def split(html: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units of text, cut between paragraphs, else lines, else words.

    What was bold or a link at a cut goes on being so; white space at a cut goes, and no piece is blank.
    """
    return [html.rstrip()] if _is_one_piece(html, limit) else _cut_up(html, limit)


def _is_one_piece(html: str, limit: int) -> bool:
    """Whether it is surely short enough, tags and all, and none of them is left open: as nearly every text is."""
    is_short = len(html) * 2 <= limit or utf16_length(html) <= limit
    return is_short and html.count("<") == 2 * html.count("</") and _BEGUN.match(html) is not None


def _cut_up(html: str, limit: int) -> list[str]:
    pieces: list[str] = []
    open_tags: list[str] = []
    rest = _without_leading_space(list(_tokens(html)))
    while rest:
        place = _cut(rest, limit)
        piece, rest = rest[:place], _without_leading_space(rest[place:])
        opening = "".join(open_tags)
        open_tags = _left_open(open_tags, piece)
        if any(token.shows != _TAG for token in piece):
            source = "".join(token.source for token in piece).rstrip()
            pieces.append(opening + source + "".join(map(_closing, reversed(open_tags))))
    return pieces


def _tokens(html: str) -> Iterable[_Token]:
    for found in _TOKEN.finditer(html):
        source = found[0]
        is_tag = source[0] == "<" and len(source) > 1
        yield _Token(source, _TAG if is_tag else unescape(source))


def _without_leading_space(tokens: list[_Token]) -> list[_Token]:
    """Tags stay, and white space after the first character that is none."""
    first = next((place for place, token in enumerate(tokens) if not _is_blank(token)), len(tokens))
    return [token for token in tokens[:first] if token.shows == _TAG] + tokens[first:]


def _is_blank(token: _Token) -> bool:
    return token.shows == _TAG or token.shows.isspace()


def _cut(tokens: Sequence[_Token], limit: int) -> int:
    """How many tokens the next piece takes."""
    fits = _fitting(tokens, limit)
    if fits == len(tokens):
        return fits
    shape = "".join(token.shows for token in tokens)
    # A paragraph or a line is worth a shorter piece, but not a crumb; a word is never broken if it can be helped.
    for mark, least in (("\n\n", fits // 2), ("\n", fits // 2), (" ", 1)):
        place = shape.rfind(mark, least, fits + len(mark))
        if place >= 0:
            return place
    return fits


def _fitting(tokens: Sequence[_Token], limit: int) -> int:
    units = 0
    for place, token in enumerate(tokens):
        units += token.units
        if units > limit:
            return max(place, 1)
    return len(tokens)


def _left_open(before: list[str], piece: Iterable[_Token]) -> list[str]:
    """The tags that are open after `piece`, outermost first, as they were written."""
    stack = list(before)
    for token in piece:
        if token.opens:
            stack.append(token.source)
        elif token.closes and stack:
            stack.pop()
    return stack


def _closing(tag: str) -> str:
    found = _TAG_NAME.match(tag)
    return f"</{found[1]}>" if found else ""
