"""All parts of the emulator in one place, as the methods of the Bot API need them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.telegram.emulator.commands import CommandLists
from tests.telegram.emulator.errors import ApiError, bad_request, forbidden
from tests.telegram.emulator.limits import RateLimits
from tests.telegram.emulator.model import PRESENT, Chat, Message, Right
from tests.telegram.emulator.params import Params
from tests.telegram.emulator.presses import Presses
from tests.telegram.emulator.updates import Poller, UpdateQueue
from tests.telegram.emulator.webhook import WebhookSender
from tests.telegram.emulator.world import World

_SENDING: Final[Mapping[Right, str]] = {
    "can_send_messages": "text messages", "can_send_photos": "photos", "can_send_documents": "documents",
}  # fmt: skip


@dataclass
class Backend:
    """State shared by the methods, and the questions that most of them ask first."""

    world: World
    updates: UpdateQueue
    poller: Poller
    webhook: WebhookSender
    commands: CommandLists
    presses: Presses
    limits: RateLimits

    def known_chat(self, params: Params) -> Chat:
        """The chat of ``chat_id`` that the bot may look at; 400 or 403."""
        identifier = params.text("chat_id")
        if not identifier:
            raise bad_request("chat_id is empty")
        chat = self.world.chats.get(params.integer("chat_id"))
        if chat is None or identifier.startswith("@"):
            raise bad_request("chat not found")
        if chat.kind == "supergroup":
            self._require_membership(chat)
        return chat

    def met_chat(self, params: Params) -> Chat:
        """As `known_chat`, and a person must have written to the bot."""
        chat = self.known_chat(params)
        if chat.peer is not None and not chat.started:
            raise bad_request("chat not found")
        return chat

    def open_chat(self, params: Params) -> Chat:
        """The chat of ``chat_id`` that the bot may write to; 400 or 403."""
        chat = self.known_chat(params)
        if chat.upgraded_to is not None:
            parameters = {"migrate_to_chat_id": chat.upgraded_to.id}
            reason = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, reason, parameters)
        if chat.peer is None:
            self._require_membership(chat)
        elif chat.peer.deactivated:
            raise forbidden("user is deactivated")
        elif not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        elif chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def require_right(self, chat: Chat, right: Right) -> None:
        """400 if the bot may not send this to the group that it is in."""
        if chat.peer is None and not chat.allows(self.world.bot, right):
            raise bad_request(f"not enough rights to send {_SENDING[right]} to the chat")

    def message_in(self, chat: Chat, params: Params, purpose: str) -> Message:
        """The message of ``message_id``; 400 ``<purpose> not found``."""
        message = self.world.message(chat, params.integer("message_id"))
        if message is None:
            raise bad_request(f"{purpose} not found")
        return message

    def _require_membership(self, chat: Chat) -> None:
        status = chat.status(self.world.bot)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if status not in PRESENT:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
