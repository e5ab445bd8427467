"""What is written for those who run the bot: the container, the service, the compose files, alerts and dashboard.

There is no Docker here: the image's files are put together by hand, as its COPY lines say, and started as it would be.
"""

from __future__ import annotations

import asyncio
import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest
from pydantic import SecretStr

from bot import steady
from bot.app import App
from bot.clock import SystemClock
from bot.config import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COPIED = re.findall(r"^COPY (\w+) (/app/\w+)$", DOCKERFILE, re.MULTILINE)
NOT_SETTINGS = {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "MPLCONFIGDIR"}
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))
SERVICES = sorted(DEPLOY.glob("*.service"))


def environment() -> dict[str, str]:
    """What the image sets."""
    line = re.search(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    assert line
    return dict(pair.split("=", 1) for pair in line[1].replace("\\\n", " ").split())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# --- the container ---------------------------------------------------------------------------------


async def test_the_image_has_what_the_bot_needs_and_is_well(tmp_path: Path) -> None:
    for source, target in COPIED:
        shutil.copytree(ROOT / source, tmp_path / target[1:], ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data").mkdir()
    env = {name: value.replace("/data", f"{tmp_path}/data") for name, value in environment().items()}
    env |= {"PYTHONPATH": str(tmp_path / "app"), "PATH": os.environ["PATH"], "WEB_PORT": str(free_port())}
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=tmp_path / "data", env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(30):
            while await healthcheck(tmp_path, env):
                assert bot.returncode is None, (await bot.communicate())[1].decode()
                await asyncio.sleep(0.2)
        assert {path.name for path in (tmp_path / "data").iterdir()} >= {"danvan.db", "secret.key", "media"}
        assert list((tmp_path / "app" / "bot").glob("*.db")) == []
    finally:
        bot.send_signal(signal.SIGTERM)
        assert await bot.wait() == 0
    assert await healthcheck(tmp_path, env) == 1


async def healthcheck(folder: Path, env: dict[str, str]) -> int:
    """The exit code of the image's own health check."""
    command = re.search(r"HEALTHCHECK .*\\\n\s+CMD (\[.*\])", DOCKERFILE)
    assert command
    _, *arguments = json.loads(command[1])
    asked = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=folder / "data", env=env, stdout=subprocess.DEVNULL
    )
    return await asked.wait()


def test_the_image_has_all_rooms_and_no_secrets() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert {source for source, _ in COPIED} == rooms | {"campaigns"}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == {source for source, _ in COPIED} | {
        "requirements.lock"
    }


def test_the_image_runs_as_nobody() -> None:
    assert re.search(r"^USER danvan$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.index("\nUSER danvan") < DOCKERFILE.index("\nENTRYPOINT")


# --- settings are those of the bot -----------------------------------------------------------------


def known(name: str) -> bool:
    return name in NOT_SETTINGS or name.lower() in Settings.model_fields


def test_the_image_sets_what_there_is_to_set() -> None:
    assert [name for name in environment() if not known(name)] == []


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_a_compose_file_sets_what_there_is_to_set(path: Path) -> None:
    services: dict[str, Any] = yaml.safe_load(path.read_text())["services"]
    ours = [service for service in services.values() if "build" in service]
    assert ours
    for service in ours:
        assert [name for name in service.get("environment", {}) if not known(name)] == []
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_starts_a_command_that_there_is(path: Path) -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(path.read_text())
    assert re.search(r"python -m bot run$", unit["Service"]["ExecStart"])
    assert unit["Service"]["User"] != "root"
    names = re.findall(r"^Environment=(\w+)=", path.read_text(), re.MULTILINE)
    assert [name for name in names if not known(name)] == []


# --- alerts and dashboard speak of what is measured ------------------------------------------------


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all that a bot of every kind measures."""
    folder = tmp_path_factory.mktemp("measured")
    settings = Settings(
        _env_file=None, database_url=f"sqlite+aiosqlite:///{folder}/a.db", media_dir=folder / "media",
        telegram_token=SecretStr("123456:" + "A" * 35),
    )  # fmt: skip
    asyncio.run(App(settings, SystemClock()).db.close())
    assert steady.OFF
    text = generate_latest().decode()
    names = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE)) | {"up"}
    return names | {f"{name}_bucket" for name in names}


def names_in(expression: str) -> set[str]:
    """The metrics that a PromQL expression reads."""
    return set(re.findall(r"\b(danvan_\w+|process_\w+|up)\b", expression))


def test_alerts_speak_of_what_is_measured(measured: set[str]) -> None:
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]
    assert len(group["rules"]) > 8
    for rule in group["rules"]:
        assert names_in(rule["expr"]) <= measured, rule["alert"]
        assert rule["annotations"]["action"], rule["alert"]


def test_the_dashboard_shows_what_is_measured(measured: set[str]) -> None:
    board = json.loads((DEPLOY / "grafana.json").read_text())
    read: set[str] = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            assert names_in(target["expr"]) <= measured, panel["title"]
            read |= names_in(target["expr"])
    shown = {name.removesuffix("_bucket") for name in read}
    ours = {name for name in measured if name.startswith("danvan_") and not name.endswith(("_bucket", "_created"))}
    assert ours - shown - NOT_SHOWN == set()


NOT_SHOWN = {"danvan_channel_people", "danvan_pruned_rows_total", "danvan_clock_off_seconds"}
"""Looked at by alerts, `status` or `doctor`, and dull to watch."""


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (of Prometheus) is not on this machine")
def test_alerts_go_off_when_they_should() -> None:
    asked = subprocess.run(
        ["promtool", "test", "rules", DEPLOY / "alerts.test.yaml"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr + asked.stdout
