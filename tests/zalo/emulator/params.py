"""The parameters of one call, however they came: query, form, multipart or JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.zalo.emulator.errors import ApiError, bad_request

LARGEST_BODY: Final = 12 << 20  # a picture that somebody tries to upload


def _there() -> bool:
    return False


@dataclass(frozen=True)
class Params:
    """Values as text, as on the wire of a form; lists and objects as JSON. An uploaded file is no value at all.

    `gone` tells whether the caller has hung up meanwhile.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    gone: Callable[[], bool] = field(default=_there, repr=False, compare=False)

    def text(self, name: str) -> str:
        """The value, or the empty string."""
        return self.values.get(name, "")

    def given(self, name: str) -> bool:
        """Whether the parameter came at all, empty or not."""
        return name in self.values

    def seconds(self, name: str, default: int) -> int:
        """A whole number of seconds, said as text or as number; 400 for anything else."""
        value = self.values.get(name)
        if value is None:
            return default
        if not value.isdecimal():
            raise bad_request(f"{name} is invalid")
        return int(value)

    def json(self, name: str) -> Any:
        """The value decoded; None if it is missing; 400 if it is not JSON."""
        if not self.given(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise bad_request(f"{name} is invalid") from error


async def read_params(request: web.Request) -> Params:
    """Read the whole request; 400 for what is no JSON object or not UTF-8, 413 for too big a body."""
    values = dict(request.query)
    try:
        if request.content_type == "application/json":
            values |= _from_json(await request.read())
        else:
            values |= {name: one for name, one in (await request.post()).items() if isinstance(one, str)}
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, "Request entity too large", http=413) from error
    except ValueError as error:  # UnicodeDecodeError is one too
        raise bad_request("The request body is invalid") from error
    return Params(values, lambda: request.transport is None or request.transport.is_closing())


def _from_json(body: bytes) -> dict[str, str]:
    decoded = json.loads(body) if body else {}
    if not isinstance(decoded, dict):
        raise ValueError("not an object")
    texts = {name: _as_text(value) for name, value in decoded.items() if value is not None}
    for text in texts.values():
        text.encode()  # half of a surrogate pair cannot be sent on
    return texts


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
