"""Which choices stand in a chat, so that a typed number can be one of them: those that were sent last, whoever caused
that, a conversation or the clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from bot.channels.zalo_updates import CHANNEL
from bot.clock import Clock
from handlers.events import Choice, Reply
from handlers.numbering import TYPED, are_numbered
from storage import chats
from storage.engine import Database
from storage.uow import UnitOfWork

_REMEMBERED = 1000
_LOOKED_AT = 20

_Offer = tuple[tuple[Choice, ...], bool]
_NOTHING: _Offer = ((), False)


class Offers:
    """Remembers what was sent while the bot runs, and finds in the outbox what was sent before."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._known: OrderedDict[str, _Offer] = OrderedDict()
        self._leads = True

    def lead(self) -> None:
        """From now on all that is sent is sent by this process."""
        self._known.clear()
        self._leads = True

    def follow(self) -> None:
        """Another process sends: what stands in a chat is to be looked up."""
        self._known.clear()
        self._leads = False

    def put(self, chat: str, reply: Reply) -> Callable[[], None]:
        """This is about to stand in the chat: somebody may answer before Zalo has told that it does. What asks for
        nothing leaves the earlier choices standing. Returns what takes it back, if it was not sent after all."""
        before = self._known.get(chat)
        if _asks(reply):
            self._remember(chat, _offer(reply))
        return lambda: self._forget(chat, before)

    def _forget(self, chat: str, before: _Offer | None) -> None:
        if before is None:
            self._known.pop(chat, None)
        else:
            self._known[chat] = before

    async def of(self, chat: str) -> _Offer:
        """The choices that were put last, in their order, and whether with numbers."""
        if not self._leads or chat not in self._known:
            async with self._db.read() as conn:
                uow = UnitOfWork(conn, self._clock.now())
                replies = [Reply.from_json(one) for one in await chats.lately_sent(uow, CHANNEL, chat, _LOOKED_AT)]
            self._remember(chat, next((_offer(reply) for reply in replies if _asks(reply)), _NOTHING))
        return self._known[chat]

    def _remember(self, chat: str, offer: _Offer) -> None:
        self._known[chat] = offer
        self._known.move_to_end(chat)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _asks(reply: Reply) -> bool:
    return bool(reply.choices) or reply.wants in TYPED


def _offer(reply: Reply) -> _Offer:
    choices = tuple(choice for row in reply.choices for choice in row)
    return choices, are_numbered(choices, reply.wants)
