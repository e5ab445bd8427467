"""Personal links to the web chat: their secrets, and what one is worth in the hands of a browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from storage.uow import Row

TOKEN_BYTES = 24
_SHAPE = re.compile(r"[A-Za-z0-9_-]{32}")
PATH = "/vao/"
"""Before the token, in a link's address."""


class Entry(StrEnum):
    """What becomes of a browser that comes by a link."""

    OPEN = "open"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ELSEWHERE = "elsewhere"
    """Another browser was there first."""
    ASK = "ask"
    """It would open, but the browser is another person's: only when that is what is wanted."""


def new_token() -> str:
    """A fresh secret, as it stands in a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether something is shaped like a link's secret."""
    return _SHAPE.fullmatch(text) is not None


def token_of_reminders(secret: bytes, address: str, until: datetime, revoked: int) -> str:
    """The secret of the link that all reminders of a period to a person carry: the same each time, so that each can
    show it though only its hash is kept. `revoked`: how many links of the address were revoked so far."""
    said = f"web link of reminders:{address}:{until.timestamp():.0f}:{revoked}".encode()
    return base64.urlsafe_b64encode(hmac.digest(secret, said, "sha256")[:TOKEN_BYTES]).decode()


def hash_token(token: str, secret: bytes) -> str:
    """What is stored of a link's secret: a copy of the database opens nothing."""
    return hmac.new(secret, b"web link:" + token.encode(), hashlib.sha256).hexdigest()


def hash_browser(browser: str, secret: bytes) -> str:
    """What is stored of the secret that a browser keeps in its cookie."""
    return hmac.new(secret, b"browser:" + browser.encode(), hashlib.sha256).hexdigest()


def judged(link: Row | None, browser_hash: str, now: datetime) -> Entry:
    """What a link (see `storage.web_links.by_token`) is worth to a browser. The one that it is bound to may come back
    by it after its time, too: the time is for the first use."""
    if link is None:
        return Entry.UNKNOWN
    if link["revoked_at"] is not None or link["cut_at"] is not None or link["erased_at"] is not None:
        return Entry.REVOKED
    if link["browser_hash"] == browser_hash:
        return Entry.OPEN
    if link["browser_hash"] is not None:
        return Entry.ELSEWHERE
    return Entry.OPEN if link["expires_at"] > now else Entry.EXPIRED


def may_speak(links: Sequence[Row], browser_hash: str) -> bool:
    """Whether a browser with a signed session of an address may still speak for it, by the links of that address. One
    that came by links needs one of them; one that came without stays until the office gives a link by hand, which
    replaces whatever there was (a lost phone). What reminders carry only adds."""
    own = [link for link in links if link["browser_hash"] == browser_hash]
    if own:
        return any(link["revoked_at"] is None for link in own)
    return all(link["sent_to"] is not None for link in links)
