"""What the platforms' webhooks have in common: where they push to, and by which word they are known there."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

BODY_LIMIT = 1024 * 1024
"""Bytes of what is pushed."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a platform is to push updates, and the word by which it is known there."""

    url: str
    secret: str = field(repr=False)

    def knows(self, word: str) -> bool:
        """Whether a request with this word is the platform's; takes as long whatever the word."""
        # A header may hold bytes that are no text; they come as lone surrogates.
        return hmac.compare_digest(word.encode(errors="surrogateescape"), self.secret.encode())

    @property
    def mark(self) -> str:
        """Tells whether address or word are other ones now, without giving the word away."""
        return hashlib.sha256(f"{self.url}\n{self.secret}".encode()).hexdigest()
