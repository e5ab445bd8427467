"""The lines of one web chat, as they are kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from storage.tables import WebMessage
from storage.uow import Row, UnitOfWork, table

_message = table(WebMessage)
_FILES = ("photo", "photos", "document")


class WebLines:
    """What was said in a chat, by the person and by the bot."""

    def __init__(self, uow: UnitOfWork, chat: str) -> None:
        self._uow, self._chat = uow, chat
        self._here = _message.c.chat == chat

    async def keep(self, key: str, body: Row, *, mine: bool) -> Row:
        """The line with that key: this one, or the one that was kept under it before."""
        statement = self._uow.upsert(WebMessage).values(
            chat=self._chat, key=key, mine=mine, body=body, at=self._uow.now
        )
        await self._uow.run(statement.on_conflict_do_nothing(index_elements=["chat", "key"]))
        return (await self._uow.fetch(select(_message).where(self._here, _message.c.key == key)))[0]

    async def replace(self, numbers: Sequence[int], body: Row, *, files: bool) -> Row | None:
        """Show `body` in place of the first of these lines of the bot's; its files too, or with those that stand there.
        None if it is not there."""
        where = (self._here, _message.c.id == (numbers[0] if numbers else 0), _message.c.mine.is_(False))
        found = await self._uow.fetch(select(_message).where(*where))
        if not found:
            return None
        if not files:
            words = {name: value for name, value in body.items() if name not in _FILES}
            body = words | {name: found[0]["body"][name] for name in _FILES if name in found[0]["body"]}
        await self._uow.run(update(_message).where(*where).values(body=body))
        return {**found[0], "body": body}

    async def take_back(self, numbers: Sequence[int]) -> None:
        """Lines of the bot's go; those that are gone already are."""
        where = (self._here, _message.c.id.in_(list(numbers)), _message.c.mine.is_(False))
        await self._uow.run(delete(_message).where(*where))

    async def line(self, number: int) -> Row | None:
        """The line with this id; None if it was taken back."""
        found = await self._uow.fetch(select(_message).where(self._here, _message.c.id == number))
        return found[0] if found else None

    async def after(self, number: int, most: int) -> list[Row]:
        """The newest lines that come after that one, oldest first."""
        query = select(_message).where(self._here, _message.c.id > number).order_by(_message.c.id.desc()).limit(most)
        return (await self._uow.fetch(query))[::-1]

    async def until(self, number: int, most: int) -> list[int]:
        """The ids of that line and those before it, newest first."""
        query = select(_message.c.id).where(self._here, _message.c.id <= number)
        return [row["id"] for row in await self._uow.fetch(query.order_by(_message.c.id.desc()).limit(most))]
