"""The parameters of one call, whichever of Telegram's four ways they came: query, form, multipart or JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.telegram.emulator.errors import ApiError, bad_request

_INTEGER = re.compile(r"-?[0-9]+")
_ATTACHED = "attach://"
LARGEST_BODY: Final = 51 << 20  # a file of 50 MB and what stands around it


@dataclass(frozen=True)
class Upload:
    """One file of a multipart body."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Params:
    """Every value is text, as on the wire of a form; a missing parameter and an empty one are the same."""

    values: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value, or the empty string."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """The number at the start of the value (no number is 0), moved into `low`..`high`: no error here."""
        value = self.text(name)
        if not value:
            number = default
        else:
            found = _INTEGER.match(value)
            number = int(found[0]) if found else 0
        if low is not None:
            number = max(number, low)
        return number if high is None else min(number, high)

    def flag(self, name: str) -> bool:
        """True for ``true``, ``yes`` and ``1``; False for anything else."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str, complaint: str) -> Any:
        """The value decoded; None if it is missing; 400 with `complaint` if it is not JSON."""
        if not self.text(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise bad_request(complaint) from error

    def file(self, name: str) -> Upload | str | None:
        """An uploaded file, or the file_id or URL given in its place, or None."""
        value = self.text(name)
        if value.startswith(_ATTACHED):
            return self.uploads.get(value.removeprefix(_ATTACHED))
        return value or self.uploads.get(name)


def from_json(body: bytes) -> Params:
    """Of a JSON object; 400 for what is none."""
    return Params(_from_json(body))


async def read_params(request: web.Request) -> Params:
    """Read the whole request; 400 for what is no JSON object or no Unicode, 413 for too big a body."""
    values = dict(request.query)
    uploads: dict[str, Upload] = {}
    if (request.content_length or 0) > LARGEST_BODY:
        raise ApiError(413, "Request Entity Too Large")
    try:
        if request.content_type == "application/json":
            values |= _from_json(await request.read())
        else:
            _split_form(await request.post(), values, uploads)
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, "Request Entity Too Large") from error
    except ValueError as error:
        raise bad_request("can't parse form data") from error
    _require_unicode(values)
    return Params(values, uploads)


def _split_form(form: Mapping[str, Any], values: dict[str, str], uploads: dict[str, Upload]) -> None:
    for name, value in form.items():
        if isinstance(value, web.FileField):
            with value.file as stream:
                uploads[name] = Upload(value.filename, stream.read(), value.content_type)
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode()


def _from_json(body: bytes) -> dict[str, str]:
    try:
        decoded = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse parameters JSON object") from error
    if not isinstance(decoded, dict):
        raise bad_request("JSON object expected")
    return {name: _as_text(value) for name, value in decoded.items() if value is not None}


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _require_unicode(values: Mapping[str, str]) -> None:
    try:
        for value in values.values():
            value.encode()
    except UnicodeEncodeError as error:
        raise bad_request("strings must be encoded in UTF-8") from error
