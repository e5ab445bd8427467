"""The real app on Zalo (the emulator), with the people of Tây Ninh's plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import zalo as zalo_setup
from bot.app import App
from bot.channels.base import Pace
from bot.config import Settings
from tests.bot import site
from tests.days import town
from tests.days.town import Town, at, free_port
from tests.support.world import TurnedClock
from tests.zalo.emulator import ZaloEmulator
from tests.zalo.people import Person
from tests.zalo.site import PUBLIC, WEBHOOK


def settings(folder: Path, zalo: ZaloEmulator, *, webhook: bool = False) -> Settings:
    """Of a bot on this emulator, which reaches its files."""
    port = free_port()
    zalo.knows(PUBLIC, f"http://127.0.0.1:{port}")
    return site.settings(
        folder, zalo_token=zalo.token, zalo_api_base=zalo.base_url, zalo_photo_hosts="127.0.0.1", public_url=PUBLIC,
        web_port=port, take_at_once=0, **(WEBHOOK if webhook else {}),
    )  # fmt: skip


@asynccontextmanager
async def opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, webhook: bool = False
) -> AsyncIterator[tuple[Town, ZaloEmulator]]:
    """The bot at work at 11:00 on the day before the first deadline, with everybody's code made."""
    # How fast it sends has tests of its own.
    monkeypatch.setattr(zalo_setup, "PACE", Pace())
    clock = TurnedClock(at("15/12 11:00"))
    async with (
        ZaloEmulator(clock=lambda: clock.now().timestamp(), second=0.01) as zalo,
        town.opened(App(settings(folder, zalo, webhook=webhook), clock), clock, *town.INVITES) as time,
    ):
        yield time, zalo


async def joins(person: Person, code: str) -> None:
    """By the code alone: a link of Zalo's carries none."""
    assert "Đúng đơn vị" in await says(person, code)
    assert "Xong" in await says(person, "1")


async def says(person: Person, *lines: str) -> str:
    """Say each line; returns the last message heard."""
    heard = ""
    for line in lines:
        await person.says(line)
        heard = (await person.hears(10)).text
    return heard


FULL = """\
Tuyên truyền 3 buổi, 250 lượt người, phát 400 tờ rơi, đăng 5 tin bài, lập 2 nhóm Zalo.
Loại nhà: Nhà đại đoàn kết, Nhà tình thương
Xây mới 1 căn nhà, sửa chữa 2 căn nhà, trị giá nhà 180 triệu.
Tặng 40 suất quà, trị giá quà 20 triệu.
1 đợt khám, 150 lượt người được khám bệnh.
Hỗ trợ 60 em thiếu nhi, giá trị hỗ trợ thiếu nhi 30 triệu.
Làm 1,5 km đường nông thôn, nạo vét 2 km kênh mương, 1 tuyến đường sáng xanh sạch đẹp.
Chăm sóc 2 nghĩa trang.
120 lượt đoàn viên tham gia"""
"""A report of all that the form of Tây Ninh counts."""

FULL_LINES = 21
"""Answers that are read from it: 19 figures, the kinds of houses, the kinds of activities."""
