"""Digest and export from the command line."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import StartError
from bot.workshop import own_layout
from reporting.digests import digest
from reporting.digests.digest_text import render
from reporting.documents.openrosa import submissions, write_openrosa
from reporting.documents.table import sheet_data, write_csv, write_xlsx
from reporting.register import due_last
from storage import people, plans, register
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
                continue
            unit = await people.unit(uow, form["unit_id"])
            built = await digest.build(uow, app.library, form, unit, due[-1], now=moment, zone=app.translators.timezone)
            texts.append(html.unescape(_TAG.sub("", str(render(built, tr, now=moment, names=True, full=True)))))
    if not texts:
        raise StartError(f"{campaign}: no day had been opened by {moment.isoformat()}; `run` opens them")
    return texts


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a campaign is to be exported; "" the form that was due last, the unit that runs it, the whole of it."""

    form: str = ""
    unit: str = ""
    period: str = ""


async def export(app: App, campaign: str, style: str, path: Path, asked: Asked = Asked()) -> int:
    """Write the reports of a campaign, without what is for leaders alone. Returns their number.

    `style`: xlsx or openrosa, of all its forms, unless one is asked for; csv or docx (the consolidated report), of one
    form. Raises StartError.
    """
    writers = {"openrosa": _submissions, "docx": _paper, "csv": _csv, "xlsx": _workbook}
    count, content = await writers[style](app, campaign, asked)
    try:
        await asyncio.to_thread(path.write_bytes, content)
    except OSError as error:
        raise StartError(f"-o: {path} cannot be written: {error.strerror}") from error
    return count


async def _csv(app: App, campaign: str, asked: Asked) -> tuple[int, bytes]:
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        form = await due_last(uow, await _forms(uow, campaign, asked), app.clock.now())
        data = await sheet_data(uow, app.library, form, await _unit(uow, form, asked), app.settings.zone)
    return len(data.entries), await asyncio.to_thread(write_csv, data, app.translators["vi"])


async def _workbook(app: App, campaign: str, asked: Asked) -> tuple[int, bytes]:
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        found = [
            await sheet_data(uow, app.library, form, await _unit(uow, form, asked), app.settings.zone)
            for form in await _forms(uow, campaign, asked)
        ]
    content = await asyncio.to_thread(write_xlsx, found, app.translators["vi"])
    return sum(len(data.entries) for data in found), content


async def _submissions(app: App, campaign: str, asked: Asked) -> tuple[int, bytes]:
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        found = [
            await submissions(uow, app.library, form, await _unit(uow, form, asked))
            for form in await _forms(uow, campaign, asked)
        ]
    content = await asyncio.to_thread(write_openrosa, found, app.settings.zone)
    return sum(len(one.current) for one in found), content


async def _paper(app: App, campaign: str, asked: Asked) -> tuple[int, bytes]:
    """The consolidated report as things stand now."""
    from reporting.documents.consolidated import report_data, write_report
    from reporting.documents.filling import TemplateFileError

    now = app.clock.now()
    async with app.db.read() as conn:
        uow = UnitOfWork(conn, now)
        form = await due_last(uow, await _forms(uow, campaign, asked), app.clock.now())
        unit, period = await _unit(uow, form, asked), await _period(uow, form, asked)
        found = await digest.build(
            uow, app.library, form, unit, period, whole=not asked.period, now=now, zone=app.settings.zone
        )
        data = await report_data(uow, found, form, unit)
    try:
        layout = await own_layout(app.contents, form["settings"])
        content = await asyncio.to_thread(write_report, data, app.translators["vi"], layout=layout)
    except TemplateFileError as error:
        raise StartError(f"{campaign}: {error}") from error
    return found.coverage.reported, content


async def _period(uow: UnitOfWork, form: Row, asked: Asked) -> Row | None:
    opened = await register.periods(uow, form["id"])
    if not asked.period:
        return next((p for p in reversed(opened) if p["opens_at"] <= uow.now), None)
    found = next((p for p in opened if p["name"] == asked.period), None)
    if found is None:
        raise StartError(f"--period: {asked.period!r} has not been opened; a day is written 2022-12-16")
    return found


async def _unit(uow: UnitOfWork, form: Row, asked: Asked) -> Row:
    if not asked.unit:
        return await people.unit(uow, form["unit_id"])
    root, found = await people.unit(uow, form["unit_id"]), await people.unit_by_code(uow, asked.unit)
    if found is None or not found["path"].startswith(root["path"]):
        raise StartError(f"--unit: the campaign has no unit {asked.unit!r}; `units` lists them")
    return found


async def _forms(uow: UnitOfWork, campaign: str, asked: Asked = Asked()) -> list[Row]:
    found = await plans.campaign_by_slug(uow, campaign)
    if found is None:
        raise StartError(f"there is no campaign {campaign!r}; `load` one first")
    forms = await plans.live_forms(uow, found["id"])
    chosen = [form for form in forms if asked.form in ("", form["slug"])]
    if not chosen:
        raise StartError(f"--form: {campaign} has no form {asked.form!r}, only {', '.join(f['slug'] for f in forms)}")
    return chosen
