"""What `doctor` says of settings that work and are not what they should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.checkup import examine
from tests.bot import site


@pytest.mark.parametrize(
    ("public_url", "proxy", "hinted"),
    [
        ("https://bot.example.vn", "", True),
        ("https://bot.example.vn", "127.0.0.1", False),
        ("http://bot.example.vn", "", False),
        (None, "", False),
    ],
)
async def test_who_is_behind_a_proxy_that_is_not_trusted(
    tmp_path: Path, public_url: str | None, proxy: str, hinted: bool
) -> None:
    found = await examine(site.settings(tmp_path, public_url=public_url, web_trusted_proxy=proxy))
    said = [one.text for one in found if "WEB_TRUSTED_PROXY" in one.text]
    assert bool(said) is hinted
