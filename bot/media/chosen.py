"""Where files are kept, as the settings say."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.config import Settings
from bot.media.contents import Contents
from bot.media.folder import FolderContents

_MB = 1024 * 1024


def contents_of(settings: Settings) -> Contents:
    """Raises StartError when MEDIA_URL names a bucket and its library is not installed."""
    if not settings.media_url:
        return FolderContents(settings.media_dir)
    # Its library is large: it is needed by whoever has a bucket.
    from bot.media.s3 import Bucket, S3Contents

    parts = urlsplit(settings.media_url)
    bucket = Bucket(
        name=parts.netloc,
        prefix=parts.path.strip("/"),
        endpoint=settings.s3_endpoint or "",
        region=settings.s3_region,
        access_key=settings.s3_access_key or "",
        secret_key=settings.s3_secret_key or SecretStr(""),
    )
    return S3Contents(bucket, settings.media_dir, settings.media_cache_mb * _MB)
