"""A strict emulator of the Telegram Bot API over real HTTP, built from Telegram's documentation.

Where the documentation is silent the answers follow the source of Telegram's own Bot API server. Left out:
Markdown, inline mode, payments, stories, topics, and a method call in the answer to a webhook that is no JSON.
"""

from tests.telegram.emulator.telegram import DEFAULT_TOKEN, TelegramEmulator

__all__ = ["DEFAULT_TOKEN", "TelegramEmulator"]
