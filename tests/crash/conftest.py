"""The process that forks takes its time to import everything: it begins while the first test prepares."""

import pytest

from tests.crash.bots import forks


@pytest.fixture(scope="session", autouse=True)
def _forks_early() -> None:
    forks()
