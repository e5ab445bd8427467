"""The form changes while people are answering it: each ends on the form that they began with, and all of it counts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from reporting.campaigns.packs import read_pack
from tests.reporting.packs import SOUND, written
from tests.support.world import ZONE, World

UNITS = SOUND["units.csv"] + "G,Huyện đoàn Gò Mẫu,Gò Mẫu,huyện,P\n"
FIRST = """
| survey |
| | type | name | label | indicator | unit | required |
| | integer | houses | Sửa bao nhiêu căn nhà? | houses | căn | yes |
| | integer | gifts | Tặng bao nhiêu suất quà? | gifts | suất | yes |
"""
SECOND = (
    FIRST.replace("Sửa bao nhiêu", "Tất cả bao nhiêu")
    + "| | integer | roads | Làm mấy tuyến đường? | roads | tuyến | yes |\n"
)


def pack(folder: Path, survey: str) -> Path:
    written(folder / "mau", {"units.csv": UNITS, "daily.md": SOUND["daily.md"].partition("| survey |")[0] + survey})
    return folder / "mau"


async def joined(world: World, who: str, unit: str, role: str = "reporter") -> None:
    code = {"H": "K7QM-2XPD", "G": "K7QM-2XPE", "P": "K7QM-2XPF"}[unit]
    await world.joins(who, code, unit, role)


def last(world: World, who: str) -> str:
    return world.channel.chats[who][-1].text


async def test_a_draft_ends_on_the_version_that_it_began_with(tmp_path: Path) -> None:
    async with World(tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        await world.load(pack(tmp_path, FIRST))
        await joined(world, "Lan", "H")
        await joined(world, "Minh", "G")
        await world.presses("Lan", "📝 Báo cáo ngay")
        await world.says("Lan", "2")
        assert "Tặng bao nhiêu suất quà?" in last(world, "Lan")

        await world.load(read_pack(pack(tmp_path, SECOND)))
        await world.says("Lan", "5")
        assert "Làm mấy tuyến đường?" not in last(world, "Lan")
        await world.presses("Lan", "✅ Gửi báo cáo")

        await world.presses("Minh", "📝 Báo cáo ngay")
        assert "Tất cả bao nhiêu căn nhà?" in last(world, "Minh")
        for number in ("3", "4", "1"):
            await world.says("Minh", number)
        await world.presses("Minh", "✅ Gửi báo cáo")

        query = "select answers, version_id from revision order by id"
        assert await world.query(query) == [
            ('{"houses":2,"gifts":5}', 1),
            ('{"houses":3,"gifts":4,"roads":1}', 2),
        ]
        await world.totals_are_true()
        totals = "select indicator, amount / 1000, reports from total where unit_id = 1 order by indicator"
        assert await world.query(totals) == [("gifts", 9, 2), ("houses", 5, 2), ("roads", 1, 1)]


async def test_a_correction_stays_on_the_version_of_its_report(tmp_path: Path) -> None:
    async with World(tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        await world.load(pack(tmp_path, FIRST))
        await joined(world, "Lan", "H")
        await joined(world, "Hoa", "P", "leader")
        await world.presses("Lan", "📝 Báo cáo ngay")
        await world.says("Lan", "2")
        await world.says("Lan", "5")
        await world.presses("Lan", "✅ Gửi báo cáo")
        await world.load(pack(tmp_path, SECOND))
        await world.presses("Lan", "✏️ Sửa báo cáo này")
        await world.presses("Lan", "✏️ Sửa bao nhiêu căn nhà")
        await world.says("Lan", "6")
        await world.presses("Lan", "✅ Gửi báo cáo")
        assert await world.query("select number, version_id from revision order by id") == [(1, 1), (2, 1)]
        await world.totals_are_true()
        # The digest is made with the new form, and holds what was said on the old one.
        await world.time_is(datetime(2022, 12, 16, 10, 15, tzinfo=ZONE))
        assert "6 căn" in last(world, "Hoa")
