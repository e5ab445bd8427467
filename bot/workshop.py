"""Makes the files that exist only once they are sent, outside any transaction that takes updates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot import registers
from bot.clock import Clock
from bot.media.contents import Contents
from handlers.context import Links
from locales.translator import Translators
from reporting.digests.digest import Digest
from reporting.documents import layouts, ranking, recipients, stories
from reporting.documents.chart import draw
from reporting.documents.table import sheet_data, write_xlsx
from reporting.library import Library
from reporting.organisation import own_data
from reporting.organisation.invites import qr_png, read_code
from reporting.organisation.web_links import PATH, is_token
from storage import people, plans, snapshots
from storage.engine import Database
from storage.uow import Row, UnitOfWork

log = structlog.get_logger(__name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Workshop:
    """Charts and reports from kept digests, workbooks from the register."""

    def __init__(
        self, db: Database, library: Library, translators: Translators, clock: Clock, links: Links | None = None,
        contents: Contents | None = None,
    ) -> None:  # fmt: skip
        """`links`: where people find the bot, for the pictures of invites. `contents`: of kept files, where the
        offices' own layouts are."""
        self._db, self._library, self._translators, self._clock = db, library, translators, clock
        self._links, self._contents = links or Links(), contents

    async def make(self, reference: str) -> tuple[bytes, str]:
        """`chart/<snapshot>/<language>`, `xlsx/<form>/<unit>/<language>/<0|1 leaders>`,
        `docx/<snapshot>/<form>/<unit>/<language>`, `ranking/<campaign>/<unit>/<language>`,
        `stories/<unit>/<month>/<language>`, `news/<broadcast>/<language>`, `mydata/<person>/<account>`, the one that it
        goes to, `models/…` (see `bot.registers`), `qr/<code of an invite>` or `qr/vao/<secret of a web link>` -> bytes
        and MIME type.

        Raises LookupError when it names nothing that is there.
        """
        kind, *parts = reference.split("/")
        if kind == "chart" and len(parts) == 2:
            return await self._chart(int(parts[0]), parts[1])
        if kind == "xlsx" and len(parts) == 4:
            return await self._workbook(int(parts[0]), int(parts[1]), parts[2], leaders=parts[3] == "1")
        if kind == "docx" and len(parts) == 4:
            return await self._report(int(parts[0]), int(parts[1]), int(parts[2]), parts[3])
        if kind == "models" and len(parts) == 6:
            return await registers.made(self._db, self._library, self._translators, self._clock.now(), parts)
        if kind == "ranking" and len(parts) == 3:
            return await self._ranking(int(parts[0]), int(parts[1]), parts[2])
        if kind == "stories" and len(parts) == 3:
            return await self._stories(int(parts[0]), parts[1], parts[2])
        if kind == "news" and len(parts) == 2:
            return await self._recipients(int(parts[0]), parts[1])
        if kind == "mydata" and len(parts) == 2:
            return await self._own_data(int(parts[0]), int(parts[1]))
        if kind == "qr" and len(parts) == 1 and (code := read_code(parts[0])) and self._links.of_code(code):
            return qr_png(self._links.of_code(code)[0]), "image/png"
        if kind == "qr" and len(parts) == 2 and self._links.web and is_token(parts[1]):
            return qr_png(f"{self._links.web}{PATH}{parts[1]}"), "image/png"
        raise LookupError(f"no file {reference!r}")

    async def _chart(self, snapshot_id: int, language: str) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            digest = await _kept_digest(UnitOfWork(conn, self._clock.now()), snapshot_id)
        return await asyncio.to_thread(draw, digest, self._translators[language]), "image/png"

    async def _workbook(self, form_id: int, unit_id: int, language: str, *, leaders: bool) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            form = await _form(uow, form_id)
            unit = await people.unit(uow, unit_id)
            forms = [f for f in await plans.live_forms(uow) if f["campaign_id"] == form["campaign_id"]]
            zone = self._translators.timezone
            exports = [await sheet_data(uow, self._library, each, unit, zone) for each in forms]
        tr = self._translators[language]
        return await asyncio.to_thread(write_xlsx, exports, tr, leaders=leaders), XLSX

    async def _report(self, snapshot_id: int, form_id: int, unit_id: int, language: str) -> tuple[bytes, str]:
        from reporting.documents.consolidated import report_data, write_report
        from reporting.documents.filling import DOCX, TemplateFileError

        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            form, unit = await _form(uow, form_id), await people.unit(uow, unit_id)
            data = await report_data(uow, await _kept_digest(uow, snapshot_id), form, unit)
        tr = self._translators[language]
        try:
            layout = await own_layout(self._contents, form["settings"]) if self._contents else b""
            return await asyncio.to_thread(write_report, data, tr, layout=layout), DOCX
        except TemplateFileError as error:
            # It was sound when the pack was loaded. Who waits for the report gets it in the house's layout.
            log.error("the campaign's own layout cannot be filled", campaign=form["campaign"], problem=str(error))
            return await asyncio.to_thread(write_report, data, tr), DOCX

    async def _ranking(self, campaign_id: int, unit_id: int, language: str) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            write = await ranking.xlsx_for(uow, self._library, campaign_id, unit_id, self._translators[language])
        return await asyncio.to_thread(write), XLSX

    async def _stories(self, unit_id: int, month: str, language: str) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            write = await stories.xlsx_for(uow, unit_id, month, self._translators[language])
        return await asyncio.to_thread(write), XLSX

    async def _recipients(self, broadcast_id: int, language: str) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            write = await recipients.xlsx_for(uow, broadcast_id, self._translators[language])
        return await asyncio.to_thread(write), XLSX

    async def _own_data(self, person_id: int, account_id: int) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            return await own_data.file_for(uow, person_id, account_id, self._translators.timezone), "application/json"


async def own_layout(contents: Contents, settings: Mapping[str, Any]) -> bytes:
    """The Word file that a campaign with these settings brought for its reports, b"" if it brought none."""
    digest = layouts.hash_in(settings)
    if not digest:
        return b""
    try:
        return await asyncio.to_thread((await contents.path(digest)).read_bytes)
    except FileNotFoundError:
        return b""


async def _kept_digest(uow: UnitOfWork, snapshot_id: int) -> Digest:
    snapshot = await snapshots.load(uow, snapshot_id)
    if snapshot is None:
        raise LookupError(f"no digest {snapshot_id}")
    return Digest.from_json(snapshot["numbers"])


async def _form(uow: UnitOfWork, form_id: int) -> Row:
    form = next((f for f in await plans.live_forms(uow) if f["id"] == form_id), None)
    if form is None:
        raise LookupError(f"no form {form_id}")
    return form
