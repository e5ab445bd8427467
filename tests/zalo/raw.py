"""Calls written from the reference alone, with nothing between the test and HTTP."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from tests.zalo.emulator import ZaloEmulator
from tests.zalo.emulator.errors import Json


@dataclass(frozen=True)
class Raw:
    """Speaks for one bot: POST and JSON, as the reference advises."""

    session: ClientSession
    emulator: ZaloEmulator

    def url(self, method: str, token: str = "") -> str:
        """Where `method` stands."""
        return f"{self.emulator.base_url}/bot{token or self.emulator.token}/{method}"

    async def call(self, method: str, **params: Any) -> tuple[int, Json]:
        """The HTTP status and the whole body of the answer."""
        async with self.session.post(self.url(method), json=params) as answer:
            return answer.status, await answer.json()

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that has to succeed."""
        status, body = await self.call(method, **params)
        assert (status, body["ok"]) == (200, True), body
        return body.get("result")

    async def refused(self, method: str, **params: Any) -> tuple[int, str]:
        """The code and description of a call that has to fail, in an HTTP 200."""
        status, body = await self.call(method, **params)
        assert (status, body["ok"]) == (200, False), body
        return body.get("error_code") or body["errorCode"], body["description"]

    async def hears(self) -> Json | None:
        """The next update; None if there is none by now."""
        _, body = await self.call("getUpdates", timeout=0)
        update: Json | None = body.get("result")
        return update

    async def hears_all(self) -> list[Json]:
        """All updates that wait."""
        updates = []
        while (update := await self.hears()) is not None:
            updates.append(update)
        return updates
