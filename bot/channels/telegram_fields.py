"""Fields of Telegram's JSON, each of the form that it has there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnknownForm(Exception):
    """A field that matters is missing, or is not what it was when this was written: its name."""


def part(within: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """An object, None where there is none."""
    found = within.get(name)
    if found is None or isinstance(found, dict):
        return found
    raise UnknownForm(name)


def parts(within: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects, empty where there is none."""
    found = within.get(name)
    if found is None:
        return []
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    raise UnknownForm(name)


def text(within: Mapping[str, Any], name: str) -> str:
    """A text, "" where there is none."""
    found = within.get(name, "")
    if isinstance(found, str):
        return found
    raise UnknownForm(name)


def whole(within: Mapping[str, Any], name: str) -> int:
    """A whole number that has to be there."""
    found = within.get(name)
    if type(found) is int:
        return found
    raise UnknownForm(name)


def number(within: Mapping[str, Any], name: str) -> float:
    """A number that has to be there."""
    found = within.get(name)
    if type(found) in (int, float):
        return float(found)  # type: ignore[arg-type]
    raise UnknownForm(name)


def flag(within: Mapping[str, Any], name: str) -> bool:
    """Whether something is so; no, where it is not told."""
    return within.get(name) is True


def size(within: Mapping[str, Any], name: str) -> int:
    """A whole number, 0 where there is none."""
    return whole(within, name) if name in within else 0


def name_of(user: Mapping[str, Any]) -> str:
    """A person's whole name."""
    first, last = text(user, "first_name"), text(user, "last_name")
    return f"{first} {last}" if last else first
