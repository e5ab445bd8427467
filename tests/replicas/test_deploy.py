"""What stands in docs/deploy for several processes is true of the code."""

from __future__ import annotations

import re

from bot.config import Settings
from tests.support.world import ROOT

DEPLOY = ROOT / "docs" / "deploy"
COMPOSE = (DEPLOY / "compose.replicas.yaml").read_text()
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "MPLCONFIGDIR"}


def test_every_setting_is_one() -> None:
    unit = (DEPLOY / "danvan@.service").read_text()
    named = set(re.findall(r"^ +([A-Z][A-Z0-9_]+):", COMPOSE, re.MULTILINE))
    named |= set(re.findall(r"^Environment=([A-Z0-9_]+)=", unit, re.MULTILINE))
    assert {name.lower() for name in named - OF_OTHERS} <= Settings.model_fields.keys()
    assert {"DATABASE_URL", "SECRET_KEY", "STATE_DIR", "MEDIA_DIR"} <= named


def test_nginx_knows_all_processes_and_is_believed() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text()
    bots = set(re.findall(r"^  (bot\d):$", COMPOSE, re.MULTILINE))
    assert len(bots) == 3
    for upstream in re.findall(r"upstream \w+ \{(.*?)\n\}", nginx, re.DOTALL):
        assert set(re.findall(r"server (bot\d):8080", upstream)) == bots
    (subnet,) = re.findall(r"subnet: ([\d./]+)", COMPOSE)
    assert f"WEB_TRUSTED_PROXY: {subnet}" in COMPOSE
    assert "location /hooks/" in nginx and "/hooks/telegram" in COMPOSE


def test_each_process_has_a_state_of_its_own_and_all_share_the_files() -> None:
    mounts = re.findall(r"^  bot\d:\n    <<: \*bot\n    volumes: \[(.*)\]$", COMPOSE, re.MULTILINE)
    assert len(mounts) == len(set(mounts)) == 3
    assert all('"media:/media"' in mount for mount in mounts)
