"""Every conversation in this folder goes as it is written.

`UPDATE_CONVERSATIONS=1 pytest tests/conversations` writes the files anew: read the difference before you keep it.
"""

import os
from pathlib import Path

import pytest

from tests.conversations.script import play

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
async def test_conversation(path: Path, tmp_path: Path) -> None:
    written = path.read_text()
    played = await play(written, tmp_path)
    if os.environ.get("UPDATE_CONVERSATIONS"):
        path.write_text(played)
    assert played == written
