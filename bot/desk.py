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
    """Write the reports of a campaign's first form, without what is for leaders alone. Returns their number.
    Raises StartError."""
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        form = (await _forms(uow, campaign))[0]
        unit = await people.unit(uow, form["unit_id"])
        data = await sheet_data(uow, app.library, form, unit)
    write = write_csv if style == "csv" else write_xlsx
    content = await asyncio.to_thread(write, data, app.translators["vi"], leaders=False)
    try:
        await asyncio.to_thread(path.write_bytes, content)
    except OSError as error:
        raise StartError(f"-o: {path} cannot be written: {error.strerror}") from error
    return len(data.entries)


async def _forms(uow: UnitOfWork, campaign: str) -> list[Row]:
    found = await register.campaign_by_slug(uow, campaign)
    if found is None:
        raise StartError(f"there is no campaign {campaign!r}; `load` one first")
    return await register.live_forms(uow, found["id"])
