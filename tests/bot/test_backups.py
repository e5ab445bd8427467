"""A backup holds everything of one moment, and brings it back; what is not whole is refused and leaves nothing."""

from __future__ import annotations

import gzip
import resource
import shutil
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from bot.backups import BackupError, contents, making
from bot.backups.bringing import Place
from bot.backups.contents import check
from bot.backups.keys import new_key, read_identity, read_key
from bot.backups.restoring import restore
from bot.media.folder import FolderContents
from storage import portable
from storage.engine import Database
from tests.bot.backup_kit import IDENTITY, KEY, Empty, backed_up, brought_back, everything, files
from tests.support.database import database_in
from tests.support.world import World

pytestmark = pytest.mark.sqlite("whole files are compared; PostgreSQL's backups: tests/postgres/test_backups.py")


# --- all comes back --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
async def test_every_table_and_every_file_comes_back(full: World, tmp_path: Path, empty: Empty, key: object) -> None:
    """The counters, too: an id that was given must not come again."""
    given = await full.query("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
    assert await full.query("SELECT max(id) FROM outbox") != given
    made = await backed_up(full, tmp_path / "b", *([KEY] if key else []), secret=tmp_path / "secret.key")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.missing == 0
    restored = await brought_back(made, empty, full, IDENTITY if key else None)
    assert empty.left() == sorted(["new.db", "secret.key", *(f"media/{name}" for name in files(empty.place.media))])
    before = everything(full.file)
    assert everything(empty.file) == before
    assert files(empty.place.media) == files(tmp_path / "media")
    assert empty.place.secret
    assert empty.place.secret.read_text() == "a key of this installation"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (empty.file, empty.place.secret)} == {0o600}
    assert (restored.audit_holds, restored.wrong_totals, restored.missing) == (True, [], 0)
    # Something of all that matters was there to be compared.
    assert all(before[name] for name in ("report", "revision", "draft", "outbox", "audit", "media", "unit_place"))


async def test_the_bot_runs_on_and_the_backup_is_of_one_moment(
    full: World, tmp_path: Path, empty: Empty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reports in the middle: after the first table is written, before the others. A file that is gone is
    counted, and a database that only has its schema, as `doctor` leaves it, counts as empty."""
    next(path for path in (tmp_path / "media").rglob("*") if path.is_file()).unlink()
    shutil.copy(database_in(tmp_path / "schema.db").engine.url.database or "", empty.file)
    spoken = False
    pieces = making._pieces

    async def interrupted(conn: object, table: object) -> object:
        nonlocal spoken
        async for piece in pieces(conn, table):  # type: ignore[arg-type]
            yield piece
        if not spoken:
            spoken = True
            await full.says("Minh", "/huy")
            await full.says("Minh", "/baocao")
            await full.presses("Minh", "Không phát sinh")

    before = everything(full.file)
    monkeypatch.setattr(making, "_pieces", interrupted)
    made = await backed_up(full, tmp_path / "b")
    assert everything(full.file) != before
    assert made.missing == 1
    assert (await brought_back(made, empty, full)).missing == 1
    assert everything(empty.file) == before


async def test_a_backup_of_an_older_schema_is_brought_up_to_date(full: World, tmp_path: Path, empty: Empty) -> None:
    """Written as the version before wrote it, by the same steps: its tables, its columns."""
    old = tmp_path / "old.db"
    db = Database(f"sqlite+aiosqlite:///{old}")
    async with db.write() as conn:
        await portable.upgrade(conn, "0004")
        await conn.exec_driver_sql(
            "INSERT INTO unit (id, code, name, short_name, name_plain, kind, path)"
            " VALUES (1, 'TN', 'Tây Ninh', 'TN', 'tay ninh', 'tỉnh', '/1/')"
        )
    made = await making.make(
        making.Source(db, FolderContents(tmp_path / "none")), tmp_path / "b", read_key(""), full.clock.now()
    )
    await db.close()
    await brought_back(made, empty, full)
    now = everything(empty.file)
    assert now["alembic_version"] == everything(full.file)["alembic_version"]
    assert now["unit"][0][1] == "TN"
    assert "broadcast" in now


async def test_memory_does_not_grow_with_the_size(full: World, tmp_path: Path) -> None:
    """A row that is there a hundred thousand times is read and packed a piece at a time."""
    async with full.unit_of_work() as uow:
        await uow.conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)"
            " INSERT INTO seen_update SELECT 'x', i || hex(randomblob(40)), '2022-12-16 00:00:00' FROM n"
        )
    made = await backed_up(full, tmp_path / "b")
    with tarfile.open(made.path) as tar:
        sizes = [len(gzip.decompress(tar.extractfile(one).read())) for one in tar if "seen_update" in one.name]  # type: ignore[union-attr]
    assert len(sizes) > 2
    assert max(sizes) < 1.1 * contents.PIECE_OF_ROWS


# --- keys ------------------------------------------------------------------------------------------


def test_a_key_is_made_and_kept_for_its_owner(tmp_path: Path) -> None:
    recipient = new_key(tmp_path / "key.txt")
    assert stat.S_IMODE((tmp_path / "key.txt").stat().st_mode) == 0o600
    assert str(read_identity(str(tmp_path / "key.txt")).to_public()) == recipient
    assert str(read_key(recipient).recipients[0]) == recipient
    assert read_key(recipient).identity is None
    with pytest.raises(BackupError, match="cannot be made"):
        new_key(tmp_path / "key.txt")


def test_an_identity_as_the_key_opens_its_own_backups() -> None:
    assert str(read_key(str(IDENTITY)).identity) == str(IDENTITY)


@pytest.mark.parametrize(("path", "said"), [("none.txt", "cannot be read"), ("empty.txt", "holds no identity")])
def test_what_is_no_identity_is_told(tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "empty.txt").write_text("# nothing\n")
    with pytest.raises(BackupError, match=said):
        read_identity(str(tmp_path / path))


async def test_without_its_key_an_encrypted_file_says_nothing(full: World, tmp_path: Path, empty: Empty) -> None:
    made = await backed_up(full, tmp_path / "b", KEY)
    assert b"backup.json" not in made.path.read_bytes()
    for identity, said in ((None, "--identity"), (Identity.generate(), "does not open this file")):
        with pytest.raises(BackupError, match=said):
            await brought_back(made, empty, full, identity)
    assert empty.left() == []


# --- what is not whole -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
async def test_cut_off_anywhere_it_is_refused(full: World, tmp_path: Path, empty: Empty, key: object) -> None:
    made = await backed_up(full, tmp_path / "b", *([KEY] if key else []))
    whole = made.path.read_bytes()
    for length in (0, 10, 600, len(whole) // 2, len(whole) - 1600, len(whole) - 20):
        made.path.write_bytes(whole[:length])
        with pytest.raises(BackupError):
            await brought_back(made, empty, full, IDENTITY if key else None)
        assert empty.left() == []


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
async def test_changed_anywhere_it_is_refused(full: World, tmp_path: Path, empty: Empty, key: object) -> None:
    made = await backed_up(full, tmp_path / "b", *([KEY] if key else []))
    whole = made.path.read_bytes()
    steps = range(500, len(whole) - 1100, len(whole) // 23)
    refused = 0
    for place in steps:
        made.path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            check(made.path, IDENTITY if key else None)
        except BackupError:
            refused += 1
        else:
            # In what fills a member up to its block nothing stands that could be wrong.
            assert not key
            assert whole[place] == 0
    assert refused > len(steps) // 2
    with pytest.raises(BackupError):
        made.path.write_bytes(whole[:700] + b"x" + whole[701:])
        await brought_back(made, empty, full, IDENTITY if key else None)
    assert empty.left() == []


async def test_a_place_in_use_is_refused(full: World, tmp_path: Path) -> None:
    made = await backed_up(full, tmp_path / "b")
    await full.db.close()
    place = Place(f"sqlite+aiosqlite:///{full.file}", tmp_path / "none", None)
    with pytest.raises(BackupError, match="DATABASE_URL: this database is in use"):
        await restore(made.path, None, place, full.clock)
    place = Place(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", tmp_path / "media", None)
    before = files(tmp_path / "media")
    with pytest.raises(BackupError, match=r"MEDIA_DIR: .* is not empty"):
        await restore(made.path, None, place, full.clock)
    assert files(tmp_path / "media") == before
    assert not (tmp_path / "new.db").exists()


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes: writing fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
async def test_a_full_disk_leaves_no_half_backup(full: World, tmp_path: Path, key: object) -> None:
    with pytest.raises(BackupError, match=r"cannot be written to .*File too large"), files_end_at(4000):
        await backed_up(full, tmp_path / "b", *([KEY] if key else []))
    assert list((tmp_path / "b").iterdir()) == []
    await backed_up(full, tmp_path / "b", *([KEY] if key else []))
