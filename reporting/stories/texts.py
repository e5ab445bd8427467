"""How much a good example may hold, and how it is called in a list."""

from __future__ import annotations

from reporting.digests.shortening import shortened
from storage.uow import Row

LONGEST = 2000
"""Characters that are posted: they fit into one message of every channel, with what stands around them."""

FIRST_WORDS = 60
"""Characters that tell an author which story is meant."""

MOST_PHOTOS = 10
"""What fits into one album."""


def in_short(story: Row, length: int) -> str:
    """The text on one line."""
    return shortened(" ".join(story["told"].split()), length)


def begins(story: Row) -> str:
    """The first of the author's words: which of their stories it is."""
    return shortened(" ".join((story["text"] or story["told"]).split()), FIRST_WORDS)
