"""Text with entities, counted in UTF-16 code units as Telegram counts."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from tests.telegram.emulator.errors import Json

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "text_link": "a",
}
# Kinds that may lie over what Telegram finds by itself: a link inside bold text is both.
_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote"})
_FOUND_BY_TELEGRAM = (
    ("url", re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,:;!?)\]]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("bot_command", re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w/@.])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w&])#\w*[^\W\d]\w*")),
)


def utf16_length(text: str) -> int:
    """How many UTF-16 code units: 1 for a letter, 2 for most emoji."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True)
class Entity:
    """One stretch of text with a meaning; `offset` and `length` in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    custom_emoji_id: str = ""

    @property
    def end(self) -> int:
        """The first code unit after the entity."""
        return self.offset + self.length

    def json(self) -> Json:
        """A MessageEntity of the Bot API."""
        extra = {"url": self.url, "language": self.language, "custom_emoji_id": self.custom_emoji_id}
        plain = {"offset": self.offset, "length": self.length, "type": self.type}
        return plain | {name: value for name, value in extra.items() if value}


@dataclass(frozen=True)
class FormattedText:
    """What the parse mode left: plain text, and entities sorted from the outside in."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __len__(self) -> int:
        return utf16_length(self.text)

    def trimmed(self) -> "FormattedText":
        """Without the white space that Telegram cuts off both ends, carriage returns and empty entities."""
        text = self.text.replace("\r", "") if not self.entities else self.text
        text = text.rstrip()
        end = utf16_length(text)
        kept = [replace(one, length=min(one.end, end) - one.offset) for one in self.entities if one.offset < end]
        start = min([len(text) - len(text.lstrip(" \n"))] + [one.offset for one in kept])
        moved = tuple(replace(one, offset=one.offset - start) for one in kept)
        return FormattedText(text[start:], moved)

    def with_found_entities(self) -> "FormattedText":
        """Together with the links, commands, mentions and hashtags that Telegram marks by itself."""
        entities = list(self.entities)
        for kind, pattern in _FOUND_BY_TELEGRAM:
            for found in pattern.finditer(self.text):
                offset = utf16_length(self.text[: found.start()])
                candidate = Entity(kind, offset, utf16_length(found[0]))
                if not any(_excludes(other, candidate) for other in entities):
                    entities.append(candidate)
        return FormattedText(self.text, tuple(in_order(entities)))

    def html(self) -> str:
        """As HTML of Telegram's own tag set; what Telegram marked by itself stays plain."""
        units = self.text.encode("utf-16-le")
        shown = [one for one in self.entities if one.type in _TAGS]
        cuts = sorted({0, len(units) // 2} | {one.offset for one in shown} | {one.end for one in shown})
        pieces = []
        for start, end in pairwise(cuts):
            pieces += [_opening(one) for one in shown if one.offset == start]
            pieces.append(html.escape(units[2 * start : 2 * end].decode("utf-16-le"), quote=False))
            pieces += [f"</{_TAGS[one.type]}>" for one in reversed(shown) if one.end == end]
        return "".join(pieces)


def in_order(entities: Iterable[Entity]) -> Iterator[Entity]:
    """Sorted by place, the outer entity before the inner one; equal stretches keep their order."""
    return iter(sorted(entities, key=lambda one: (one.offset, -one.length)))


def _opening(entity: Entity) -> str:
    if entity.type == "text_link":
        return f'<a href="{html.escape(entity.url)}">'
    return f"<{_TAGS[entity.type]}>"


def _excludes(existing: Entity, candidate: Entity) -> bool:
    apart = existing.end <= candidate.offset or candidate.end <= existing.offset
    return not apart and existing.type not in _STYLES
