"""Invites from the command line: one code, or one for each unit of a level; and calling them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.config import Settings, StartError
from forms.answers import unaccent
from handlers.context import Links
from reporting.organisation.invites import hash_code, new_code, qr_png, read_code
from storage import members, people
from storage.tables import Role
from storage.uow import Row, UnitOfWork

if TYPE_CHECKING:
    from bot.app import App

ROLES = tuple(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class Made:
    """A new invite. `telegram` is None without a bot to link to; `parent_name` is "" for the highest unit."""

    code: str
    unit_name: str
    telegram: str | None
    web: str
    parent_name: str = ""
    role: str = ""
    uses: int = 1
    expires_at: datetime | None = None

    @property
    def link(self) -> str:
        """The one for the QR picture."""
        return self.telegram or self.web


async def make(app: App, unit: str, role: str, *, uses: int, days: int) -> Made:
    """Write an invite. Raises StartError for a unit that is not there, naming those that look like it."""
    links = await find_links(app.settings)
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        row = await wanted_unit(uow, unit)
        made = await _write(uow, app.secret, links, {**row, "parent_name": None}, role, uses=uses, days=days)
        await uow.flush()
    return made


async def make_for_level(
    app: App, level: str, under: str | None, role: str, *, uses: int, days: int, keep: bool,
    hand_out: Callable[[Sequence[Made]], None],
) -> tuple[int, int]:  # fmt: skip
    """Write an invite for each unit of a kind (or of a level's kinds), below the unit `under`; unless `keep` is set
    they take the place of those that were made so before and that nobody has used.

    `hand_out` puts the codes where they can be read; when it raises, nothing is changed. Returns how many were made
    and how many were called back. Raises StartError when there is no such unit.
    """
    links = await find_links(app.settings)
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        path = (await wanted_unit(uow, under))["path"] if under else "/"
        units = await members.units_of_level(uow, level, path)
        if not units:
            there = ", ".join(await members.kinds(uow))
            raise StartError(f"--level: there is no unit of the kind or level {level!r}; there are: {there}")
        former = [] if keep else await members.from_sheets(uow, [unit["id"] for unit in units], role)
        await _call_back(uow, former)
        made = [await _write(uow, app.secret, links, unit, role, uses=uses, days=days) for unit in units]
        hand_out(made)
        await uow.flush()
    return len(made), len(former)


async def _write(uow: UnitOfWork, secret: bytes, links: Links, unit: Row, role: str, *, uses: int, days: int) -> Made:
    code, expires = new_code(), uow.now + timedelta(days=days)
    invite_id = await people.add_invite(
        uow, code_hash=hash_code(code, secret), unit_id=unit["id"], role=role, uses=uses, expires_at=expires
    )
    after = {"unit": unit["code"], "role": role, "uses": uses, "days": days}
    uow.audit("invite.create", f"invite:{invite_id}", member_id=None, unit_id=unit["id"], after=after)
    telegram = links.of_code(code)[0] if links.telegram else None
    return Made(
        code, unit["name"], telegram, links.of_code(code)[-1], unit["parent_name"] or "", role, uses, expires
    )  # fmt: skip


async def revoke(app: App, code: str | None, unit: str | None) -> int:
    """Call back an invite by its code, or all open ones of a unit; returns how many. Raises StartError."""
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        if unit:
            row = await wanted_unit(uow, unit)
            found = [one for one in await members.open_invites(uow, row["path"]) if one["unit_id"] == row["id"]]
        else:
            found = [await _by_code(uow, app.secret, code or "")]
        await _call_back(uow, found)
        await uow.flush()
    return len(found)


async def _by_code(uow: UnitOfWork, secret: bytes, code: str) -> Row:
    clean = read_code(code)
    invite = await people.invite(uow, hash_code(clean, secret)) if clean else None
    if invite is None:
        raise StartError(f"there is no invite with the code {code!r}")
    if invite["revoked_at"] is not None:
        raise StartError(f"the invite {code} was revoked before")
    return invite


async def _call_back(uow: UnitOfWork, invites: Sequence[Row]) -> None:
    await members.revoke(uow, [invite["id"] for invite in invites])
    for invite in invites:
        uow.audit(
            "invite.revoke", f"invite:{invite['id']}", member_id=None, unit_id=invite["unit_id"],
            before={"uses_left": invite["uses_left"]},
        )  # fmt: skip


async def wanted_unit(uow: UnitOfWork, code: str) -> Row:
    """The unit with a code. Raises StartError that names those which look like it."""
    row = await people.unit_by_code(uow, code)
    if row is None:
        raise StartError(f"there is no unit with the code {code!r}{await _similar(uow, code)}; see `units`")
    return row


async def _similar(uow: UnitOfWork, text: str) -> str:
    units: list[Row] = await people.units(uow)
    names = {u["id"]: u["name_plain"] for u in units}
    found = process.extract(unaccent(text), names, scorer=fuzz.WRatio, limit=3, score_cutoff=70)
    by_id = {u["id"]: u for u in units}
    listed = ", ".join(f"{by_id[key]['code']} ({by_id[key]['name']})" for _, _, key in found)
    return f" (perhaps {listed})" if listed else ""


async def find_links(settings: Settings) -> Links:
    """Where people find the bot; Telegram is asked for the bot's name."""
    if settings.telegram_token is None:
        return Links(settings.base_url)
    from bot.channels.telegram_setup import username

    name = await username(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    return Links(settings.base_url, name or "")


def write_qr(link: str, path: Path) -> None:
    """Write a link as a QR code. Raises StartError when the file cannot be written."""
    write_file("--qr", path, qr_png(link))


def write_file(option: str, path: Path, content: bytes) -> None:
    """Raises StartError, which names the option."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StartError(f"{option}: {path} cannot be written: {error.strerror}") from error
