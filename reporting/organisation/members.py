"""The office's rules on people: who is meant by a part of a name, and that no unit is left without its officer."""

from __future__ import annotations

from collections.abc import Iterable

from forms.answers import unaccent
from storage import members
from storage.uow import Row, UnitOfWork


def matching(rows: Iterable[Row], words: str) -> list[Row]:
    """The memberships whose person's or unit's name has this part, whatever the diacritics and the case."""
    part = unaccent(words)
    return [row for row in rows if part in unaccent(row["name"]) or part in row["name_plain"]]


async def is_last_in_office(uow: UnitOfWork, role: Row) -> bool:
    """Whether the end of a role leaves its unit with no officer: none there, and none above."""
    if role["role"] not in members.OFFICE:
        return False
    return all(other["member_id"] == role["member_id"] for other in await members.office_over(uow, role["path"]))


async def held_alone(uow: UnitOfWork, person_id: int) -> list[Row]:
    """The offices of a person in which nobody, there or above, could stand in."""
    held = [role for role in await members.roles_of(uow, person_id) if role["role"] in members.OFFICE]
    others = {role["member_id"]: await members.office_over(uow, role["path"]) for role in held}
    return [role for role in held if all(one["person_id"] == person_id for one in others[role["member_id"]])]


async def left_alone_without(uow: UnitOfWork, account: Row) -> Row | None:
    """The role of an account's person that nobody could stand in for if the account were cut off; None if there is
    none, or if the person has another account."""
    accounts = await members.accounts_of(uow, account["person_id"])
    if any(other["id"] != account["id"] for other in accounts):
        return None
    return next(iter(await held_alone(uow, account["person_id"])), None)
