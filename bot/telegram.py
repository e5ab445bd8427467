"""Telegram's channel, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from bot.channels.base import Pace
from bot.channels.pushing import Webhook
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.config import Settings
from bot.media.store import MediaStore
from handlers.commands import menu
from locales.translator import Translators


def telegram_channel(
    settings: Settings, media: MediaStore, clock: Clock, translators: Translators, *, named: Callable[[str], None]
) -> tuple[TelegramChannel, str]:
    """The channel, and the path of its webhook ("": it polls). `named` is told the bot's name, without the @."""
    assert settings.telegram_token is not None  # noqa: S101  (the caller has looked)
    hook = None
    if settings.webhook_url and settings.webhook_secret:
        hook = Webhook(settings.webhook_url, settings.webhook_secret.get_secret_value())
    channel = TelegramChannel(
        token=settings.telegram_token.get_secret_value(),
        api_base=settings.telegram_api_base,
        media=media,
        clock=clock,
        pace=Pace(settings.send_per_second, settings.send_chat_per_second, settings.send_group_per_minute),
        webhook=hook,
        commands=menu(translators["vi"], frozenset({"reporter"})),
        named=named,
    )
    return channel, urlsplit(hook.url).path if hook else ""
