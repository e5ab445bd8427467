"""`member …`: who has which role, and leaving. What erases people is in `privacy`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.privacy import erase
from bot.config import Settings, StartError
from bot.console import console, marked, run_command, with_database

if TYPE_CHECKING:
    from bot.app import App
    from storage.uow import Row, UnitOfWork

app = typer.Typer(no_args_is_help=True, help="Who has which role; end a role, cut off an account, erase a person.")
app.command()(erase)


@app.command(name="list")
def list_(
    unit: Annotated[str | None, typer.Option("--unit", help="This unit and all below it (its code).")] = None,
    role: Annotated[str | None, typer.Option("--role", help="reporter, leader, officer or admin")] = None,
) -> None:
    """List the roles that are held, with their ids and those of the accounts."""

    async def work(settings: Settings) -> None:
        from bot.inviting import ROLES, wanted_unit
        from storage import members
        from storage.uow import UnitOfWork

        if role is not None and role not in ROLES:
            raise StartError(f"--role: {role!r} is not one of {', '.join(ROLES)}")

        async def show(app: App) -> None:
            from rich.table import Table

            table = Table("id", "name", "role", "unit", "accounts")
            async with app.db.read() as conn:
                uow = UnitOfWork(conn, app.clock.now())
                path = (await wanted_unit(uow, unit))["path"] if unit else "/"
                for row in await members.of_branch(uow, path):
                    if role in (None, row["role"]):
                        accounts = await members.accounts_of(uow, row["person_id"])
                        listed = ", ".join(f"{one['id']} ({one['channel']})" for one in accounts)
                        table.add_row(str(row["member_id"]), row["name"], row["role"], row["code"], listed)
            console.print(table, soft_wrap=False)

        await with_database(settings, show)

    run_command(work)


@app.command()
def end(member: Annotated[int, typer.Argument(help="The id of the role (see `member list`).")]) -> None:
    """End a role. The reports sent stay; the person's other roles too."""

    async def work(settings: Settings) -> None:
        async def finish(app: App) -> None:
            from storage.uow import UnitOfWork

            async with app.db.write() as conn:
                uow = UnitOfWork(conn, app.clock.now())
                role = await _end(uow, member)
                await uow.flush()
            console.print(marked(True, f"{role['name']} is no longer {role['role']} of {role['unit_name']}"))

        await with_database(settings, finish)

    run_command(work)


async def _end(uow: UnitOfWork, member_id: int) -> Row:
    from reporting.organisation.members import is_last_in_office
    from storage import members

    role = await members.held(uow, member_id)
    if role is None:
        raise StartError(f"there is no role {member_id}, or it has ended; see `member list`")
    if await is_last_in_office(uow, role):
        raise StartError(_left_alone(role))
    await members.end(uow, member_id)
    uow.audit(
        "member.end", f"member:{member_id}", member_id=None, unit_id=role["unit_id"],
        before={"unit": role["code"], "role": role["role"]},
    )  # fmt: skip
    return role


@app.command()
def link(
    member: Annotated[int, typer.Argument(help="The id of a role of theirs (see `member list`).")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Until when it must be opened.")] = 14,
    qr: Annotated[Path | None, typer.Option("--qr", help="Write it as a QR code to this PNG file.")] = None,
) -> None:
    """Give a person a new link to the web chat; it belongs to the first browser that opens it. Earlier ones end."""

    async def work(settings: Settings) -> None:
        from bot.inviting import write_qr

        async def give(app: App) -> None:
            from storage.uow import UnitOfWork

            async with app.db.write() as conn:
                uow = UnitOfWork(conn, app.clock.now())
                name, url = await _link(app, uow, member, days)
                await uow.flush()
            console.print(marked(True, f"link of {name}, to be opened within {days} days; earlier ones end:"))
            console.print(url, soft_wrap=True)
            if qr:
                await asyncio.to_thread(write_qr, url, qr)
                console.print(f"QR: {qr}")

        await with_database(settings, give)

    run_command(work)


async def _link(app: App, uow: UnitOfWork, member_id: int, days: int) -> tuple[str, str]:
    """The name of the one who holds the role, and their new link."""
    from handlers.organisation.web_links import personal_link
    from storage import members

    role = await members.held(uow, member_id)
    if role is None:
        raise StartError(f"there is no role {member_id}, or it has ended; see `member list`")
    return role["name"], await personal_link(app.office, uow, role["person_id"], days=days)


def _left_alone(role: Row) -> str:
    return (
        f"that would leave {role['unit_name']} with no officer, there or above: "
        f"let another one join first (`invite {role['code']} --role {role['role']}`)"
    )


@app.command()
def cut(
    account: Annotated[int, typer.Argument(help="The id of the account (see `member list`).")],
    even_the_last: Annotated[
        bool, typer.Option("--even-the-last", help="Also where the unit is left with no officer who can be reached.")
    ] = False,
) -> None:
    """Cut off an account at once: a lost phone. The person's roles and other accounts stay."""

    async def work(settings: Settings) -> None:
        async def lock(app: App) -> None:
            from storage.uow import UnitOfWork

            async with app.db.write() as conn:
                uow = UnitOfWork(conn, app.clock.now())
                channel = await _cut(uow, account, even_the_last=even_the_last)
                await uow.flush()
            console.print(marked(True, f"the account {account} ({channel}) is cut off; a new code lets them in again"))

        await with_database(settings, lock)

    run_command(work)


async def _cut(uow: UnitOfWork, account_id: int, *, even_the_last: bool) -> str:
    from reporting.organisation.members import left_alone_without
    from storage import members

    account = await members.account(uow, account_id)
    if account is None:
        raise StartError(f"there is no account {account_id}, or it was cut off before; see `member list`")
    alone = await left_alone_without(uow, account)
    if alone and not even_the_last:
        raise StartError(f"{_left_alone(alone)}; or, for a lost phone, --even-the-last")
    await members.cut(uow, account)
    uow.audit(
        "account.cut", f"account:{account_id}", member_id=None, before={"channel": account["channel"]},
        unit_id=alone["unit_id"] if alone else None,
    )  # fmt: skip
    channel: str = account["channel"]
    return channel
