"""New messages of the bot."""

import mimetypes
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession

from tests.telegram.emulator.backend import Backend
from tests.telegram.emulator.errors import Json, bad_request
from tests.telegram.emulator.files import MEGABYTE, StoredFile
from tests.telegram.emulator.formatting import measured_caption, measured_text, read_caption, read_text
from tests.telegram.emulator.markup import Markup, read_markup
from tests.telegram.emulator.model import Chat, Message, Right
from tests.telegram.emulator.params import Params, Upload

_LARGEST_BY_URL: Final = 20 * MEGABYTE
_ACTIONS = frozenset(
    {"cancel", "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"}
    | {"record_audio", "upload_audio", "upload_document", "choose_sticker", "find_location", "pick_up_location"}
    | {"record_video_note", "upload_video_note"}
)


async def send_message(backend: Backend, params: Params) -> Json:
    """A Message with text."""
    text = read_text(params)
    markup = read_markup(params)
    message = drafted(backend, params, markup, "can_send_messages")
    message.text = measured_text(text)
    return _posted(backend, message)


async def send_photo(backend: Backend, params: Params) -> Json:
    """A Message with a photo: uploaded, known by its file_id, or fetched from an address."""
    given = params.file("photo")
    if given is None:
        raise bad_request("there is no photo in the request")
    caption, markup = read_caption(params), read_markup(params)
    photo = await uploaded_photo(backend, given)
    message = drafted(backend, params, markup, "can_send_photos")
    message.photo, message.caption = photo, measured_caption(caption)
    return _posted(backend, message)


async def send_document(backend: Backend, params: Params) -> Json:
    """A Message with a document: uploaded, known by its file_id, or fetched from an address."""
    given = params.file("document")
    if given is None:
        raise bad_request("there is no document in the request")
    caption, markup = read_caption(params), read_markup(params)
    document = await _document(backend, given)
    message = drafted(backend, params, markup, "can_send_documents")
    message.file, message.caption = document, measured_caption(caption)
    return _posted(backend, message)


async def send_chat_action(backend: Backend, params: Params) -> bool:
    """Show "typing…" and the like."""
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    backend.open_chat(params)
    return True


def drafted(backend: Backend, params: Params, markup: Markup | None, right: Right) -> Message:
    """An empty message of the bot in the chat of ``chat_id``, not yet posted; 400 or 403 if it may not be."""
    wanted, may_be_missing = _reply_wanted(params)
    chat = backend.open_chat(params)
    backend.require_right(chat, right)
    reply_to = _replied(backend, chat, wanted, may_be_missing)
    message = backend.world.new_message(chat, backend.world.bot)
    message.markup, message.reply_to, message.silent = markup, reply_to, params.flag("disable_notification")
    if params.flag("protect_content"):
        message.extra = {"has_protected_content": True}
    return message


def _posted(backend: Backend, message: Message) -> Json:
    backend.limits.count_message(message.chat)
    backend.world.post(message)
    return message.json()


def _reply_wanted(params: Params) -> tuple[int, bool]:
    given = params.json("reply_parameters", "can't parse reply parameters JSON object")
    if given is None:
        return params.integer("reply_to_message_id"), params.flag("allow_sending_without_reply")
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    if given and not isinstance(given.get("message_id"), int):
        raise bad_request('can\'t find field "message_id"')
    return given.get("message_id", 0), bool(given.get("allow_sending_without_reply"))


def _replied(backend: Backend, chat: Chat, message_id: int, may_be_missing: bool) -> Message | None:
    if message_id <= 0:
        return None
    found = backend.world.message(chat, message_id)
    if found is None and not may_be_missing:
        raise bad_request("message to be replied not found")
    return found


async def uploaded_photo(backend: Backend, given: Upload | str) -> tuple[StoredFile, ...]:
    """The sizes of a photo that was uploaded, is known by its file_id or is fetched from an address; else 400."""
    files = backend.world.files
    if isinstance(given, str) and "." not in given:
        return files.photo_of(_known(backend, given, "photo"))
    if isinstance(given, str):
        given = await _fetched(given)
        if not given.content_type.startswith("image/"):
            raise bad_request("wrong type of the web page content")
    return files.add_photo(given.content)


async def _document(backend: Backend, given: Upload | str) -> StoredFile:
    if isinstance(given, str) and "." not in given:
        return _known(backend, given, "document")
    if isinstance(given, str):
        given = await _fetched(given)
    mime = mimetypes.guess_type(given.name)[0] or given.content_type
    return backend.world.files.add_document(given.content, given.name, mime)


def _known(backend: Backend, file_id: str, kind: str) -> StoredFile:
    stored = backend.world.files.by_id(file_id)
    if stored is None:
        raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


async def _fetched(url: str) -> Upload:
    """What stands at `url`. Only this machine is asked; every other address is one that does not answer."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        raise bad_request("failed to get HTTP URL content")
    try:
        async with ClientSession() as session, session.get(url) as answer:
            content = await answer.read()
            if not answer.ok or len(content) > _LARGEST_BY_URL:
                raise bad_request("failed to get HTTP URL content")
            return Upload(answer.url.name or "file", content, answer.content_type)
    except (ClientError, ValueError) as error:
        raise bad_request("failed to get HTTP URL content") from error
