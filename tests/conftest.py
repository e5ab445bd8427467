"""For all tests: what they write need not survive a power cut, so SQLite need not wait for the disk; and properties are
tried with the same examples each time, unless HYPOTHESIS_PROFILE asks for more of them ("all") or new ones ("random").

Tests run on SQLite, those that ask the database much on PostgreSQL as well (`ON_BOTH`); `--database=postgres` runs all
on PostgreSQL but those that are marked as being about SQLite (`@pytest.mark.sqlite`), `--database=sqlite` none.
"""

import gc
import sys
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from storage import engine
from tests.support import database
from tests.support.compiled import Compiled
from tests.support.examples import PROFILE, SHORT

engine.SQLITE_PRAGMAS = tuple(line.replace("synchronous=FULL", "synchronous=OFF") for line in engine.SQLITE_PRAGMAS)
engine.create_async_engine = partial(engine.create_async_engine, execution_options={"compiled_cache": Compiled()})

settings.register_profile(SHORT, derandomize=True)
settings.register_profile("all", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(PROFILE)


HERE = Path(__file__).parent
ON_BOTH = ("storage", "days/test_tay_ninh_day.py")
"""Folders and files of tests."""
WITH_THEIR_OWN = ("postgres", "replicas", "faults/test_postgres.py")
"""Those that say themselves what they run on, and run so whatever is asked."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres", "both"), default="both", help="what tests run on")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: nobody need look through it for garbage again and again."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("database") == "postgres":
        # For fixtures of a whole session, too.
        database.use("postgres")


def _stands_in(path: Path, places: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(HERE / place) for place in places)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("database") == "postgres" and (of_sqlite := [item for item in items if _is_of_sqlite(item)]):
        config.hook.pytest_deselected(items=of_sqlite)
        items[:] = [item for item in items if not _is_of_sqlite(item)]


def _is_of_sqlite(item: pytest.Item) -> bool:
    return item.get_closest_marker("sqlite") is not None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = metafunc.config.getoption("database")
    is_both = _stands_in(metafunc.definition.path, ON_BOTH) and not _is_of_sqlite(metafunc.definition)
    if asked == "both" and is_both and "_engine" in metafunc.fixturenames:
        metafunc.parametrize("_engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def _engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """The engine of this test; what it has made on a server is dropped."""
    asked = getattr(request, "param", request.config.getoption("database"))
    is_asked = asked == "postgres" and not _stands_in(request.path, WITH_THEIR_OWN)
    database.use("postgres" if is_asked else "sqlite")
    yield
    # What comes first for the next test are fixtures of a whole session.
    database.use("postgres" if request.config.getoption("database") == "postgres" else "sqlite")
    database.drop_unused()
    if "tests.support.postgres" in sys.modules:
        sys.modules["tests.support.postgres"].drop_databases()
