"""SQLAlchemy's compiled statements, kept for all databases of a kind: its own cache ends with each database, and to
compile anew for each test was a fifth of their time."""

from __future__ import annotations

from typing import Any


class Compiled(dict[Any, Any]):
    """The cache, as `compiled_cache` of SQLAlchemy's execution options."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any(key), compiled)


def _of_any(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key of a statement without the database that it was asked of: it begins with that one's dialect."""
    dialect, *statement = key
    return (dialect.name, *statement)
