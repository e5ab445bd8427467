"""What a page may say: a frame's JSON, and the parts of it that have limits."""

from __future__ import annotations

import json
from typing import Any

from handlers.events import Location

TEXT_LIMIT = 4000
FARTHEST = 20_040_000
"""Metres by which a place on Earth can be off at most."""


def parse_frame(data: str) -> dict[str, Any]:
    """A frame's JSON object. Raises ValueError for anything else."""
    try:
        frame = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(frame, dict):
        raise ValueError("frame")
    return frame


def key_of(data: str) -> str | None:
    """The key of a frame that could not be used, if it has one."""
    try:
        key = parse_frame(data).get("key")
    except ValueError:
        return None
    return key if isinstance(key, str) and len(key) <= 64 else None


def row_id(value: Any) -> int:
    """A message's id as a page gives it; 0, which none has, for anything that cannot be one."""
    return value if type(value) is int and 0 <= value < 2**63 else 0


def short_text(value: Any) -> str | None:
    return value[:TEXT_LIMIT] if isinstance(value, str) else None


def place(frame: dict[str, Any]) -> Location:
    """The place in a frame: degrees, and metres if it tells them. Raises ValueError for what is nowhere on Earth."""
    return Location(
        _within(frame.get("lat"), -90, 90),
        _within(frame.get("lon"), -180, 180),
        _within(frame.get("accuracy", 0), 0, FARTHEST),
    )


def _within(value: Any, low: float, high: float) -> float:
    # JSON's true is an int to Python, and Python's JSON knows NaN, which no comparison lets through.
    if type(value) not in (int, float) or not low <= value <= high:
        raise ValueError("number")
    return float(value)


def place_text(at: Location) -> str:
    """A place in the person's own line. Five decimals are a metre: more would be noise."""
    off = f" (±{at.accuracy:.0f} m)" if at.accuracy else ""
    return f"📍 {at.latitude:.5f}, {at.longitude:.5f}{off}"
