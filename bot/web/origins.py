"""Where a request comes from: which page opened it, and from which network."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from bot.networks import Network

_HOME = 64
"""Bits of an IPv6 address that are one household's or one phone's: the rest it picks itself."""


class Origins:
    """Knows our own address and our own proxies."""

    def __init__(self, base_url: str, trusted: Sequence[Network] = ()) -> None:
        """`trusted`: the proxies before us, whose X-Forwarded-For counts."""
        parts = urlsplit(base_url)
        self._own = f"{parts.scheme}://{parts.netloc}"
        self._trusted = trusted

    def is_ours(self, request: web.Request) -> bool:
        """Whether our own page asked. Browsers say which page opens a socket or posts; another site must not speak for
        a person, and what says nothing is no page of ours."""
        return request.headers.get("Origin") in (self._own, f"http://{request.host}", f"https://{request.host}")

    def of(self, request: web.Request) -> str:
        """The network address to count requests by; "" if there is none (a Unix socket)."""
        hops = [request.remote or ""]
        if self._is_trusted(hops[0]):
            said = ",".join(request.headers.getall("X-Forwarded-For", []))
            hops = [hop.strip() for hop in said.split(",") if hop.strip()] + hops
        # From the end: what stands further left was written by whoever is beyond the first stranger.
        stranger = next((hop for hop in reversed(hops) if not self._is_trusted(hop)), hops[0])
        return _household(stranger)

    def _is_trusted(self, address: str) -> bool:
        try:
            at = ip_address(address)
        except ValueError:
            return False
        return any(at in network for network in self._trusted)


def _household(address: str) -> str:
    try:
        at = ip_address(address)
    except ValueError:
        return ""
    if at.version == 6 and at.ipv4_mapped is None:
        return str(ip_network((at, _HOME), strict=False))
    return str(at.ipv4_mapped or at) if at.version == 6 else str(at)
