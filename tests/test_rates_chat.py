"""/tyle and /xeploai beyond the conversation `ranking`: several forms, several campaigns, long lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.conversations.script import PACKS
from tests.support.world import CAMPAIGNS, ZONE, Shown, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Hà Tĩnh with nineteen units below the province and two forms, of which the first has been due."""
    async with World(tmp_path, datetime(2020, 5, 1, 9, 0, tzinfo=ZONE)) as world:
        await world.load(CAMPAIGNS / "ha-tinh-2020")
        await world.tick()
        await world.invite("K7QM-2XPD", "HT", "officer")
        await world.says("Hà", "/start K7QM-2XPD")
        await world.presses("Hà", "Đúng, tham gia")
        yield world


def text(heard: list[tuple[str, Shown]]) -> str:
    return "\n".join(shown.text for _, shown in heard)


def buttons(heard: list[tuple[str, Shown]]) -> list[str]:
    return [choice.label for _, shown in heard for row in shown.reply.choices for choice in row]


async def test_a_long_list_has_pages(world: World) -> None:
    first = await world.says("Hà", "/tyle")
    assert len([line for line in text(first).splitlines() if line.startswith("•")]) == 12
    second = await world.presses("Hà", "Tiếp ▶")
    assert len([line for line in text(second).splitlines() if line.startswith("•")]) == 7
    assert "Tiếp ▶" not in buttons(second)


async def test_forms_are_called_by_their_titles_where_there_are_several_due(world: World) -> None:
    assert "Theo biểu mẫu" not in buttons(await world.says("Hà", "/tyle"))
    await world.time_is(datetime(2020, 11, 10, 9, 0, tzinfo=ZONE))
    await world.says("Hà", "/tyle")
    lines = text(await world.presses("Hà", "Theo biểu mẫu")).splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("•")] == [
        "• Đăng ký mô hình", "• Kết quả Dân vận khéo"
    ]  # fmt: skip


async def test_of_two_campaigns_the_one_that_has_begun_comes_first_and_the_other_is_a_button(world: World) -> None:
    pack = world.file.parent / "second"
    pack.mkdir()
    form = (PACKS / "ranked" / "homes.md").read_text(encoding="utf-8")
    (pack / "homes.md").write_text(form.replace("| unit | TN |", "| unit | HT |"), encoding="utf-8")
    await world.load(pack)
    told = await world.says("Hà", "/tyle")
    assert "Tỷ lệ báo cáo: Dân vận khéo" in text(told)
    nothing_yet = await world.presses("Hà", "Mái ấm biên cương")
    assert "Mái ấm biên cương chưa có báo cáo nào đến hạn" in text(nothing_yet)
    ranked = await world.says("Hà", "/xeploai")
    assert "Xếp loại: Dân vận khéo" in text(ranked)
    assert "chưa có báo cáo nào đến hạn" in text(await world.presses("Hà", "Mái ấm biên cương"))


async def test_a_reporter_sees_the_own_place_and_no_other(world: World) -> None:
    await world.invite("K7QM-3XPD", "HT-VQ", "reporter")
    await world.says("Vân", "/start K7QM-3XPD")
    await world.presses("Vân", "Đúng, tham gia")
    assert "Huyện đoàn Vũ Quang: hạng 1/19" in text(await world.says("Vân", "/xeploai"))
    ids = {code: number for number, code in await world.query("select id, code from unit")}
    other = next(number for code, number in ids.items() if code.startswith("HT-") and code != "HT-VQ")
    for action in (f"rank/1/of/{other}", f"rank/1/{ids['HT']}/0", f"rank/1/{ids['HT-VQ']}/0", "rank/1/xlsx"):
        assert "không thuộc" in text(await world.happens("Vân", action=action)), action
    for action in (f"rate/1/{ids['HT-VQ']}/unit/0", "rate/1"):
        assert "không dành cho đồng chí" in text(await world.happens("Vân", action=action)), action
