"""The port that the bot listens on."""

from __future__ import annotations

import errno
import socket
from typing import Any

from aiohttp import web

from bot.config import StartError


class Listener:
    """Serves a web application on an address of this machine."""

    def __init__(self, application: web.Application, host: str, port: int) -> None:
        """`port` 0: any free one."""
        self._host, self._port = host, port
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)

    @property
    def port(self) -> int:
        addresses: list[Any] = self._runner.addresses
        return int(addresses[0][1]) if addresses else self._port

    async def start(self) -> None:
        """Raises StartError, naming the setting that is wrong."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            # asyncio puts a sentence before the cause that says the address once more.
            cause = str(error.strerror).rpartition(": ")[2]
            name, advice = "WEB_PORT", "stop the other program or set another port"
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                name, advice = "WEB_HOST", "set an address of this machine"
            raise StartError(f"{name}: {self._host}:{self._port} cannot be used ({cause}); {advice}") from error

    async def stop(self) -> None:
        await self._runner.cleanup()
