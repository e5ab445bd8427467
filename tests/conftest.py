"""For all tests: what they write need not survive a power cut, so SQLite need not wait for the disk; and properties are
tried with the same examples each time, unless HYPOTHESIS_PROFILE=random asks for new ones.

Tests run on SQLite, those that ask the database much on PostgreSQL as well (`ON_BOTH`); `--database=postgres` runs all
on PostgreSQL, `--database=sqlite` none.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage import engine
from tests.support import database

engine.SQLITE_PRAGMAS = tuple(line.replace("synchronous=FULL", "synchronous=OFF") for line in engine.SQLITE_PRAGMAS)

settings.register_profile("same", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


HERE = Path(__file__).parent
ON_BOTH = ("storage", "days/test_tay_ninh_day.py")
"""Folders and files of tests."""
ON_SQLITE = (
    "cli", "crash", "faults", "browser", "replicas", "postgres", "bot/test_backups.py", "bot/test_backups_nightly.py",
    "bot/test_onlyone.py", "days/test_after_an_upgrade.py", "reporting/test_oddities.py", "test_deploy.py",
)  # fmt: skip
"""Those that look into an SQLite file, or have servers of their own."""
ON_SQLITE_SINGLY = frozenset({
    # A second program holds the file, reads it, or puts it away. PostgreSQL's locks have `replicas/test_locks.py`,
    # and a server that is gone `faults/test_postgres.py`.
    "bot/test_courier.py::test_a_courier_that_starts_without_the_database_goes_on_when_it_is_back",
    "bot/test_courier.py::test_a_message_that_could_not_be_written_down_is_not_sent_twice",
    "bot/test_courier.py::test_a_stop_without_the_database_is_no_error",
    "bot/test_intake.py::test_an_update_is_committed_when_its_channel_is_told",
    "bot/test_intake.py::test_the_courier_is_woken_after_the_commit",
    "bot/test_intake.py::test_without_the_database_nothing_is_acknowledged",
    "bot/test_intake.py::test_after_one_that_was_not_taken_none_of_its_batch_overtakes_it",
    "bot/test_web_chat.py::test_what_was_not_taken_is_not_acknowledged",
    "security/test_tempo.py::test_a_database_that_is_away_is_no_haste",
    # What is wrong is the file, or its place.
    "bot/test_config.py::test_a_file_that_is_no_database_is_named",
    "bot/test_checks.py::test_a_disk_that_is_nearly_full",
})  # fmt: skip
"""Tests of which the same is true, in files whose others run on both."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres", "both"), default="both", help="what tests run on")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("database") == "postgres":
        # For fixtures of a whole session, too.
        database.use("postgres")


def _stands_in(path: Path, places: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(HERE / place) for place in places)


def _of_sqlite(request: pytest.FixtureRequest) -> bool:
    name = getattr(request.node, "originalname", request.node.name)
    return f"{request.path.relative_to(HERE).as_posix()}::{name}" in ON_SQLITE_SINGLY


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = metafunc.config.getoption("database")
    is_both = _stands_in(metafunc.definition.path, ON_BOTH)
    if asked == "both" and is_both and "_engine" in metafunc.fixturenames:
        metafunc.parametrize("_engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def _engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """The engine of this test; what it has made on a server is dropped."""
    asked = getattr(request, "param", request.config.getoption("database"))
    if asked == "postgres" and (_stands_in(request.path, ON_SQLITE) or _of_sqlite(request)):
        pytest.skip("it is not for --database=postgres")
    database.use("postgres" if asked == "postgres" else "sqlite")
    yield
    # What comes first for the next test are fixtures of a whole session.
    database.use("postgres" if request.config.getoption("database") == "postgres" else "sqlite")
    database.drop_unused()
    if "tests.support.postgres" in sys.modules:
        sys.modules["tests.support.postgres"].drop_databases()
