"""Files on the web port: bodies of a bounded size in, kept files out."""

from __future__ import annotations

from aiohttp import web

from bot.bounded import read_whole
from bot.media.store import BadFileError, Kept


async def body_of(request: web.Request, limit: int) -> bytes:
    """The whole body. Raises BadFileError as soon as it is longer than `limit` bytes."""
    if (data := await read_whole(request.content, limit)) is None:
        raise BadFileError("too large")
    return data


def shown_or_saved(kept: Kept) -> web.FileResponse:
    """A kept file: pictures, sounds and films may open in a page, all else is saved."""
    headers = {"Content-Type": kept.mime, "Cache-Control": "private, max-age=86400, immutable"}
    if not _only_shows(kept.mime):
        headers["Content-Disposition"] = "attachment"
    return web.FileResponse(kept.path, headers=headers)


def _only_shows(mime: str) -> bool:
    # An SVG is a page that looks like a picture.
    return mime.startswith(("image/", "audio/", "video/")) and not mime.startswith("image/svg")
