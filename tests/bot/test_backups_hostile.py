"""Files that say they are backups, and mean harm."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from bot.backups import BackupError, contents, making
from bot.backups.contents import Header, check
from tests.bot.backup_kit import Empty, backed_up, brought_back
from tests.bot.kit import photo
from tests.support.world import World

pytestmark = pytest.mark.sqlite("whole files are compared; PostgreSQL's backups: tests/postgres/test_backups.py")


def link(info: tarfile.TarInfo) -> None:
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"


def named(name: str) -> Callable[[tarfile.TarInfo], None]:
    def change(info: tarfile.TarInfo) -> None:
        info.name = name

    return change


def of_type(kind: bytes) -> Callable[[tarfile.TarInfo], None]:
    def change(info: tarfile.TarInfo) -> None:
        info.type = kind

    return change


HOSTILE = {
    "up": named("../../etc/cron.d/x"), "absolute": named("/etc/cron.d/x"), "up in media": named("media/../../x"),
    "up in a table": named("tables/../000001.jsonl.gz"), "a table of ours in capitals": named("tables/UNIT/1.jsonl.gz"),
    "link": link, "hard link": of_type(tarfile.LNKTYPE), "device": of_type(tarfile.CHRTYPE),
    "folder": of_type(tarfile.DIRTYPE), "long name": of_type(tarfile.GNUTYPE_LONGNAME), "pax": of_type(tarfile.XHDTYPE),
    "sparse": of_type(tarfile.GNUTYPE_SPARSE),
}  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
async def test_what_no_backup_has_is_refused(
    full: World, tmp_path: Path, empty: Empty, change: Callable[[tarfile.TarInfo], None]
) -> None:
    made = await backed_up(full, tmp_path / "b")
    _add(made.path, made.path, change, b"x")
    with pytest.raises(BackupError, match="refused"):
        await brought_back(made, empty, full)
    assert empty.left() == []


def _add(source: Path, to: Path, change: Callable[[tarfile.TarInfo], None], data: bytes) -> None:
    """The same archive with a member more, before the manifest."""
    with tarfile.open(source) as old:
        members = [(one, old.extractfile(one).read()) for one in old]  # type: ignore[union-attr]
    info = tarfile.TarInfo("media/" + "0" * 64)
    info.size = len(data)
    change(info)
    with tarfile.open(to, "w", format=tarfile.USTAR_FORMAT) as new:
        for one, content in [*members[:-1], (info, data), members[-1]]:
            new.addfile(one, BytesIO(content))


async def test_rows_that_only_look_small_are_refused(
    full: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await backed_up(full, tmp_path / "b")
    monkeypatch.setattr(contents, "ROWS_LIMIT", 1_000_000)
    _add(made.path, made.path, named("tables/unit/000009.jsonl.gz"), gzip.compress(bytes(50_000_000)))
    with pytest.raises(BackupError, match="too large: refused"):
        check(made.path, None)


async def test_a_member_that_says_it_is_huge_is_refused(full: World, tmp_path: Path) -> None:
    made = await backed_up(full, tmp_path / "b")
    info = tarfile.TarInfo(contents.HEADER)
    info.size = 8 * 1024**3 - 1
    data = made.path.read_bytes()
    made.path.write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + data[512:])
    with pytest.raises(BackupError, match="refused"):
        check(made.path, None)


async def test_rows_of_other_columns_are_refused(
    full: World, tmp_path: Path, empty: Empty, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(made_at: str, schema: str, engine: str, tables: dict[str, list[str]], last: dict[str, int]) -> Header:
        return Header(made_at, schema, engine, {**tables, "unit": [*tables["unit"], "injected"]}, last)

    monkeypatch.setattr(making, "Header", more)
    made = await backed_up(full, tmp_path / "b")
    with pytest.raises(BackupError, match="not those of its version"):
        await brought_back(made, empty, full)
    assert empty.left() == []


async def test_a_picture_that_is_not_the_one_of_its_name_is_refused(full: World, tmp_path: Path) -> None:
    made = await backed_up(full, tmp_path / "b")
    _add(made.path, made.path, named("media/" + "f" * 64), photo())
    with pytest.raises(BackupError, match="not what it was"):
        check(made.path, None)
