"""The backup of each night: when it is due, which are kept, and what is said when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.backups import keeping, nightly
from bot.backups.contents import check
from bot.backups.keeping import kept, name_of, sweep
from bot.backups.nightly import Nightly
from bot.config import Settings
from handlers.office import backup_care
from tests.bot.backup_kit import IDENTITY
from tests.bot.kit import at, heard, member
from tests.support.database import url_in
from tests.support.world import ZONE, World


def settings(world: World, folder: Path, **more: Any) -> Settings:
    return Settings(
        _env_file=None, database_url=url_in(world.file), media_dir=folder / "media",
        backup_dir=folder / "b", secret_key="a key for tests only", **more,
    )  # fmt: skip


class Night:
    """A nightly backup, with what was told when it failed."""

    def __init__(self, world: World, folder: Path, **more: Any) -> None:
        self.told: list[str] = []
        self.world, self.folder = world, folder / "b"
        self.nightly = Nightly(settings(world, folder, **more), self.folder, world.clock, self._tell)

    async def _tell(self, why: str) -> None:
        self.told.append(why)

    async def looks_at(self, moment: datetime) -> list[str]:
        """The backups that are there once it has looked, and done what was due."""
        self.world.clock.turn_to(moment)
        self.nightly.look()
        await self.nightly.finish()
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


async def test_a_night_in_a_process_of_its_own(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Really made, encrypted for whom the settings say, and only once a night."""
    monkeypatch.setattr(nightly, "OPTIONS", ())
    key = SecretStr(str(IDENTITY.to_public()))
    night = Night(world, tmp_path, backup_key=key)
    (made,) = await night.looks_at(at("2022-12-17 02:00"))
    assert made.endswith(".tar.age")
    assert check(night.folder / made, IDENTITY).tally.rows["unit"] == 14
    assert await night.looks_at(at("2022-12-17 02:00")) == [made]
    assert (night.told, night.nightly.trouble) == ([], "")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command makes nothing but a file of the right name; or complains of what stands here."""
    complaints: list[str] = []

    async def run(self: Nightly, *words: str) -> str:
        if complaints or words[0] != "backup":
            return complaints[-1] if complaints else ""
        self._folder.mkdir(exist_ok=True)
        (self._folder / name_of(self._clock.now(), encrypted=False)).touch()
        return ""

    monkeypatch.setattr(Nightly, "_run", run)
    return complaints


async def test_each_night_at_its_hour_and_a_missed_one_is_caught_up(
    world: World, tmp_path: Path, quick: list[str]
) -> None:
    night = Night(world, tmp_path, backup_hour=3)
    made = [len(await night.looks_at(at(moment))) for moment in (
        "2022-12-16 09:00", "2022-12-17 02:59", "2022-12-17 03:00", "2022-12-17 23:00", "2022-12-19 15:00",
        "2022-12-19 16:00", "2022-12-20 03:00",
    )]  # fmt: skip
    assert made == [1, 1, 2, 2, 3, 3, 4]


async def test_one_that_fails_is_told_and_tried_again_each_hour(world: World, tmp_path: Path, quick: list[str]) -> None:
    quick.append("the backup cannot be written to /x: No space left on device")
    night = Night(world, tmp_path)
    assert await night.looks_at(at("2022-12-17 02:00")) == []
    await night.looks_at(at("2022-12-17 02:59"))
    assert (night.told, night.nightly.trouble) == ([quick[0]], quick[0])
    await night.looks_at(at("2022-12-17 03:00"))
    assert len(night.told) == 2
    quick.clear()
    assert len(await night.looks_at(at("2022-12-17 04:00"))) == 1
    assert night.nightly.trouble == ""


async def test_the_app_makes_them_and_tells(world: World, tmp_path: Path, quick: list[str]) -> None:
    await member(world, "Tư", "TN", "admin")
    app = App(settings(world, tmp_path), world.clock)
    assert app.jobs.nightly
    await app.jobs.tick()
    await app.jobs.nightly.finish()
    assert len(list((tmp_path / "b").iterdir())) == 1
    quick.append("No space left on device")
    world.clock.turn_to(at("2022-12-17 02:00"))
    await app.jobs.tick()
    await app.jobs.nightly.finish()
    assert (await app.health()).facts["backup"] == "No space left on device"
    assert await world.query("SELECT key FROM outbox WHERE key LIKE 'backup/%'") == [("backup/2022-12-17/test:Tư",)]
    await app.db.close()


async def test_administrators_are_told_once_a_day_and_in_the_morning(world: World) -> None:
    await member(world, "Tư", "TN", "admin")
    await member(world, "Hùng", "TN", "leader")
    for moment in ("2022-12-17 02:00", "2022-12-17 03:00"):
        world.clock.turn_to(at(moment))
        async with world.unit_of_work() as uow:
            await backup_care.tell_of_failure(world.office, uow, "No space left on <device>")
    await world.send()
    assert heard(world, "Tư") == []
    world.clock.turn_to(at("2022-12-17 06:01"))
    await world.send()
    (text,) = heard(world, "Tư")
    assert "Chưa sao lưu được" in text
    assert "No space left on <device>" in text
    assert heard(world, "Hùng") == []


# --- which are kept --------------------------------------------------------------------------------


def nights(count: int) -> list[datetime]:
    return [at("2022-12-16 02:00") + timedelta(days=n) for n in range(count)]


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    every = nights(365)
    staying = sorted(kept(every, ZONE))
    assert staying[-7:] == every[-7:]
    assert len(staying) <= 7 + 4 + 12
    months = {(one.astimezone(ZONE).year, one.astimezone(ZONE).month) for one in staying}
    assert len(months) == 12


def test_what_is_kept_each_night_is_what_is_kept_at_the_end() -> None:
    """The rule is gone by again each night: no backup that it will want is gone by then."""
    have: set[datetime] = set()
    for night in nights(400):
        have = kept({*have, night}, ZONE)
    assert len({(one.year, one.month) for one in have}) == 12
    assert max(have) == nights(400)[-1]


def test_after_a_long_pause_the_old_ones_stay() -> None:
    old = nights(20)
    assert set(old[-7:]) <= kept([*old, at("2024-01-01 02:00")], ZONE) | {old[-7]}


def test_only_backups_are_swept(tmp_path: Path) -> None:
    now = at("2023-12-16 02:00")
    for night in nights(365):
        (tmp_path / name_of(night, encrypted=True)).touch()
    others = ["notes.txt", "danvan-99999999-999999Z.tar", "danvan-20221216-020000Z.tar.bak"]
    for name in others:
        (tmp_path / name).touch()
    left = tmp_path / keeping.part_of(name_of(now - timedelta(days=2), encrypted=False))
    under_way = tmp_path / keeping.part_of(name_of(now - timedelta(hours=1), encrypted=False))
    for path in (left, under_way):
        path.touch()
    gone = sweep(tmp_path, now, ZONE)
    assert len(gone) > 330
    there = {path.name for path in tmp_path.iterdir()}
    assert {*others, under_way.name} <= there
    assert left.name not in there
    assert len(there) == 365 - len(gone) + len(others) + 1


def test_a_name_tells_its_moment(tmp_path: Path) -> None:
    moment = datetime(2022, 12, 16, 19, 0, 5, tzinfo=UTC)
    (tmp_path / name_of(moment, encrypted=False)).touch()
    assert keeping.newest(tmp_path) == moment
    assert keeping.newest(tmp_path / "none") is None
