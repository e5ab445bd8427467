"""What is said right after a report went out, and a code within a sentence: nothing is lost, nothing done unasked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.interview.amending import _CUE
from tests.bot.kit import at
from tests.support.story import world_after
from tests.support.world import World

REPORT = "Hỗ trợ 20 em thiếu nhi, giá trị hỗ trợ thiếu nhi 5 triệu. 35 lượt đoàn viên tham gia"
START = at("2022-12-16 08:00")


async def _sent(world: World) -> None:
    await world.load()
    await world.joins("Lan", "K7QM-2XPD", "TN-BC", "reporter")
    await world.says("Lan", REPORT)
    await world.presses("Lan", "✅ Gửi báo cáo")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_sent, tmp_path, START) as world:
        assert await children(world) == 20
        yield world


async def children(world: World) -> object:
    """What the province has in all."""
    ((value,),) = await world.query(
        "SELECT amount / 1000 FROM total t JOIN unit u ON u.id = t.unit_id "
        "WHERE u.code = 'TN' AND t.indicator = 'children_supported'"
    )
    return value


async def heard(world: World, line: str, who: str = "Lan") -> tuple[str, list[str]]:
    ((_, shown),) = await world.says(who, line)
    return shown.text, list(shown.labels)


@pytest.mark.parametrize("line", ["à còn thiếu 5 em thiếu nhi", "Em quên, thêm 5 em thiếu nhi nữa"])
async def test_more_of_it_is_offered_as_a_correction(world: World, line: str) -> None:
    text, labels = await heard(world, line)
    assert "TN-000001" in text
    assert "Thiếu nhi được hỗ trợ: 20 em" in text
    assert labels == ["Sửa thành: 5 em", "Cộng thêm thành: 25 em"]
    ((_, card),) = await world.presses("Lan", "Cộng thêm thành: 25 em")
    assert "Đang sửa báo cáo TN-000001" in card.text
    assert await children(world) == 20, "nothing is sent by that"
    await world.presses("Lan", "✅ Gửi báo cáo")
    assert await children(world) == 25
    await world.totals_are_true()


async def test_another_number_in_its_place(world: World) -> None:
    await heard(world, "nhầm, 12 em thiếu nhi")
    await world.presses("Lan", "Sửa thành: 12 em")
    await world.presses("Lan", "✅ Gửi báo cáo")
    assert await children(world) == 12


async def test_the_same_once_more_was_received_already(world: World) -> None:
    text, labels = await heard(world, REPORT)
    assert "Không gửi thêm lần nữa" in text
    assert labels == ["✏️ Sửa báo cáo này"]
    await heard(world, "20 em thiếu nhi, 36 lượt đoàn viên")
    assert "Sửa thành: 20 em, 36 lượt người" in world.channel.chats["Lan"][-1].labels


@pytest.mark.parametrize("line", ["Hỗ trợ 20 em thiếu nhi", "sửa 2 căn nhà tình thương"])
def test_words_of_a_report_do_not_add_to_one(line: str) -> None:
    assert _CUE.search(line) is None


async def test_what_has_no_number_leads_to_the_correction(world: World) -> None:
    text, labels = await heard(world, "à em quên gửi ảnh")
    assert "TN-000001" in text
    assert labels == ["✏️ Sửa báo cáo này"]


async def test_other_talk_is_not_about_it(world: World) -> None:
    text, _ = await heard(world, "hôm nay trời đẹp quá")
    assert "TN-000001" not in text


async def test_when_another_is_owed_it_can_be_for_that(tmp_path: Path) -> None:
    async with world_after(_sent, tmp_path, at("2022-12-16 09:40")) as world:
        await world.time_is(at("2022-12-16 10:05"))
        _, labels = await heard(world, "thêm 5 em thiếu nhi")
        assert labels[-1] == "Là của Báo cáo ngày 17/12"
        await world.presses("Lan", labels[-1])
        ((answers,),) = await world.query("SELECT state FROM draft")
        assert '"/data/children/children_supported":5' in str(answers)
        assert await children(world) == 20


async def test_after_an_hour_it_is_not_about_that_any_more(world: World) -> None:
    world.clock.turn_to(at("2022-12-16 09:01"))
    text, _ = await heard(world, "à còn thiếu 5 em thiếu nhi")
    assert "TN-000001" not in text


# --- a code ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["mã của em là W4RM-CDE7", "Em chào anh, W4RM-CDE7 ạ", "em nhận mã w4rm cde7."])
async def test_a_strangers_code_within_a_sentence_is_asked_about(world: World, line: str) -> None:
    await world.invite("W4RM-CDE7", "TN-GD", "reporter")
    text, labels = await heard(world, line, "Minh")
    assert "Huyện đoàn Gò Dầu" in text
    assert labels == ["Đúng, tham gia", "Không phải"]


async def test_somebody_who_has_joined_is_asked_too_if_there_is_such_a_code(world: World) -> None:
    await world.invite("W4RM-CDE7", "TN-GD", "reporter")
    text, _ = await heard(world, "mã nữa của em là W4RM-CDE7")
    assert "Huyện đoàn Gò Dầu" in text
    text, _ = await heard(world, "cái máy W4RM-CDE8 hỏng rồi")
    assert "mã" not in text


@pytest.mark.parametrize("line", ["nhan-than tốt ạ", "cho em hỏi", "năm 2022 - 2023"])
async def test_other_words_are_no_code(world: World, line: str) -> None:
    await heard(world, line, "Minh")
    assert await world.query("SELECT count(*) FROM conversation WHERE CAST(state AS text) LIKE '%tries%'") == [(0,)]
