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
    is_own = message.sender is backend.world.bot
    if chat.peer is None and not is_own and chat.status(backend.world.bot) != "administrator":
        raise bad_request("message can't be deleted")
    if backend.world.now() - message.date > _DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    backend.world.delete(message)
    return True


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
