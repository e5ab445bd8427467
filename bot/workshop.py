"""Makes the files that exist only once they are sent, outside any transaction that takes updates."""

from __future__ import annotations

import asyncio

from bot.clock import Clock
from handlers.context import Links
from locales.translator import Translators
from reporting.digest import Digest
from reporting.documents.chart import draw
from reporting.documents.table import sheet_data, write_xlsx
from reporting.library import Library
from reporting.organisation import own_data
from reporting.organisation.invites import qr_png, read_code
from storage import people, register, snapshots
from storage.engine import Database
from storage.uow import UnitOfWork

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Workshop:
    """Charts from kept digests, workbooks from the register."""

    def __init__(
        self, db: Database, library: Library, translators: Translators, clock: Clock, links: Links | None = None
    ) -> None:
        """`links`: where people find the bot, for the pictures of invites."""
        self._db, self._library, self._translators, self._clock = db, library, translators, clock
        self._links = links or Links()

    async def make(self, reference: str) -> tuple[bytes, str]:
        """`chart/<snapshot>/<language>`, `xlsx/<form>/<unit>/<language>/<0|1 leaders>`, `mydata/<person>/<account>`,
        the one that it goes to, or `qr/<code of an invite>` -> bytes and MIME type.

        Raises LookupError when it names nothing that is there.
        """
        kind, *parts = reference.split("/")
        if kind == "chart" and len(parts) == 2:
            return await self._chart(int(parts[0]), parts[1])
        if kind == "xlsx" and len(parts) == 4:
            return await self._workbook(int(parts[0]), int(parts[1]), parts[2], leaders=parts[3] == "1")
        if kind == "mydata" and len(parts) == 2:
            return await self._own_data(int(parts[0]), int(parts[1]))
        if kind == "qr" and len(parts) == 1 and (code := read_code(parts[0])) and self._links.of_code(code):
            return qr_png(self._links.of_code(code)[0]), "image/png"
        raise LookupError(f"no file {reference!r}")

    async def _chart(self, snapshot_id: int, language: str) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            snapshot = await snapshots.load(UnitOfWork(conn, self._clock.now()), snapshot_id)
        if snapshot is None:
            raise LookupError(f"no digest {snapshot_id}")
        digest = Digest.from_json(snapshot["numbers"])
        return await asyncio.to_thread(draw, digest, self._translators[language]), "image/png"

    async def _workbook(self, form_id: int, unit_id: int, language: str, *, leaders: bool) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            form = next((f for f in await register.live_forms(uow) if f["id"] == form_id), None)
            if form is None:
                raise LookupError(f"no form {form_id}")
            unit = await people.unit(uow, unit_id)
            export = await sheet_data(uow, self._library, form, unit)
        tr = self._translators[language]
        return await asyncio.to_thread(write_xlsx, export, tr, leaders=leaders), XLSX

    async def _own_data(self, person_id: int, account_id: int) -> tuple[bytes, str]:
        async with self._db.read() as conn:
            uow = UnitOfWork(conn, self._clock.now())
            return await own_data.file_for(uow, person_id, account_id, self._translators.timezone), "application/json"
