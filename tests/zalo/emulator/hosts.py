"""The internet as this Zalo sees it: only what a test has named is there, and all of it is on this machine."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

AGENT: Final = "Java/1.8.0_452"
LARGEST_FETCH: Final = 10 << 20
_PATIENCE: Final = 10.0


@dataclass(frozen=True)
class Fetched:
    """What stood at an address."""

    content: bytes
    content_type: str


@dataclass
class Internet:
    """Public origins (scheme, host, port) and where they really are."""

    _real: dict[str, str] = field(default_factory=dict)
    _session: ClientSession | None = None

    def knows(self, origin: str, real: str = "") -> None:
        """From now on `origin` can be reached: it stands at `real`, or is itself an origin on this machine."""
        if not is_local(urlsplit(real or origin).hostname or ""):
            raise AssertionError(f"{real or origin} is not on this machine")
        self._real[_origin(origin)] = (real or origin).rstrip("/")

    def names(self, url: str) -> bool:
        """Whether a test has named the origin of `url`."""
        return _origin(url) in self._real

    def real(self, url: str) -> str | None:
        """Where `url` really is; None for what does not exist here."""
        real = self._real.get(_origin(url))
        return None if real is None else real + url[len(_origin(url)) :]

    async def fetch(self, url: str) -> Fetched | None:
        """GET an address as a stranger does, without cookies and redirects; None unless it is a 200 of fair size."""
        real = self.real(url)
        if real is None:
            return None
        try:
            async with self.session().get(real, allow_redirects=False, headers={"User-Agent": AGENT}) as answer:
                content = await answer.read()
                good = answer.status == 200 and len(content) <= LARGEST_FETCH
                return Fetched(content, answer.content_type) if good else None
        except (ClientError, TimeoutError):
            return None

    def session(self) -> ClientSession:
        """The client of all that Zalo calls by itself."""
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=_PATIENCE))
        return self._session

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def is_local(host: str) -> bool:
    """Whether a host is this machine or in a private network, where Zalo does not go."""
    if host == "localhost":
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
