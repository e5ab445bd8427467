"""A list of units as an office has it: numbered, with levels and with the word for the organisation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.story import world_after
from tests.support.world import ZONE, World

PACK = Path(__file__).parent / "conversations" / "packs" / "approved"
START = datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)


async def _asked_for_a_list(world: World) -> None:
    await world.load(PACK)
    await world.joins("Bình", "HEAD-ER23", "TN", "officer")
    await world.says("Bình", "/tin")
    await world.presses("Bình", "✍️ Soạn tin mới")
    await world.says("Bình", "Mai họp")
    await world.happens("Bình", action="tin/names/1")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_asked_for_a_list, tmp_path, START) as world:
        yield world


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1. Xã Long Thuận", "TN-BC-LT"),
        ("02) Đoàn xã Long Khánh", "TN-BC-LK"),
        ("3.\tXã đoàn Long Thuận", "TN-BC-LT"),
        ("4 - phường LONG KHANH;", "TN-BC-LK"),
        ("5/ X. Long Thuận", "TN-BC-LT"),
        ("• Đoàn Long Khánh", "TN-BC-LK"),
        ("6. Huyện Bến Cầu", "TN-BC"),
        ("H. Bến Cầu", "TN-BC"),
        ("BCH Đoàn tỉnh Tây Ninh", "TN"),
        ("7. tn-bc-lt", "TN-BC-LT"),
    ],
)
async def test_a_line_that_is_certain(world: World, line: str, code: str) -> None:
    ((_, shown),) = await world.says("Bình", line)
    assert "Em nhận ra 1 đơn vị trong danh sách." in shown.text
    assert "đơn vị nào" not in shown.text
    query = "SELECT code FROM unit WHERE id = (SELECT audience ->> '$.units[0]' FROM broadcast)"
    assert await world.query(query) == [(code,)]


@pytest.mark.parametrize("line", ["Thị trấn Bến Cầu", "1. Xã Tây Ninh", "Huyện Long Thuận"])
async def test_another_level_than_the_units_is_asked_about(world: World, line: str) -> None:
    ((_, shown),) = await world.says("Bình", line)
    assert "Em nhận ra 0 đơn vị" in shown.text
    assert "là đơn vị nào ạ?" in shown.text
    assert any(label.startswith("➕") for label in shown.labels)
