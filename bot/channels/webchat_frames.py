"""Frames: what a page is told, what it may say, and the parts of that which have limits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.media.store import MediaStore
from handlers.events import Location
from locales.translator import Translator
from storage.types import storable
from storage.uow import Row

TEXT_LIMIT = 8000
"""Characters of a line; as many as the page sends (`LONGEST` in static/composer.js). News of more than 4000 get here,
so that their author can be told by how much they are too long."""

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
    return key if is_key(key) else None


def is_key(value: Any) -> bool:
    """Whether it can name something that a page sends: every database keeps it as it is."""
    return isinstance(value, str) and 1 <= len(value) <= 64 and value.isprintable()


def row_id(value: Any) -> int:
    """A message's id as a page gives it; 0, which none has, for anything that cannot be one."""
    return value if type(value) is int and 0 <= value < 2**63 else 0


def short_text(value: Any) -> str | None:
    """A text that can be kept. Raises ValueError for a longer one: nothing that somebody says is cut unsaid."""
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise ValueError("text")
    return storable(value) if isinstance(value, str) else None


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


def frame_of(row: Row, translator: Translator, media: MediaStore) -> dict[str, Any]:
    """A kept line as a page is told it, with links to its files."""
    body, at = row["body"], row["at"]
    frame: dict[str, Any] = {
        "type": "message",
        "id": row["id"],
        "mine": row["mine"],
        "at": at.isoformat(),
        "time": translator.time(at),
        "day": at.astimezone(translator.timezone).date().isoformat(),
        "html": body["text"],
        "choices": [[{"label": c[0], "action": c[1]} for c in r] for r in body.get("choices", ())],
    }
    if body.get("wants"):
        frame["wants"] = body["wants"]
    if body.get("menu"):
        frame["menu"] = [f"/{name}" for name, _ in body["menu"]]
    if body.get("links"):
        frame["links"] = [{"label": label, "url": url} for label, url in body["links"]]
    if row["mine"]:
        frame["key"] = row["key"].removeprefix("me/")
    return frame | _files(body, media)


def _files(body: Row, media: MediaStore) -> dict[str, Any]:
    def shown(file: Sequence[str]) -> dict[str, str]:
        return {"url": media.link(file[0], file[1]), "name": file[1]}

    files: dict[str, Any] = {}
    if body.get("photo"):
        files["photo"] = shown(body["photo"])
    if body.get("photos"):
        files["photos"] = [shown(photo) for photo in body["photos"]]
    if body.get("document"):
        # Lines of before kinds were kept have none.
        kind = body["document"][2] if len(body["document"]) > 2 else "file"
        files["document"] = shown(body["document"]) | {"kind": kind}
    return files
