"""This bot beside a bare aiogram bot: `make bench`, short, with a wide ceiling, so that neither the bench nor the speed
rots unseen."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.chat import bots
from bench.chat.__main__ import measure, prepare
from bench.chat.people import Walked
from bench.chat.wire import markup_in

CEILING = 0.9
"""Of this bot's CPU time for an update by the other's."""


@pytest.mark.soak
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="each has a core of its own")
async def test_it_takes_less_than_a_bare_bot(tmp_path: Path) -> None:
    prepare(tmp_path, 1000)
    theirs = await measure("aiogram", tmp_path / "aiogram", 500, 0)
    ours = await measure(bots.OURS, tmp_path / "ours", 500, 0)
    assert ours.answers == 100
    assert ours.memory <= 160
    assert ours.cpu <= CEILING * theirs.cpu


def test_the_bench_can_start_all_its_bots() -> None:
    assert all(find_spec(module[0]) for module in bots.MODULES.values())


def test_buttons_are_found_however_they_were_sent() -> None:
    buttons = {"inline_keyboard": [[{"text": "Gửi", "callback_data": "send"}]]}
    form = b"chat_id=7&reply_markup=%7B%22inline_keyboard%22%3A+%5B%5B%7B%22text%22%3A+%22G%E1%BB%ADi%22%2C+"
    form += b"%22callback_data%22%3A+%22send%22%7D%5D%5D%7D&text=x"
    body = '{"chat_id": 7, "reply_markup": {"inline_keyboard": [[{"text": "Gửi", "callback_data": "send"}]]}}'
    assert markup_in(form) == markup_in(body.encode()) == buttons


def test_percentiles() -> None:
    walked = Walked(2, [number / 1000 for number in range(100)])
    assert (walked.rate, walked.percentile(50), walked.percentile(99)) == (50, 50, 99)
