"""What is posted to the webhooks, by somebody who knows the secret: any JSON in any place of an update."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.channels.telegram import SECRET_HEADER as TELEGRAM_HEADER
from bot.channels.zalo import SECRET_HEADER as ZALO_HEADER
from tests.bot.kit import at
from tests.bot.site import settings
from tests.security.kit import JSON, TRIED, body_of, examples, spoilt
from tests.support.world import TurnedClock
from tests.telegram.emulator import TelegramEmulator
from tests.zalo.emulator import ZaloEmulator

SECRET = "a-long-random-word"
FINE = (200, 400, 403, 413)

_WHO = {"id": 7000000009, "is_bot": False, "first_name": "An", "language_code": "vi"}
_CHAT = {"id": 7000000009, "type": "private", "first_name": "An"}
_GROUP = {"id": -1001, "type": "supergroup", "title": "Đoàn xã"}
_FILE = {"file_id": "AAA", "file_unique_id": "B", "file_size": 10, "width": 5, "height": 5}
_MEMBER = {"user": {"id": 1, "is_bot": True, "first_name": "Bot"}, "status": "member"}
_BASE = {"message_id": 1, "date": 1671160000, "from": _WHO, "chat": _CHAT}
TELEGRAM: list[dict[str, Any]] = [
    {"message": {**_BASE, "text": "2 buổi", "entities": [{"type": "bold", "offset": 0, "length": 1}]}},
    {"message": {**_BASE, "text": "/start K7QM-2XPD"}},
    {"message": {**_BASE, "photo": [_FILE], "caption": "ảnh", "media_group_id": "1"}},
    {"message": {**_BASE, "document": {**_FILE, "file_name": "a.xlsx", "mime_type": "text/plain"}}},
    {"message": {**_BASE, "voice": {**_FILE, "duration": 3}}},
    {"message": {**_BASE, "location": {"latitude": 10.7, "longitude": 106.7, "horizontal_accuracy": 5}}},
    {"message": {**_BASE, "contact": {"phone_number": "0900", "first_name": "A"}}},
    {"message": {**_BASE, "chat": _GROUP, "text": "/lienket@bot"}},
    {"message": {**_BASE, "chat": _GROUP, "migrate_to_chat_id": -1002}},
    {"message": {**_BASE, "chat": _GROUP, "new_chat_members": [_WHO]}},
    {"callback_query": {"id": "9", "from": _WHO, "chat_instance": "x", "data": "cmd/trogiup",
                        "message": {**_BASE, "text": "a"}}},
    {"my_chat_member": {"chat": _GROUP, "from": _WHO, "date": 1671160000,
                        "old_chat_member": {**_MEMBER, "status": "left"}, "new_chat_member": _MEMBER}},
]  # fmt: skip

_ZALO = {"message_id": "m1", "chat": {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"}, "date": 1671160000000,
         "from": {"id": "6ede9afa66b88fe6d6a9", "display_name": "Lan", "is_bot": False}}  # fmt: skip
ZALO: list[dict[str, Any]] = [
    {"event_name": "message.text.received", "message": {**_ZALO, "text": "2 buổi"}},
    {"event_name": "message.image.received", "message": {**_ZALO, "photo": "https://127.0.0.1:1/a.jpg"}},
    {"event_name": "message.voice.received", "message": {**_ZALO, "voice_url": "file:///etc/passwd"}},
    {"event_name": "message.sticker.received", "message": _ZALO},
    {"event_name": "message.text.received",
     "message": {**_ZALO, "chat": {"id": "g1", "chat_type": "GROUP"}, "text": "@Bot /trogiup"}},
]  # fmt: skip


class Hooked:
    """A bot on both emulators whose webhooks are called as Telegram and Zalo call them."""

    def __init__(self, runner: asyncio.Runner, app: App) -> None:
        self._runner, self.app, self._number, self._failed = runner, app, 0, 0

    def telegram(self, update: Any) -> int:
        self._number += 1
        body = {"update_id": self._number, **update} if isinstance(update, dict) else update
        return self._push("telegram", {TELEGRAM_HEADER: SECRET}, body_of(body))

    def zalo(self, update: Any) -> int:
        self._number += 1
        if isinstance(update, dict) and isinstance(update.get("message"), dict):
            update["message"].setdefault("message_id", f"n{self._number}")
        return self._push("zalo", {ZALO_HEADER: SECRET}, body_of(update))

    def raw(self, channel: str, body: bytes) -> int:
        return self._push(channel, {TELEGRAM_HEADER: SECRET, ZALO_HEADER: SECRET}, body)

    def _push(self, channel: str, headers: dict[str, str], body: bytes) -> int:
        TRIED[f"{channel} bodies"] += 1
        status, failed = self._runner.run(self._pushed(channel, headers, body))
        # What one update did wrong is no fault of those after it.
        new, self._failed = failed[self._failed :], len(failed)
        assert new == []
        return status

    async def _pushed(self, channel: str, headers: dict[str, str], body: bytes) -> tuple[int, list[str]]:
        webhook: Any = self.app.channels[channel]
        async with asyncio.timeout(10):
            said: int | bytes = await webhook.webhook(headers, body)
        if isinstance(said, bytes):
            # The reply travels in the answer: what is there is a call of Telegram's.
            assert json.loads(said)["method"]
        status = said if isinstance(said, int) else 200
        async with self.app.db.read() as conn:
            failed = [row[0] for row in await conn.exec_driver_sql("SELECT traceback FROM failed_update ORDER BY at")]
        return status, failed


@pytest.fixture(scope="module")
def hooked() -> Iterator[Hooked]:
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as folder:
        stack = AsyncExitStack()
        app = runner.run(_opened(stack, Path(folder)))
        yield Hooked(runner, app)
        runner.run(stack.aclose())


async def _opened(stack: AsyncExitStack, folder: Path) -> App:
    telegram = await stack.enter_async_context(TelegramEmulator(webhook_backoff=lambda _failures: 0.0))
    zalo = await stack.enter_async_context(ZaloEmulator(second=0.02))
    given = settings(
        folder, telegram_token=telegram.token, telegram_api_base=telegram.base_url, webhook_secret=SECRET,
        webhook_url="https://bot.example.vn/hooks/telegram", zalo_token=zalo.token, zalo_api_base=zalo.base_url,
        zalo_webhook_url="https://bot.example.vn/hooks/zalo", zalo_webhook_secret=SECRET, take_at_once=0,
        send_per_second=0, send_chat_per_second=0, send_group_per_minute=0,
    )  # fmt: skip
    app = App(given, TurnedClock(at("2022-12-16 08:18")))
    await app.prepare()
    await app.start()
    stack.push_async_callback(app.stop)
    return app


@pytest.mark.parametrize("update", TELEGRAM, ids=lambda update: "/".join((*update, *next(iter(update.values())))[-3:]))
def test_what_is_spoilt_here_is_sound_before(hooked: Hooked, update: dict[str, Any]) -> None:
    assert hooked.telegram(update) == 200


def test_fuzz_telegram(hooked: Hooked) -> None:
    @examples(40)
    @given(st.sampled_from(TELEGRAM).flatmap(spoilt))
    def push(update: Any) -> None:
        assert hooked.telegram(update) in FINE

    push()


def test_fuzz_zalo(hooked: Hooked) -> None:
    @examples(40)
    @given(st.sampled_from([*ZALO, *({"ok": True, "result": one} for one in ZALO)]).flatmap(spoilt))
    def push(update: Any) -> None:
        assert hooked.zalo(update) in FINE

    push()


def test_fuzz_any_json_and_any_bytes(hooked: Hooked) -> None:
    @examples(25)
    @given(st.sampled_from(["telegram", "zalo"]), st.one_of(JSON.map(body_of), st.binary(max_size=200)))
    def push(channel: str, body: bytes) -> None:
        assert hooked.raw(channel, body) in FINE

    push()


@pytest.mark.parametrize("channel", ["telegram", "zalo"])
@pytest.mark.parametrize(
    "body", [b"[" * 900_000, b'{"a":' * 200_000, b" " * 1_048_577, b'{"update_id": 1e400}', b'{"update_id": NaN}',
             b"\xff\xfe{", json.dumps({"update_id": 5, "message": {"a" * 900: "b"}}).encode(), b"9" * 5000]
)  # fmt: skip
def test_bodies_that_are_made_to_hurt(hooked: Hooked, channel: str, body: bytes) -> None:
    assert hooked.raw(channel, body) in FINE
