"""The sweep itself: what runs, what is refused, and that it notices what breaks."""

from pathlib import Path

import pytest

from bench.conformance import sweep
from forms.draft import Draft
from tests.forms.kit import DAILY

TESTS = '''
"""As pyxform keeps its forms."""
FORM = """
    | survey |
    | | type | name | label |
    | | begin_repeat | r | R |
    | | select_one_from_file towns.csv | town | Town |
    | | end_repeat | | |
    """
REFUSED = """
    | survey |
    | | type | name | label |
    | | audit | audit | |
    """
WRONG = """
    | survey |
    | | type | name | label |
    | | begin_group | g | G |
    """
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "daily.md").write_text(DAILY.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_forms_of_every_source_are_swept(folder: Path) -> None:
    tally = sweep(folder, seed=1, walks=5)
    assert tally.broken == []
    assert [len(names) for names in (tally.runs, tally.refused, tally.invalid)] == [2, 1, 1]
    assert list(tally.reasons) == ["questions of the type … are not supported yet"]


def test_what_breaks_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draft, "instance_id", property(lambda self: 1 / 0))
    assert len(sweep(folder, seed=1, walks=1).broken) == 2
