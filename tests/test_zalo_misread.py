"""Where choices are typed: what was misread there once, and what may not be taken for something that was not meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from markupsafe import Markup

from handlers.events import Choice, Priority, Reply
from tests.bot.kit import at
from tests.support.story import world_after
from tests.support.world import World


async def _loaded(world: World) -> None:
    await world.load()
    await world.joins("Lan", "K7QM-2XPD", "TN-BC", "reporter")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_loaded, tmp_path, at("2022-12-15 20:00")) as world:
        world.without_buttons()
        yield world


async def told(world: World, *lines: str) -> str:
    """Lan says these lines. Returns what she hears to the last one."""
    for line in lines:
        said = await world.says("Lan", line.replace("⏎", "\n"))
    return "\n".join([said[0][1].text, *said[0][1].labels]) if said else ""


async def reminded(world: World) -> None:
    """A message of the clock's stands below all else."""
    query = "SELECT e.id FROM expected_report e JOIN unit u ON u.id = e.unit_id WHERE u.code = 'TN-BC' ORDER BY e.id"
    owed, *_ = (row[0] for row in await world.query(query))
    choices = (Choice("📝 Trả lời từng câu", f"start/{owed}"), Choice("Không phát sinh", f"nothing/{owed}"))
    async with world.unit_of_work() as uow:
        reminder = Reply(Markup("⏰ Nhắc báo cáo"), (choices,))
        uow.send("test", "Lan", reminder.to_json(), priority=Priority.REPLY)
    await world.send()


async def sent(world: World) -> int:
    return len(await world.query("SELECT id FROM report"))


@pytest.mark.parametrize("line", ["không", "2"])
async def test_nothing_to_report_is_sent_by_its_whole_words_only(world: World, line: str) -> None:
    await reminded(world)
    assert "không phát sinh" in await told(world, line)
    assert await sent(world) == 0
    assert "em sẽ nhắc" in await told(world, "không")
    await reminded(world)
    assert "Mã báo cáo" in await told(world, line, "1")
    assert await sent(world) == 1


async def test_whole_words_are_not_asked_about(world: World) -> None:
    await reminded(world)
    assert "Mã báo cáo" in await told(world, "KHÔNG PHÁT SINH")


async def test_a_number_at_a_question_is_not_the_reminders_that_came_after_it(world: World) -> None:
    await told(world, "báo cáo", "từng câu")
    await reminded(world)
    assert await told(world, "2") == "Số 2 là chọn mục nào ạ?\nLàm nhà, sửa nhà\nKhông phát sinh"
    assert "Loại nhà nào?" in await told(world, "1")
    assert await sent(world) == 0


async def test_a_number_that_only_the_question_has_is_its_answer(world: World) -> None:
    await told(world, "báo cáo", "từng câu")
    await reminded(world)
    assert "suất quà" in await told(world, "3")


async def test_a_line_that_is_not_understood_leaves_the_choices_standing(world: World) -> None:
    await told(world, "báo cáo")
    assert "chưa hiểu" in await told(world, "ơ kìa")
    assert "hoạt động nào" in await told(world, "1")


async def test_several_topics_of_a_group_by_several_numbers(world: World) -> None:
    await world.joins("Bình", "M3NA-7RTC", "TN-BC", "officer")
    await world.says("-100", "/lienket", sender="Bình")
    await world.says("Bình", "1")
    ((_, shown),) = await world.says("Bình", "1, 2, 4")
    assert [label[0] for label in shown.labels[:5]] == ["☐", "☑", "☑", "☑", "☐"]
    assert "Nhóm (chưa có tên, số 1) sẽ liên kết" in shown.text


LIST = ("báo cáo", "từng câu", "1")
"""What leads to five questions at once: meetings, people, leaflets, articles, groups."""


async def test_fewer_values_than_questions_find_theirs_by_their_units(world: World) -> None:
    asked = await told(world, *LIST)
    assert [line.partition(". ")[0] for line in asked.splitlines()[1:7]] == ["1", "2", "3", "4", "5", "6"]
    # Two of them count in "lượt người": whose the 120 are is not known.
    assert await told(world, "3 nhóm, 2 buổi, 120 người") == f"Em chưa rõ số nào là của câu nào ạ.\n{asked}"
    heard = await told(world, "3 nhóm, hai buổi")
    assert heard.startswith("Em ghi 2 buổi; 3 nhóm.")
    # What was not spoken of and is needed is asked for, and nothing else.
    assert "1. Bao nhiêu lượt người được tuyên truyền? (lượt người)\n2. Tất cả có bao nhiêu lượt đoàn viên" in heard


async def test_units_go_before_the_order(world: World) -> None:
    await told(world, "báo cáo", "từng câu", "2", "nhà tình thương")
    heard = await told(world, "60 người, 0 căn, 2 căn")
    assert heard.startswith("Em ghi 0 căn; 2 căn; 60 lượt người.")


async def test_values_that_fit_no_one_question_have_the_list_said_again(world: World) -> None:
    asked = await told(world, *LIST)
    heard = await told(world, "400")
    assert heard == f"Em chưa rõ số nào là của câu nào ạ.\n{asked}"
    assert "Em ghi 400 tờ." in (await told(world, "400 tờ"))


async def test_numbered_lines_are_for_the_list_also_after_a_question_of_its_own(world: World) -> None:
    await told(world, *LIST)
    assert "Em cần một con số" in await told(world, "1. mấy buổi ⏎ 2. 120")
    assert "Em ghi 2 buổi; 130 lượt người; 5 tờ." in await told(world, "1. hai buổi ⏎ 2. 130 ⏎ 3. 5")


async def _reminder_at(world: World, moment: str) -> str:
    heard = [shown for chat, shown in await world.time_is(at(moment)) if chat == "Lan"]
    return "\n".join([heard[-1].text, *heard[-1].labels])


async def test_the_second_reminder_of_a_day_is_short(world: World) -> None:
    assert "Tờ rơi" in await _reminder_at(world, "2022-12-16 08:00")
    again = await _reminder_at(world, "2022-12-16 09:30")
    assert "trả lời một tin" in again
    assert "Tờ rơi" not in again
    assert "Trả lời từng câu" in again


async def test_a_reminder_of_a_report_that_is_begun_leads_on(world: World) -> None:
    await told(world, "báo cáo", "từng câu")
    reminder = await _reminder_at(world, "2022-12-16 08:00")
    assert "đang làm dở" in reminder
    assert reminder.splitlines()[-1] == "Làm tiếp"
    assert "hoạt động nào" in await told(world, "tiếp")
