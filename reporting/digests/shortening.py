"""Long texts cut where a word ends."""

from __future__ import annotations


def shortened(text: str, length: int) -> str:
    """The text, or as many of its words as fit into `length` characters with "…" after them; a first word that is
    longer than that is cut."""
    if len(text) <= length:
        return text
    room = text[:length]
    start = room.rpartition(" ")[0].rstrip(" ,;:–-.") or room[: length - 1]
    return start + "…"
