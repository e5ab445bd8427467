"""What roles and channels are called."""

from __future__ import annotations

from locales.translator import Translator


def role_name(role: str, tr: Translator) -> str:
    """A role in words; one that we do not have is shown as it is."""
    names = {
        "reporter": tr.plain("reporter"),
        "leader": tr.plain("leader"),
        "officer": tr.plain("officer"),
        "admin": tr.plain("administrator"),
    }
    return names.get(role, role or "–")


def channel_name(channel: str | None, tr: Translator) -> str:
    """Where somebody wrote from."""
    names = {"web": tr.plain("the web page"), "telegram": "Telegram", "zalo": "Zalo", None: tr.plain("not known")}
    return names.get(channel, str(channel).capitalize())
