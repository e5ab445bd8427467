"""Whom a broadcast was for, as a sheet: each recipient with what became of it there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from forms.instance import writable
from locales.translator import Translator
from reporting.documents.cells import Cell, Sheet, local, sheet
from reporting.news import audience
from reporting.news.run_words import UNWANTED, reason, state_name
from reporting.organisation.member_words import channel_name
from storage import broadcast_runs, broadcasts
from storage.tables import RecipientState
from storage.uow import Row, UnitOfWork


def recipients_sheet(rows: list[Row], tr: Translator) -> Sheet:
    """`rows`: recipients with `name` and `unit_name`."""
    header = [
        tr.plain("Unit"), tr.plain("Recipient"), tr.plain("Kind"), tr.plain("Channel"), tr.plain("State"),
        tr.plain("Time"), tr.plain("Note"),
    ]  # fmt: skip
    return sheet(tr.plain("Recipients"), header, [_row(row, tr) for row in rows])


def _row(row: Row, tr: Translator) -> list[Cell]:
    kind = tr.plain("group") if row["group_id"] is not None else tr.plain("person")
    missed = row["state"] in (RecipientState.FAILED, RecipientState.STOPPED)
    note = reason(row["state"], row["error"], tr) if missed else None
    at = local(row["sent_at"], tr) if row["sent_at"] else None
    return [
        row["unit_name"],
        row["name"],
        kind,
        channel_name(row["channel"], tr),
        state_name(row["state"], tr),
        at,
        note,
    ]


def write_xlsx(broadcast: Row, rows: list[Row], tr: Translator) -> bytes:
    """The bytes of an .xlsx file with the one sheet."""
    # openpyxl takes long to import, and most runs of the bot write no workbook for hours.
    from reporting.documents.workbook import workbook

    at = broadcast["started_at"] or broadcast["created_at"]
    heading = writable(tr.plain("News no. {n}, {day}", n=broadcast["id"], day=tr.full_day(at)))
    return workbook([recipients_sheet(rows, tr)], heading=heading, made_at=at)


async def xlsx_for(uow: UnitOfWork, broadcast_id: int, tr: Translator) -> Callable[[], bytes]:
    """What writes the list of a broadcast's recipients as it stands now; it takes a while: call it in a thread.

    Raises LookupError where there is no such broadcast.
    """
    broadcast = await broadcasts.find(uow, broadcast_id)
    if broadcast is None:
        raise LookupError(f"no broadcast {broadcast_id}")
    rows = await broadcast_runs.all_of(uow, broadcast_id)
    return partial(write_xlsx, broadcast, rows + await _unwilling(uow, broadcast, rows), tr)


async def _unwilling(uow: UnitOfWork, broadcast: Row, rows: list[Row]) -> list[Row]:
    """Who was meant and wants no such news, as recipients: they were never enlisted."""
    there = {row["person_id"] for row in rows}
    return [
        {"unit_name": one.unit_name, "name": one.name, "group_id": None, "channel": one.channel, "sent_at": None,
         "state": RecipientState.STOPPED.value, "error": UNWANTED}
        for one in await audience.unwilling(uow, broadcast, uow.now)
        if one.person_id not in there
    ]  # fmt: skip
