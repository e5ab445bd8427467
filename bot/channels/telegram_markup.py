"""What a person formatted on Telegram, as the safe HTML that replies are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from handlers.events import Link

_TAGS = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "code"}
"""b, i, u, s, code and a; of all else the text stays."""

_LINK = "text_link"
_UNIT = 2
_MOST = 200
"""Entities that are looked at; Telegram tells of no more than a hundred."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A formatted stretch, in bytes of UTF-16: so Telegram counts, in units of two."""

    start: int
    end: int
    kind: str
    url: str


def markup_of(text: str, entities: Sequence[Mapping[str, Any]] | None) -> str | None:
    """The text as safe HTML; None if nothing in it is formatted in a way that we know. `entities` as Telegram tells
    them; what is none of them is passed over."""
    spans = sorted(
        (span for span in map(_span, (entities or ())[:_MOST]) if span), key=lambda one: (one.start, -one.end)
    )
    if not spans:
        return None
    data = text.encode("utf-16-le", errors="surrogatepass")
    formatted = _formatted(data, 0, len(data), spans)
    return formatted if formatted != escape(text, quote=True) else None


def _span(entity: object) -> _Span | None:
    if not isinstance(entity, dict):
        return None
    offset, length, kind, url = (entity.get(name) for name in ("offset", "length", "type", "url"))
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 1 or not isinstance(kind, str):
        return None
    return _Span(offset * _UNIT, (offset + length) * _UNIT, kind, url if isinstance(url, str) else "")


def _formatted(data: bytes, start: int, end: int, spans: Sequence[_Span]) -> str:
    pieces, place = [], start
    for number, span in enumerate(spans):
        # What overlaps another without lying in it has no place in a tree of tags.
        if not place <= span.start < end:
            continue
        stop = min(span.end, end)
        pieces.append(_plain(data[place : span.start]))
        within = [one for one in spans[number + 1 :] if one.start < stop]
        pieces.append(_tagged(span, _formatted(data, span.start, stop, within)))
        place = stop
    return "".join([*pieces, _plain(data[place:end])])


def _plain(data: bytes) -> str:
    return escape(data.decode("utf-16-le", errors="ignore"), quote=True)


def _tagged(span: _Span, content: str) -> str:
    if tag := _TAGS.get(span.kind):
        return f"<{tag}>{content}</{tag}>"
    if span.kind != _LINK:
        return content
    try:
        Link(content, span.url)
    except ValueError:
        return content
    return f'<a href="{escape(span.url, quote=True)}">{content}</a>'
