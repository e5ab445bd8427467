"""Settings: what is wrong is said in one line that names it; what is secret stays so."""

from __future__ import annotations

import os
import re
import socket
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import App
from bot.clock import SystemClock
from bot.config import Settings, StartError, load, secret_key
from tests.bot.site import settings

EXAMPLE = Path(__file__).parent.parent.parent / ".env.example"
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, and a folder of its own to start in."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


WRONG = [
    ({"TELEGRAM_TOKEN": "my-bot"}, "TELEGRAM_TOKEN"),
    ({"TELEGRAM_TOKEN": f"{TOKEN} "}, "TELEGRAM_TOKEN"),
    ({"TELEGRAM_API_BASE": "api.telegram.org"}, "TELEGRAM_API_BASE"),
    ({"TELEGRAM_API_BASE": "ftp://api.telegram.org"}, "TELEGRAM_API_BASE"),
    ({"TELEGRAM_API_BASE": "http://["}, "TELEGRAM_API_BASE"),
    ({"WEBHOOK_URL": "bot.example.vn/hooks", "WEBHOOK_SECRET": "word"}, "WEBHOOK_URL"),
    ({"WEBHOOK_URL": "https://bot.example.vn/", "WEBHOOK_SECRET": "word"}, "WEBHOOK_URL"),
    ({"WEBHOOK_URL": "https://bot.example.vn/hooks/t"}, "WEBHOOK_SECRET"),
    ({"WEBHOOK_URL": "https://bot.example.vn/hooks/t", "WEBHOOK_SECRET": "có dấu"}, "WEBHOOK_SECRET"),
    ({"ZALO_TOKEN": "my-bot"}, "ZALO_TOKEN"),
    ({"ZALO_TOKEN": "12345689:abc/../xyz"}, "ZALO_TOKEN"),
    ({"ZALO_API_BASE": "bot-api.zaloplatforms.com"}, "ZALO_API_BASE"),
    ({"ZALO_PHOTO_HOSTS": "https://zdn.vn"}, "ZALO_PHOTO_HOSTS"),
    ({"ZALO_PHOTO_HOSTS": "zdn.vn,*"}, "ZALO_PHOTO_HOSTS"),
    ({"ZALO_WEBHOOK_URL": "https://bot.example.vn/", "ZALO_WEBHOOK_SECRET": "12345678"}, "ZALO_WEBHOOK_URL"),
    ({"ZALO_WEBHOOK_URL": "https://bot.example.vn/hooks/z"}, "ZALO_WEBHOOK_SECRET"),
    ({"ZALO_WEBHOOK_URL": "https://bot.example.vn/hooks/z", "ZALO_WEBHOOK_SECRET": "1234567"}, "ZALO_WEBHOOK_SECRET"),
    ({"ZALO_WEBHOOK_URL": "https://bot.example.vn/hooks/z", "ZALO_WEBHOOK_SECRET": "x" * 257}, "ZALO_WEBHOOK_SECRET"),
    (
        {
            "ZALO_WEBHOOK_URL": "https://bot.example.vn/hooks",
            "ZALO_WEBHOOK_SECRET": "12345678",
            "WEBHOOK_URL": "https://bot.example.vn/hooks",
            "WEBHOOK_SECRET": "word",
        },
        "ZALO_WEBHOOK_URL",
    ),
    ({"DATABASE_URL": "danvan.db"}, "DATABASE_URL"),
    ({"DATABASE_URL": "mysql://root@localhost/danvan"}, "DATABASE_URL"),
    ({"DATABASE_URL": "sqlite:///danvan.db"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql+asyncpg://u:p@h:port/d"}, "DATABASE_URL"),
    ({"WEB_PORT": "http"}, "WEB_PORT"),
    ({"WEB_PORT": "65536"}, "WEB_PORT"),
    ({"PUBLIC_URL": "bot.example.vn"}, "PUBLIC_URL"),
    ({"TIMEZONE": "Hanoi"}, "TIMEZONE"),
    ({"TIMEZONE": "../etc/passwd"}, "TIMEZONE"),
    ({"TIMEZONE": "[/]"}, "TIMEZONE"),
    ({"TIMEZONE": "Asia"}, "TIMEZONE"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
    ({"SEND_PER_SECOND": "fast"}, "SEND_PER_SECOND"),
    ({"SEND_PER_SECOND": "-1"}, "SEND_PER_SECOND"),
    ({"SEND_PER_SECOND": "inf"}, "SEND_PER_SECOND"),
    ({"SEND_CHAT_PER_SECOND": "-0.5"}, "SEND_CHAT_PER_SECOND"),
    ({"SEND_GROUP_PER_MINUTE": "nan"}, "SEND_GROUP_PER_MINUTE"),
]


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("values", "name"), WRONG)
def test_what_is_wrong_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], name: str) -> None:
    set_all(monkeypatch, values)
    with pytest.raises(StartError) as caught:
        load()
    assert re.match(rf"{name}\b", str(caught.value))
    assert "\n" not in str(caught.value)
    assert ".env.example" in str(caught.value)


@pytest.mark.parametrize(("values", "name"), [WRONG[0], WRONG[-9], WRONG[-7]])
def test_the_command_says_it_so(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], name: str) -> None:
    set_all(monkeypatch, values)
    result = CliRunner().invoke(cli, ["migrate"])
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"✘ {name}")
    assert all(value in line for value in values.values() if name != "TELEGRAM_TOKEN")


def test_a_secret_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"TELEGRAM_TOKEN": "0:short-secret", "DATABASE_URL": "mysql://root:hidden@localhost/x"})
    set_all(monkeypatch, {"ZALO_TOKEN": "no number:short-secret"})
    for name in ("TELEGRAM_TOKEN", "ZALO_TOKEN", "DATABASE_URL"):
        with pytest.raises(StartError) as caught:
            load()
        assert not re.search(r"short-secret|hidden", str(caught.value))
        monkeypatch.delenv(name)
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    for name in ("SECRET_KEY", "ZALO_WEBHOOK_SECRET"):
        monkeypatch.setenv(name, "very-hidden")
    monkeypatch.setenv("ZALO_TOKEN", "12345689:very-hidden")
    assert not re.search(rf"{TOKEN}|very-hidden", repr(load()))


def test_all_by_default_is_right() -> None:
    found = load()
    assert (found.telegram_token, found.web_port, found.timezone) == (None, 8080, "Asia/Ho_Chi_Minh")


def test_the_example_names_exactly_the_settings() -> None:
    named = re.findall(r"(?m)^([A-Z0-9_]+)=", EXAMPLE.read_text())
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_holds_the_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    assert load() == Settings(_env_file=None)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WEB_PORT=9001\nWEB_HOST=0.0.0.0\n")
    monkeypatch.setenv("WEB_PORT", "9002")
    assert (load().web_port, load().web_host) == (9002, "0.0.0.0")


def test_people_are_led_to_the_public_url() -> None:
    assert Settings(_env_file=None, web_port=9001).base_url == "http://127.0.0.1:9001"
    assert Settings(_env_file=None, public_url="https://bot.example.vn/").base_url == "https://bot.example.vn"


# --- what only the start can find out --------------------------------------------------------------


async def start_error(given: Settings) -> str:
    with pytest.raises(StartError) as caught:
        app = App(given, SystemClock())
        try:
            await app.prepare()
            await app.start()
        finally:
            await app.stop()
    return str(caught.value)


async def test_a_database_that_cannot_be_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    message = await start_error(settings(tmp_path, database_url=f"sqlite+aiosqlite:///{tmp_path}/file/sub/world.db"))
    assert message.startswith("DATABASE_URL")


@pytest.mark.sqlite("it is the file that is wrong")
async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "world.db").write_bytes(b"this is no database" * 100)
    message = await start_error(settings(tmp_path))
    assert message.startswith("DATABASE_URL")
    assert "\n" not in message


async def test_a_database_whose_driver_is_not_installed_is_named(tmp_path: Path) -> None:
    message = await start_error(settings(tmp_path, database_url="postgresql+asyncpg://u:hidden@127.0.0.1:1/d"))
    assert message.startswith("DATABASE_URL")
    assert "hidden" not in message
    assert "\n" not in message


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = await start_error(settings(tmp_path, web_port=port))
    assert message.startswith(f"WEB_PORT: 127.0.0.1:{port}")


async def test_a_host_that_is_not_this_machine_is_named(tmp_path: Path) -> None:
    message = await start_error(settings(tmp_path, web_host="203.0.113.5"))
    assert message.startswith("WEB_HOST: 203.0.113.5")
    assert "\n" not in message


async def test_a_folder_for_files_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    message = await start_error(settings(tmp_path, media_dir=tmp_path / "file" / "media"))
    assert message.startswith("MEDIA_DIR")


# --- the key ---------------------------------------------------------------------------------------


def bare_settings() -> Settings:
    return Settings(_env_file=None)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        made = secret_key(bare_settings(), tmp_path / "var")
    finally:
        os.umask(mask)
    assert len(made) >= 32
    assert secret_key(bare_settings(), tmp_path / "var") == made
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600
    assert secret_key(bare_settings(), tmp_path / "elsewhere") != made


def test_the_key_that_was_set_is_taken(tmp_path: Path) -> None:
    assert secret_key(Settings(_env_file=None, secret_key="a long random word"), tmp_path) == b"a long random word"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_key_signs_nothing(tmp_path: Path) -> None:
    """The first start was killed between making the file and writing it: an empty key is known to everybody."""
    (tmp_path / "secret.key").touch()
    made = secret_key(bare_settings(), tmp_path)
    assert len(made) >= 32
    assert secret_key(bare_settings(), tmp_path) == made


def test_a_key_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StartError, match=r"^SECRET_KEY"):
        secret_key(bare_settings(), tmp_path / "file")
