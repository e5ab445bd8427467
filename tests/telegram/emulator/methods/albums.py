"""Several photos at once: an album."""

import json
from typing import Any, Final

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.errors import ApiError, Json, bad_request
from tests.telegram.emulator.files import StoredFile
from tests.telegram.emulator.formatting import measured_caption, read_caption
from tests.telegram.emulator.methods.sending import drafted, uploaded_photo
from tests.telegram.emulator.params import Params
from tests.telegram.emulator.text import FormattedText

_MOST: Final = 10
_LEAST: Final = 2
_CAPTION_FIELDS = ("caption", "parse_mode", "caption_entities")


async def send_media_group(backend: Backend, params: Params) -> list[Json]:
    """The Messages of an album of photos, in order; it has no keyboard, whatever ``reply_markup`` says."""
    given = [_object(one) for one in _list(params)]
    if len(given) > _MOST:
        raise bad_request("too much messages to send as an album")
    # Telegram sends one photo as it is; its documentation promises nothing below two, so a test had better hear of it.
    if len(given) < _LEAST:
        raise bad_request("too few messages to send as an album")
    # All are looked at before one is sent: an album comes whole or not at all.
    media = [(await _photo(backend, params, one), _caption(one)) for one in given]
    drafts = [drafted(backend, params, None, "can_send_photos") for _ in media]
    backend.limits.count_message(drafts[0].chat, len(drafts))
    group = str(drafts[0].id << 20 | abs(drafts[0].chat.id) % (1 << 20))
    for message, (photo, caption) in zip(drafts, media, strict=True):
        message.photo, message.caption = photo, caption
        message.extra = message.extra | {"media_group_id": group}
        backend.world.post(message)
    return [message.json() for message in drafts]


def _list(params: Params) -> list[Any]:
    given = params.json("media", "can't parse media JSON object")
    if not isinstance(given, list):
        raise bad_request("expected an Array of InputMedia")
    return given


def _object(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    if given.get("type") != "photo":  # videos, audios and documents are left out: the bots under test send none so
        raise bad_request("can't parse InputMedia: invalid type specified")
    return given


async def _photo(backend: Backend, params: Params, given: Json) -> tuple[StoredFile, ...]:
    file = Params({"media": str(given.get("media", ""))}, params.uploads).file("media")
    if file is None:
        raise bad_request("can't parse InputMedia: media not found")
    return await uploaded_photo(backend, file)


def _caption(given: Json) -> FormattedText:
    fields = {name: given[name] for name in _CAPTION_FIELDS if given.get(name) is not None}
    own = Params({name: one if isinstance(one, str) else json.dumps(one) for name, one in fields.items()})
    try:
        return measured_caption(read_caption(own))
    except ApiError as error:
        reason = error.description.removeprefix("Bad Request: ")
        if reason.startswith("can't parse entities"):
            raise bad_request(f"can't parse InputMedia: {reason}") from error
        raise
