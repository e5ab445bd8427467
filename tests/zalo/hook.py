"""The bot's own server as tests need it: it takes webhooks and hands out pictures, and does as it is told."""

import json
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

WEBHOOK = "https://bot.example.vn/hooks/zalo"
SECRET = "a-word-of-the-bot"


@dataclass
class Hook:
    """`status` is the answer to webhooks; `pages` what GET finds, each as often as it says (-1: always)."""

    status: int = 200
    bodies: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    pages: dict[str, tuple[bytes, str, int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base_url: str = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/hooks/zalo", self._hook)
        application.router.add_get("/{path:.+}", self._page)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._runner.cleanup()

    def shows(self, path: str, content: bytes, content_type: str = "image/jpeg", times: int = -1) -> str:
        """Put something at `path`; its public address."""
        self.pages[path] = (content, content_type, times)
        return f"https://bot.example.vn/{path}"

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.bodies.append(json.loads(body) if body else None)
        self.headers.append(dict(request.headers))
        return web.Response(status=self.status)

    async def _page(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(path)
        content, content_type, times = self.pages.get(path, (b"", "", 0))
        if not times:
            return web.Response(status=404)
        self.pages[path] = (content, content_type, times - 1)
        return web.Response(body=content, content_type=content_type)
