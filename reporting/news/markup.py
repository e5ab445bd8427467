"""The formatting that people write into news: a small subset of HTML, `*bold*` and `_italic_`, into safe HTML.

What came formatted from a channel is read by the same reader, so that nothing else than the subset gets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape, unescape
from urllib.parse import urlsplit

LONGEST_TYPED = 16_000
"""Characters of a text that are looked at at all."""

_ALIASES = {"strong": "b", "em": "i", "ins": "u", "del": "s", "strike": "s"}
TAGS = ("b", "i", "u", "s", "code", "a")

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>(?:\s[^<>]*)?)/?>")
_HREF = re.compile(r"""\s*href\s*=\s*(?:"([^"]*)"|'([^']*)')\s*""", re.IGNORECASE)
_URL = re.compile(r"(https?://\S+)")
# A pair hugs its words: "2 * 3 * 4" and "______" are none, nor is an underscore within a name.
_PAIR = re.compile(r"(?<!\w)(\*\*?|__?)(?=\S)((?:(?!\1)[^\n])+)(?<=\S)\1(?!\w)")


class Why(StrEnum):
    UNKNOWN = "unknown tag"
    LEFT_OPEN = "left open"
    NEVER_OPENED = "never opened"
    CROSSED = "crossed"
    NO_LINK = "a link to nowhere"


class BadMarkup(ValueError):
    """The formatting does not parse: `tag`, as it was written, in `line` (from 1). `other`: of crossed ones the tag
    that has to be closed before."""

    def __init__(self, why: Why, line: int, tag: str, other: str = "") -> None:
        super().__init__(f"line {line}: {tag} {why}")
        self.why, self.line, self.tag, self.other = why, line, tag, other


def from_typed(text: str) -> str:
    """Safe HTML of a plain text with what formatting was typed into it. Raises BadMarkup."""
    return _Reader(text, typed=True).read()


def from_channel(markup: str) -> str:
    """Safe HTML of what a channel made of formatted text, whose characters are escaped. Raises BadMarkup."""
    return _Reader(markup, typed=False).read()


def shown(html: str) -> str:
    """The text without its formatting, as one reads it."""
    return unescape(re.sub(r"</?[a-z][^>]*>", "", html))


def units(text: str) -> int:
    """How long a text is for a channel: in UTF-16 units, two for most emoji."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(slots=True)
class _Reader:
    text: str
    typed: bool
    _open: list[tuple[str, str, int]] = field(default_factory=list)
    """The tags that are open: name, as written, line."""

    def read(self) -> str:
        html = "".join(self._pieces())
        if self._open:
            _, written, line = self._open[-1]
            raise BadMarkup(Why.LEFT_OPEN, line, written)
        return html

    def _pieces(self) -> Iterator[str]:
        done = 0
        for tag in _TAG.finditer(self.text):
            yield self._words(self.text[done : tag.start()])
            yield self._tag(tag, 1 + self.text.count("\n", 0, tag.start()))
            done = tag.end()
        yield self._words(self.text[done:])

    def _words(self, text: str) -> str:
        if not self.typed:
            return escape(unescape(text))
        if any(name == "code" for name, _, _ in self._open):
            return escape(text)
        # A link stands as it is, whatever marks are in it.
        return "".join(escape(part) if n % 2 else _marked(escape(part)) for n, part in enumerate(_URL.split(text)))

    def _tag(self, tag: re.Match[str], line: int) -> str:
        written, name = tag[0], tag["name"].lower()
        name = _ALIASES.get(name, name)
        if name not in TAGS:
            raise BadMarkup(Why.UNKNOWN, line, written)
        if tag["close"]:
            return self._closed(name, written, line)
        html = f'<a href="{_address(tag["rest"], written, line)}">' if name == "a" else f"<{name}>"
        self._open.append((name, written, line))
        return html

    def _closed(self, name: str, written: str, line: int) -> str:
        if not any(name == one for one, _, _ in self._open):
            raise BadMarkup(Why.NEVER_OPENED, line, written)
        last, opened, _ = self._open[-1]
        if last != name:
            raise BadMarkup(Why.CROSSED, line, written, opened)
        self._open.pop()
        return f"</{name}>"


def _address(rest: str, written: str, line: int) -> str:
    """What a link leads to, escaped."""
    found = _HREF.fullmatch(rest)
    url = unescape(found[1] or found[2] or "") if found else ""
    if not is_address(url):
        raise BadMarkup(Why.NO_LINK, line, written)
    return escape(url)


def is_address(url: str) -> bool:
    """Whether this is an address that people can open: http or https, with a host, nothing blank in it."""
    try:
        parts = urlsplit(url)
        has_host = "." in (parts.hostname or "").strip(".") and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
    clean = url.isprintable() and not re.search(r"""[\s<>"'\\]""", url)
    return clean and parts.scheme in ("http", "https") and has_host


def _marked(html: str) -> str:
    """`*bold*` and `_italic_` in escaped text."""

    def pair(found: re.Match[str]) -> str:
        tag = "b" if found[1][0] == "*" else "i"
        return f"<{tag}>{_marked(found[2])}</{tag}>"

    return _PAIR.sub(pair, html)
