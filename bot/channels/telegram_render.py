"""A reply as the messages of Telegram's that carry it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.channels.base import Refused
from bot.channels.splitting import shown_length, split
from handlers.events import Attachment, Link, Reply, Rows

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ALBUM_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Part:
    """What one call sends: a text of HTML, or a picture, a document or an album with the text as its caption."""

    text: str
    photo: Attachment | None = None
    document: Attachment | None = None
    choices: Rows = ()
    photos: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def files(self) -> tuple[Attachment, ...]:
        single = self.photo or self.document
        return (single,) if single else self.photos


def render(reply: Reply) -> list[Part]:
    """The calls of a reply, in order, its buttons under the last; none if there is nothing to say.

    The text is the caption of the last file. It follows the files where it is too long for that, and where an album
    would have buttons, for it can have none. Raises Refused for an album that no channel has.
    """
    text = str(reply.text).strip()
    buttons = bool(reply.choices or reply.links)
    parts = files_of(reply)
    if parts and shown_length(text) <= CAPTION_LIMIT and not (parts[-1].photos and buttons):
        parts[-1] = replace(parts[-1], text=text)
    else:
        parts += [Part(piece) for piece in split(text, TEXT_LIMIT)]
    if parts and buttons:
        if parts[-1].photos:
            raise Refused("buttons need a text under an album")
        parts[-1] = replace(parts[-1], choices=reply.choices, links=reply.links)
    return parts


def files_of(reply: Reply) -> list[Part]:
    """The files of a reply without its words: the pictures, then the document. An album of one is a picture. Raises
    Refused for more than ten."""
    if len(reply.photos) > ALBUM_LIMIT:
        raise Refused(f"{len(reply.photos)} pictures are more than an album takes")
    photo = reply.photos[0] if reply.photos else reply.photo
    parts = [Part("", photos=reply.photos)] if len(reply.photos) > 1 else [Part("", photo=photo)] if photo else []
    return [*parts, Part("", document=reply.document)] if reply.document else parts
