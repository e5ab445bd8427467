"""Files: what people send, and what is made when it is sent (charts, workbooks).

Each is kept under its SHA-256 (`bot.media.contents`), so that no name from outside reaches a path.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer
from PIL import Image

from bot.clock import Clock
from bot.media.contents import Contents
from bot.media.filetypes import PICTURES, FileType, Kind, kind_of, recognised, safe_name
from bot.media.folder import FolderContents
from bot.media.looks import looks_of
from bot.rates import Rates
from handlers.events import Attachment
from storage import snapshots
from storage.engine import Database
from storage.uow import Row, UnitOfWork

PHOTO_LIMIT = 10 * 1024 * 1024
FILE_LIMIT = 20 * 1024 * 1024
"""Of anything that is no picture: what Telegram lets a bot fetch."""
PIXEL_LIMIT = 50_000_000
_PLATFORMS = ("telegram:", "zalo:")
LINK_DAYS = 30
"""Zalo and the phones fetch a picture again whenever it is looked at; a page makes its links anew each time."""


class BadFileError(ValueError):
    """The bytes are no file that we keep: too large, or of another kind."""


class LinkOverError(LookupError):
    """A link of ours whose time is over."""


class BadPhotoError(BadFileError):
    """The bytes are no picture that we keep."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that a person sent, now kept: what it is by its content, and its name, made safe."""

    media_id: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the media directory."""

    id: str
    path: Path
    mime: str


class Maker(Protocol):
    """Makes the files that exist only once they are sent."""

    async def make(self, reference: str) -> tuple[bytes, str]:
        """The bytes and MIME type of a reference such as `chart/12/vi`. Raises LookupError for an unknown one."""


class MediaStore:
    """Keeps files, and gives links to them that nobody can guess."""

    def __init__(
        self, db: Database, contents: Contents | Path, maker: Maker, clock: Clock, secret: bytes, base_url: str = ""
    ) -> None:
        """`contents`: where they are kept; a folder."""
        self._contents = FolderContents(contents) if isinstance(contents, Path) else contents
        self._db, self._maker, self._clock = db, maker, clock
        self._signer = URLSafeSerializer(secret, salt="media")
        self._base_url = base_url
        # A digest goes to many at the same moment: its picture is drawn for the first, and the others wait for it.
        self._making = asyncio.Lock()
        self._rates = Rates()

    async def keep_photo(self, data: bytes, owner: str) -> str:
        """Keep a picture that a person sent; returns its id. `owner` is the chat it came from (channel:chat).

        Raises BadPhotoError.
        """
        picture = await asyncio.to_thread(_checked_picture, data)
        return await self._take("p", data, picture.mime, "", owner)

    async def keep_file(self, data: bytes, name: str, owner: str) -> Received:
        """Keep whatever a person sent: a picture, a sound, a film or a document. `name` is what the sender calls it,
        `owner` the chat it came from (channel:chat).

        Raises BadFileError; BadPhotoError for a picture that is too large or broken.
        """
        found = await asyncio.to_thread(_checked, data)
        clean = safe_name(name, found)
        prefix = "p" if found.kind == "image" else "u"
        media_id = await self._take(prefix, data, found.mime, clean, owner)
        return Received(media_id, found.kind, clean)

    async def _take(self, prefix: str, data: bytes, mime: str, name: str, owner: str) -> str:
        self._count(owner, len(data))
        media_id = f"{prefix}/{secrets.token_urlsafe(12)}"
        looks = await asyncio.to_thread(looks_of, data) if prefix == "p" else None
        await self._keep(media_id, data, mime, name, owner, looks)
        return media_id

    def _count(self, owner: str, size: int) -> None:
        """What comes over a platform has the measure of a day that uploads have (`bot.web.uploads`): a stranger could
        fill the disk. Raises BadPhotoError."""
        if not owner.startswith(_PLATFORMS):
            return
        if any(self._rates.wait(kind, owner) for kind in ("files", "bytes")):
            raise BadPhotoError("enough for a day")
        self._rates.owe("files", owner, 1)
        self._rates.owe("bytes", owner, size)

    async def received(self, uow: UnitOfWork, media_id: str, chat: str) -> Received | None:
        """What was uploaded from this web chat under that id; None if nothing was. A picture of `keep_photo` has no
        name."""
        row = await snapshots.media(uow, media_id)
        if row is None or row["owner"] != f"web:{chat}":
            return None
        return Received(media_id, kind_of(row["mime"]), row["name"])

    async def resolve(self, attachment: Attachment) -> Kept:
        """The file behind an attachment, made now if it has not been made. Raises LookupError, and
        ContentsAwayError."""
        row = await self._row(attachment.media_id)
        if row is None:
            async with self._making:
                row = await self._row(attachment.media_id) or await self._make(attachment)
        return Kept(row["id"], await self._contents.path(row["sha256"]), row["mime"])

    async def _row(self, media_id: str) -> Row | None:
        async with self._db.read() as conn:
            return await snapshots.media(UnitOfWork(conn, self._clock.now()), media_id)

    async def _make(self, attachment: Attachment) -> Row:
        data, mime = await self._maker.make(attachment.media_id)
        # A workbook is made of today's numbers each time; only what is drawn from a kept digest keeps its id.
        fixed = attachment.media_id.startswith("chart/")
        media_id = attachment.media_id if fixed else f"f/{secrets.token_urlsafe(12)}"
        # What is kept on a person goes when the person is erased (see `storage.erasing`).
        kind, _, rest = attachment.media_id.partition("/")
        owner = f"mydata:{rest.partition('/')[0]}" if kind == "mydata" else ""
        return await self._keep(media_id, data, mime, attachment.name, owner)

    async def forget(self, hashes: Iterable[str]) -> None:
        """Delete the contents with these SHA-256, unless a kept file has one."""
        for digest in hashes:
            async with self._db.read() as conn:
                is_kept = await snapshots.has_content(UnitOfWork(conn, self._clock.now()), digest)
            if not is_kept:
                await self._contents.forget(digest)

    async def _keep(
        self, media_id: str, data: bytes, mime: str, name: str, owner: str = "", looks: str | None = None
    ) -> Row:
        digest = hashlib.sha256(data).hexdigest()
        row = {
            "id": media_id, "sha256": digest, "mime": mime, "size": len(data), "name": name, "owner": owner,
            "looks": looks,
        }  # fmt: skip
        await self._contents.keep(digest, data)
        async with self._db.write(shared=True) as conn:
            await snapshots.keep_media(UnitOfWork(conn, self._clock.now()), row)
        return row

    def link(self, media_id: str, name: str) -> str:
        """A signed link that can be fetched any number of times, for `LINK_DAYS` days at least. It is the same all day,
        so that a page that is shown again finds what its browser has kept."""
        until = self._today() + LINK_DAYS + 1
        return f"{self._base_url}/media/{self._signer.dumps([media_id, until])}/{quote(name, safe='')}"

    def linked(self, token: str) -> str:
        """The media id of a link's token. Raises LookupError for one that we did not sign, LinkOverError for one whose
        time is over."""
        try:
            said = self._signer.loads(token)
        except BadSignature as error:
            raise LookupError("unsigned") from error
        match said:
            case [str(media_id), int(until)]:
                if self._today() > until:
                    raise LinkOverError
                return media_id
        # Of a version whose links had no end.
        raise LinkOverError

    def _today(self) -> int:
        """The days since 1970."""
        return int(self._clock.now().timestamp() // timedelta(days=1).total_seconds())


def _checked(data: bytes) -> FileType:
    """What a file is by its content, within its limits. Raises BadFileError."""
    if len(data) > FILE_LIMIT:
        raise BadFileError("too large")
    found = recognised(data)
    if found is None:
        raise BadFileError("of no kind that is kept")
    return _checked_picture(data) if found.kind == "image" else found


def _checked_picture(data: bytes) -> FileType:
    """A picture's type by its content, not by what the sender called it. Raises BadPhotoError."""
    if len(data) > PHOTO_LIMIT:
        raise BadPhotoError("too large")
    try:
        with Image.open(BytesIO(data), formats=tuple(PICTURES)) as image:
            width, height = image.size
            kind = image.format or ""
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPhotoError("no picture") from error
    if width * height > PIXEL_LIMIT:
        raise BadPhotoError("too many pixels")
    return PICTURES[kind]
