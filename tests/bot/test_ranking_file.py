"""The Excel file of a ranking, made when it is sent."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.workshop import XLSX, Workshop
from tests.conversations.script import PACKS
from tests.support.world import TAY_NINH, ZONE, World


def _workshop(world: World) -> Workshop:
    return Workshop(world.db, world.office.library, world.office.translators, world.clock)


async def test_the_workshop_writes_the_ranking(tmp_path: Path) -> None:
    async with World(tmp_path, datetime(2022, 12, 16, 10, 1, tzinfo=ZONE)) as world:
        await world.load(PACKS / "ranked")
        await world.tick()
        data, mime = await _workshop(world).make("ranking/1/1/vi")
        page = load_workbook(BytesIO(data)).active
        assert page is not None
        # Nobody has reported: the same nothing for all, by name.
        assert (mime, [row[:5] for row in page.values]) == (XLSX, [
            ("Hạng", "Đơn vị", "Điểm", "Loại", "Ghi chú"),
            (1, "Huyện đoàn Bến Cầu", 0, "Trung bình", "đồng hạng 1"),
            (1, "Huyện đoàn Gò Dầu", 0, "Trung bình", "đồng hạng 1"),
            (1, "Huyện đoàn Tân Châu", 0, "Trung bình", "đồng hạng 1"),
        ])  # fmt: skip


@pytest.mark.parametrize("reference", ["ranking/1/1/vi", "ranking/9/1/vi", "ranking/1/999/vi", "ranking/1"])
async def test_there_is_no_file_where_nobody_is_ranked(tmp_path: Path, reference: str) -> None:
    async with World(tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        await world.load(TAY_NINH)
        with pytest.raises(LookupError):
            await _workshop(world).make(reference)
