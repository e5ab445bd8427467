from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import leading
from tests.replicas.replicas import forks
from tests.support import database


@pytest.fixture(scope="session", autouse=True)
def _forks_early() -> None:
    """It takes its time to import everything, while the first test prepares."""
    forks()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who competes for the lead looks ten times as often."""
    monkeypatch.setattr(leading, "EVERY", 0.2)


@pytest.fixture
def on_postgres() -> Iterator[None]:
    """What `database_in` makes during this test is on PostgreSQL, where there are replicas."""
    before = database.engine_in_use()
    database.use("postgres")
    yield
    database.use(before)
