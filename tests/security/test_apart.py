"""The process in which workbooks are read: what it may not do, and that the bot outlives whatever it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.apart import process, reading
from bot.apart.process import ApartError, Limits
from reporting.campaigns.pack import PackError
from reporting.organisation.units import UnitListError
from tests.security import greedy
from tests.support.world import CAMPAIGNS, TAY_NINH

FEW = Limits(memory=400_000_000, cpu=2, wall=30)


@pytest.mark.parametrize(
    ("what", "limits"),
    [
        (greedy.fill_the_memory, FEW),
        (greedy.go_round, Limits(cpu=1, wall=30)),
        (greedy.die, FEW),
    ],
)
def test_it_ends_and_the_bot_does_not(what: Callable[[], object], limits: Limits) -> None:
    with pytest.raises(ApartError, match="more memory or time than there is"):
        process.call(what, limits=limits)


def test_one_that_waits_is_not_waited_for() -> None:
    with pytest.raises(ApartError, match="takes too long"):
        process.call(greedy.sleep, 30, limits=Limits(wall=0.5))


def test_it_cannot_fill_the_disk(tmp_path: Path) -> None:
    with pytest.raises(ApartError):
        process.call(greedy.fill_the_disk, str(tmp_path / "large"), limits=Limits(written=1_000_000))
    assert (tmp_path / "large").stat().st_size <= 1_000_000


def test_it_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "SECRET_KEY", "DATABASE_URL", "HOME", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "a secret")
    seen = process.call(greedy.what_it_sees)
    assert "a secret" not in seen.values()
    assert set(seen) <= {"PYTHONPATH", "PYTHONIOENCODING", "LC_ALL", "PATH", "TMPDIR", "LC_CTYPE"}


def test_only_data_comes_back(tmp_path: Path) -> None:
    """Whoever takes the process over must not take the bot over by what it says."""
    with pytest.raises(ApartError):
        process.call(greedy.set_a_trap, str(tmp_path / "sprung"))
    assert not (tmp_path / "sprung").exists()


def test_what_is_printed_is_not_the_answer() -> None:
    assert process.call(greedy.talk) == "the answer"


def test_what_it_leaves_goes_with_it() -> None:
    left = process.call(greedy.leave_a_file)
    assert not Path(left).parent.exists()


def test_problems_come_as_they_were_found() -> None:
    with pytest.raises(PackError) as found:
        process.call(greedy.find_problems)
    assert found.value.problems == ["mau.xlsx: one", "mau.xlsx: two"]


def test_a_pack_is_the_same_there_and_here() -> None:
    from reporting.campaigns.packs import read_pack

    assert reading.read_pack(TAY_NINH) == read_pack(TAY_NINH)


def test_what_cannot_be_read_within_the_limits_is_told_as_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """In each of the three ways that a file gets in: `load`, the chat, a list of units."""
    monkeypatch.setattr(process, "LIMITS", Limits(wall=0.01))
    why = "the file cannot be read as a form: reading it takes too long"
    with pytest.raises(PackError, match=f"^mau.xlsx: {why}$"):
        reading.read_pack(CAMPAIGNS / "mau.xlsx")
    with pytest.raises(PackError, match=f"^dot-he.xlsx: {why}$"):
        reading.read_sent(b"", "Đợt hè.xlsx", {})
    with pytest.raises(UnitListError, match="cannot be read: reading it takes too long"):
        reading.read_list(TAY_NINH / "units.csv", {})
