"""Telegram's updates, read as the neutral `Incoming`.

They are read straight from their JSON: of the hundreds of fields that there are few matter here, and a field that is
not asked for can be of any form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.channels.moments import said_at
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_fields import UnknownForm, flag, name_of, number, part, parts, text, whole
from bot.channels.telegram_files import Fetcher, Sent, file_in
from bot.channels.telegram_markup import markup_of
from bot.clock import Clock
from bot.media.store import MediaStore
from handlers.events import Incoming, Location, Membership, Photo

log = structlog.get_logger(__name__)

CHANNEL = "telegram"
ALLOWED = ["message", "callback_query", "my_chat_member"]
"""The kinds of updates that are asked for; an edited message changes no report, nor is a place followed
that moves, so it is not among them."""

NAME_LIMIT = 80
TITLE_LIMIT = 128

Update = Mapping[str, Any]
"""An update as Telegram tells it; that it has a whole `update_id` is known of it, and no more."""

_PRIVATE, _CHANNEL = "private", "channel"
_GROUPS = frozenset({"group", "supergroup"})
_PRESENT = frozenset({"creator", "administrator", "member"})
_RUNNING = frozenset({"creator", "administrator"})
_RESTRICTED = "restricted"
_ADDRESSED = re.compile(r"/\w+@(\w+)")

# Notes of Telegram's own (a message was pinned, a timer was set), and what only shops get: to such nobody wants an
# answer. What has neither one of these fields nor one that is read below is something that a person sent and no
# conversation here can use.
_NOTES = frozenset(
    [
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "community_chat_added",
        "community_chat_joined",
        "community_chat_removed",
        "connected_website",
        "delete_chat_photo",
        "direct_message_price_changed",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "gift",
        "gift_upgrade_sent",
        "giveaway",
        "giveaway_completed",
        "giveaway_created",
        "giveaway_winners",
        "group_chat_created",
        "invoice",
        "left_chat_member",
        "managed_bot_created",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "paid_message_price_changed",
        "passport_data",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "suggested_post_approval_failed",
        "suggested_post_approved",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "supergroup_chat_created",
        "unique_gift",
        "user_shared",
        "users_shared",
        "venue",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "web_app_data",
        "write_access_allowed",
    ]
)


def parse(raw: Any) -> Update:
    """An update from its JSON. Raises ValueError for what is no update at all."""
    if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
        raise ValueError("no update")
    return raw


def chat_of(update: Update) -> int:
    """The chat whose order an update keeps; 0 for one of no chat."""
    try:
        if message := part(update, "message"):
            return whole(part(message, "chat") or {}, "id")
        if press := part(update, "callback_query"):
            return whole(part(part(press, "message") or {}, "chat") or {}, "id")
        change = part(update, "my_chat_member")
        return whole(part(change, "chat") or {}, "id") if change else 0
    except UnknownForm:
        return 0


def press_of(update: Update) -> str:
    """The id of the press whose spinner turns until it is answered; "" of an update that is none."""
    press = update.get("callback_query")
    found = press.get("id") if isinstance(press, dict) else ""
    return found if isinstance(found, str) else ""


class Reader:
    """Reads updates, and has the files fetched that they speak of."""

    def __init__(self, api: TelegramApi, media: MediaStore, clock: Clock) -> None:
        self._fetcher, self._clock = Fetcher(api, media), clock
        self.username = ""
        """The bot's own, once it is known: commands for another bot are then left to that one."""

    async def read(self, update: Update) -> Incoming | None:
        """What happened, or None if it concerns no conversation. Raises NotTaken if a file could not be kept now."""
        try:
            return await self._read(str(update["update_id"]), update)
        except UnknownForm as error:
            # It would come again and again otherwise, and hold up what stands behind it.
            log.error("update passed over: its form is not known", update=update["update_id"], where=str(error))
            return None

    async def _read(self, key: str, update: Update) -> Incoming | None:
        if message := part(update, "message"):
            return await self._message(key, message)
        if press := part(update, "callback_query"):
            return self._press(key, press)
        if change := part(update, "my_chat_member"):
            return self._membership(key, change)
        return None

    def _base(
        self, key: str, within: Mapping[str, Any], sender: Mapping[str, Any] | None, *, at: datetime | None = None,
        **what: Any,
    ) -> Incoming:  # fmt: skip
        """An update of the chat that `within` names, as old as that says unless `at` is known."""
        chat = _chat(within)
        number_, is_group = str(whole(chat, "id")), chat["type"] in _GROUPS
        return Incoming(
            channel=CHANNEL,
            chat=number_,
            sender=str(whole(sender, "id")) if sender else number_,
            key=key,
            at=at or said_at(within.get("date"), self._clock.now()),
            sender_name=name_of(sender)[:NAME_LIMIT] if sender else "",
            is_group=is_group,
            title=text(chat, "title")[:TITLE_LIMIT] if is_group else "",
            **what,
        )

    async def _message(self, key: str, message: Mapping[str, Any]) -> Incoming | None:
        """A caption is passed over: a conversation takes one thing at a time, and the picture or the file is it."""
        sender, kind = part(message, "from"), _chat(message)["type"]
        if "text" in message:
            return self._line(key, message, sender, kind)
        # Its twin in the new group, `migrate_from_chat_id`, tells the same once more.
        if "migrate_to_chat_id" in message:
            to = str(whole(message, "migrate_to_chat_id"))
            return self._base(key, message, sender, membership=Membership.MOVED, moved_to=to)
        # In a group nobody sends the bot a picture, a file or a place, so none is fetched and kept there.
        if kind != _PRIVATE:
            return None
        base = self._base(key, message, sender)
        if place := part(message, "location"):
            return replace(base, location=_place(place))
        if photo := parts(message, "photo"):
            return replace(base, photo=await self._fetcher.photo(photo, f"{CHANNEL}:{base.chat}"))
        if sent := file_in(message):
            return await self._file(base, sent)
        return None if _NOTES & message.keys() else base

    def _line(
        self, key: str, message: Mapping[str, Any], sender: Mapping[str, Any] | None, kind: str
    ) -> Incoming | None:
        line = text(message, "text")
        if kind == _CHANNEL or not self._is_for_us(line):
            return None
        markup = None if kind in _GROUPS else markup_of(line, parts(message, "entities"))
        return self._base(key, message, sender, text=line, markup=markup)

    async def _file(self, base: Incoming, sent: Sent) -> Incoming:
        kept = await self._fetcher.file(sent, f"{CHANNEL}:{base.chat}")
        return replace(base, photo=kept) if isinstance(kept, Photo) else replace(base, document=kept)

    def _is_for_us(self, line: str) -> bool:
        if not line.startswith("/"):
            return True
        found = _ADDRESSED.match(line)
        return found is None or not self.username or found[1].lower() == self.username.lower()

    def _press(self, key: str, press: Mapping[str, Any]) -> Incoming | None:
        message, data = part(press, "message"), text(press, "data")
        if message is None or not data or _chat(message)["type"] == _CHANNEL:
            return None
        # Of a press Telegram gives no moment; the message's is that of the question.
        now, on = self._clock.now(), str(whole(message, "message_id"))
        return self._base(key, message, part(press, "from"), at=now, action=data, message_id=on)

    def _membership(self, key: str, change: Mapping[str, Any]) -> Incoming | None:
        """In a private chat only its end is told: its beginning is the /start that follows."""
        membership = _change(part(change, "old_chat_member") or {}, part(change, "new_chat_member") or {})
        kind = _chat(change)["type"]
        is_told = membership is Membership.REMOVED if kind == _PRIVATE else kind != _CHANNEL
        if membership is None or not is_told:
            return None
        return self._base(key, change, part(change, "from"), membership=membership)


def _chat(within: Mapping[str, Any]) -> dict[str, Any]:
    chat = part(within, "chat")
    if chat is None or not isinstance(chat.get("type"), str):
        raise UnknownForm("chat")
    return chat


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> Membership | None:
    """What a change of the bot's own membership means for a chat. One who is made to run a group may write there,
    whatever held for its members."""
    was, now = _is_present(old), _is_present(new)
    if was != now:
        return Membership.ADDED if now else Membership.REMOVED
    if not now:
        return None
    if _is_silent(new) and not _is_silent(old):
        return Membership.SILENCED
    runs, ran = text(new, "status") in _RUNNING, text(old, "status") in _RUNNING
    is_freed = (_is_silent(old) and not _is_silent(new)) or (runs and not ran)
    return Membership.ALLOWED if is_freed else None


def _place(place: Mapping[str, Any]) -> Location:
    accuracy = number(place, "horizontal_accuracy") if "horizontal_accuracy" in place else 0.0
    return Location(number(place, "latitude"), number(place, "longitude"), accuracy)


def _is_present(member: Mapping[str, Any]) -> bool:
    status = text(member, "status")
    return flag(member, "is_member") if status == _RESTRICTED else status in _PRESENT


def _is_silent(member: Mapping[str, Any]) -> bool:
    return text(member, "status") == _RESTRICTED and not flag(member, "can_send_messages")
