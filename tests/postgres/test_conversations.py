"""Conversations that ask the database most go on PostgreSQL word for word as on SQLite."""

from pathlib import Path

import pytest

from tests.conversations.conftest import _the_same_codes
from tests.conversations.script import play
from tests.support import database

__all__ = ["_the_same_codes"]

SCRIPTS = Path(__file__).parents[1] / "conversations"


@pytest.mark.parametrize("name", ["ladder", "digests", "models", "news_run"])
async def test_conversation(name: str, tmp_path: Path) -> None:
    database.use("postgres")
    written = (SCRIPTS / f"{name}.txt").read_text()
    assert await play(written, tmp_path) == written
