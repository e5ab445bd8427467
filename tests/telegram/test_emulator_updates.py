"""getUpdates: what is confirmed, what is kept, who may ask."""

import asyncio

import pytest

from tests.telegram.conftest import HandClock
from tests.telegram.people import Person
from tests.telegram.raw import Raw


@pytest.fixture
async def numbered(alice: Person, bot: Raw) -> list[int]:
    """The numbers of five waiting updates, each a message "1" … "5"."""
    [start] = await bot.ok("getUpdates")
    for text in "12345":
        await alice.says(text)
    updates = await bot.ok("getUpdates", offset=start["update_id"] + 1)
    assert [update["message"]["text"] for update in updates] == [*"12345"]
    return [update["update_id"] for update in updates]


async def test_numbers_follow_each_other(numbered: list[int]) -> None:
    assert numbered == [*range(numbered[0], numbered[0] + 5)]


async def test_without_an_offset_nothing_is_confirmed(bot: Raw, numbered: list[int]) -> None:
    for _ in range(2):
        assert len(await bot.ok("getUpdates")) == 5


async def test_an_offset_confirms_all_below_it_for_ever(bot: Raw, numbered: list[int]) -> None:
    left = await bot.ok("getUpdates", offset=numbered[3])
    assert [update["update_id"] for update in left] == numbered[3:]
    assert len(await bot.ok("getUpdates", offset=0)) == 2


async def test_a_negative_offset_keeps_the_last_and_forgets_the_rest(bot: Raw, numbered: list[int]) -> None:
    left = await bot.ok("getUpdates", offset=-2)
    assert [update["update_id"] for update in left] == numbered[-2:]
    assert len(await bot.ok("getUpdates")) == 2


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (3, 3), (0, 1), (-5, 1), (100, 5), (1000, 5)])
async def test_the_limit_is_moved_into_its_bounds(bot: Raw, numbered: list[int], limit: int, count: int) -> None:
    assert len(await bot.ok("getUpdates", limit=limit)) == count


async def test_a_hundred_at_most(bot: Raw, alice: Person) -> None:
    for number in range(120):
        await alice.says(str(number))
    assert len(await bot.ok("getUpdates", limit=500)) == 100


async def test_a_long_poll_answers_when_something_happens(bot: Raw, alice: Person) -> None:
    [start] = await bot.ok("getUpdates")
    poll = asyncio.create_task(bot.ok("getUpdates", offset=start["update_id"] + 1, timeout=50))
    await bot.emulator.polled()
    await alice.says("xin chào")
    [update] = await poll
    assert update["message"]["text"] == "xin chào"
    assert update["message"]["from"] == {
        "id": alice.id,
        "is_bot": False,
        "first_name": "Nguyễn Văn An",
        "username": "an_emulated",
        "language_code": "vi",
    }


async def test_a_long_poll_with_no_news_ends_empty(bot: Raw) -> None:
    assert await bot.ok("getUpdates", timeout=1) == []


async def test_a_second_poll_ends_the_first_with_a_conflict(bot: Raw, alice: Person) -> None:
    [start] = await bot.ok("getUpdates")
    ask = {"offset": start["update_id"] + 1, "timeout": 50}
    first = asyncio.create_task(bot.call("getUpdates", **ask))
    await bot.emulator.polled()
    second = asyncio.create_task(bot.ok("getUpdates", **ask))
    status, body = await first
    assert (status, body["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await alice.says("hai")
    assert [update["message"]["text"] for update in await second] == ["hai"]


async def test_polling_conflicts_with_a_webhook(bot: Raw) -> None:
    await bot.ok("setWebhook", url="https://bot.example.org/hook")
    assert await bot.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await bot.ok("deleteWebhook")
    assert await bot.ok("getUpdates") == []


async def test_setting_a_webhook_ends_a_poll_that_waits(bot: Raw, alice: Person) -> None:
    [start] = await bot.ok("getUpdates")
    poll = asyncio.create_task(bot.call("getUpdates", offset=start["update_id"] + 1, timeout=50))
    await bot.emulator.polled()
    await bot.ok("setWebhook", url="https://bot.example.org/hook")
    status, body = await poll
    assert (status, body["description"]) == (409, "Conflict: terminated by setWebhook request")


async def test_only_the_wanted_kinds_are_kept(bot: Raw, alice: Person) -> None:
    await bot.ok("getUpdates", offset=-1, allowed_updates=["my_chat_member"])
    await alice.says("không ai nghe")
    alice.blocks()
    kinds = [{*update} for update in await bot.ok("getUpdates")]
    assert kinds == [{"update_id", "message"}, {"update_id", "my_chat_member"}]  # the first came before the list
    alice.unblocks()
    await bot.ok("getUpdates", offset=-1, allowed_updates=[])
    await alice.says("có người nghe")
    assert "message" in (await bot.ok("getUpdates"))[-1]


async def test_without_a_list_the_former_one_stays(bot: Raw, alice: Person) -> None:
    await bot.ok("getUpdates", allowed_updates=["callback_query"])
    for allowed in ({}, {"allowed_updates": "no json"}):
        await bot.ok("getUpdates", **allowed)
        await alice.says("không ai nghe")
    assert len(await bot.ok("getUpdates")) == 1


async def test_updates_are_kept_a_day_and_presses_two_minutes(bot: Raw, alice: Person, clock: HandClock) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Gửi", "callback_data": "send"}]]}
    await bot.ok("sendMessage", chat_id=alice.id, text="Gửi chứ?", reply_markup=keyboard)
    await alice.presses("Gửi")
    assert len(await bot.ok("getUpdates")) == 2
    clock.goes_on(151)
    assert len(await bot.ok("getUpdates")) == 1
    clock.goes_on(86_400)
    assert await bot.ok("getUpdates") == []


async def test_an_update_is_as_things_were_when_it_happened(bot: Raw, alice: Person) -> None:
    await alice.says("một")
    await alice.corrects("hai")
    said, corrected = (await bot.ok("getUpdates"))[1:]
    assert (said["message"]["text"], corrected["edited_message"]["text"]) == ("một", "hai")
    assert "edit_date" in corrected["edited_message"]
