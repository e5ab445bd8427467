"""The pictures and voices that people send: a server of its own that hands them to anybody who knows the address."""

import hashlib
from dataclasses import dataclass, field

from aiohttp import web

_HOST = "127.0.0.1"


@dataclass(frozen=True)
class _Item:
    content: bytes = b""
    content_type: str = ""
    elsewhere: str = ""


@dataclass
class MediaServer:
    """`base` is where it stands; `public` is what the addresses begin with (any host name is answered)."""

    base: str = ""
    public: str = ""
    fetched: list[str] = field(default_factory=list)
    _items: dict[str, _Item] = field(default_factory=dict)
    _named: int = 0
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Open a free port."""
        application = web.Application()
        application.router.add_get("/{path:.+}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        self.base = self.public = f"http://{_HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    def add(self, content: bytes, suffix: str = "jpg", content_type: str = "image/jpeg") -> str:
        """Keep something; its public address."""
        return self._put(_Item(content, content_type), suffix)

    def redirect(self, elsewhere: str) -> str:
        """An address that sends whoever asks to `elsewhere`."""
        return self._put(_Item(elsewhere=elsewhere), "jpg")

    def expire(self) -> None:
        """All addresses handed out so far are dead."""
        self._items.clear()

    def _put(self, item: _Item, suffix: str) -> str:
        self._named += 1
        path = f"{hashlib.sha256(str(self._named).encode()).hexdigest()[:20]}.{suffix}"
        self._items[path] = item
        return f"{self.public}/{path}"

    async def _serve(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.fetched.append(path)
        item = self._items.get(path)
        if item is None:
            return web.Response(status=404)
        if item.elsewhere:
            return web.Response(status=302, headers={"Location": item.elsewhere})
        return web.Response(body=item.content, headers={"Content-Type": item.content_type})
