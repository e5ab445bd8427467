"""Keyboards under a message: what a call may ask for, and what the phone then shows."""

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from tests.telegram.emulator.errors import ApiError, Json, bad_request
from tests.telegram.emulator.links import WrongLink, checked_link
from tests.telegram.emulator.params import Params

Kind: TypeAlias = Literal["inline", "reply", "remove", "force"]

_LONGEST_CALLBACK_DATA: Final = 64
# Not documented; bots that put more than a hundred buttons under a message get this answer.
_MOST_INLINE_BUTTONS: Final = 100
_OTHER_ACTIONS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


@dataclass(frozen=True)
class Markup:
    """A validated ``reply_markup``; `rows` holds InlineKeyboardButton or KeyboardButton objects."""

    kind: Kind
    rows: tuple[tuple[Json, ...], ...] = ()
    one_time: bool = False

    def json(self) -> Json:
        """An InlineKeyboardMarkup: the one kind that comes back inside a Message."""
        return {"inline_keyboard": [list(row) for row in self.rows]}

    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words on the buttons, row by row."""
        return tuple(tuple(button["text"] for button in row) for row in self.rows)


def read_markup(params: Params) -> Markup | None:
    """The parameter ``reply_markup``; None if it is missing or shows nothing; 400 if it is wrong."""
    given = params.json("reply_markup", "can't parse reply keyboard markup JSON object")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    keyboard = _rows(given, "keyboard", 'field "keyboard" must be an Array of Arrays')
    complaint = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    inline = _rows(given, "inline_keyboard", complaint)
    if any(keyboard):
        rows = tuple(tuple(_keyboard_button(one) for one in row) for row in keyboard)
        return Markup("reply", rows, one_time=bool(given.get("one_time_keyboard")))
    if any(inline):
        return _inline(inline)
    if given.get("remove_keyboard"):
        return Markup("remove")
    return Markup("force") if given.get("force_reply") else None


def read_inline_markup(params: Params) -> Markup | None:
    """As `read_markup`, for an edit: only an inline keyboard can be put under a message that stands."""
    markup = read_markup(params)
    if markup is not None and markup.kind != "inline":
        raise bad_request("inline keyboard expected")
    return markup


def _inline(rows: list[list[Any]]) -> Markup:
    if sum(map(len, rows)) > _MOST_INLINE_BUTTONS:
        raise bad_request("reply markup is too long")
    return Markup("inline", tuple(tuple(_inline_button(one) for one in row) for row in rows if row))


def _rows(given: Json, name: str, complaint: str) -> list[list[Any]]:
    rows = given.get(name, [])
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return rows


def _keyboard_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    prefix = "can't parse keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}: KeyboardButton must be a String or an Object")
    text = _field(button, "text", prefix)
    if not text:
        raise bad_request("keyboard button text must be non-empty")
    return {"text": text}


def _inline_button(button: Any) -> Json:
    prefix = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}: InlineKeyboardButton must be an Object")
    text = _field(button, "text", prefix)
    # Telegram drops a button without words and says nothing; a test had better hear of it.
    if not text:
        raise bad_request("inline keyboard button text must be non-empty")
    if button.get("url"):
        return {"text": text, "url": _button_url(_field(button, "url", prefix))}
    if button.get("callback_data"):
        return {"text": text, "callback_data": _callback_data(_field(button, "callback_data", prefix))}
    for action in _OTHER_ACTIONS:
        if action in button:
            return {"text": text, action: button[action]}
    raise bad_request(f"{prefix}: Text buttons are unallowed in the inline keyboard")


def _callback_data(data: str) -> str:
    if len(data.encode()) > _LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _button_url(url: str) -> str:
    try:
        return checked_link(url)
    except WrongLink as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from error


def _field(button: Json, name: str, prefix: str) -> str:
    if name not in button:
        raise bad_request(f'{prefix}: Can\'t find field "{name}"')
    value = button[name]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _wrong_type(prefix, name)
    return str(value)


def _wrong_type(prefix: str, name: str) -> ApiError:
    return bad_request(f'{prefix}: Field "{name}" must be of type String')
