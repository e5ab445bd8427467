"""Columns that many tables have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from storage.types import Instant

Json = dict[str, Any]


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A moment, as an aware datetime."""
    return Field(sa_column=Column(Instant, nullable=nullable, index=index), default=None)


def json() -> Any:
    """A JSON object, {} where nothing is said."""
    return Field(sa_column=Column(JSON, nullable=False, default=dict), default_factory=dict)


def words(*unless_said: str) -> Any:
    """A JSON list; `unless_said`: what is in it where nothing is said."""

    def first() -> list[str]:
        return list(unless_said)

    return Field(sa_column=Column(JSON, nullable=False, default=first), default_factory=first)
