"""Changes to messages that stand already."""

from typing import Final

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.errors import Json, bad_request
from tests.telegram.emulator.formatting import measured_caption, measured_text, read_caption, read_text
from tests.telegram.emulator.markup import Markup, read_inline_markup
from tests.telegram.emulator.model import Message
from tests.telegram.emulator.params import Params
from tests.telegram.emulator.text import FormattedText

_DELETABLE_FOR: Final = 48 * 3600
_MOST_DELETED: Final = 100
_FIRST_TOO_LARGE: Final = 1 << 31
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


async def edit_message_text(backend: Backend, params: Params) -> Json:
    """A Message with new text; without ``reply_markup`` its buttons go."""
    text, markup = read_text(params), read_inline_markup(params)
    message = _own_message(backend, params)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    return _edited(backend, message, measured_text(text), markup)


async def edit_message_caption(backend: Backend, params: Params) -> Json:
    """A Message with a new caption, or with none."""
    markup, caption = read_inline_markup(params), read_caption(params)
    message = _own_message(backend, params)
    if message.text is not None:
        raise bad_request("there is no caption in the message to edit")
    return _edited(backend, message, measured_caption(caption), markup)


async def edit_message_reply_markup(backend: Backend, params: Params) -> Json:
    """A Message with other buttons, or with none."""
    markup = read_inline_markup(params)
    message = _own_message(backend, params)
    return _edited(backend, message, message.words, markup)


async def delete_message(backend: Backend, params: Params) -> bool:
    """Take a message away: any in a private chat, only its own in a group unless the bot runs the group."""
    if not params.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    if params.integer("message_id") <= 0:
        raise bad_request("message identifier is not specified")
    chat = backend.open_chat(params)
    message = backend.message_in(chat, params, "message to delete")
    _require_deletable(backend, message)
    backend.world.delete(message)
    return True


async def delete_messages(backend: Backend, params: Params) -> bool:
    """Take up to 100 messages away, all or, if one may not be, none; those that are not there are passed over."""
    if not params.text("chat_id"):
        raise bad_request("chat identifier is not specified")
    numbers = _message_ids(params)
    chat = backend.open_chat(params)
    messages = [message for message in (backend.world.message(chat, number) for number in numbers) if message]
    for message in messages:
        _require_deletable(backend, message)
    for message in messages:
        backend.world.delete(message)
    return True


def _message_ids(params: Params) -> list[int]:
    given = params.json("message_ids", "can't parse message_ids JSON object")
    if not given and not isinstance(given, dict):
        raise bad_request("message identifiers are not specified")
    if not isinstance(given, list):
        raise bad_request("expected an Array of message identifiers")
    if len(given) > _MOST_DELETED:
        raise bad_request("too many message identifiers specified")
    for number in given:
        if type(number) is not int:
            raise bad_request("message identifier must be a Number")
        if not 0 < number < _FIRST_TOO_LARGE:
            raise bad_request("invalid message identifier specified")
    return given


def _require_deletable(backend: Backend, message: Message) -> None:
    is_own = message.sender is backend.world.bot
    if message.chat.peer is None and not is_own and message.chat.status(backend.world.bot) != "administrator":
        raise bad_request("message can't be deleted")
    if backend.world.now() - message.date > _DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")


def _own_message(backend: Backend, params: Params) -> Message:
    if not params.text("chat_id") and params.integer("message_id") <= 0:
        raise bad_request("message identifier is not specified")
    message = backend.message_in(backend.open_chat(params), params, "message to edit")
    has_other_keyboard = message.markup is not None and message.markup.kind != "inline"
    if message.sender is not backend.world.bot or has_other_keyboard:
        raise bad_request("message can't be edited")
    return message


def _edited(backend: Backend, message: Message, words: FormattedText, markup: Markup | None) -> Json:
    if (message.words, message.markup) == (words, markup):
        raise bad_request(_NOT_MODIFIED)
    if message.text is not None:
        message.text = words
    else:
        message.caption = words
    message.markup = markup
    backend.world.edited(message)
    return message.json()
