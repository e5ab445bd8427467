"""An emulator as a whole: a port on this machine that can go away and come back."""

from abc import ABC, abstractmethod
from typing import Any, Final, Generic, Self, TypeVar

from aiohttp import web

from tests.emulating.faults import Faults
from tests.emulating.journal import Journal
from tests.emulating.server import ApiServer

HOST: Final = "127.0.0.1"

F = TypeVar("F", bound=Faults[Any])
S = TypeVar("S", bound=ApiServer[Any])


class Emulator(ABC, Generic[F, S]):
    """One bot's platform on 127.0.0.1, while the context is open. An error of the emulator's own is raised at the
    end."""

    def __init__(self, server: S, faults: F, port: int = 0) -> None:
        """`port` 0 takes a free one."""
        self.faults = faults
        self.calls: Journal[Any] = server.journal
        self._server, self._port = server, port
        self._runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.5)
        self._site: web.TCPSite | None = None

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await self.comes_back()
        return self

    async def __aexit__(self, *_raised: object) -> None:
        self.faults.clear()
        await self.release()
        await self._runner.cleanup()
        if self._server.broken:
            raise AssertionError("the emulator itself failed:\n" + "\n".join(self._server.broken))

    @abstractmethod
    async def release(self) -> None:
        """Let go of all calls that wait, and push no more."""

    async def goes_away(self) -> None:
        """The platform is down: what is connected is cut off, and nothing can connect. People may go on writing."""
        assert self._site is not None, "it is away already"
        await self._site.stop()
        self._site = None
        server = self._runner.server
        assert server is not None
        for connection in server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def comes_back(self) -> None:
        """Listen on the same port as before."""
        self._site = web.TCPSite(self._runner, HOST, self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    @property
    def base_url(self) -> str:
        """Where the API stands, such as ``http://127.0.0.1:40123``, without a slash at the end."""
        return f"http://{HOST}:{self._port}"
