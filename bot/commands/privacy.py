"""`member erase`: a person's name and accounts are replaced; their reports stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings, StartError
from bot.console import console, marked, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App


def erase(
    member: Annotated[int, typer.Argument(metavar="ID", help="The number of one of the person's roles.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the log of changes; no names.")] = "",
    alone: Annotated[
        bool, typer.Option("--leave-unit-alone", help="Even if a unit is then left with no officer, there or above.")
    ] = False,
) -> None:
    """Erase a person: name, phone, accounts, roles, drafts and chats. Reports stay, without the name."""

    async def work(settings: Settings) -> None:
        async def carry_out(app: App) -> None:
            gone = await _erase(app, member, reason, alone=alone)
            await app.media.forget(gone)
            console.print(marked(True, f"member {member}: erased; the reports stay"))

        await with_database(settings, carry_out)

    run_command(work)


async def _erase(app: App, member_id: int, reason: str, *, alone: bool) -> list[str]:
    """Returns the hashes of files that are to go, too. Raises StartError."""
    from reporting.organisation.members import held_alone
    from storage import erasing, privacy
    from storage.uow import UnitOfWork

    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        who = await privacy.person_of_member(uow, member_id)
        if who is None:
            raise StartError(f"there is no member {member_id}")
        if who["erased_at"]:
            raise StartError(f"member {member_id} was erased already")
        if not alone and (last := await held_alone(uow, who["id"])):
            told = ", ".join(f"{row['role']} of {row['code']}" for row in last)
            raise StartError(f"nobody else, there or above, is {told}: invite another first, or add --leave-unit-alone")
        held = await privacy.roles(uow, who["id"])
        gone = await erasing.erase(uow, who["id"])
        for unit_id in dict.fromkeys(row["unit_id"] for row in held):
            uow.audit("member.erase", f"person:{who['id']}", member_id=None, unit_id=unit_id, reason=reason)
        await uow.flush()
    return gone
