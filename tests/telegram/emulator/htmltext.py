"""Telegram's HTML parse mode: its tag set, its entities and its complaints, with byte offsets."""

import re
from dataclasses import dataclass, field
from typing import Final, NoReturn

from tests.telegram.emulator.errors import bad_request
from tests.telegram.emulator.links import WrongLink, checked_link
from tests.telegram.emulator.text import Entity, FormattedText, in_order, utf16_length

_KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\v\0"
_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(rf"[^>{_SPACE}]*")
_ATTRIBUTE = re.compile(rf"[^=>/\"'{_SPACE}]*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACES = re.compile(rf"[{_SPACE}]*")
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*))")
_LONGEST_NUMERIC_REFERENCE = 10


@dataclass(frozen=True)
class _OpenTag:
    name: str
    begin: int
    offset: int
    text_begin: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> FormattedText:
    """Text and entities of `source`; 400 ``can't parse entities: …`` where Telegram refuses it."""
    parser = _Parser(source)
    parser.run()
    return FormattedText("".join(parser.text), tuple(in_order(parser.sorted_entities())))


def decoded_reference(source: str, at: int) -> tuple[str, int] | None:
    """The character that the ``&…`` at `at` stands for and the place after it; None if it is plain text."""
    found = _REFERENCE.match(source, at)
    if found is None:
        return None
    if found["name"] is not None:
        character = _NAMED.get(found["name"], "")
    else:
        code = int(found["hex"] or "0", 16) if found["hex"] is not None else int(found["decimal"] or "0")
        too_long = found.end() - at >= _LONGEST_NUMERIC_REFERENCE
        character = "" if too_long or not 0 < code < 0x10FFFF else chr(code)
    if not character:
        return None
    return character, found.end() + source.startswith(";", found.end())


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._units = 0
        self._open: list[_OpenTag] = []
        self._entities: list[tuple[int, Entity]] = []
        self.text: list[str] = []

    def sorted_entities(self) -> list[Entity]:
        """In the order their tags were opened, so that of two equal stretches the outer one is first."""
        return [entity for _, entity in sorted(self._entities, key=lambda pair: pair[0])]

    def run(self) -> None:
        while self._at < len(self._source):
            if self._peek() == "<":
                self._end_tag() if self._source.startswith("</", self._at) else self._start_tag()
            else:
                self._characters()
        if self._open:
            self._fail(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')

    def _characters(self) -> None:
        reference = decoded_reference(self._source, self._at) if self._peek() == "&" else None
        if reference is not None:
            piece, self._at = reference
        elif self._peek() == "&":
            piece = self._peek()
            self._at += 1
        else:
            piece = self._match(_PLAIN)
        if any("\ud800" <= character <= "\udfff" for character in piece):
            self._fail(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            )
        self.text.append(piece)
        self._units += utf16_length(piece)

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._match(_TAG_NAME).lower()
        if not self._peek():
            self._fail("Unclosed start tag", begin)
        if name not in _KINDS:
            self._fail(f'Unsupported start tag "{name}"', begin)
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            self._fail('Tag "span" must have class "tg-spoiler"', begin)
        self._at += 1
        self._open.append(_OpenTag(name, begin, self._units, len(self.text), attributes))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._skip_space() != ">":
            name = self._match(_ATTRIBUTE)
            if not name:
                self._fail(f'Empty attribute name in the tag "{tag}"', begin)
            following = self._skip_space()
            if following == "=":
                self._at += 1
                following = self._skip_space()
                found[name] = self._attribute_value(begin) if following else ""
            else:
                found[name] = ""
            if not following:
                self._fail(f'Unclosed start tag "{tag}"', begin)
        return found

    def _attribute_value(self, begin: int) -> str:
        quote = self._peek()
        if quote not in {'"', "'"}:
            start = self._at
            token = self._match(_TOKEN).lower()
            if self._peek() and self._peek() not in f">{_SPACE}":
                self._fail("Unexpected end of name token", start)
        else:
            token = self._quoted(quote)
        if not self._peek():
            self._fail("Unclosed start tag", begin)
        return token

    def _quoted(self, quote: str) -> str:
        self._at += 1
        value = ""
        while self._peek() and self._peek() != quote:
            reference = decoded_reference(self._source, self._at) if self._peek() == "&" else None
            character, self._at = reference or (self._peek(), self._at + 1)
            value += character
        self._at += 1
        return value

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            self._fail("Unexpected end tag", begin)
        self._at += 2
        name = self._match(_TAG_NAME).lower()
        if self._skip_space() != ">":
            self._fail("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            self._fail("Unmatched end tag", begin, f', expected "</{tag.name}>", found "</{name}>"')
        if self._units > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        kind = _KINDS[tag.name]
        entity = Entity(kind, tag.offset, self._units - tag.offset)
        if kind == "text_link":
            self._close_link(tag, entity)
        elif kind == "custom_emoji":
            self._close_emoji(tag, entity)
        elif kind == "pre":
            self._close_pre(tag, entity)
        elif kind == "blockquote" and "expandable" in tag.attributes:
            self._add(tag, Entity("expandable_blockquote", entity.offset, entity.length))
        elif kind == "code":
            language = tag.attributes.get("class", "")
            marked = language.removeprefix("language-") if language.startswith("language-") else ""
            self._add(tag, Entity(kind, entity.offset, entity.length, language=marked))
        else:
            self._add(tag, entity)

    def _close_link(self, tag: _OpenTag, entity: Entity) -> None:
        address = tag.attributes.get("href") or "".join(self.text[tag.text_begin :])
        try:
            url = checked_link(address)
        except WrongLink:
            return  # Telegram keeps the words and drops the link without a complaint
        self._add(tag, Entity(entity.type, entity.offset, entity.length, url=url))

    def _close_emoji(self, tag: _OpenTag, entity: Entity) -> None:
        identifier = tag.attributes.get("emoji-id", "")
        if not identifier.isdecimal() or int(identifier) == 0:
            self._fail("Invalid custom emoji identifier specified")
        self._add(tag, Entity(entity.type, entity.offset, entity.length, custom_emoji_id=identifier))

    def _close_pre(self, tag: _OpenTag, entity: Entity) -> None:
        inner = self._entities[-1][1] if self._entities else None
        if inner and inner.language and (inner.offset, inner.length) == (entity.offset, entity.length):
            self._entities.pop()
            entity = Entity("pre", entity.offset, entity.length, language=inner.language)
        self._add(tag, entity)

    def _add(self, tag: _OpenTag, entity: Entity) -> None:
        self._entities.append((tag.begin, entity))

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _skip_space(self) -> str:
        self._match(_SPACES)
        return self._peek()

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._source, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _fail(self, complaint: str, place: int | None = None, rest: str = "") -> NoReturn:
        where = "" if place is None else f" at byte offset {len(self._source[:place].encode())}"
        raise bad_request(f"can't parse entities: {complaint}{where}{rest}")
