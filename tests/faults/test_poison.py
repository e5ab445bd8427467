"""What always fails stops nobody: an update whose handler raises, and a message that nobody can send."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from handlers import routing
from handlers.context import Context
from handlers.events import Incoming, Reply
from tests.faults.kit import Place, opened, texts, until

pytestmark = pytest.mark.sqlite("a bot on an SQLite file; faults of a PostgreSQL: test_postgres.py")

HELP, ANSWER, APOLOGY, POISON = "/trogiup", "/baocao", "E-", "thuốc độc"


@pytest.fixture(params=["polling", "webhook"])
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    """A bot one of whose handlers has a fault."""
    handle = routing.handle

    async def faulty(ctx: Context, incoming: Incoming) -> list[Reply]:
        if incoming.text == POISON:
            raise RuntimeError(f"cannot take {POISON} and \ud83d")
        return await handle(ctx, incoming)

    monkeypatch.setattr(routing, "handle", faulty)
    async with opened(tmp_path, monkeypatch, webhook=request.param == "webhook") as running:
        yield running


def counted(place: Place, words: str) -> list[int]:
    return [sum(words in text for text in texts(person)) for person in place.people]


async def test_a_handler_that_always_raises(place: Place) -> None:
    """Its person gets a code and goes on, the others notice nothing, and coming again it is not done again."""
    victim, *others = place.people
    for _ in range(3):
        await victim.says(POISON)
    await victim.says(HELP)
    for person in others:
        await person.says(HELP)
    await until(lambda: counted(place, ANSWER) == [1, 1, 1] and counted(place, APOLOGY)[0] == 3)
    await victim.says(POISON)
    await until(lambda: counted(place, APOLOGY)[0] == 4)
    for _ in range(3):
        await victim.repeats_last_update()
    await victim.says(HELP)
    await until(lambda: counted(place, ANSWER)[0] == 2)
    await place.quiet()
    assert (counted(place, APOLOGY), counted(place, ANSWER)) == ([4, 0, 0], [2, 1, 1])
    assert place.query("select count(*), count(distinct key) from failed_update") == [(4, 4)]
    assert await place.metric('danvan_updates_total{channel="telegram",outcome="failed"}') >= 4
    assert (await place.health())[0] == 200


@pytest.mark.parametrize(
    "reply",
    ['"only words"', "{}", '{"text": 7, "photos": null}', '{"text": "x", "choices": 3}', "[", '{"text": "\\ud83d"}'],
)
async def test_a_message_that_cannot_be_sent(place: Place, reply: str) -> None:
    """It is put aside with its reason; the chat's other messages and all others go out."""
    before = await _given_up(place)
    with closing(sqlite3.connect(place.file, timeout=10)) as other, other:
        (account,) = other.execute("select address from account where channel = 'telegram' limit 1").fetchone()
        columns = "channel, chat, reply, priority, due_at, created_at, state, attempts"
        moment = "2022-12-15 10:00:00.000000"
        values = ("telegram", account, reply, 0, moment, moment, "waiting", 0)
        other.execute(f"insert into outbox ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", values)
    for person in place.people:
        await person.says(HELP)
    await until(lambda: counted(place, ANSWER) == [1, 1, 1])
    await place.quiet()
    assert place.query("select count(*) from outbox where state = 'failed' and error <> ''") == [(1,)]
    # What is no JSON never came as far as to be sent.
    assert await _given_up(place) - before == (0 if reply == "[" else 1)
    status, facts = await place.health()
    assert (status, facts["dead"], facts["sending"]) == (200, [], "works")


async def _given_up(place: Place) -> float:
    return await place.sends("broken") + await place.sends("Refused")


@pytest.mark.parametrize("text", ["\ud83d", "\x00", "a" * 4096, "{{", "<b>", "\u202e"])
async def test_words_that_no_database_takes(place: Place, text: str) -> None:
    """Pushed by hand, as no phone would send them: taken, refused for good, or answered with a code; never for ever."""
    settings = place.app.settings
    if not (settings.webhook_url and settings.webhook_secret):
        return
    headers = {"X-Telegram-Bot-Api-Secret-Token": settings.webhook_secret.get_secret_value()}
    body = json.dumps(_update(place, text))
    async with ClientSession() as session:
        for _ in range(2):
            async with session.post(settings.webhook_url, data=body, headers=headers) as answer:
                assert answer.status in {200, 400}
    await place.people[1].says(HELP)
    await until(lambda: counted(place, ANSWER)[1] == 1)


def _update(place: Place, text: str) -> dict[str, Any]:
    person = place.people[0].user
    who = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    chat = {"id": person.id, "type": "private", "first_name": person.first_name}
    message = {"message_id": 999, "date": 1671100000, "chat": chat, "from": who, "text": text}
    return {"update_id": 999_999_999, "message": message}
