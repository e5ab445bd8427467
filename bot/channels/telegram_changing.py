"""Messages that stand on Telegram: edited in place, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from bot.channels.base import CannotChange, ids_in
from bot.channels.splitting import shown_length, split
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_calls import captioning, perform, showing
from bot.channels.telegram_errors import ApiError, as_send_errors, is_bad_request
from bot.channels.telegram_render import CAPTION_LIMIT, TEXT_LIMIT, Part, files_of
from handlers.events import Reply

_UNCHANGED = "message is not modified"
_NO_TEXT = "no text in the message"
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "no caption in the message",
    "message_id_invalid",
)
_GONE = "message to delete not found"
_NOT_DELETABLE = ("message can't be deleted", "message_delete_forbidden")
_AT_ONCE = 100


class Outcome(Enum):
    """What became of an edit."""

    SHOWN = auto()
    NO_TEXT = auto()
    """What stands there is a picture or a file."""
    NOT_EDITABLE = auto()


class Changer:
    """Edits and takes back. Nothing here says anything new."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def edit(self, chat: str, number: int, part: Part, *, caption: bool = False) -> Outcome:
        """Show `part` in place of a message, or its text as the caption. Raises a `Failure` for all else than a
        message that cannot be edited."""
        try:
            await perform(self._api, (captioning if caption else showing)(part, chat, number))
        except ApiError as error:
            said = error.message.lower() if is_bad_request(error) else ""
            if _NO_TEXT in said:
                return Outcome.NO_TEXT
            if any(one in said for one in _NOT_EDITABLE):
                return Outcome.NOT_EDITABLE
            if _UNCHANGED not in said:
                raise
        return Outcome.SHOWN

    async def change(self, chat: str, reply: Reply) -> str:
        """Edit the words of a reply that stands as `reply.replaces`: first come its files, as many as `reply` has, then
        its texts. Returns the ids that stand after it. Raises a `SendError`; CannotChange if they cannot be edited."""
        numbers = ids_in(reply.replaces or "")
        files = files_of(reply)
        texts = numbers[sum(len(part.files) for part in files) :]
        with as_send_errors():
            try:
                if not texts:
                    bearer = files.pop() if files else Part("")
                    before = sum(len(part.files) for part in files)
                    await self._caption(chat, numbers[before:], replace(bearer, text=_words(reply)), reply)
                    return _told(numbers)
                return _told(await self._texts(chat, numbers, texts, reply))
            except ApiError as error:
                if error.migrated_to:
                    raise CannotChange("cannot be edited: the group has moved") from None
                raise

    async def _caption(self, chat: str, numbers: Sequence[int], part: Part, reply: Reply) -> None:
        if not numbers or shown_length(part.text) > CAPTION_LIMIT:
            raise CannotChange("cannot be edited: no message, or no room under it")
        if not part.photos:
            part = replace(part, choices=reply.choices, links=reply.links)
        if await self.edit(chat, numbers[0], part, caption=True) is not Outcome.SHOWN:
            raise CannotChange("cannot be edited")

    async def _texts(self, chat: str, numbers: Sequence[int], texts: Sequence[int], reply: Reply) -> Sequence[int]:
        """The ids that stand then: what the new words need no more is taken away."""
        pieces = split(_words(reply), TEXT_LIMIT)
        if not pieces or len(pieces) > len(texts):
            raise CannotChange("cannot be edited: longer than what stands there, or empty")
        parts = [Part(piece) for piece in pieces]
        parts[-1] = replace(parts[-1], choices=reply.choices, links=reply.links)
        for number, part in zip(texts, parts, strict=False):
            outcome = await self.edit(chat, number, part)
            if outcome is Outcome.NO_TEXT and number == numbers[0] and len(parts) == 1:
                await self._caption(chat, numbers, replace(part, photos=()), reply)
                return numbers
            if outcome is not Outcome.SHOWN:
                raise CannotChange("cannot be edited")
        if surplus := texts[len(parts) :]:
            await self._delete(chat, surplus)
        return [number for number in numbers if number not in surplus]

    async def take_back(self, chat: str, told: str) -> str:
        """Delete messages; those that are gone already are. Raises a `SendError`; CannotChange for what is too old."""
        numbers = ids_in(told)
        with as_send_errors():
            try:
                for start in range(0, len(numbers), _AT_ONCE):
                    await self._delete(chat, numbers[start : start + _AT_ONCE])
            except ApiError as error:
                if error.migrated_to:
                    raise CannotChange("cannot be taken back: the group has moved") from None
                raise
        return ""

    async def _delete(self, chat: str, numbers: Sequence[int]) -> None:
        try:
            await self._api.call("deleteMessages", chat_id=chat, message_ids=list(numbers))
        except ApiError as error:
            said = error.message.lower() if is_bad_request(error) else ""
            if any(one in said for one in _NOT_DELETABLE):
                raise CannotChange("cannot be taken back: older than 48 hours") from None
            if _GONE not in said:
                raise


def _words(reply: Reply) -> str:
    return str(reply.text).strip()


def _told(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))
