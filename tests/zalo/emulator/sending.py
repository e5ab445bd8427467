"""The methods that write into a chat."""

import io
import re
from dataclasses import replace
from typing import Final

from PIL import Image, UnidentifiedImageError

from tests.zalo.emulator.backend import Backend
from tests.zalo.emulator.errors import Json, bad_request
from tests.zalo.emulator.hosts import Fetched
from tests.zalo.emulator.htmltext import from_html
from tests.zalo.emulator.markdown import from_markdown
from tests.zalo.emulator.model import Chat, Message
from tests.zalo.emulator.params import Params
from tests.zalo.emulator.styled import Styled, plain, read_text_styles, utf16_length

LONGEST_TEXT: Final = 2000
_STICKER = re.compile(r"[0-9a-f]{20}")
_WEB = ("http://", "https://")


async def send_message(backend: Backend, params: Params) -> Json:
    """Words, plain or with markup or with styles."""
    chat = backend.world.open_chat(params.text("chat_id"))
    return _sent(backend, chat, Message("", chat, 0, words=_words(params)))


async def send_photo(backend: Backend, params: Params) -> Json:
    """A picture by its address, fetched by Zalo and again for the phone: black if it is gone by then."""
    chat = backend.world.open_chat(params.text("chat_id"))
    url = params.text("photo")
    if not url:
        raise bad_request("The photo must not be empty")
    if not url.startswith(_WEB):
        raise bad_request("The photo must start with http:// or https://")
    caption = _length_checked("caption", params.text("caption")) if params.given("caption") else ""
    if picture(await backend.internet.fetch(url)) is None:
        raise bad_request("The photo URL is invalid")
    shown = picture(await backend.internet.fetch(url))
    return _sent(backend, chat, Message("", chat, 0, words=plain(caption), photo_url=url, photo=shown))


async def send_sticker(backend: Backend, params: Params) -> Json:
    """A sticker by its number in the shop of stickers."""
    chat = backend.world.open_chat(params.text("chat_id"))
    sticker = params.text("sticker")
    if not _STICKER.fullmatch(sticker):
        raise bad_request("The sticker is invalid")
    return _sent(backend, chat, Message("", chat, 0, sticker=sticker))


async def send_voice(backend: Backend, params: Params) -> Json:
    """A voice by its address; in a group it is taken and nobody hears it."""
    chat = backend.world.open_chat(params.text("chat_id"))
    url = params.text("voice_url")
    if not url.startswith(_WEB) or not url.partition("?")[0].endswith(".aac"):
        raise bad_request("The voice_url is invalid")
    voice = await backend.internet.fetch(url)
    if voice is None:
        raise bad_request("The voice_url is invalid")
    message = Message("", chat, 0, voice=voice.content)
    return _sent(backend, chat, message, heard=chat.kind == "PRIVATE")


async def send_chat_action(backend: Backend, params: Params) -> Json:
    """``typing``, kept for the test to look at; the only answer without a result."""
    chat = backend.world.open_chat(params.text("chat_id"))
    action = params.text("action")
    if action != "typing":
        raise bad_request("action is invalid")
    backend.world.actions.append((chat.id, action))
    return {}


def picture(fetched: Fetched | None) -> bytes | None:
    """The bytes of a real picture that says that it is one."""
    if fetched is None or not fetched.content_type.startswith("image/"):
        return None
    try:
        with Image.open(io.BytesIO(fetched.content)) as opened:
            opened.verify()
    except (UnidentifiedImageError, OSError, SyntaxError):
        return None
    return fetched.content


def _words(params: Params) -> Styled:
    text = _length_checked("text", params.text("text"))
    mode = params.text("parse_mode")
    if params.given("parse_mode"):
        if mode not in {"markdown", "html"}:
            raise bad_request("parse_mode is invalid")
        words = from_markdown(text) if mode == "markdown" else from_html(text)
    elif params.given("text_styles"):
        words = read_text_styles(text, params.json("text_styles"))
    else:
        words = plain(text)
    if not words.text.strip():
        raise bad_request("The text must not be empty")
    return words


def _length_checked(name: str, text: str) -> str:
    if not text:
        raise bad_request(f"The {name} must not be empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request(f"The {name} must not exceed {LONGEST_TEXT} characters")
    return text


def _sent(backend: Backend, chat: Chat, message: Message, heard: bool = True) -> Json:
    backend.quota.require()
    backend.burst.count(chat.id)
    backend.quota.count_sent()
    world = backend.world
    written = replace(message, id=world.new_id(), date=world.now())
    if heard:
        world.post(written)
    return {"result": {"message_id": written.id, "date": written.date}}
