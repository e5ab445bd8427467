"""A morning that the leaders' page shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from tests.bot.board_site import BoardSite, board_of
from tests.bot.kit import photo
from tests.campaigns.story import Story, told
from tests.support.dan_van import CAMPAIGN

PACK = (
    CAMPAIGN
    + """| targets |
| | target | kind | indicator | amount | label |
| | repaired | tổng | houses | 4 | Sửa nhà |
| deadlines |
| | repeat | from | until | due | covers | closes | kinds | nothing |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện, xã | yes |
| survey |
| | type | name | label | short | indicator | unit | audience | required |
| | integer | houses | Bao nhiêu nhà? | Nhà sửa | houses | căn | | |
| | image | picture | Gửi ảnh | Ảnh | | | | |
| | text | opinion | Dư luận thế nào? | Dư luận | | | leaders | |
"""
)
UNITS = """code,name,short_name,kind,parent
TN,Tỉnh đoàn Tây Ninh,Tây Ninh,tỉnh,
BC,Huyện đoàn Bến Cầu,Bến Cầu,huyện,TN
GD,Huyện đoàn Gò Dầu,Gò Dầu,huyện,TN
PT,Đoàn xã Phước Thạnh,Phước Thạnh,xã,GD
"""

PEOPLE = (
    ("Lan", "BC", "reporter"), ("Bay", "PT", "reporter"), ("Hùng", "TN", "leader"), ("Mai", "TN", "officer"),
    ("Dung", "GD", "leader"),
)  # fmt: skip


@asynccontextmanager
async def reported(folder: Path) -> AsyncIterator[BoardSite]:
    """Lan (Bến Cầu) has reported 5 houses, a picture and an opinion; Bay (Phước Thạnh) nothing took place."""
    async with told_of(folder, PACK, UNITS) as story:
        await morning(story)
        async with board_of(story.world) as site:
            yield site


async def morning(story: Story) -> None:
    """Until a quarter past ten."""
    for name, unit, role in PEOPLE:
        await story.joins(name, unit, role)
    await story.time_is("2022-12-16 08:00")
    await story.does("Lan", "/baocao", "[📝 Báo cáo ngay]", "5")
    await story.world.sends_photo("Lan", await story.world.media.keep_photo(photo(), "lan"))
    await story.sends("Lan", "Dân <b>ủng hộ</b> & vui")
    await story.does("Bay", "/baocao", "[Không phát sinh]")
    await story.time_is("2022-12-16 10:15")


def told_of(folder: Path, pack: str, units: str) -> AbstractAsyncContextManager[Story]:
    """The story of a pack that is written here."""
    (folder / "pack").mkdir()
    (folder / "pack/form.md").write_text(pack, encoding="utf-8")
    (folder / "pack/units.csv").write_text(units, encoding="utf-8")
    return told(str(folder / "pack"), folder, "2022-12-15 11:00")


async def report_of(site: BoardSite, name: str = "Bến Cầu") -> str:
    """The path of a unit's report, as the board links it."""
    found = await site.sees("Hùng")
    return re.findall(rf'<a href="(/bang/bao-cao/\d+)">{name}</a>', found.html)[0]
