"""Bodies from outside are read no further than they may be long."""

from __future__ import annotations

from aiohttp import StreamReader

_CHUNK = 64 * 1024


async def read_whole(stream: StreamReader, limit: int) -> bytes | None:
    """All that comes; None as soon as it is longer than `limit` bytes."""
    data = bytearray()
    async for chunk in stream.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > limit:
            return None
    return bytes(data)
