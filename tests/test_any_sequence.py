"""Whatever people do, in whatever order: nothing raises, and the totals are the sum of the current revisions."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.events import Document, Location, Membership, place_of
from tests.support.story import world_after
from tests.support.world import ZONE, World

START = datetime(2022, 12, 15, 11, 0, tzinfo=ZONE)
PEOPLE = {"Lan": ("K7QM-2XPD", "TN-BC", "reporter"), "Hoa": ("H2QA-9TCX", "TN-BC", "reporter"),
          "Minh": ("M3NH-4GDA", "TN-GD", "reporter"), "Hùng": ("HEAD-ER23", "TN", "leader")}  # fmt: skip
CHATS = [*PEOPLE, "stranger", "-group"]

WORDS = st.sampled_from(
    ["/baocao", "/tonghop", "/tinhtrang", "/lichsu", "/trogiup", "/huy", "/ngonngu", "/start", "/start K7QM-2XPD",
     "báo cáo", "huỷ", "Xong", "Bỏ qua", "không phát sinh", "3", "25 em",
     "khoảng 50", "1.200", "3,6 tỷ", "400", "600tr",
     "không biết", "ko", "1,5 km", "tuyên truyền", "1, 2", "hôm qua", "✅ Gửi báo cáo",
     "gửi báo cáo", "<b>&", "/lạ", "k7qm 2xpd"]
)  # fmt: skip
ACTIONS = st.sampled_from(
    ["q/1/0/t/0", "q/1/1/v/9", "q/1/99/skip", "q/1/2/c/7", "card/1/send", "card/1/edit/3", "rep/1/0/list", "rep/1/0/x",
     *(f"q/1/{place_of('/data/activities')}/{verb}" for verb in ("t/0", "t/99", "t/x", "p/7", "p/-1", "ok", "out")),
     "card/2/edit/99", "fix/1", "hist/1", "hist/x", "dig/1/2022-12-16", "dig/1/nonsense", "dig/9/today", "dig/1",
     "rv/report/1", "rv/top/1", "back/lines/1/0", "appr/one/1/1", "appr/sure", "ret/1/keep", "ret/1/v", "ret/1/edit",
     "join/yes/1", "join", "lang/xx", "lang/en", "lang/vi", "nothing/1", "start/1", "same/2", "resume/1",
     "drop/1", "keep/1",
     "cmd/tonghop", "cmd/x", "owed", "later", "", "/", "q", "ấ/1", "start/99999999999999999999"]
)  # fmt: skip


@settings(
    max_examples=12, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(st.data())
def test_any_sequence_of_updates(data: st.DataObject) -> None:
    asyncio.run(_live(data, steps=45))


async def _live(data: st.DataObject, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with world_after(_all_have_joined, Path(folder), START) as world:
            for _ in range(steps):
                await _something_happens(world, data.draw)
            assert await world.query("select traceback from failed_update") == []
            await world.totals_are_true()
            doubled = "select expected_id from report group by expected_id having count(*) > 1"
            assert await world.query(doubled) == []


async def _all_have_joined(world: World) -> None:
    await world.load()
    for name, (code, unit, role) in PEOPLE.items():
        await world.invite(code, unit, role, 5)
        await world.says(name, f"/start {code}")
        await world.presses(name, "Đúng, tham gia")


async def _something_happens(world: World, draw: Callable[..., object]) -> None:
    chat = str(draw(st.sampled_from(CHATS)))
    kind = draw(
        st.sampled_from(["button"] * 8 + ["word"] * 4 + ["action", "text", "photo", "sent", "time", "again", "other"])
    )
    if kind == "button":
        await _press_something(world, chat, draw)
    elif kind == "word":
        await world.says(chat, str(draw(WORDS)))
    elif kind == "text":
        await world.says(chat, str(draw(st.text(min_size=1, max_size=40))))
    elif kind == "action":
        await world.happens(chat, action=str(draw(ACTIONS)))
    elif kind == "photo":
        await world.sends_photo(chat, draw(st.sampled_from(["p/test", None])))
    elif kind == "sent":
        place, file = Location(10.77, 106.7, 5), Document(draw(st.sampled_from(["u/1", None])), "a.ogg", "audio")
        await world.happens(chat, **draw(st.sampled_from([{"location": place}, {"document": file}])))
    elif kind == "again":
        await world.happens(chat, text="3", key="the same update")
    elif kind == "other":
        await world.happens(chat, membership=draw(st.sampled_from([None, *Membership])))
    else:
        await world.time_is(world.clock.now() + timedelta(minutes=draw(st.sampled_from([1, 40, 300, 1500]))))


async def _press_something(world: World, chat: str, draw: Callable[..., object]) -> None:
    """A button of one of the last messages: the newest one more often than a stale one."""
    shown = [message for message in world.channel.chats[chat] if message.labels]
    if not shown:
        return
    back = int(draw(st.sampled_from([1, 1, 1, 1, 2, 4, 9])))
    message = shown[max(0, len(shown) - back)]
    label = str(draw(st.sampled_from(message.labels)))
    await world.happens(chat, action=message.action(label), message_id=message.id)
