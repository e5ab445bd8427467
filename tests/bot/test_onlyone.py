"""One process at a time works on an SQLite file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import StartError
from bot.onlyone import only_one
from tests.cli.kit import bot, database_url, environment
from tests.support.world import ROOT

pytestmark = pytest.mark.sqlite("the lock is beside the file; several processes share a PostgreSQL")
HOLDER = """
import sys, time
from bot.onlyone import only_one
with only_one(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return database_url(tmp_path / "var")


def test_the_second_is_refused_until_the_first_has_ended(url: str, tmp_path: Path) -> None:
    told = rf"another bot \(process {os.getpid()}\) is at work on {tmp_path}"
    with only_one(url):
        with pytest.raises(StartError, match=told), only_one(url):
            raise AssertionError("two at work")
        with only_one(database_url(tmp_path / "another")):
            pass
    with only_one(url):
        pass


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:///:memory:", "postgresql+asyncpg://u@localhost/town"])
def test_elsewhere_nobody_is_refused(url: str) -> None:
    with only_one(url), only_one(url):
        pass


def test_a_folder_that_cannot_be_made_is_told_as_that_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    with (
        pytest.raises(StartError, match="DATABASE_URL: the database cannot be opened"),
        only_one(database_url(tmp_path / "var")),
    ):
        pass


def test_a_killed_process_holds_nothing_any_more_and_a_command_runs_beside_one_that_lives(tmp_path: Path) -> None:
    url = database_url(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        refused = bot(tmp_path, "run")
        assert refused.complaint == (
            f"✘ DATABASE_URL: another bot (process {holder.pid}) is at work on {tmp_path / 'bot.db'}; stop it, or give "
            "this one a database of its own"
        )
        # It has touched nothing: neither the schema nor the folder of files.
        assert not (tmp_path / "bot.db").exists()
        assert bot(tmp_path, "migrate").code == 0
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with only_one(url):
        pass
