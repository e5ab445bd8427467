"""Who the bot is, what a chat is, and the menu of commands."""

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.commands import read_commands, read_language, read_scope
from tests.telegram.emulator.errors import Json, bad_request
from tests.telegram.emulator.model import PRESENT, member_json
from tests.telegram.emulator.params import Params


async def get_me(backend: Backend, _params: Params) -> Json:
    """A User with what only getMe tells."""
    return backend.world.bot.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not backend.world.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(backend: Backend, params: Params) -> Json:
    """A ChatFullInfo."""
    return backend.met_chat(params).full_json()


async def get_chat_member(backend: Backend, params: Params) -> Json:
    """A ChatMember; one who never was in the group is ``left``."""
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    chat = backend.met_chat(params)
    user = backend.world.users.get(user_id)
    if user is None:
        raise bad_request("user not found")
    if chat.peer is not None:
        return member_json(user, "member")
    return member_json(user, chat.status(user))


async def leave_chat(backend: Backend, params: Params) -> bool:
    """Leave a group."""
    chat = backend.known_chat(params)
    if chat.peer is not None:
        raise bad_request("can't leave private chats")
    bot = backend.world.bot
    if chat.status(bot) in PRESENT:
        backend.world.set_status(chat, bot, "left", by=bot)
    return True


async def set_my_commands(backend: Backend, params: Params) -> bool:
    """Set the list of one scope and language."""
    commands = read_commands(params)
    backend.commands.put(_scope(backend, params), read_language(params), commands)
    return True


async def get_my_commands(backend: Backend, params: Params) -> list[Json]:
    """The list of exactly this scope and language."""
    commands = backend.commands.get(_scope(backend, params), read_language(params))
    return [{"command": command, "description": description} for command, description in commands]


async def delete_my_commands(backend: Backend, params: Params) -> bool:
    """Forget the list of one scope and language."""
    backend.commands.put(_scope(backend, params), read_language(params), ())
    return True


def _scope(backend: Backend, params: Params) -> tuple[str | int, ...]:
    scope = read_scope(params)
    if len(scope) > 1 and scope[1] not in backend.world.chats:
        raise bad_request("chat not found")
    return scope
