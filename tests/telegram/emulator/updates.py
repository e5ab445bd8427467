"""Updates waiting for the bot, and the two ways it hears of them: asking, and being asked by a webhook."""

import asyncio
import contextlib
import heapq
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.telegram.emulator.errors import Json, conflict

DAY: Final = 86_400
# Telegram keeps a press of a button for a bot that is away no longer than this; everything else a day.
PRESS_LIFETIME: Final = 150
_FIRST_UPDATE_ID: Final = 870_000_001
_DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
_KNOWN_KINDS = _DEFAULT_KINDS | {"chat_member"}
_OTHER_INSTANCE = "terminated by other getUpdates request; make sure that only one bot instance is running"
_BY_WEBHOOK = "terminated by setWebhook request"


@dataclass(frozen=True)
class Update:
    """One update, frozen as it was when it happened. `lane`: updates of one lane keep their order."""

    id: int
    kind: str
    payload: str
    lane: int
    expires_at: float

    def json(self) -> Json:
        """An Update."""
        return {"update_id": self.id, self.kind: json.loads(self.payload)}


class UpdateQueue:
    """What the bot has not confirmed yet. `on_added` is called after each new update."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._next_id = _FIRST_UPDATE_ID
        self._pending: dict[int, Update] = {}
        self._lanes: dict[int, dict[int, Update]] = {}
        self._expiring: list[tuple[float, int]] = []
        self._repeated: list[Update] = []
        self.allowed: frozenset[str] = _DEFAULT_KINDS
        self.on_added: list[Callable[[Update], None]] = []

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._pending)

    @property
    def allows_default(self) -> bool:
        """Whether the bot takes the kinds of updates that everybody gets."""
        return self.allowed == _DEFAULT_KINDS

    def allow(self, given: object) -> None:
        """Set the kinds of updates to keep from now on; no list keeps the setting, an empty one resets it."""
        if not isinstance(given, list):
            return
        known = frozenset(str(one).lower() for one in given) & _KNOWN_KINDS
        self.allowed = known or _DEFAULT_KINDS

    def add(self, kind: str, payload: Json, lane: int) -> Update | None:
        """Keep a new update; None if the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        lifetime = PRESS_LIFETIME if kind == "callback_query" else DAY
        frozen = json.dumps(payload, ensure_ascii=False)
        update = Update(self._next_id, kind, frozen, lane, self._clock() + lifetime)
        self._next_id += 1
        self._pending[update.id] = update
        self._lanes.setdefault(lane, {})[update.id] = update
        heapq.heappush(self._expiring, (update.expires_at, update.id))
        self._announce(update)
        return update

    def repeat(self, update: Update) -> None:
        """Give `update` once more under its old id, whatever the bot confirmed: its acknowledgement got lost."""
        self._repeated.append(update)
        self._announce(update)

    def take(self, offset: int, limit: int) -> list[Update]:
        """Confirm what lies below `offset` (a negative one keeps so many of the last) and list the next."""
        self._drop_expired()
        if offset < 0:
            offset = ([*self._pending][offset:] or [0])[0]
        for update_id in [*itertools.takewhile(lambda one: one < offset, self._pending)]:
            self._forget(update_id)
        repeated, self._repeated = self._repeated[:limit], self._repeated[limit:]
        fresh = (update for update in self._pending.values() if update not in repeated)
        return [*repeated, *itertools.islice(fresh, limit - len(repeated))]

    def first_of_lane(self, lane: int) -> Update | None:
        """The next update to push in one lane."""
        self._drop_expired()
        repeated = (update for update in self._repeated if update.lane == lane)
        return next(itertools.chain(repeated, self._lanes.get(lane, {}).values()), None)

    def lanes(self) -> set[int]:
        """Every lane with something in it."""
        return {update.lane for update in self._repeated} | self._lanes.keys()

    def done(self, update: Update) -> None:
        """Forget one update that was pushed and taken."""
        if update in self._repeated:
            self._repeated.remove(update)
        else:
            self._forget(update.id)

    def clear(self) -> None:
        """Forget everything (``drop_pending_updates``)."""
        self._pending.clear()
        self._lanes.clear()
        self._repeated.clear()

    def _forget(self, update_id: int) -> None:
        update = self._pending.pop(update_id, None)
        if update is None:
            return
        lane = self._lanes[update.lane]
        del lane[update_id]
        if not lane:
            del self._lanes[update.lane]

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._expiring and self._expiring[0][0] < now:
            self._forget(heapq.heappop(self._expiring)[1])

    def _announce(self, update: Update) -> None:
        for listener in self.on_added:
            listener(update)


class Poller:
    """Long polling: one getUpdates at a time waits for the next update."""

    def __init__(self, queue: UpdateQueue) -> None:
        self._queue = queue
        self._waiting: asyncio.Future[None] | None = None
        self._asked = asyncio.Event()
        queue.on_added.append(lambda _update: self._wake())

    async def poll(self, offset: int, limit: int, patience: float) -> list[Update]:
        """The next updates, at once or within `patience` seconds; a poll that waits already ends with 409."""
        self._terminate(_OTHER_INSTANCE)
        ready = self._queue.take(offset, limit)
        if ready or not patience:
            return ready
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        self._asked.set()
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(waiting, patience)
        finally:
            if self._waiting is waiting:
                self._stop_waiting()
        return self._queue.take(max(offset, 0), limit)

    async def asked(self) -> None:
        """Wait until a poll waits: the bot has dealt with everything and listens."""
        await self._asked.wait()

    def stop_for_webhook(self) -> None:
        """End the poll that waits: from now on updates are pushed."""
        self._terminate(_BY_WEBHOOK)

    def release(self) -> None:
        """Let the poll that waits answer with what there is."""
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _terminate(self, reason: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(conflict(reason))
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        self._waiting = None
        self._asked.clear()
