"""How the bot hears: updates by asking or by webhook, files, and the presses it answers."""

import re
from typing import Final

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.errors import ApiError, Json, bad_request, conflict
from tests.telegram.emulator.files import LARGEST_DOWNLOAD
from tests.telegram.emulator.params import Params
from tests.telegram.emulator.presses import PressAnswer
from tests.telegram.emulator.webhook import WebhookSettings, check_url

_LONGEST_POLL: Final = 50
_LONGEST_SECRET: Final = 256
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


async def get_updates(backend: Backend, params: Params) -> list[Json]:
    """The next updates; waits for them at most 50 seconds."""
    if backend.webhook.settings is not None:
        reason = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise conflict(reason)
    _allow_updates(backend, params)
    limit = params.integer("limit", 100, 1, 100)
    timeout = params.integer("timeout", 0, 0, _LONGEST_POLL)
    updates = await backend.poller.poll(params.integer("offset"), limit, timeout)
    return [update.json() for update in updates]


async def set_webhook(backend: Backend, params: Params) -> bool:
    """Push updates to an address; an empty one ends that."""
    if not params.text("url"):
        return await delete_webhook(backend, params)
    settings = _webhook_settings(params)
    backend.poller.stop_for_webhook()
    if params.flag("drop_pending_updates"):
        backend.updates.clear()
    _allow_updates(backend, params)
    await backend.webhook.set(settings)
    return True


async def delete_webhook(backend: Backend, params: Params) -> bool:
    """Push no more."""
    if params.flag("drop_pending_updates"):
        backend.updates.clear()
    await backend.webhook.remove()
    return True


async def get_webhook_info(backend: Backend, _params: Params) -> Json:
    """A WebhookInfo."""
    return backend.webhook.info()


async def get_file(backend: Backend, params: Params) -> Json:
    """A File with the path to download it from; nothing above 20 MB."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = backend.world.files.by_id(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return stored.file_json()


async def answer_callback_query(backend: Backend, params: Params) -> bool:
    """Stop the spinner on a button."""
    answer = PressAnswer(params.text("text"), params.flag("show_alert"), params.text("url"))
    backend.presses.answer(params.text("callback_query_id"), answer)
    return True


def _webhook_settings(params: Params) -> WebhookSettings:
    url, secret = params.text("url"), params.text("secret_token")
    check_url(url)
    if len(secret) > _LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", 40, 1, 100)
    certificate = params.file("certificate") is not None
    return WebhookSettings(url, secret, connections, params.text("ip_address"), certificate)


def _allow_updates(backend: Backend, params: Params) -> None:
    # A list that is no JSON is passed over, as by Telegram itself.
    try:
        backend.updates.allow(params.json("allowed_updates", ""))
    except ApiError:
        return
