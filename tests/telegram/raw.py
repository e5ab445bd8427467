"""Calls to the Bot API with nothing between the test and HTTP."""

import io
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, FormData

from tests.telegram.emulator import TelegramEmulator
from tests.telegram.emulator.errors import Json


@dataclass(frozen=True)
class Raw:
    """Speaks for one bot; bytes are uploaded as a file, and what is no text goes as JSON."""

    session: ClientSession
    emulator: TelegramEmulator

    def url(self, method: str, token: str = "") -> str:
        """Where `method` stands."""
        return f"{self.emulator.base_url}/bot{token or self.emulator.token}/{method}"

    async def call(self, method: str, **params: Any) -> tuple[int, Json]:
        """The HTTP status and the whole body of the answer."""
        form = FormData()
        for name, value in params.items():
            if isinstance(value, bytes):
                form.add_field(name, io.BytesIO(value), filename=f"{name}.bin")
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with self.session.post(self.url(method), data=form) as answer:
            return answer.status, await answer.json()

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that has to succeed."""
        status, body = await self.call(method, **params)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """The description of a call that has to fail; it begins with the words of its status."""
        status, body = await self.call(method, **params)
        assert body["ok"] is False, body
        assert body["error_code"] == status
        description: str = body["description"]
        return description
