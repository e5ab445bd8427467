"""The files of a digest: the consolidated report as a Word file, of one that was read, and the workbook."""

from __future__ import annotations

from datetime import datetime

from handlers import permissions
from handlers.context import Context
from handlers.events import Attachment, Choice, Incoming, Reply, number
from locales.translator import Translator
from storage import people, plans, snapshots
from storage.uow import Row


def button(form_id: int, snapshot_id: int, tr: Translator) -> Choice:
    """The way to the Word file of a kept digest, for leaders and the office."""
    return Choice(tr.plain("Word file"), f"word/{form_id}/{snapshot_id}")


def asked_key(form_id: int, unit_id: int, incoming: Incoming) -> str:
    """Under which a digest is kept that somebody asked for."""
    return f"asked/{incoming.channel}/{incoming.chat}/{incoming.key}/{form_id}/{unit_id}"


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`word/<form>/<snapshot>`: the file is written when it is sent, with the numbers of that digest."""
    form_id, snapshot_id = number(parts, 0), number(parts, 1)
    form = next((f for f in await plans.live_forms(ctx.uow) if f["id"] == form_id), None)
    unit = await _unit_of(ctx, form_id, snapshot_id)
    if form is None or unit is None:
        return [Reply(ctx.tr.t("I do not find that digest any more. /tonghop makes a new one."))]
    if ctx.person is None or permissions.role_for(ctx.person, "digest.names", unit["path"]) is None:
        return [Reply(ctx.tr.t("The Word file is for leaders and the office."))]
    text = ctx.tr.t("Here is the report as a Word file. It is a draft: please read it through before it is signed.")
    return [Reply(text, document=report(form, unit["id"], snapshot_id, ctx.tr, ctx.now))]


def report(form: Row, unit_id: int, snapshot_id: int, tr: Translator, now: datetime) -> Attachment:
    """The Word file of a kept digest of a unit."""
    return Attachment(f"docx/{snapshot_id}/{form['id']}/{unit_id}/{tr.language}", _name(form, tr, now, "docx"))


def workbook(form: Row, unit_id: int, tr: Translator, now: datetime, *, leaders: bool) -> Attachment:
    """The Excel file of a unit with all below it. `leaders`: with what the form keeps for them."""
    return Attachment(f"xlsx/{form['id']}/{unit_id}/{tr.language}/{leaders:d}", _name(form, tr, now, "xlsx"))


def _name(form: Row, tr: Translator, now: datetime, ending: str) -> str:
    return f"{form['campaign']}-{now.astimezone(tr.timezone):%Y%m%d-%H%M}.{ending}"


async def _unit_of(ctx: Context, form_id: int, snapshot_id: int) -> Row | None:
    """The unit that a kept digest of this form is about, by the key that it was kept under."""
    kept = await snapshots.load(ctx.uow, snapshot_id)
    match kept["key"].split("/") if kept else []:
        case ["asked", *_, form, unit] | ["digest", form, *_, unit] if form == str(form_id):
            return await people.unit(ctx.uow, int(unit))
    return None
