"""Queries on personal links to the web chat."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update

from storage.lists import among
from storage.tables import Account, Conversation, Person, WebLink
from storage.uow import Row, UnitOfWork, table

_link, _account, _person, _conversation = table(WebLink), table(Account), table(Person), table(Conversation)

WEB = "web"
"""The channel whose addresses the links open."""


async def by_token(uow: UnitOfWork, token_hash: str) -> Row | None:
    """A link with its account: `account_id`, `member_id`, `cut_at`, `erased_at` (of the person); None for an unknown
    one, or one whose account is another person's now."""
    here = (_account.c.channel == WEB) & (_account.c.address == _link.c.address)
    query = (
        select(_link, _account.c.id.label("account_id"), _account.c.member_id, _account.c.cut_at, _person.c.erased_at)
        .join(_account, here & (_account.c.person_id == _link.c.person_id))
        .join(_person, _person.c.id == _link.c.person_id)
        .where(_link.c.token_hash == token_hash)
    )
    found = await uow.fetch(query)
    return found[0] if found else None


async def of_address(uow: UnitOfWork, address: str) -> list[Row]:
    """All links that open an address, the first one first."""
    await uow.flush()
    return await uow.fetch(select(_link).where(*_opening(address)).order_by(_link.c.id))


def _opening(address: str) -> tuple[ColumnElement[bool], ...]:
    # By the person first, whose links have an index.
    whose = select(_account.c.person_id).where(_account.c.channel == WEB, _account.c.address == address)
    return _link.c.person_id.in_(whose), _link.c.address == address


async def is_cut_off(uow: UnitOfWork, address: str) -> bool:
    """Whether the account of this address on the web was cut off."""
    mine = _account.c.channel == WEB, _account.c.address == address, _account.c.cut_at.is_not(None)
    return bool(await uow.fetch(select(_account.c.id).where(*mine)))


async def never_opened(uow: UnitOfWork, person_id: int) -> set[str]:
    """The addresses of a person that were made for links which no browser has opened yet, and that said nothing."""
    await uow.flush()
    of_it = exists().where(_link.c.person_id == _account.c.person_id, _link.c.address == _account.c.address)
    spoken = exists().where(_conversation.c.channel == WEB, _conversation.c.chat == _account.c.address)
    query = select(_account.c.address).where(
        _account.c.person_id == person_id, _account.c.channel == WEB, of_it,
        ~of_it.where(_link.c.used_at.is_not(None)), ~spoken,
    )  # fmt: skip
    return {row["address"] for row in await uow.fetch(query)}


async def add(
    uow: UnitOfWork,
    *,
    token_hash: str,
    person_id: int,
    address: str,
    expires_at: datetime,
    sent_to: int | None,
    created_by: int | None,
) -> int:
    """`sent_to`: the account whose chat it goes to, None for one that is given by hand; `created_by`: the membership
    that gives it."""
    return await uow.insert(
        WebLink, token_hash=token_hash, person_id=person_id, address=address, sent_to=sent_to, created_by=created_by,
        created_at=uow.now, expires_at=expires_at,
    )  # fmt: skip


async def bind(uow: UnitOfWork, link_id: int, browser_hash: str) -> bool:
    """The link is this browser's from now on; False if another one was quicker."""
    still = update(_link).where(_link.c.id == link_id, _link.c.browser_hash.is_(None), _link.c.revoked_at.is_(None))
    return bool((await uow.run(still.values(browser_hash=browser_hash, used_at=uow.now))).rowcount)


async def revoke(uow: UnitOfWork, link_ids: Collection[int]) -> None:
    """They open nothing any more, and close what they opened."""
    still = update(_link).where(among(_link.c.id, link_ids), _link.c.revoked_at.is_(None))
    await uow.run(still.values(revoked_at=uow.now))


async def revoked(uow: UnitOfWork, address: str) -> int:
    """How many links of an address were revoked."""
    await uow.flush()
    mine = select(func.count().label("count")).select_from(_link)
    found = await uow.fetch(mine.where(*_opening(address), _link.c.revoked_at.is_not(None)))
    count: int = found[0]["count"]
    return count


def outlived(before: datetime) -> Select[Any]:
    """The ids of links that were sent, could be opened until then, and say nothing that a newer one of the same address
    does not say: to the same browser, if they had one. Those given by hand stay: they are why others are out."""
    newer = _link.alias("newer")
    same = or_(_link.c.browser_hash.is_(None), newer.c.browser_hash == _link.c.browser_hash)
    followed = exists().where(
        newer.c.person_id == _link.c.person_id, newer.c.address == _link.c.address, newer.c.id > _link.c.id,
        newer.c.sent_to.is_not(None), newer.c.revoked_at.is_(None), same,
    )  # fmt: skip
    over = _link.c.expires_at < before, _link.c.revoked_at.is_(None), _link.c.sent_to.is_not(None)
    return select(_link.c.id).where(*over, followed)


def is_side_door(account: Any) -> ColumnElement[bool]:
    """Of an account table (or alias): whether its person came there by a link out of another chat of theirs. What the
    bot says by itself goes to that other chat, because a web page rings nobody's phone."""
    main = _account.alias("main")
    return exists().where(
        account.c.channel == WEB, _link.c.address == account.c.address, _link.c.person_id == account.c.person_id,
        _link.c.revoked_at.is_(None), _link.c.sent_to == main.c.id, main.c.id != account.c.id,
        main.c.cut_at.is_(None), main.c.blocked_at.is_(None),
    )  # fmt: skip
