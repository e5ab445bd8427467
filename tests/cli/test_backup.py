"""`backup`, `restore` and `status`, as they are typed."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bot.backup_kit import everything
from tests.cli.kit import bot, change

pytestmark = pytest.mark.sqlite("whole files are compared; PostgreSQL's backups: tests/postgres/test_backups.py")


def test_a_key_a_backup_and_the_way_back(office: Path, tmp_path: Path) -> None:
    """Made with a key that the server cannot open its backups with; opened with the other half elsewhere."""
    made = bot(office, "backup", "--new-key", "key.txt")
    name, recipient = made.out.splitlines()[0].split("=")
    assert (name, recipient[:4]) == ("BACKUP_KEY", "age1")
    assert stat.S_IMODE((office / "key.txt").stat().st_mode) == 0o600
    backed = bot(office, "backup", "--to", "b", BACKUP_KEY=recipient)
    assert (backed.code, backed.err) == (0, "")
    (file,) = (office / "b").iterdir()
    assert backed.out.startswith(f"✔ b/{file.name}: ")
    assert backed.out.endswith("; encrypted\n")
    new = tmp_path / "new"
    new.mkdir()
    assert "--identity" in bot(new, "restore", file, BACKUP_KEY=recipient).complaint
    checked = bot(new, "restore", file, "--check", BACKUP_IDENTITY=office / "key.txt")
    assert (checked.code, [path.name for path in new.iterdir()]) == (0, [])
    back = bot(new, "restore", file, "--identity", office / "key.txt")
    assert (back.code, back.err) == (0, "")
    assert back.out.startswith("✔ the bot as it was at ")
    assert everything(new / "bot.db") == everything(office / "bot.db")
    assert (new / "secret.key").read_bytes() == (office / "secret.key").read_bytes()
    again = bot(new, "restore", file, "--identity", office / "key.txt").complaint
    assert again == "✘ DATABASE_URL: this database is in use; restore into an empty one (another DATABASE_URL)"


def test_what_cannot_be_is_told_in_a_line(office: Path, tmp_path: Path) -> None:
    assert bot(office, "backup").complaint == "✘ --to: say the folder, or set BACKUP_DIR (see .env.example)"
    assert "BACKUP_KEY is no age recipient" in bot(office, "backup", BACKUP_KEY="a passphrase").complaint
    assert "BACKUP_KEY is no age recipient" in bot(office, "backup", "--to", "b", BACKUP_KEY="age1abc").complaint
    assert "nothing to back up" in bot(tmp_path, "backup", "--to", "b").complaint
    (tmp_path / "x.tar").write_bytes(b"x" * 2000)
    assert "no backup of the bot" in bot(tmp_path, "restore", "x.tar").complaint
    assert "cannot be read" in bot(tmp_path, "restore", "none.tar").complaint
    assert not (tmp_path / "bot.db").exists()


def test_status_says_how_it_stands_and_changes_nothing(office: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    at = f"{now:%Y-%m-%d %H:%M:%S}.000000"
    columns = "channel, chat, priority, reply, state, attempts, created_at, due_at"
    change(
        office,
        f"INSERT INTO outbox ({columns}) VALUES ('web', 'x', 1, '{{}}', 'waiting', 0, '{at}', '{at}')",
        f"INSERT INTO failed_update VALUES ('E-12AB', 'web', 'k', '{at}', 'trace')",
        f"INSERT INTO seen_update VALUES ('telegram', 'k', '{at}')",
    )
    before = everything(office / "bot.db")
    ran = bot(office, "status", BACKUP_DIR=office / "b")
    assert (ran.code, ran.err) == (0, "")
    lines = dict(line.rstrip().split("  ", 1) for line in ran.out.splitlines())
    told = {name: " ".join(value.split()) for name, value in lines.items()}
    assert told["web"].startswith("heard never, sent never; 1 due, the oldest since")
    assert told["telegram"] == "heard just now, sent never"
    assert told["failed updates, 24 h"] == "1 (E-12AB)"
    assert told["runs"] == "no: start it with `run`"
    assert told["last backup"].startswith("never")
    assert everything(office / "bot.db") == before


def test_status_without_a_database(tmp_path: Path) -> None:
    assert "is not there" in bot(tmp_path, "status").complaint
    assert list(tmp_path.iterdir()) == []
