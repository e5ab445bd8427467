"""/mohinh in the chat: who sees which models, made-up buttons, and what becomes of a choice that is there no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.workshop import Workshop
from tests.reporting.documents import word
from tests.support.story import world_after
from tests.support.world import TRANSLATORS, ZONE, World

PACK = Path(__file__).parent / "conversations" / "packs" / "models"
PEOPLE = {"lan": ("BY-CC", "reporter"), "nga": ("BY-ND", "reporter"), "chi": ("BY-ND", "leader"),
          "hung": ("BY", "leader"), "minh": ("BY", "officer")}  # fmt: skip


async def _lan_has_registered(world: World) -> None:
    await world.load(PACK)
    for number, (who, (unit, role)) in enumerate(PEOPLE.items()):
        code = f"K7QM-2XP{'ABCDE'[number]}"
        await world.joins(who, code, unit, role)
    await world.presses("lan", "📝 Báo cáo ngay")
    for said in ("4", "Thắp sáng đường quê", "kinh tế", "Thôn Cọn 1", "Nguyễn Văn Mẫu", "1/5/2019"):
        await world.says("lan", said)
    await world.presses("lan", "Hết rồi, tiếp tục")
    await world.presses("lan", "✅ Gửi báo cáo")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan_has_registered, tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        yield world


async def seen(world: World, who: str, action: str = "") -> str:
    heard = await (world.happens(who, action=action) if action else world.says(who, "/mohinh"))
    return "\n".join(shown.text for chat, shown in heard if chat == who)


@pytest.mark.parametrize(
    ("who", "sees"), [("lan", True), ("nga", False), ("chi", False), ("hung", True), ("minh", True)]
)
async def test_a_unit_sees_its_own_and_a_leader_the_branch(world: World, who: str, sees: bool) -> None:
    assert ("Thắp sáng đường quê" in await seen(world, who)) is sees
    assert ("Thôn Cọn 1" in await seen(world, who, "mo/m/1.0/-.-.-.a/1")) is sees
    assert ("Thắp sáng đường quê" in await seen(world, who, "mo/l/1.0/-.-.2.a/0")) is sees


@pytest.mark.parametrize(
    "action",
    [
        "mo", "mo/l", "mo/l/1.0", "mo/l/1.0/-.-.-.a", "mo/l/1.0/-.-.a/0", "mo/l/1.0/-.-.-.x/0", "mo/l/1/-.-.-.a/0",
        "mo/l/9.0/-.-.-.a/0", "mo/l/1.7/-.-.-.a/0", "mo/l/1.0/x.-.-.a/0", "mo/l/1.0/-1.-.-.a/0",
        "mo/f/1.0/-.-.-.a/data/0",
        "mo/f/1.0/-.-.-.a/campaign/0", "mo/z/1.0/-.-.-.a", "mo/m/1.0/-.-.-.a/no",
    ],
)  # fmt: skip
async def test_a_button_that_is_made_up_is_nobodys(world: World, action: str) -> None:
    assert "Thắp sáng" not in await seen(world, "hung", action)
    assert await world.query("select traceback from failed_update") == []


async def test_a_filter_whose_value_is_gone_and_a_page_too_far_hold_nothing_back(world: World) -> None:
    for action in ("mo/l/1.0/9.9.-.a/0", "mo/l/1.0/-.-.-.a/99"):
        assert "Thắp sáng đường quê" in await seen(world, "hung", action)
    assert "Em không thấy mô hình này" in await seen(world, "hung", "mo/m/1.0/-.-.-.a/99")


async def test_the_files_are_those_of_the_person_and_only_of_a_register(world: World) -> None:
    workshop = Workshop(world.db, world.office.library, TRANSLATORS, world.clock)
    for who, sees in (("hung", True), ("nga", False)):
        await world.says(who, "/mohinh")
        ((_, shown),) = await world.happens(who, action="mo/docx/1.0/-.-.-.a")
        assert shown.reply.document is not None
        content, mime = await workshop.make(shown.reply.document.media_id)
        assert mime.endswith("wordprocessingml.document")
        assert any("Thắp sáng đường quê" in line for line in word(content)) is sees
    for reference in ("models/1/models/1/00/vi/pdf", "models/1/clubs/1/00/vi/xlsx", "models/9/models/1/00/vi/xlsx"):
        with pytest.raises(LookupError):
            await workshop.make(reference)


async def test_a_choice_that_was_corrected_away_meanwhile_is_asked_for_again(world: World) -> None:
    await world.time_is(world.clock.now() + timedelta(days=1, hours=7))
    await world.says("lan", "/baocao")
    await world.presses("lan", "📝 Báo cáo ngay")
    await world.presses("lan", "Thắp sáng đường quê")
    await world.presses("lan", "Đang duy trì")
    card = world.channel.chats["lan"][-1].action("✅ Gửi báo cáo")
    await world.happens("lan", action="void/1/sure")
    assert await world.query("select count(*) from entity") == [(0,)]
    ((_, shown),) = await world.happens("lan", action=card)
    assert "Rà soát mô hình nào?" in shown.text and "✅ Gửi báo cáo" not in shown.labels
    assert await world.query("select count(*) from report") == [(1,)]
    await world.totals_are_true()


async def test_a_key_of_another_unit_cannot_be_answered(world: World) -> None:
    """Buttons carry a place in the list that the unit is offered: there is none of others to name."""
    await world.time_is(world.clock.now() + timedelta(days=1, hours=7))
    await world.happens("nga", action="start/4")
    (key,) = (await world.query("select key from entity"))[0]
    for said in (key, "Thắp sáng đường quê", "1"):
        await world.says("nga", said)
        assert "Câu 1/2" in world.channel.chats["nga"][-1].text
    draft, question = world.channel.chats["nga"][-1].action("Huỷ").split("/")[1:3]
    await world.happens("nga", action=f"q/{draft}/{question}/c/0")
    assert await world.query("select traceback from failed_update") == []
    assert "Câu 1/2" in world.channel.chats["nga"][-1].text
