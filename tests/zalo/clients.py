"""Two clients written independently of the emulator and of each other, behind one face.

The SDK takes every answer in an HTTP 200 for a success: what was refused there is None for it. Where it can tell, by
an HTTP status, it raises. It knows no sendVoice, no testWebhook, no parse_mode and no text_styles.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import zalo_bot
from zalo_bot import error as sdk_errors

from tests.zalo.emulator import ZaloEmulator

_SLACK = 10.0


class Refused(Exception):
    """A call that failed; `kind` is what the client calls it."""

    def __init__(self, kind: str, code: int = 0) -> None:
        super().__init__(kind, code)
        self.kind = kind
        self.code = code


@dataclass(frozen=True)
class Heard:
    """What a client understood of one update."""

    message_id: str = ""
    text: str = ""
    photo: str = ""
    sticker: str = ""
    chat: str = ""
    chat_type: str = ""
    sender: str = ""
    name: str = ""
    date: int = 0


class Client(ABC):
    """Everything the paces ask for."""

    tells_refusals_in_200 = True

    @abstractmethod
    async def me(self) -> tuple[str, str, bool | None]:
        """Id, account name, whether the bot may be in groups."""

    @abstractmethod
    async def update(self, timeout: int) -> Heard | None:
        """One update; None if there was none in so many seconds."""

    @abstractmethod
    async def set_webhook(self, url: str, secret: str) -> bool:
        """Whether it was set."""

    @abstractmethod
    async def webhook(self) -> str:
        """The address, empty for none."""

    @abstractmethod
    async def delete_webhook(self) -> bool:
        """Whether it is gone."""

    @abstractmethod
    async def send(self, what: str, chat: str, **params: str) -> str:
        """``message``, ``photo``, ``sticker`` or ``chat_action``; the id of what was sent."""


class ByReference(Client):
    """Written from the reference alone, on httpx."""

    def __init__(self, http: httpx.AsyncClient, base: str) -> None:
        self._http = http
        self._base = base

    async def _call(self, method: str, **params: object) -> Any:
        wait = _SLACK + float(str(params.get("timeout", 0)))
        try:
            answer = await self._http.post(f"{self._base}/{method}", json=params, timeout=wait)
            body = answer.json()
        except httpx.HTTPError as error:
            raise Refused("network") from error
        except ValueError as error:
            raise Refused("no json", answer.status_code) from error
        if not body["ok"]:
            raise Refused("refused", body.get("error_code", body.get("errorCode")))
        return body.get("result")

    async def me(self) -> tuple[str, str, bool | None]:
        me = await self._call("getMe")
        return me["id"], me["account_name"], me["can_join_groups"]

    async def update(self, timeout: int) -> Heard | None:
        try:
            update = await self._call("getUpdates", timeout=timeout)
        except Refused as refused:
            if refused.code == 408:
                return None
            raise
        return _by_reference(update.get("message") or {})

    async def set_webhook(self, url: str, secret: str) -> bool:
        return bool((await self._call("setWebhook", url=url, secret_token=secret))["verification"]["ok"])

    async def webhook(self) -> str:
        try:
            return str((await self._call("getWebhookInfo"))["url"])
        except Refused as refused:
            if refused.code == 404:
                return ""
            raise

    async def delete_webhook(self) -> bool:
        return bool((await self._call("deleteWebhook"))["url"] == "")

    async def send(self, what: str, chat: str, **params: str) -> str:
        method = "send" + what.title().replace("_", "")
        result = await self._call(method, chat_id=chat, **params)
        return str((result or {}).get("message_id", ""))


def _by_reference(message: dict[str, Any]) -> Heard:
    chat, sender = message.get("chat", {}), message.get("from", {})
    return Heard(
        message_id=message.get("message_id", ""),
        text=message.get("text", ""),
        photo=message.get("photo_url", message.get("photo", "")),
        sticker=message.get("sticker", ""),
        chat=chat.get("id", ""),
        chat_type=chat.get("chat_type", ""),
        sender=sender.get("id", ""),
        name=sender.get("display_name", ""),
        date=message.get("date", 0),
    )


class Official(Client):
    """python-zalo-bot, its host overridden. Its calls for webhooks run a loop of their own."""

    tells_refusals_in_200 = False

    def __init__(self, bot: zalo_bot.Bot, token: str, base: str) -> None:
        self._bot = bot
        self._again = lambda: zalo_bot.Bot(token, base)

    async def me(self) -> tuple[str, str, bool | None]:
        me = await _raising(self._bot.get_me())
        if me is None:
            raise Refused("nothing")
        return me.id, me.account_name, me.can_join_groups

    async def update(self, timeout: int) -> Heard | None:
        update = await _raising(self._bot.get_update(timeout=timeout))
        if update is None:
            return None
        return Heard() if update.message is None else _by_sdk(update.message)

    async def set_webhook(self, url: str, secret: str) -> bool:
        return bool(await asyncio.to_thread(self._again().set_webhook, url, secret))

    async def webhook(self) -> str:
        found = await asyncio.to_thread(self._again().get_webhook_info)
        return found.url if found else ""

    async def delete_webhook(self) -> bool:
        return bool(await asyncio.to_thread(self._again().delete_webhook))

    async def send(self, what: str, chat: str, **params: str) -> str:
        if what == "message":
            sent = await _raising(self._bot.send_message(chat, params["text"]))
        elif what == "photo":
            sent = await _raising(self._bot.send_photo(chat, params["caption"], params["photo"]))
        elif what == "sticker":
            sent = await _raising(self._bot.send_sticker(chat, params["sticker"]))
        else:
            sent = await _raising(self._bot.send_chat_action(chat, params["action"]))
        return sent.message_id if sent else ""


async def _raising(call: Any) -> Any:
    try:
        return await call
    except sdk_errors.ZaloError as error:
        raise Refused(type(error).__name__) from error


def _by_sdk(message: Any) -> Heard:
    return Heard(
        message_id=message.message_id,
        text=message.text or "",
        photo=message.photo_url or "",
        sticker=message.sticker or "",
        chat=message.chat.id,
        chat_type=message.chat.type,
        sender=message.from_user.id,
        name=message.from_user.display_name,
        date=round(message.date.timestamp() * 1000),
    )


@asynccontextmanager
async def open_by_reference(zalo: ZaloEmulator, token: str = "") -> AsyncIterator[Client]:
    """The client of the reference."""
    async with httpx.AsyncClient() as http:
        yield ByReference(http, f"{zalo.base_url}/bot{token or zalo.token}")


@asynccontextmanager
async def open_official(zalo: ZaloEmulator, token: str = "") -> AsyncIterator[Client]:
    """The SDK, pointed at the emulator."""
    bot = zalo_bot.Bot(token or zalo.token, zalo.base_url)
    yield Official(bot, token or zalo.token, zalo.base_url)
    for request in bot._request:  # shutdown() does nothing for a bot that was not initialized
        await request.shutdown()
