"""The body of an HTTP answer, read no further than it may be long."""

from __future__ import annotations

from aiohttp import ClientResponse

_CHUNK = 65536


class TooMuch(Exception):
    """More bytes came than may."""


async def read(response: ClientResponse, limit: int) -> bytes:
    """The whole body. Raises TooMuch as soon as it is longer than `limit` bytes."""
    # Of a body that is packed, the length told is not the one that is read.
    if (response.content_length or limit + 1) <= limit and "Content-Encoding" not in response.headers:
        return await response.read()
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise TooMuch("too large")
    return bytes(data)
