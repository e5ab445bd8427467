"""Replies that travel in the answer to the request which brought their update: that saves a call.

Such a reply is committed with its update, as one that is sent, under a key made of the update's. If the answer does not
arrive, the platform brings the update again, and it is given once more: so it is no less sure than the update.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handlers.events import Answer, Incoming, Priority, Reply
from storage import outbox
from storage.uow import UnitOfWork

_Chat = tuple[str, str]


class Answers:
    """Of one batch: which updates may be answered with their reply, and what is given once it is committed."""

    def __init__(self, crowded: set[_Chat]) -> None:
        """`crowded`: chats with more than this one thing to be said, whose order would be in doubt."""
        self._crowded = crowded
        self._given: list[tuple[Answer, Reply]] = []

    @classmethod
    async def of(cls, uow: UnitOfWork, updates: Sequence[Incoming]) -> Answers:
        if not any(update.answer for update in updates):
            return cls(set())
        chats = Counter((update.channel, update.chat) for update in updates)
        crowded = {chat for chat, count in chats.items() if count > 1}
        return cls(crowded | await outbox.waiting_for(uow, Priority.REPLY, chats.keys()))

    def leave(self, uow: UnitOfWork, update: Incoming, replies: Sequence[Reply]) -> None:
        """Write the replies to an update into the outbox, one that its answer takes as sent."""
        chat = (update.channel, update.chat)
        alone = len(replies) == 1 and chat not in self._crowded and chat not in uow.mailed
        answer = update.answer if alone and update.answer and update.answer.takes(replies[0]) else None
        key = _key(update) if answer else None
        for reply in replies:
            uow.send(*chat, reply.to_json(), priority=Priority.REPLY, key=key, answered=answer is not None)
        if answer:
            self._given.append((answer, replies[0]))

    async def again(self, uow: UnitOfWork, repeated: Sequence[Incoming]) -> None:
        """The replies of updates that come again because their answers did not arrive. Where there is no answer now, as
        when the updates are polled from now on, they are sent like all others."""
        kept = await outbox.answered(uow, [_key(update) for update in repeated])
        for update in repeated:
            if (found := kept.get(_key(update))) and update.answer:
                self._given.append((update.answer, Reply.from_json(found)))
            elif found:
                await outbox.send_after_all(uow, _key(update))
                uow.mailed.add((update.channel, update.chat))

    def give(self) -> None:
        """All is committed."""
        for answer, reply in self._given:
            answer.give(reply)


def _key(update: Incoming) -> str:
    return f"answer/{update.channel}/{update.key}"
