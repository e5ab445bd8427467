"""What Telegram knows of a bot: its name, and where it pushes to. Looked at at the start, and by commands."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog

from bot.channels.calling import Failure
from bot.channels.pushing import Webhook
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_errors import ApiError, is_bad_request, is_refused_token
from bot.channels.telegram_updates import ALLOWED
from bot.config import StartError

log = structlog.get_logger(__name__)

CALL_SECONDS = 10


async def username(token: str, api_base: str) -> str | None:
    """The bot's name on Telegram, without the @; None if Telegram is away or refuses the token."""
    api = TelegramApi(token, api_base)
    try:
        return await _name(api) or None
    except Failure:
        return None
    finally:
        await api.close()


async def name_of_bot(api: TelegramApi) -> str:
    """Its name, without the @; "" if Telegram tells none. Raises StartError if the token is refused, else a Failure."""
    try:
        return await _name(api)
    except ApiError as error:
        if is_refused_token(error):
            raise StartError(f"TELEGRAM_TOKEN is refused by Telegram ({error.message})") from None
        raise


async def _name(api: TelegramApi) -> str:
    me = await api.call("getMe", seconds=CALL_SECONDS)
    name = me.get("username") if isinstance(me, dict) else None
    return name if isinstance(name, str) else ""


async def be_pushed(api: TelegramApi, webhook: Webhook) -> None:
    """Tell where updates are to be pushed. Raises StartError if that is refused, else a Failure."""
    # Each time, though the address be the same: Telegram does not tell whether it knows the secret of today.
    try:
        await api.call(
            "setWebhook", url=webhook.url, secret_token=webhook.secret, allowed_updates=ALLOWED,
            drop_pending_updates=False,
        )  # fmt: skip
    except ApiError as error:
        if not is_bad_request(error):
            raise
        raise StartError(f"WEBHOOK_URL is refused by Telegram ({error.message})") from None


async def be_asked(api: TelegramApi) -> None:
    """Have updates wait until they are polled. Raises a Failure."""
    info = await api.call("getWebhookInfo", seconds=CALL_SECONDS)
    if isinstance(info, dict) and (url := info.get("url")):
        log.warning("webhook removed: updates are polled from now on", host=urlsplit(url).hostname)
        await api.call("deleteWebhook", drop_pending_updates=False)
