"""One loaded office for all commands that only look at it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.kit import PACK, Ran, bot


@pytest.fixture(scope="session")
def first_load(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A folder with Tây Ninh's campaign loaded, and what the command said."""
    folder = tmp_path_factory.mktemp("loaded")
    return folder, bot(folder, "load", PACK)


@pytest.fixture
def office(first_load: tuple[Path, Ran], tmp_path: Path) -> Path:
    """A copy of it, to change at will."""
    return shutil.copytree(first_load[0], tmp_path / "office")
