"""aiogram behind the face of `clients`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import aiogram
from aiogram import exceptions as aio_errors
from aiogram import types as aio
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.telegram.clients import Buttons, Client, Refused
from tests.telegram.emulator import TelegramEmulator


class Aiogram(Client):
    """aiogram 3."""

    kinds: ClassVar[Mapping[str, str]] = {
        "bad request": "TelegramBadRequest",
        "forbidden": "TelegramForbiddenError",
        "retry": "TelegramRetryAfter",
        "migrated": "TelegramMigrateToChat",
        "conflict": "TelegramConflictError",
        "unauthorized": "TelegramUnauthorizedError",
        "server": "TelegramServerError",
        "network": "TelegramNetworkError",
    }

    def __init__(self, bot: aiogram.Bot) -> None:
        self._bot = bot

    async def call(self, method: str, **params: Any) -> Any:
        try:
            return await getattr(self._bot, method)(**params)
        except aio_errors.TelegramAPIError as error:
            wait, migrate_to = getattr(error, "retry_after", 0), getattr(error, "migrate_to_chat_id", 0)
            raise Refused(error, wait, migrate_to) from error

    def keyboard(self, buttons: Buttons) -> aio.InlineKeyboardMarkup:
        rows = [[aio.InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in buttons]
        return aio.InlineKeyboardMarkup(inline_keyboard=rows)

    def link(self, label: str, url: str) -> aio.InlineKeyboardMarkup:
        return aio.InlineKeyboardMarkup(inline_keyboard=[[aio.InlineKeyboardButton(text=label, url=url)]])

    def album(self, *photos: tuple[bytes | str, str]) -> list[Any]:
        media = [one if isinstance(one, str) else self.photo(one) for one, _ in photos]
        return [
            aio.InputMediaPhoto(media=one, caption=words, parse_mode="HTML")
            for one, (_, words) in zip(media, photos, strict=True)
        ]

    def photo(self, content: bytes) -> aio.BufferedInputFile:
        return aio.BufferedInputFile(content, "chart.jpg")

    def command(self, name: str, description: str) -> aio.BotCommand:
        return aio.BotCommand(command=name, description=description)

    async def download(self, file_id: str) -> bytes:
        stream = await self._bot.download(file_id)
        assert stream is not None
        return stream.read()


@asynccontextmanager
async def open_aiogram(emulator: TelegramEmulator, token: str = "") -> AsyncIterator[Client]:
    """aiogram, pointed at the emulator."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(emulator.base_url))
    yield Aiogram(aiogram.Bot(token or emulator.token, session=session))
    # AiohttpSession.close() sleeps a quarter of a second for the sake of TLS, which is not spoken here.
    await (await session.create_session()).close()
