"""The name that a person types for themselves."""

from __future__ import annotations

import unicodedata

NAME_LIMIT = 60


def read_name(text: str) -> str | None:
    """One line without what cannot be seen; None for what is no name of 2 to NAME_LIMIT letters."""
    kept = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))
    seen = (letter for letter in kept if unicodedata.category(letter)[0] != "C")
    name = " ".join("".join(seen).split())
    return name if 2 <= len(name) <= NAME_LIMIT and any(letter.isalpha() for letter in name) else None
