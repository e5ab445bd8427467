"""A bucket of an S3-compatible store, read through a folder of this machine that keeps what was read last."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from bot.config import StartError
from bot.media.contents import ContentsAwayError, part_of, place_of, write_whole
from bot.media.folder import trouble_with

log = structlog.get_logger(__name__)

LARGEST = 64 * 1024 * 1024
"""Bytes of a content that is read. People send at most 20 MB; a workbook that is made may be larger."""

CALL_SECONDS = 30
_TRIES = 2
_PROBE = "writable"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where a bucket is, and who may use it. `endpoint`: "" for Amazon's own."""

    name: str
    prefix: str
    endpoint: str
    region: str
    access_key: str
    secret_key: SecretStr


class S3Contents:
    """Contents as objects, under `<prefix>/<first two digits>/<SHA-256>`."""

    def __init__(self, bucket: Bucket, cache: Path, cache_bytes: int) -> None:
        """`cache`: the folder of what was read last, which holds about so many bytes at most. Raises StartError without
        the extra `s3`."""
        self._store = _opened(bucket)
        self._where = f"s3://{bucket.name}/{bucket.prefix}"
        self._cache, self._most = cache, cache_bytes
        self._used: int | None = None
        self._reading: dict[str, asyncio.Lock] = {}

    async def keep(self, digest: str, data: bytes) -> None:
        await self._put(_key(digest), data)
        # Who has sent a picture sees it in the next moment.
        await asyncio.to_thread(write_whole, place_of(self._cache, digest), data)
        await self._make_room(len(data))

    async def path(self, digest: str) -> Path:
        path = place_of(self._cache, digest)
        lock = self._reading.setdefault(digest, asyncio.Lock())
        try:
            async with lock:
                if await asyncio.to_thread(_touched, path):
                    return path
                await self._fetch(digest, path)
        finally:
            if not lock.locked():
                self._reading.pop(digest, None)
        return path

    async def forget(self, digest: str) -> None:
        import obstore

        try:
            async with self._speaking():
                await obstore.delete_async(self._store, _key(digest))
        except FileNotFoundError:
            log.debug("content was gone", digest=digest[:12])
        await asyncio.to_thread(place_of(self._cache, digest).unlink, missing_ok=True)

    async def trouble(self) -> str | None:
        if found := trouble_with(self._cache):
            return f"MEDIA_DIR: {found}"
        try:
            await self._put(_PROBE, b"")
        except ContentsAwayError as error:
            return f"MEDIA_URL: nothing can be kept in {self._where} ({error}); look at S3_ENDPOINT and the S3_… keys"
        return None

    async def _put(self, key: str, data: bytes) -> None:
        import obstore

        try:
            async with self._speaking():
                await obstore.put_async(self._store, key, data, use_multipart=False)
        except FileNotFoundError:
            raise ContentsAwayError("there is no such bucket") from None

    async def _fetch(self, digest: str, path: Path) -> None:
        """Into the cache, piece by piece; what is not there, or is not what its name says, is passed over."""
        import obstore

        try:
            async with self._speaking():
                found = await obstore.get_async(self._store, _key(digest))
                if int(found.meta["size"]) > LARGEST:
                    log.error("content too large to be read", digest=digest[:12], size=found.meta["size"])
                    return
                size = await self._write(found, digest, path)
        except FileNotFoundError:
            log.warning("content is gone", digest=digest[:12])
        else:
            await self._make_room(size)

    async def _write(self, found: Any, digest: str, path: Path) -> int:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        part, hashing, size = part_of(path), hashlib.sha256(), 0
        try:
            with await asyncio.to_thread(part.open, "wb") as file:
                async for piece in found.stream(min_chunk_size=256 * 1024):
                    hashing.update(piece)
                    size += len(piece)
                    await asyncio.to_thread(file.write, piece)
            if hashing.hexdigest() == digest:
                await asyncio.to_thread(part.replace, path)
            else:
                log.error("content is not what its name says", digest=digest[:12])
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return size

    @asynccontextmanager
    async def _speaking(self) -> AsyncIterator[None]:
        """Raises ContentsAwayError for whatever goes wrong, FileNotFoundError for what is not there."""
        from obstore.exceptions import BaseError, NotFoundError

        try:
            async with asyncio.timeout(CALL_SECONDS * (_TRIES + 1)):
                yield
        except (FileNotFoundError, NotFoundError) as error:
            raise FileNotFoundError from error
        except (BaseError, OSError, TimeoutError) as error:
            # What the library tells holds the address; not the keys.
            raise ContentsAwayError(type(error).__name__) from error

    async def _make_room(self, more: int) -> None:
        """What was not read for longest goes first."""
        if self._used is None or self._used + more > self._most:
            self._used = await asyncio.to_thread(_trim, self._cache, self._most)
        else:
            self._used += more


def _opened(bucket: Bucket) -> Any:
    try:
        from obstore.store import S3Store
    except ImportError:
        raise StartError(
            "MEDIA_URL: the library for s3:// is not installed; install the bot with it: pip install 'danvan[s3]'"
        ) from None
    config: Any = {
        "access_key_id": bucket.access_key,
        "secret_access_key": bucket.secret_key.get_secret_value(),
        "region": bucket.region,
        # Not all that call themselves S3-compatible know how to delete many at once.
        "disable_bulk_delete": True,
        **({"endpoint": bucket.endpoint} if bucket.endpoint else {}),
    }
    return S3Store(
        bucket.name, prefix=bucket.prefix or None, config=config, retry_config={"max_retries": _TRIES},
        client_options={"allow_http": bucket.endpoint.startswith("http://"), "timeout": f"{CALL_SECONDS}s"},
    )  # fmt: skip


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _touched(path: Path) -> bool:
    """Whether it is there; then it was read just now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _trim(folder: Path, most: int) -> int:
    """Delete what was read longest ago until nine tenths of `most` bytes are left at most; returns how many are."""
    kept = []
    for path in folder.glob("??/*"):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        kept.append((found.st_mtime, found.st_size, path))
    total = sum(size for _, size, _ in kept)
    if total <= most:
        return total
    for _, size, path in sorted(kept):
        if total <= most * 0.9:
            break
        path.unlink(missing_ok=True)
        total -= size
    return total
