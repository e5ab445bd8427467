"""Two independent Bot API clients behind one face, so that both can be put through the same paces: python-telegram-bot,
and aiogram (`aiogram_client`, by itself since it takes seconds to import)."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import telegram
from telegram import error as ptb_errors
from telegram.request import HTTPXRequest

from tests.telegram.emulator import TelegramEmulator

Buttons: TypeAlias = list[list[tuple[str, str]]]


@dataclass(frozen=True)
class Heard:
    """An update as the client decoded it: what it is about is set."""

    update_id: int
    text: str = ""
    data: str = ""
    press_id: str = ""
    photo_id: str = ""
    file: tuple[str, str, int] = ("", "", 0)
    """Kind, id and bytes of anything but a photo."""
    place: tuple[float, float, float] | None = None
    venue: str = ""
    member_status: str = ""
    may_write: bool | None = None
    moved_to: int = 0


class Refused(Exception):
    """Any exception of a client: `kind` is the name of its class, the rest what it carries."""

    def __init__(self, error: Exception, retry_after: float = 0, migrate_to: int = 0) -> None:
        super().__init__(str(error))
        self.kind = type(error).__name__
        self.retry_after = retry_after
        self.migrate_to = migrate_to


class Client(ABC):
    """What the paces ask of a client. `kinds` names its exception class for each sort of refusal."""

    kinds: ClassVar[Mapping[str, str]]

    @abstractmethod
    async def call(self, method: str, **params: Any) -> Any:
        """Call a method of the client by the name and parameters both have in common; Refused on any error."""

    async def updates(self, offset: int | None = None, timeout: int = 0) -> list[Heard]:
        """Poll once."""
        return [_heard(one) for one in await self.call("get_updates", offset=offset, timeout=timeout)]

    @abstractmethod
    def keyboard(self, buttons: Buttons) -> Any:
        """An inline keyboard of (label, callback data)."""

    @abstractmethod
    def link(self, label: str, url: str) -> Any:
        """An inline keyboard of one button that opens an address."""

    @abstractmethod
    def photo(self, content: bytes) -> Any:
        """A picture to upload."""

    @abstractmethod
    def album(self, *photos: tuple[bytes | str, str]) -> list[Any]:
        """Pictures to upload, or to send by their ids, as one, each with its caption in HTML."""

    @abstractmethod
    def command(self, name: str, description: str) -> Any:
        """A command for the menu."""

    @abstractmethod
    async def download(self, file_id: str) -> bytes:
        """The bytes of a file."""


def _heard(update: Any) -> Heard:
    """The fields of an update and of a message have the same names in both."""
    if update.callback_query is not None:
        return Heard(update.update_id, data=update.callback_query.data or "", press_id=update.callback_query.id)
    if update.my_chat_member is not None:
        member = update.my_chat_member.new_chat_member
        may_write = getattr(member, "can_send_messages", None)
        return Heard(update.update_id, member_status=member.status, may_write=may_write)
    message = update.message
    assert message is not None
    return Heard(
        update.update_id,
        message.text or "",
        photo_id=message.photo[-1].file_id if message.photo else "",
        file=_file_of(message),
        place=_place_of(message),
        venue=message.venue.title if message.venue else "",
        moved_to=message.migrate_to_chat_id or 0,
    )


def _file_of(message: Any) -> tuple[str, str, int]:
    for kind in ("audio", "voice", "video", "video_note", "animation", "document"):
        if one := getattr(message, kind):
            return kind, one.file_id, one.file_size
    return "", "", 0


def _place_of(message: Any) -> tuple[float, float, float] | None:
    place = message.location
    return (place.latitude, place.longitude, place.horizontal_accuracy or 0) if place else None


class PythonTelegramBot(Client):
    """python-telegram-bot 22. It reports an unknown token as InvalidToken and a broken line as NetworkError."""

    kinds: ClassVar[Mapping[str, str]] = {
        "bad request": "BadRequest",
        "forbidden": "Forbidden",
        "retry": "RetryAfter",
        "migrated": "ChatMigrated",
        "conflict": "Conflict",
        "unauthorized": "InvalidToken",
        "server": "NetworkError",
        "network": "NetworkError",
    }

    def __init__(self, bot: telegram.Bot) -> None:
        self._bot = bot

    async def call(self, method: str, **params: Any) -> Any:
        try:
            return await getattr(self._bot, method)(**params)
        except ptb_errors.RetryAfter as error:
            wait = error.retry_after
            raise Refused(error, wait if isinstance(wait, int) else wait.total_seconds()) from error
        except ptb_errors.ChatMigrated as error:
            raise Refused(error, migrate_to=error.new_chat_id) from error
        except ptb_errors.TelegramError as error:
            raise Refused(error) from error

    def keyboard(self, buttons: Buttons) -> telegram.InlineKeyboardMarkup:
        rows = [[telegram.InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in buttons]
        return telegram.InlineKeyboardMarkup(rows)

    def link(self, label: str, url: str) -> telegram.InlineKeyboardMarkup:
        return telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton(label, url=url)]])

    def album(self, *photos: tuple[bytes | str, str]) -> list[Any]:
        return [telegram.InputMediaPhoto(one, caption=said, parse_mode="HTML") for one, said in photos]

    def photo(self, content: bytes) -> bytes:
        return content

    def command(self, name: str, description: str) -> telegram.BotCommand:
        return telegram.BotCommand(name, description)

    async def download(self, file_id: str) -> bytes:
        return bytes(await (await self._bot.get_file(file_id)).download_as_bytearray())


@asynccontextmanager
async def open_ptb(emulator: TelegramEmulator, token: str = "") -> AsyncIterator[Client]:
    """python-telegram-bot, pointed at the emulator."""
    base = emulator.base_url
    requests = [HTTPXRequest(), HTTPXRequest()]  # one of them is for getUpdates alone
    bot = telegram.Bot(
        token or emulator.token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    yield PythonTelegramBot(bot)
    for request in requests:
        await request.shutdown()
