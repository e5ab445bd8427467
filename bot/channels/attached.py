"""The files of a reply, as they are when it is sent."""

from __future__ import annotations

import asyncio

from bot.channels.base import Refused
from bot.media.store import Kept, MediaStore
from handlers.events import Attachment


async def file_of(media: MediaStore, attachment: Attachment) -> Kept:
    """The file behind an attachment, which is there. Raises Refused for one that is not kept, and ContentsAwayError."""
    try:
        kept = await media.resolve(attachment)
    except LookupError as error:
        raise Refused(f"no file {attachment.media_id}") from error
    if not await asyncio.to_thread(kept.path.is_file):
        raise Refused(f"the file of {attachment.media_id} is gone")
    return kept
