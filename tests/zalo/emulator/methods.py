"""The methods of the reference, and no others. Each gives the whole body of its answer beside ``ok``."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from tests.zalo.emulator.backend import Backend
from tests.zalo.emulator.errors import TIMEOUT, ApiError, Json, bad_request
from tests.zalo.emulator.params import Params
from tests.zalo.emulator.sending import send_chat_action, send_message, send_photo, send_sticker, send_voice

Method: TypeAlias = Callable[[Backend, Params], Awaitable[Json]]

DEFAULT_PATIENCE: Final = 30


async def get_me(backend: Backend, params: Params) -> Json:
    """Who the bot is."""
    return {"result": backend.world.bot.json()}


async def get_updates(backend: Backend, params: Params) -> Json:
    """One update; 408 after exactly the asked time."""
    patience = params.seconds("timeout", DEFAULT_PATIENCE) * backend.second
    update = await backend.updates.poll(patience, params.gone)
    if update is None:
        raise ApiError(TIMEOUT, "Request timeout")
    return {"result": update}


async def set_webhook(backend: Backend, params: Params) -> Json:
    """Push updates from now on."""
    if not params.given("url") or not params.given("secret_token"):
        raise bad_request("url and secret_token are required")
    result = await backend.webhook.set(params.text("url"), params.text("secret_token"))
    backend.updates.push = backend.webhook.push
    return {"result": result}


async def test_webhook(backend: Backend, params: Params) -> Json:
    """Knock at the webhook."""
    return {"result": await backend.webhook.test()}


async def get_webhook_info(backend: Backend, params: Params) -> Json:
    """The address of the webhook."""
    return {"result": backend.webhook.info()}


async def delete_webhook(backend: Backend, params: Params) -> Json:
    """Let the bot poll again."""
    backend.updates.push = None
    return {"result": backend.webhook.delete()}


METHODS: Final[dict[str, Method]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "testWebhook": test_webhook,
    "getWebhookInfo": get_webhook_info,
    "deleteWebhook": delete_webhook,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendSticker": send_sticker,
    "sendVoice": send_voice,
    "sendChatAction": send_chat_action,
}
