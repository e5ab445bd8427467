"""From the parameters of a call (text, parse mode, entities) to formatted text."""

from typing import Any, Final

from tests.telegram.emulator.errors import ApiError, bad_request
from tests.telegram.emulator.htmltext import parse_html
from tests.telegram.emulator.params import Params
from tests.telegram.emulator.text import Entity, FormattedText, in_order

LONGEST_TEXT: Final = 4096
LONGEST_CAPTION: Final = 1024
_LONGEST_SOURCE_BYTES: Final = 1 << 15
_LEFT_TO_TELEGRAM = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_KINDS = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
    | {"code", "pre", "text_link", "custom_emoji"}
)


def read_text(params: Params) -> FormattedText:
    """The parameter ``text``, parsed and not yet measured."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    return _parsed(params, "text", "entities")


def read_caption(params: Params) -> FormattedText:
    """The parameter ``caption``, parsed and not yet measured; it may be empty."""
    return _parsed(params, "caption", "caption_entities")


def measured_text(text: FormattedText) -> FormattedText:
    """What is kept of a message's text; 400 if it is empty or too long after parsing."""
    kept = text.trimmed()
    if not kept:
        raise bad_request("text must be non-empty")
    # Telegram's documentation says 4096 characters and its clients count UTF-16 code units; the
    # stricter reading of the two is the one a bot is safe with.
    if len(kept) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return kept.with_found_entities()


def measured_caption(caption: FormattedText) -> FormattedText:
    """What is kept of a caption; 400 if it is too long after parsing."""
    kept = caption.trimmed()
    if len(kept) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return kept.with_found_entities()


def _parsed(params: Params, field: str, entities_field: str) -> FormattedText:
    source = params.text(field)
    if len(source.encode()) > _LONGEST_SOURCE_BYTES:
        raise bad_request("text is too long")
    mode = params.text("parse_mode").lower()
    if source and mode not in {"", "none"}:
        if mode != "html":  # Markdown is left out on purpose: the bots under test do not write it
            raise bad_request("unsupported parse_mode")
        return parse_html(source)
    return FormattedText(source, tuple(_given_entities(params, entities_field)))


def _given_entities(params: Params, field: str) -> list[Entity]:
    try:
        given = params.json(field, "")
    except ApiError:
        return []  # as Telegram does: entities that are no JSON are passed over
    if not isinstance(given, list):
        return []
    kept = [one for one in map(_entity, given) if one is not None]
    return list(in_order(kept))


def _entity(given: Any) -> Entity | None:
    if not isinstance(given, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for name in ("offset", "length"):
        if not isinstance(given.get(name), int):
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
    kind = given.get("type")
    if kind in _LEFT_TO_TELEGRAM:
        return None
    if kind not in _KINDS:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    extra = {name: str(given.get(name, "")) for name in ("url", "language", "custom_emoji_id")}
    return Entity(kind, given["offset"], given["length"], **extra)
