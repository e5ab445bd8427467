"""The sweep itself: what runs, what is refused, and that it notices what breaks."""

import sys
from itertools import count
from pathlib import Path

import pytest

from bench.conformance import sweep
from bench.conformance.__main__ import main
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
    assert list(tally.reasons) == ["questions of the type … cannot be asked here"]


def test_what_breaks_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draft, "instance_id", property(lambda self: 1 / 0))
    assert len(sweep(folder, seed=1, walks=1).broken) == 2


def test_what_takes_too_long_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draft, "instance_id", property(lambda self: [number for number in count() if number < 0]))
    (_, trace), _ = sweep(folder, seed=1, walks=1, seconds=0.2).broken
    assert "TooSlow: more than 0.2 seconds" in trace


def test_files_that_a_form_misses_are_stood_in_for(tmp_path: Path) -> None:
    table = "| survey |\n| | type | name | label |\n| | {} | a | A |\n"
    for name, kind in (("file", "select_one_from_file b.geojson"), ("table", "xml-external"), ("csv", "csv-external")):
        (tmp_path / f"{name}.md").write_text(table.format(kind) + "| | text | t | T |\n", encoding="utf-8")
    (tmp_path / "last.md").write_text(table.format("text") + "| | text | t | ${last-saved#a} |\n", encoding="utf-8")
    tally = sweep(tmp_path, seed=1, walks=1)
    assert tally.runs == ["csv.md", "file.md", "table.md"]
    assert tally.refused == ["last.md"]


def test_other_xml_is_no_form(tmp_path: Path) -> None:
    (tmp_path / "pom.xml").write_text("<project/>", encoding="utf-8")
    assert sweep(tmp_path, seed=1, walks=1).invalid == ["pom.xml"]


def test_the_table(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "more").mkdir()
    (folder / "daily.md").rename(folder / "more" / "daily.md")
    monkeypatch.setattr(sys, "argv", ["conformance", str(folder), "--walks", "1", "--verbose"])
    assert main() == 0
    *_, head, more, everything = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head == ["run", "refused", "broken", "no", "form"]
    assert more == ["more", "1", "0", "0", "0"]
    assert everything == ["all", "2", "1", "0", "1"]
