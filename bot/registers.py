"""Registers of models as files: for a chat that asked, and for the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.config import StartError
from locales.translator import Translators
from reporting.documents.models import WRITERS, ModelExport, gather
from reporting.library import Library
from reporting.models import entities, model_register
from reporting.models.model_sheet import ModelSheet
from storage import people, plans
from storage.engine import Database
from storage.tables import Campaign
from storage.uow import Row, UnitOfWork, table

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
}


async def made(
    db: Database, library: Library, translators: Translators, now: datetime, parts: Sequence[str]
) -> tuple[bytes, str]:
    """The file that `<campaign>/<list>/<unit>/<01 the unit alone><01 for leaders>/<language>/<style>` stands for, and
    its MIME type. Raises LookupError when there is none."""
    campaign_id, dataset, unit_id, flags, language, style = parts
    if style not in WRITERS:
        raise LookupError(f"no file of a register ends as {style!r}")
    async with db.read() as conn:
        uow = UnitOfWork(conn, now)
        campaign, sheet = await _register(uow, int(campaign_id), dataset)
        own = await entities.own_units(uow, int(unit_id)) if flags.startswith("1") else None
        unit = await people.unit(uow, int(unit_id))
        export = await gather(
            uow, library, campaign, sheet, unit, translators.timezone, unit_ids=own, leaders=flags.endswith("1")
        )
    return await asyncio.to_thread(WRITERS[style], export, translators[language]), MIME[style]


async def _register(uow: UnitOfWork, campaign_id: int, dataset: str) -> tuple[Row, ModelSheet]:
    campaigns = await uow.fetch(select(table(Campaign)).where(table(Campaign).c.id == campaign_id))
    for campaign, sheet in await model_register.registers(uow, campaigns):
        if sheet.dataset == dataset:
            return campaign, sheet
    raise LookupError(f"campaign {campaign_id} has no register {dataset!r}")


async def whole(uow: UnitOfWork, library: Library, slug: str, dataset: str, zone: ZoneInfo) -> ModelExport:
    """The register of a campaign, without what is for leaders alone; `dataset`: which, "" for its first. Raises
    StartError."""
    campaign = await plans.campaign_by_slug(uow, slug)
    if campaign is None:
        raise StartError(f"there is no campaign {slug!r}; `load` one first")
    found = [sheet for _, sheet in await model_register.registers(uow, [campaign])]
    sheet = next((sheet for sheet in found if dataset in ("", sheet.dataset)), None)
    if sheet is None:
        there = ", ".join(sheet.dataset for sheet in found) or "none: no form of it has registered anything"
        raise StartError(f"{slug}: there is no such register (there is {there})")
    return await gather(uow, library, campaign, sheet, await people.unit(uow, campaign["unit_id"]), zone)
