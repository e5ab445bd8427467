"""The bot's list of commands, by scope and language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tests.telegram.emulator.errors import Json, bad_request
from tests.telegram.emulator.params import Params

Scope: TypeAlias = tuple[str | int, ...]
Commands: TypeAlias = tuple[tuple[str, str], ...]

MOST_COMMANDS: Final = 100
_LONGEST_COMMAND: Final = 32
_LONGEST_DESCRIPTION: Final = 256
_COMMAND = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


@dataclass
class CommandLists:
    """What setMyCommands set."""

    _lists: dict[tuple[Scope, str], Commands] = field(default_factory=dict)

    def put(self, scope: Scope, language: str, commands: Commands) -> None:
        """Set a list; an empty one is as good as none."""
        self._lists[scope, language] = commands

    def get(self, scope: Scope, language: str) -> Commands:
        """Exactly this scope and language; no list is an empty one."""
        return self._lists.get((scope, language), ())

    def seen(self, scopes: Iterable[Scope], language: str) -> Commands:
        """The first list among `scopes`, narrowest first, each in the person's language and then in none."""
        candidates = (self.get(scope, code) for scope in scopes for code in (language, ""))
        return next((commands for commands in candidates if commands), ())


def read_commands(params: Params) -> Commands:
    """The parameter ``commands``; 400 in Telegram's words."""
    given = params.json("commands", "can't parse commands JSON object")
    if given is None:
        return ()
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    commands = tuple(_command(one) for one in given)
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return commands


def read_language(params: Params) -> str:
    """The parameter ``language_code``: two letters or nothing."""
    language = params.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def read_scope(params: Params) -> Scope:
    """The parameter ``scope`` as a key: its type, then chat and user if it has them."""
    given = params.json("scope", "can't parse BotCommandScope JSON object")
    if given is None:
        return ("default",)
    prefix = "can't parse BotCommandScope"
    if not isinstance(given, dict):
        raise bad_request(f"{prefix}: BotCommandScope must be an Object")
    kind = given.get("type")
    if kind in _PLAIN_SCOPES:
        return (kind,)
    if kind not in _CHAT_SCOPES:
        raise bad_request(f"{prefix}: Unsupported type specified")
    return _chat_scope(kind, given, prefix)


def _chat_scope(kind: str, given: Json, prefix: str) -> Scope:
    chat = str(given.get("chat_id", ""))
    if not chat:
        raise bad_request(f'{prefix}: Can\'t find field "chat_id"')
    if not chat.removeprefix("-").isdecimal():
        raise bad_request("chat not found")
    if kind != "chat_member":
        return (kind, int(chat))
    user = given.get("user_id", 0)
    if not isinstance(user, int) or user <= 0:
        raise bad_request(f"{prefix}: Invalid user_id specified")
    return (kind, int(chat), user)


def _command(given: Any) -> tuple[str, str]:
    prefix = "can't parse BotCommand"
    if not isinstance(given, dict):
        raise bad_request(f"{prefix}: expected an Object")
    for name in ("command", "description"):
        if not isinstance(given.get(name), str):
            raise bad_request(f'{prefix}: Can\'t find field "{name}"')
    return _checked_name(given["command"].strip().removeprefix("/")), _checked_words(given["description"].strip())


def _checked_name(name: str) -> str:
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > _LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {_LONGEST_COMMAND}")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return name


def _checked_words(description: str) -> str:
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > _LONGEST_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {_LONGEST_DESCRIPTION}")
    return description
