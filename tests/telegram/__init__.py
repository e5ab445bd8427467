"""A Telegram to test against: a strict emulator of the Bot API and people who use its phones."""
