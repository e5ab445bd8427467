"""The page's own files. Their address holds a version of them all, so that a browser keeps them for good, and no page
is ever put together out of two versions."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
PREFIX = "/static/"

_TYPES = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip
_PARTS = re.compile(rf'"{PREFIX}([^"]+)"')
_COMMENTS = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)", re.MULTILINE | re.DOTALL)
_INDENTS = re.compile(r"^[ \t]+", re.MULTILINE)
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_WORKER = "worker.js"


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    packed: bytes | None
    kind: str

    def answer(self, request: web.Request, cache: str) -> web.Response:
        headers = {"Cache-Control": cache, "Content-Type": self.kind, "Vary": "Accept-Encoding"}
        if self.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self.data, headers=headers)


class Shell:
    """Serves them from memory, packed once."""

    def __init__(self, *, is_demo: bool) -> None:
        """`is_demo`: the page lets one pick whom to be."""
        read = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in _TYPES}
        if is_demo:
            read["index.html"] = read["index.html"].replace(b"<body ", b"<body data-demo ", 1)
        self.version = _version_of(read.items())
        parts = sorted(set(_PARTS.findall(read["index.html"].decode())))
        self._files = {name: self._made(name, data, parts) for name, data in read.items()}

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get(PREFIX + "{name}", self._unversioned)
        router.add_get(PREFIX + "{version}/{name}", self._versioned)
        router.add_get("/manifest.webmanifest", self._at_its_place)
        # A worker looks after the addresses below its own only.
        router.add_get(f"/{_WORKER}", self._at_its_place)

    def page(self, request: web.Request, cache: str = _ASK_AGAIN) -> web.Response:
        """The page itself; `cache`: the header Cache-Control."""
        return self._files["index.html"].answer(request, cache)

    def address(self, name: str) -> str:
        """The path of a static file, for pages that name it themselves."""
        return f"{PREFIX}{self.version}/{name}"

    def _made(self, name: str, data: bytes, parts: list[str]) -> _File:
        kind = _TYPES[Path(name).suffix]
        if kind == "image/png":
            return _File(data, None, kind)
        text = _PARTS.sub(rf'"{PREFIX}{self.version}/\1"', data.decode())
        if name == _WORKER:
            text = text.replace("{version}", self.version).replace("{parts}", " ".join(parts))
        if kind != "text/html":
            text = _lean(text)
        packed = gzip.compress(text.encode(), 9, mtime=0)
        return _File(text.encode(), packed, kind if kind == "image/svg+xml" else f"{kind}; charset=utf-8")

    def _file(self, name: str) -> _File:
        try:
            return self._files[name]
        except KeyError as error:
            raise web.HTTPNotFound from error

    async def _versioned(self, request: web.Request) -> web.Response:
        name, version = request.match_info["name"], request.match_info["version"]
        file = self._file(name)
        if version != self.version:
            # A page that came just before an update asks for its parts just after it.
            raise web.HTTPFound(self.address(name), headers={"Cache-Control": "no-store"})
        return file.answer(request, _FOR_GOOD)

    async def _unversioned(self, request: web.Request) -> web.Response:
        return self._file(request.match_info["name"]).answer(request, _ASK_AGAIN)

    async def _at_its_place(self, request: web.Request) -> web.Response:
        return self._file(request.path[1:]).answer(request, _ASK_AGAIN)


def _lean(text: str) -> str:
    """A script or a style without indentation and the comments that have lines of their own: a phone pays for them on
    a thin line, and does not read them. The lines keep their numbers."""
    return _INDENTS.sub("", _COMMENTS.sub(lambda comment: "\n" * comment[0].count("\n"), text))


def _version_of(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{name} {len(data)} ".encode() + data)
    return digest.hexdigest()[:12]
