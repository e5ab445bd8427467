"""What became of a broadcast at one recipient, in words."""

from __future__ import annotations

from locales.translator import Translator
from storage.tables import RecipientState

UNWANTED, CUT_OFF, SILENT = "unwanted", "cut off", "silent"
"""Why somebody was left out who was meant when it started, as kept with them."""

_SILENCED = (
    *("silenced", "not enough rights", "have no rights", "no write access"),
    *("chat_write_forbidden", "chat_send_plain_forbidden", "user_banned_in_channel", "chat_restricted"),
)
"""What channels say where a group does not let the bot write."""


def is_silenced(error: str | None) -> bool:
    """Whether a group took the bot's right to write, by what the channel said: nobody blocked it."""
    return any(sign in (error or "").lower() for sign in _SILENCED)


def state_name(state: str, tr: Translator) -> str:
    names = {
        RecipientState.WAITING: tr.plain("still to come"),
        RecipientState.QUEUED: tr.plain("on its way"),
        RecipientState.SENT: tr.plain("sent"),
        RecipientState.BLOCKED: tr.plain("blocked the bot"),
        RecipientState.FAILED: tr.plain("failed"),
        RecipientState.STOPPED: tr.plain("not sent to"),
    }
    return names[RecipientState(state)]


def reason(state: str, error: str | None, tr: Translator) -> str:
    """Why a recipient did not get it: `error` is ours (see above), or what the channel said."""
    said = (error or "").lower()
    if not said:
        return tr.plain("stopped before its turn") if state == RecipientState.STOPPED else tr.plain("no reason given")
    words = {
        UNWANTED: tr.plain("does not want such news"),
        CUT_OFF: tr.plain("the account or the group is not linked any more"),
        SILENT: tr.plain("I may not write in that group"),
    }
    if said in words:
        return words[said]
    if is_silenced(said):
        return words[SILENT]
    for signs, meaning in (
        (("no file", "is gone"), tr.plain("a picture or the file is gone")),
        (("too long", "too big", "too large"), tr.plain("too long or too large for the channel")),
        (("retry", "network", "timeout", "connect"), tr.plain("the network was away too long")),
    ):
        if any(sign in said for sign in signs):
            return meaning
    return tr.plain("the channel did not take it")
