"""The leaders' page as a Mini App of Telegram: whoever opens it is who Telegram says, and nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import update

from bot.rates import LIMITS
from bot.web.miniapp import LIMIT, BadInitData, person_in
from storage.tables import Account
from storage.uow import table
from tests.bot.board_site import TOKEN, BoardSite, board_of, init_data
from tests.bot.board_story import PACK, UNITS, told_of
from tests.bot.kit import at

NOW = at("2022-12-16 10:15")
HUNG, LAN, STRANGER = 4211, 4212, 4213


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[BoardSite]:
    """Hùng leads, Lan reports; both are on Telegram, too."""
    async with told_of(tmp_path, PACK, UNITS) as story:
        await story.joins("Lan", "BC")
        await story.joins("Hùng", "TN", "leader")
        await story.time_is("2022-12-16 10:15")
        async with board_of(story.world) as site:
            await site.on_telegram("Hùng", HUNG)
            await site.on_telegram("Lan", LAN)
            yield site


# --- what Telegram has signed ----------------------------------------------------------------------


def test_who_it_is() -> None:
    assert person_in(init_data(HUNG, NOW), TOKEN, NOW) == str(HUNG)
    assert person_in(init_data(HUNG, NOW, start_param="bang"), TOKEN, NOW + timedelta(hours=23)) == str(HUNG)


def test_another_reading_of_the_rules_agrees() -> None:
    """What we sign in the tests is what aiogram takes, too."""
    # Seconds of work for each process that collects this file, and one test needs it.
    from aiogram.utils.web_app import safe_parse_webapp_init_data

    data = init_data(HUNG, NOW)
    parsed = safe_parse_webapp_init_data(TOKEN, data)
    assert parsed.user is not None
    assert str(parsed.user.id) == person_in(data, TOKEN, NOW)


def changed(data: str, **to: str) -> str:
    return urlencode({**dict(parse_qsl(data)), **to})


FINE = init_data(HUNG, NOW)
BAD = {
    "nothing": "",
    "no query": "hello",
    "another's token": init_data(HUNG, NOW, token="1:other"),
    "another person": changed(FINE, user=json.dumps({"id": LAN})),
    "another time": changed(FINE, auth_date="1"),
    "one field more": changed(FINE, start_param="x"),
    "no hash": "&".join(part for part in FINE.split("&") if not part.startswith("hash=")),
    "an empty hash": changed(FINE, hash=""),
    "a hash that is no ASCII": changed(FINE, hash="é" * 64),
    "a field twice": f"{FINE}&user=%7B%22id%22%3A1%7D",
    "too old": init_data(HUNG, NOW - timedelta(days=1, seconds=1)),
    "of the future": init_data(HUNG, NOW + timedelta(minutes=6)),
    "no time": init_data(HUNG, NOW, auth_date=""),
    "a time that is none": init_data(HUNG, NOW, auth_date="-5"),
    "a time beyond all times": init_data(HUNG, NOW, auth_date="9" * 40),
    "no person": init_data(HUNG, NOW, user="{}"),
    "a person that is none": init_data(HUNG, NOW, user='{"id": true}'),
    "words for a person": init_data(HUNG, NOW, user="Hùng"),
    "a list for a person": init_data(HUNG, NOW, user="[1]"),
    "no bytes of text": "hash=%ff&user=%fe",
    "too many fields": "&".join(f"a{n}=1" for n in range(100)),
    "too long": f"{FINE}&a=" + "x" * LIMIT,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_nothing_else_is_taken(data: str) -> None:
    with pytest.raises(BadInitData):
        person_in(data, TOKEN, NOW)


# --- over the web ----------------------------------------------------------------------------------


async def let_in(site: BoardSite, number: int = HUNG, when: datetime = NOW) -> dict[str, str]:
    """The cookies that somebody gets."""
    answer = await site.posts(init_data(number, when))
    assert json.loads(answer.body) == {"go": "/bang"}
    (cookie,) = answer.headers.getall("Set-Cookie")
    assert cookie.startswith("danvan_bang=")
    for word in ("HttpOnly", "Path=/bang", "SameSite=Lax", "Max-Age=43200"):
        assert word in cookie
    return {"danvan_bang": cookie.partition("=")[2].partition(";")[0]}


async def test_a_leader_comes_in_for_half_a_day(site: BoardSite) -> None:
    cookies = await let_in(site)
    page = await site.get("/bang", cookies)
    assert (page.status, "Tỉnh đoàn Tây Ninh" in page.text) == (200, True)
    site.world.clock.turn_to(NOW + timedelta(hours=12, seconds=1))
    assert (await site.get("/bang", cookies)).status == 403


async def test_who_is_cut_off_is_out_at_once(site: BoardSite) -> None:
    cookies, t = await let_in(site), table(Account)
    async with site.world.unit_of_work() as uow:
        await uow.run(update(t).where(t.c.address == str(HUNG)).values(cut_at=uow.now))
    assert (await site.get("/bang", cookies)).status == 403


@pytest.mark.parametrize(
    ("number", "words"), [(LAN, "dành cho lãnh đạo"), (STRANGER, "gõ mã để tham gia")]
)  # fmt: skip
async def test_others_are_told_where_to_go(site: BoardSite, number: int, words: str) -> None:
    answer = await site.posts(init_data(number, NOW))
    assert answer.status == 403
    assert words in json.loads(answer.body)["error"]
    assert "Set-Cookie" not in answer.headers


async def test_what_is_forged_old_or_too_long_opens_nothing(site: BoardSite) -> None:
    for data in ("", BAD["another's token"], BAD["too old"], BAD["too long"], b"\xff\xfe"):
        answer = await site.posts(data)
        assert (answer.status, "đóng lại" in json.loads(answer.body)["error"]) == (403, True)
        assert "Set-Cookie" not in answer.headers


async def test_only_our_own_page_may_hand_it_over(site: BoardSite) -> None:
    for origin in ("https://evil.example", "null"):
        assert (await site.posts(FINE, origin=origin)).status == 403


async def test_guessing_is_slowed_down(site: BoardSite) -> None:
    holds = int(LIMITS["enter/ip"].holds)
    statuses = [(await site.posts("hash=0")).status for _ in range(holds + 1)]
    assert (set(statuses[:-1]), statuses[-1]) == ({403}, 429)


async def test_without_a_bot_on_telegram_there_is_no_mini_app(site: BoardSite) -> None:
    async with board_of(site.world, token="") as other:
        assert (await other.get("/bang/telegram", {})).status == 404
        assert (await other.posts(FINE)).status == 404
        # Nor does a cookie of the page say who came from there.
        assert (await other.get("/bang", {"danvan_bang": "x"})).status == 403
