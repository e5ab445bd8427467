"""Invites from the command line: the code, its links, its QR picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.config import Settings, StartError
from forms.answers import unaccent
from reporting.invites import hash_code, new_code
from storage import people
from storage.tables import Role
from storage.uow import Row, UnitOfWork

if TYPE_CHECKING:
    from bot.app import App

ROLES = tuple(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class Made:
    """A new invite. `telegram` is None without a bot to link to."""

    code: str
    unit_name: str
    telegram: str | None
    web: str


async def make(app: App, unit: str, role: str, *, uses: int, days: int) -> Made:
    """Write an invite. Raises StartError for a unit that is not there, naming those that look like it."""
    code = new_code()
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        row = await people.unit_by_code(uow, unit)
        if row is None:
            raise StartError(f"there is no unit with the code {unit!r}{await _similar(uow, unit)}; see `units`")
        expires = uow.now + timedelta(days=days)
        invite_id = await people.add_invite(
            uow, code_hash=hash_code(code, app.secret), unit_id=row["id"], role=role, uses=uses, expires_at=expires
        )
        after = {"unit": row["code"], "role": role, "uses": uses}
        uow.audit("invite.create", f"invite:{invite_id}", member_id=None, after=after)
        await uow.flush()
    return Made(code, row["name"], await _telegram_link(app.settings, code), f"{app.settings.base_url}/?code={code}")


async def _similar(uow: UnitOfWork, text: str) -> str:
    units: list[Row] = await people.units(uow)
    names = {u["id"]: u["name_plain"] for u in units}
    found = process.extract(unaccent(text), names, scorer=fuzz.WRatio, limit=3, score_cutoff=70)
    by_id = {u["id"]: u for u in units}
    listed = ", ".join(f"{by_id[key]['code']} ({by_id[key]['name']})" for _, _, key in found)
    return f" (perhaps {listed})" if listed else ""


async def _telegram_link(settings: Settings, code: str) -> str | None:
    if settings.telegram_token is None:
        return None
    from bot.channels.telegram import username

    name = await username(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    return f"https://t.me/{name}?start={code}" if name else None


def write_qr(link: str, path: Path) -> None:
    """Write a link as a QR code. Raises StartError when the file cannot be written."""
    import segno

    try:
        segno.make(link, error="m").save(str(path), scale=10, border=4)
    except (OSError, ValueError) as error:
        raise StartError(f"--qr: {path} cannot be written: {error}") from error
