"""Digest and export from the command line."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import StartError
from reporting import digest
from reporting.digest_text import render
from reporting.documents.openrosa import submissions, write_openrosa
from reporting.documents.table import sheet_data, write_csv, write_xlsx
from storage import people, register
from storage.uow import Row, UnitOfWork

if TYPE_CHECKING:
    from bot.app import App

_TAG = re.compile(r"</?[a-z]+[^>]*>")


async def digests(app: App, campaign: str, moment: datetime) -> list[str]:
    """The digest of each form of a campaign for the period due last at a moment, as plain text."""
    texts = []
    tr = app.translators["vi"]
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, moment)
        for form in await _forms(uow, campaign):
            periods = [p for p in await register.periods(uow, form["id"]) if p["opens_at"] <= moment]
            due = [p for p in periods if p["due_at"] <= moment] or periods[:1]
            if not due:
                raise StartError(f"{campaign}: no day had been opened by {moment.isoformat()}; `run` opens them")
            unit = await people.unit(uow, form["unit_id"])
            built = await digest.build(uow, app.library, form, unit, due[-1], now=moment)
            texts.append(html.unescape(_TAG.sub("", str(render(built, tr, now=moment, names=True)))))
    return texts


async def export(app: App, campaign: str, style: str, path: Path) -> int:
    """Write the reports of a campaign, without what is for leaders alone. Returns their number.

    `style`: xlsx or csv, of the campaign's first form, or openrosa, of all its forms. Raises StartError.
    """
    count, content = await (_submissions(app, campaign) if style == "openrosa" else _table(app, campaign, style))
    try:
        await asyncio.to_thread(path.write_bytes, content)
    except OSError as error:
        raise StartError(f"-o: {path} cannot be written: {error.strerror}") from error
    return count


async def _table(app: App, campaign: str, style: str) -> tuple[int, bytes]:
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        form = (await _forms(uow, campaign))[0]
        data = await sheet_data(uow, app.library, form, await people.unit(uow, form["unit_id"]))
    write = write_csv if style == "csv" else write_xlsx
    return len(data.entries), await asyncio.to_thread(write, data, app.translators["vi"], leaders=False)


async def _submissions(app: App, campaign: str) -> tuple[int, bytes]:
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        found = [
            await submissions(uow, app.library, form, await people.unit(uow, form["unit_id"]))
            for form in await _forms(uow, campaign)
        ]
    content = await asyncio.to_thread(write_openrosa, found, app.settings.zone)
    return sum(len(one.current) for one in found), content


async def _forms(uow: UnitOfWork, campaign: str) -> list[Row]:
    found = await register.campaign_by_slug(uow, campaign)
    if found is None:
        raise StartError(f"there is no campaign {campaign!r}; `load` one first")
    return await register.live_forms(uow, found["id"])
