"""The whole bot on the emulator: its web port, its database, and Zalo as its channel."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from tests.bot import site
from tests.zalo.emulator import ZaloEmulator

PUBLIC: Final = "https://bot.example.vn"
WEBHOOK: Final = {"zalo_webhook_url": f"{PUBLIC}/hooks/zalo", "zalo_webhook_secret": "a-word-of-the-bot"}


@asynccontextmanager
async def running(zalo: ZaloEmulator, loaded: Path | None, folder: Path, **more: Any) -> AsyncIterator[site.Site]:
    """A bot at work, which polls `zalo`; with ``**WEBHOOK`` it is pushed to.

    Zalo knows its port as `PUBLIC`: pictures and documents are fetched there.
    """
    port = _free_port()  # has to be known before the start, which may set the webhook
    zalo.knows(PUBLIC, f"http://127.0.0.1:{port}")
    given = {
        "zalo_token": zalo.token,
        "zalo_api_base": zalo.base_url,
        "zalo_photo_hosts": "127.0.0.1",
        "public_url": PUBLIC,
        "web_port": port,
        **more,
    }
    async with site.running(loaded, folder, **given) as opened:
        yield opened


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
