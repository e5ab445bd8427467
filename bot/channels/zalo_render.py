"""A reply as the messages of Zalo's that carry it: no HTTP here, and no buttons there.

What is formatted goes as plain text with styles beside it (`text_styles`), not as markup: how Zalo's own parser takes
line breaks and entities is not known, and so nothing that somebody typed can ever be taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from markupsafe import Markup

from bot.channels.splitting import split, utf16_length
from handlers.events import Choice, Reply
from handlers.numbering import BOXES, are_numbered, are_ticks, is_numeral
from locales.translator import Translator

TEXT_LIMIT = 2000

_LINK = re.compile(r'<a\s+href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_PIECE = re.compile(r"<(/?)([a-z]+)[^>]*>|[^<]+|<")
_STYLES = {"b": "b", "i": "i", "u": "u", "s": "s"}
_SIGNS = re.compile(r"^(?:[^\w+-]|ℹ)+")


@dataclass(frozen=True, slots=True)
class Style:
    """So many UTF-16 units of a text, from `start` on, in these of Zalo's codes (b, i, u, s)."""

    start: int
    length: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One message: a plain text with its styles, or a picture (its public address) with the text as its caption."""

    text: str
    styles: tuple[Style, ...] = ()
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files of a reply are: addresses of pictures, (name, address) of a document; `unseen` if there are some
    that have no address which Zalo could reach."""

    photos: tuple[str, ...] = ()
    document: tuple[str, str] | None = None
    unseen: bool = False


def render(reply: Reply, files: Files, tr: Translator) -> list[Part]:
    """The messages of a reply, in order, the choices last; none if there is nothing to say. A text that fits rides on a
    picture: each message counts."""
    pieces = [_part(piece) for piece in split(_body(reply, files, tr), TEXT_LIMIT)]
    photos = [Part("", photo=url) for url in files.photos]
    if not photos or len(pieces) != 1:
        return [*photos, *pieces]
    bearer = -1 if reply.choices else 0
    photos[bearer] = Part(pieces[0].text, photo=photos[bearer].photo)
    return photos


def without_photo(part: Part, tr: Translator) -> Part:
    """The same as a text, for a picture that Zalo does not take."""
    link = tr.plain("Picture: {url}", url=part.photo)
    return Part("\n\n".join([part.text, link]) if part.text else link)


def without_styles(part: Part) -> Part:
    return replace(part, styles=())


def _body(reply: Reply, files: Files, tr: Translator) -> str:
    """Everything that is said, as HTML of the small subset."""
    text = _LINK.sub(_spelled, str(reply.text).strip())
    below = [tr.t("{label}: {url}", label=link.label, url=link.url) for link in reply.links]
    if files.document:
        name, url = files.document
        below.append(tr.t("{label}: {url}", label=name, url=url))
    if files.unseen:
        below.append(tr.t("There is a file with this that cannot be shown on Zalo."))
    blocks = [text, Markup("\n").join(below), _choices(reply, tr)]
    return "\n\n".join(str(block) for block in blocks if block)


def _spelled(found: re.Match[str]) -> str:
    """Zalo knows no links: an address stands for itself, and is tapped as such."""
    url, label = found[1], found[2]
    return url if label.strip() in ("", url) else f"{label}: {url}"


def _choices(reply: Reply, tr: Translator) -> Markup:
    choices = [choice for row in reply.choices for choice in row]
    if not choices:
        return Markup("")
    if not are_numbered(choices, reply.wants):
        return _words(choices, reply.wants, tr)
    lines = [Markup("{}. {}").format(number, choice.label) for number, choice in enumerate(choices, 1)]
    boxes = [choice for choice in choices if choice.label.startswith(BOXES)]
    if len(boxes) > 1 and are_ticks(boxes):
        lines.append(tr.t("<i>Type one number or several, such as 1, 3.</i>"))
    return Markup("\n").join(lines)


def _words(choices: Sequence[Choice], wants: str, tr: Translator) -> Markup:
    """Where digits are the answer itself: what else can be typed, without the numbers that only save typing."""
    takes_numbers = wants == "number"
    shown = [one for one in choices if not (takes_numbers and is_numeral(one.label))]
    words = " · ".join(_SIGNS.sub("", one.label) for one in shown)
    if takes_numbers and len(shown) < len(choices):
        return tr.t("Type a number, or: {words}", words=words) if words else Markup("")
    return tr.t("Or type: {words}", words=words)


def _part(html: str) -> Part:
    """Plain text, and which stretches of it were bold, italic, underlined or struck out."""
    text, here, runs, active = [], 0, [], list[str]()
    for found in _PIECE.finditer(html):
        closing, tag = found[1], found[2]
        if tag is None:
            shown = unescape(found[0])
            length = utf16_length(shown)
            if active:
                runs.append(Style(here, length, tuple(sorted(set(active)))))
            text.append(shown)
            here += length
        elif code := _STYLES.get(tag):
            _turn(active, code, on=not closing)
    return Part("".join(text), tuple(runs))


def _turn(active: list[str], code: str, *, on: bool) -> None:
    if on:
        active.append(code)
    elif code in active:
        active.remove(code)
