"""The methods of the Bot API that the emulator knows, by name in small letters."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.methods import albums, chats, editing, receiving, sending
from tests.telegram.emulator.params import Params

Method: TypeAlias = Callable[[Backend, Params], Awaitable[Any]]

METHODS: Final[Mapping[str, Method]] = {
    "getme": chats.get_me,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "leavechat": chats.leave_chat,
    "setmycommands": chats.set_my_commands,
    "getmycommands": chats.get_my_commands,
    "deletemycommands": chats.delete_my_commands,
    "getupdates": receiving.get_updates,
    "setwebhook": receiving.set_webhook,
    "deletewebhook": receiving.delete_webhook,
    "getwebhookinfo": receiving.get_webhook_info,
    "getfile": receiving.get_file,
    "answercallbackquery": receiving.answer_callback_query,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "sendmediagroup": albums.send_media_group,
    "senddocument": sending.send_document,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
}
