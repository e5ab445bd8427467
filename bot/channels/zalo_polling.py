"""Zalo asked for what is new: one update a call, consumed by its answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels.zalo_api import CALL_SECONDS, ZaloApi
from bot.channels.zalo_errors import NO_MESSAGES, ApiError
from bot.channels.zalo_handing import Handing
from bot.channels.zalo_updates import normalised

_AT_ONCE, _SUSPICIOUS = 0.02, 5


async def poll(
    api: ZaloApi,
    handing: Handing,
    seconds: int,
    *,
    goes_on: Callable[[], bool],
    works: Callable[[], None],
    met: Callable[[Exception], Awaitable[float | None]],
    rest: Callable[[float], Awaitable[None]],
) -> None:
    """Ask, each time for so many seconds, and hand over what comes, as long as it `goes_on`. `works`: told of each
    answer. `met`: told of each failure; the seconds to `rest`, None to end."""
    empty = 0
    while goes_on():
        await handing.room()
        if not goes_on():
            return
        began = time.monotonic()
        try:
            update = await _fetched(api, seconds)
            if update is not None:
                await handing.take(update)
        except Exception as error:
            # Whatever it is, the bot must not go deaf.
            pause = await met(error)
            if pause is None:
                return
            await rest(pause)
            continue
        works()
        # An answer without a wait, again and again, is none of Zalo's: it must not be asked as fast as it answers.
        empty = empty + 1 if update is None and time.monotonic() - began < _AT_ONCE else 0
        if empty > _SUSPICIOUS:
            await rest(1)


async def _fetched(api: ZaloApi, seconds: int) -> Any:
    """The next update, None if none came in the time. Raises Failure."""
    try:
        return normalised(await api.call("getUpdates", seconds=seconds + CALL_SECONDS, timeout=seconds))
    except ApiError as error:
        if error.code == NO_MESSAGES:
            return None
        raise
