"""Secrets stay where they are: not in logs, not in answers, not in what a setting shows of itself."""

from __future__ import annotations

import io
import logging
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
import structlog

from bot import log
from bot.config import Settings
from tests.bot.site import running

ROOT = Path(__file__).parents[2]
SECRETS = {
    "webhook_secret": "hook-secret-4711",
    "zalo_webhook_secret": "zalo-secret-4711",
    "zalo_token": "12345689:zalo4711zalo4711zalo4711",
    "telegram_token": "123456:" + "B" * 30,
    "metrics_token": "metrics-secret-4711",
    "secret_key": "the-key-of-all-4711",
}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    kept, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", stream)
    log.configure("DEBUG", "json")
    yield stream
    root.handlers[:] = kept
    root.setLevel(level)
    structlog.reset_defaults()


async def test_no_secret_of_the_settings_is_in_a_log(tmp_path: Path, written: io.StringIO) -> None:
    """A whole bot, whose platforms are away, with strangers at its webhooks and on its pages."""
    given = {
        **SECRETS, "webhook_url": "https://bot.example.vn/hooks/telegram", "telegram_api_base": "http://127.0.0.1:9",
        "zalo_webhook_url": "https://bot.example.vn/hooks/zalo", "zalo_api_base": "http://127.0.0.1:9",
    }  # fmt: skip
    async with running(None, tmp_path, **given) as site:
        for path in ("/", "/vao/a-personal-link-4711", "/media/a-signed-link-4711/x", "/metrics"):
            await site.get(path)
        for path in ("/hooks/telegram", "/hooks/zalo"):
            for name in ("X-Telegram-Bot-Api-Secret-Token", "X-Bot-Api-Secret-Token"):
                await site.post(path, b"{", headers={name: SECRETS["webhook_secret"]})
                await site.post(path, b'{"update_id": 1}', headers={name: SECRETS["zalo_webhook_secret"]})
    said = written.getvalue()
    assert "started" in said
    assert [name for name, secret in SECRETS.items() if secret in said] == []
    assert "link-4711" not in said


def test_a_setting_does_not_show_its_secret(tmp_path: Path) -> None:
    shown = repr(Settings(_env_file=None, **SECRETS))
    assert "4711" not in shown
    assert "BBBB" not in shown


def test_no_secret_is_kept_in_the_repository() -> None:
    """Of the kinds that have a shape: tokens of Telegram, keys of age, private keys."""
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    files = [ROOT / name.decode() for name in kept if name and not name.startswith(b"tests/")]
    shaped = re.compile(rb"PRIVATE KEY-----|AGE-SECRET-KEY-1[0-9A-Z]{20}|\b\d{8,10}:AA[\w-]{33}\b")
    assert [str(file) for file in files if file.is_file() and shaped.search(file.read_bytes())] == []


# --- what the bot is made of -----------------------------------------------------------------------


def _licence(name: str) -> str:
    told = metadata(name)
    classified = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join([told.get("License-Expression") or "", (told.get("License") or "")[:200], *classified])


def test_no_dependency_has_a_licence_that_binds_us() -> None:
    """GPL and AGPL would; LGPL (docxtpl) does not, for it is used as it is."""
    binding = []
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        name = line.partition("==")[0].strip()
        if not name or name.startswith(("#", "-")):
            continue
        try:
            licence = _licence(name).replace("LGPL", "").replace("Lesser General Public", "")
        except PackageNotFoundError:
            continue
        if "GPL" in licence or "Affero" in licence or "GNU General" in licence:
            binding.append((name, licence))
    assert binding == []
