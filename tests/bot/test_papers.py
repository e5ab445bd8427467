"""The Word file from the chat: who is offered it, whose numbers it has, and what a broken layout of the office does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update

from bot.media.contents import place_of
from bot.media.folder import FolderContents
from bot.workshop import Workshop
from reporting.documents.layouts import to_settings
from storage.tables import Campaign
from storage.uow import table
from tests.campaigns.story import Story, has, told
from tests.reporting.documents import layout, word


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    async with told("tay-ninh-2022", tmp_path, "2022-12-15 11:00") as begun:
        for name, unit, role in (
            ("Lan", "TN-BC", "reporter"), ("Sáu", "TN-BC", "leader"), ("Bảy", "TN-GD", "leader"),
            ("Hùng", "TN", "leader"), ("Chín", "TN", "officer"),
        ):  # fmt: skip
            await begun.joins(name, unit, role)
        await begun.time_is("2022-12-16 08:00")
        await begun.sends("Lan", "hỗ trợ 30 em thiếu nhi, 20 lượt đoàn viên tham gia")
        yield begun


async def file_of(story: Story, name: str, folder: Path) -> list[str]:
    world = story.world
    workshop = Workshop(
        world.db, world.office.library, world.office.translators, world.clock, contents=FolderContents(folder)
    )
    data, _ = await workshop.make(story.document(name).media_id)
    return word(data)


@pytest.mark.parametrize(
    ("name", "issuer"), [("Hùng", "TỈNH TÂY NINH"), ("Chín", "TỈNH TÂY NINH"), ("Sáu", "HUYỆN BẾN CẦU")]
)
async def test_leaders_and_the_office_take_that_of_their_branch(
    story: Story, name: str, issuer: str, tmp_path: Path
) -> None:
    has(await story.does(name, "/tonghop", "[Tải Word]"), "dự thảo")
    assert story.document(name).name == "tay-ninh-2022-20221216-0800.docx"
    lines = await file_of(story, name, tmp_path)
    assert lines[1].startswith(f"BCH ĐOÀN {issuer} ***")
    assert [line.split(" | ")[4] for line in lines if " | Thiếu nhi được hỗ trợ | " in line] == ["30"]


async def test_a_reporter_is_not_offered_it_and_does_not_get_it(story: Story) -> None:
    await story.does("Lan", "/tonghop")
    assert "Tải Word" not in story.last("Lan").labels
    await story.does("Hùng", "/tonghop")
    await story.world.happens("Lan", action=story.last("Hùng").action("Tải Word"))
    has(story.last("Lan").text, "Mục này không dành cho đồng chí")


async def test_nobody_takes_that_of_another_branch(story: Story) -> None:
    """The number of a digest in a button can be made up."""
    await story.does("Hùng", "/tonghop")
    action = story.last("Hùng").action("Tải Word")
    for stolen in (action, action.rpartition("/")[0] + "/1", action.rpartition("/")[0] + "/999", "word/9/1", "word/x"):
        await story.world.happens("Bảy", action=stolen)
        assert not any(shown.reply.document for shown in story.world.channel.chats["Bảy"]), stolen
    assert await story.world.query("select traceback from failed_update") == []


async def test_one_above_may_take_that_of_a_branch(story: Story, tmp_path: Path) -> None:
    await story.does("Sáu", "/tonghop")
    await story.world.happens("Hùng", action=story.last("Sáu").action("Tải Word"))
    assert (await file_of(story, "Hùng", tmp_path))[1].startswith("BCH ĐOÀN HUYỆN BẾN CẦU")


async def test_the_pushed_digest_has_it_too(story: Story, tmp_path: Path) -> None:
    await story.time_is("2022-12-16 10:15")
    await story.does("Hùng", "[Tải Word]")
    has("\n".join(await file_of(story, "Hùng", tmp_path)), "Đến 10:15 ngày 16/12/2022 có 1/13 đơn vị đã báo cáo")


async def test_that_of_a_week_and_of_the_whole(story: Story, tmp_path: Path) -> None:
    """Two days of the week are over: 13 units each; the report of the 17th is not asked for yet."""
    await story.time_is("2022-12-17 10:15")
    for view, scope in (("Tuần này", "Tuần 50 (12/12 – 18/12)"), ("Cả đợt", "Cả đợt")):
        await story.does("Hùng", "/tonghop", f"[{view}]", "[Tải Word]")
        lines = await file_of(story, "Hùng", tmp_path)
        assert scope in lines
        has("\n".join(lines), "Đến 10:15 ngày 17/12/2022 đã nhận 1/26 lượt báo cáo (4 %)")
        has("\n".join(lines), "Huyện đoàn Bến Cầu: thiếu 1/2 báo cáo", "Huyện đoàn Gò Dầu: thiếu 2/2 báo cáo")


async def given_a_layout(story: Story, folder: Path, content: bytes) -> None:
    file = place_of(folder, sha256(content).hexdigest())
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    async with story.world.unit_of_work() as uow:
        await uow.run(update(table(Campaign)).values(settings=to_settings(content)))


async def test_the_offices_own_layout(story: Story, tmp_path: Path) -> None:
    await given_a_layout(story, tmp_path / "media", layout("Báo cáo nhanh của {{ unit }}"))
    await story.does("Hùng", "/tonghop", "[Tải Word]")
    assert await file_of(story, "Hùng", tmp_path / "media") == ["Báo cáo nhanh của Tỉnh đoàn Tây Ninh"]


async def test_one_that_broke_since_gives_way_to_the_houses_and_is_told(story: Story, tmp_path: Path) -> None:
    await given_a_layout(story, tmp_path / "media", layout("{{ isuer }}"))
    await story.does("Hùng", "/tonghop", "[Tải Word]")
    with structlog.testing.capture_logs() as logs:
        lines = await file_of(story, "Hùng", tmp_path / "media")
    assert lines[0] == "DỰ THẢO"
    assert [line["problem"] for line in logs] == ["bao-cao.docx: 'isuer' is undefined"]
