"""What Telegram tells a Mini App of the person who opened it ("init data"), and whether Telegram said it.

The app hands the data over; it is signed with a key that is made of the bot's token, so nobody else can write it. It is
worth something for a day: who has copied it cannot use it longer than that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

LIMIT = 8192
"""Bytes that init data may have."""

FIELDS = 32
KEPT_FOR = timedelta(days=1)
AHEAD = timedelta(minutes=5)
"""How much Telegram's clock may be before ours."""


class BadInitData(ValueError):
    """It is not what Telegram has signed for this bot, or too old."""


def person_in(init_data: str, token: str, now: datetime) -> str:
    """The Telegram id of the person who opened the app. `token`: the bot's. Raises BadInitData."""
    fields = _fields(init_data)
    said = fields.pop("hash", "")
    if not hmac.compare_digest(said.encode(), _hash_of(fields, token).encode()):
        raise BadInitData("not signed by Telegram for this bot")
    _check_age(fields.get("auth_date", ""), now)
    return _id_in(fields.get("user", ""))


def _fields(init_data: str) -> dict[str, str]:
    if len(init_data) > LIMIT:
        raise BadInitData("too long")
    try:
        pairs = parse_qsl(
            init_data, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=FIELDS
        )  # fmt: skip
    except ValueError as error:
        raise BadInitData("no query string") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadInitData("a field that is there twice")
    return fields


def _hash_of(fields: dict[str, str], token: str) -> str:
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()


def _check_age(auth_date: str, now: datetime) -> None:
    if not (auth_date.isascii() and auth_date.isdigit() and len(auth_date) <= 11):
        raise BadInitData("no time")
    at = datetime.fromtimestamp(int(auth_date), UTC)
    if not -AHEAD <= now - at <= KEPT_FOR:
        raise BadInitData("too old")


def _id_in(user: str) -> str:
    try:
        read = json.loads(user)
    except ValueError as error:
        raise BadInitData("no person") from error
    match read:
        case {"id": int(number)} if not isinstance(number, bool) and number > 0:
            return str(number)
    raise BadInitData("no person")
