"""Settings that are wrong, and databases that cannot be opened: one line that names the setting, and exit code 1."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from tests.cli.kit import OURS, Ran, bot

TOKEN_LIKE = "12345:secret-word"
NO_URL = "is not a full URL such as https://bot.example.vn"
HOOK = "https://bot.example.vn/hooks/telegram"


@pytest.fixture(autouse=True)
def only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.lower() in OURS:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def migrate() -> Ran:
    """`bot migrate` in this process: with wrong settings it ends before it has opened anything."""
    done = CliRunner().invoke(cli, ["migrate"])
    return Ran(done.exit_code, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"TELEGRAM_TOKEN": TOKEN_LIKE}, "TELEGRAM_TOKEN is not a bot token such as 123456:ABC… from @BotFather"),
        ({"TELEGRAM_API_BASE": "localhost:8081"}, f"TELEGRAM_API_BASE 'localhost:8081' {NO_URL}"),
        ({"PUBLIC_URL": "bot.example.vn"}, f"PUBLIC_URL 'bot.example.vn' {NO_URL}"),
        ({"WEBHOOK_URL": "https://"}, f"WEBHOOK_URL 'https://' {NO_URL}"),
        ({"WEBHOOK_URL": HOOK}, "WEBHOOK_SECRET is needed with WEBHOOK_URL: set it to a long random word"),
        ({"WEBHOOK_URL": HOOK, "WEBHOOK_SECRET": "hai từ"}, "WEBHOOK_SECRET takes 1 to 256 letters, digits, _ and -"),
        (
            {"WEBHOOK_URL": "https://bot.example.vn/", "WEBHOOK_SECRET": "word"},
            "WEBHOOK_URL needs a path of its own, such as /hooks/telegram",
        ),
        ({"DATABASE_URL": "bot.db"}, "DATABASE_URL is not a database URL such as sqlite+aiosqlite:///var/danvan.db"),
        (
            {"DATABASE_URL": "mysql://office:secret-word@db/bot"},
            "DATABASE_URL 'mysql' is not supported: use sqlite+aiosqlite or postgresql+asyncpg",
        ),
        ({"WEB_PORT": "http"}, "WEB_PORT Input should be a valid integer, unable to parse string as an integer"),
        ({"WEB_PORT": "65536"}, "WEB_PORT Input should be less than or equal to 65535"),
        ({"TIMEZONE": "Asia/Tay_Ninh"}, "TIMEZONE 'Asia/Tay_Ninh' is not a time zone such as Asia/Ho_Chi_Minh"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL 'LOUD' is not one of DEBUG, INFO, WARNING, ERROR"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT 'xml' is not one of console, json"),
        (
            {"SEND_PER_SECOND": "fast"},
            "SEND_PER_SECOND Input should be a valid number, unable to parse string as a number",
        ),
        ({"SEND_CHAT_PER_SECOND": "-1"}, "SEND_CHAT_PER_SECOND Input should be greater than or equal to 0"),
        ({"SEND_GROUP_PER_MINUTE": "-1"}, "SEND_GROUP_PER_MINUTE Input should be greater than or equal to 0"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], complaint: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert migrate().complaint == f"✘ {complaint} (see .env.example)"


def test_a_wrong_setting_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WEB_PORT=8080\nTIMEZONE=Mars/Olympus\n")
    assert migrate().complaint.startswith("✘ TIMEZONE 'Mars/Olympus' is not a time zone")


def test_doctor_too_says_it_in_one_line(tmp_path: Path) -> None:
    ran = bot(tmp_path, "doctor", WEB_PORT="http")
    assert ran.complaint.startswith("✘ WEB_PORT Input should be a valid integer")


def a_folder(folder: Path) -> str:
    (folder / "bot.db").mkdir()
    return "[Errno 21] Is a directory"


def another_file(folder: Path) -> str:
    (folder / "bot.db").write_text("Kính gửi đồng chí: đây là một văn bản, không phải cơ sở dữ liệu.\n" * 100)
    return "file is not a database"


def of_a_newer_bot(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "bot.db")) as connection:
        connection.execute("create table alembic_version (version_num varchar(32) not null primary key)")
        connection.execute("insert into alembic_version values ('9999')")
        connection.commit()
    return "'9999'"


@pytest.mark.sqlite("it is the file that is wrong")
@pytest.mark.parametrize("spoil", [a_folder, another_file, of_a_newer_bot])
def test_a_database_that_cannot_be_opened(tmp_path: Path, spoil: Callable[[Path], str]) -> None:
    cause = spoil(tmp_path)
    complaint = bot(tmp_path, "run").complaint
    assert complaint.startswith("✘ DATABASE_URL: the database ")
    assert cause in complaint


def test_a_database_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, no folder")
    url = f"sqlite+aiosqlite:///{tmp_path}/var/bot.db"
    complaint = bot(tmp_path, "migrate", DATABASE_URL=url).complaint
    assert complaint == f"✘ DATABASE_URL: the database cannot be opened: [Errno 17] File exists: '{tmp_path}/var'"
