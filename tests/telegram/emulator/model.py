"""Users, chats and messages, and the JSON the Bot API shows of them."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from tests.telegram.emulator.errors import Json
from tests.telegram.emulator.files import StoredFile
from tests.telegram.emulator.markup import Markup
from tests.telegram.emulator.text import FormattedText

ChatKind: TypeAlias = Literal["private", "group", "supergroup"]
Status: TypeAlias = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
Right: TypeAlias = Literal["can_send_messages", "can_send_photos", "can_send_documents"]
"""Of the rights of a ChatPermissions those that the bots under test need."""

PRESENT: Final = frozenset({"creator", "administrator", "member", "restricted"})
RUNNING: Final = frozenset({"creator", "administrator"})
_PERMISSIONS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users"),
    *("can_pin_messages", "can_manage_topics"),
)
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_pin_messages", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories", "can_send_welcome_messages"),
)


@dataclass(eq=False)
class User:
    """A person or the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        """A User."""
        optional = {"username": self.username, "language_code": self.language_code}
        plain: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return plain | {name: value for name, value in optional.items() if value}


@dataclass(eq=False)
class Chat:
    """A private chat (`peer` is the person) or a group (`members` by user id).

    `withheld`: what members of a group may not do, if they do not run it; one who is ``restricted`` may do nothing.
    """

    id: int
    kind: ChatKind
    title: str = ""
    peer: User | None = None
    started: bool = False
    blocked: bool = False
    members: dict[int, Status] = field(default_factory=dict)
    withheld: frozenset[Right] = frozenset()
    upgraded_to: "Chat | None" = None

    def status(self, user: User) -> Status:
        """What `user` is in the group; ``left`` for one who never was there."""
        return self.members.get(user.id, "left")

    def allows(self, user: User, right: Right) -> bool:
        """Whether `user`, who is in the group, may do this there."""
        status = self.status(user)
        return status in RUNNING or (status != "restricted" and right not in self.withheld)

    def json(self) -> Json:
        """A Chat."""
        if self.peer is not None:
            person = self.peer.json()
            names = {name: person[name] for name in ("first_name", "username") if name in person}
            return {"id": self.id, "type": "private"} | names
        plain: Json = {"id": self.id, "type": self.kind, "title": self.title}
        return plain | ({"all_members_are_administrators": False} if self.kind == "group" else {})

    def full_json(self) -> Json:
        """A ChatFullInfo."""
        gifts = dict.fromkeys(_GIFTS, False)
        return self.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def member_json(user: User, status: Status) -> Json:
    """A ChatMember of any kind."""
    extra: Json = {}
    if status == "creator":
        extra = {"is_anonymous": False}
    elif status == "administrator":
        extra = {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
    elif status == "restricted":
        extra = {"is_member": True, "until_date": 0} | dict.fromkeys(_PERMISSIONS, False)
    elif status == "kicked":
        extra = {"until_date": 0}
    return {"user": user.json(), "status": status} | extra


@dataclass(eq=False)
class Message:
    """One message in a chat. `file` is anything but a photo; `extra` is what else it adds to its JSON: a place, or
    what a service message tells."""

    id: int
    chat: Chat
    sender: User
    date: int
    text: FormattedText | None = None
    caption: FormattedText = field(default_factory=FormattedText)
    photo: tuple[StoredFile, ...] = ()
    file: StoredFile | None = None
    markup: Markup | None = None
    reply_to: "Message | None" = None
    extra: Json = field(default_factory=dict)
    is_service: bool = False
    silent: bool = False
    edited_at: int | None = None
    deleted: bool = False

    @property
    def words(self) -> FormattedText:
        """The text, or the caption under a picture or a file."""
        return self.text if self.text is not None else self.caption

    def json(self, with_reply: bool = True) -> Json:
        """A Message; of the message it answers only the first level, as the documentation says."""
        whole: Json = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": self.date,
        }
        if self.edited_at is not None:
            whole["edit_date"] = self.edited_at
        if with_reply and self.reply_to is not None and not self.reply_to.deleted:
            whole["reply_to_message"] = self.reply_to.json(with_reply=False)
        if self.markup is not None and self.markup.kind == "inline":
            whole["reply_markup"] = self.markup.json()
        return whole | self._content_json() | self.extra

    def inaccessible_json(self) -> Json:
        """An InaccessibleMessage: what a button press carries when its message is gone."""
        return {"chat": self.chat.json(), "message_id": self.id, "date": 0}

    def _content_json(self) -> Json:
        content: Json = {}
        if self.text is not None:
            content |= _words_json("text", "entities", self.text)
        if self.photo:
            content["photo"] = [size.json() for size in self.photo]
        if self.file is not None:
            content[self.file.kind] = self.file.json()
            if self.file.kind == "animation":
                content["document"] = _as_document(content["animation"])
        if self.caption:
            content |= _words_json("caption", "caption_entities", self.caption)
        return content


def _as_document(animation: Json) -> Json:
    """For clients of before there were animations the document is set too, as the documentation says."""
    return {name: value for name, value in animation.items() if name not in {"width", "height", "duration"}}


def _words_json(name: str, entities_name: str, words: FormattedText) -> Json:
    entities = [entity.json() for entity in words.entities]
    return {name: words.text} | ({entities_name: entities} if entities else {})
