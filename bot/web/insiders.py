"""Who may look inside: metrics, and the facts behind /healthz. They tell how much goes on, and what is broken."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from aiohttp import web

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


class Insiders:
    """Programs on this machine, and whoever has the token."""

    def __init__(self, token: str = "") -> None:
        """`token`: "" for none."""
        self._token = token

    def has(self, request: web.Request) -> bool:
        """Whether the request is one of theirs. What a proxy on this machine hands on comes from somewhere else."""
        if self._token and _same(request.headers.get("Authorization", ""), f"Bearer {self._token}"):
            return True
        return not any(name in request.headers for name in _FORWARDED) and _is_here(request.remote)


def _is_here(address: str | None) -> bool:
    try:
        return bool(address) and ip_address(address or "").is_loopback
    except ValueError:
        return False


def _same(given: str, secret: str) -> bool:
    # A header may hold bytes that are no text; they come as lone surrogates.
    return hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())
