"""The consolidated report as a Word file, of a digest that was read."""

from __future__ import annotations

from handlers import permissions
from handlers.context import Context
from handlers.events import Attachment, Choice, Incoming, Reply, number
from locales.translator import Translator
from storage import people, register, snapshots
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
    form = next((f for f in await register.live_forms(ctx.uow) if f["id"] == form_id), None)
    unit = await _unit_of(ctx, form_id, snapshot_id)
    if form is None or unit is None:
        return [Reply(ctx.tr.t("I do not find that digest any more. /tonghop makes a new one."))]
    if ctx.person is None or permissions.role_for(ctx.person, "digest.names", unit["path"]) is None:
        return [Reply(ctx.tr.t("The Word file is for leaders and the office."))]
    reference = f"docx/{snapshot_id}/{form_id}/{unit['id']}/{ctx.tr.language}"
    name = f"{form['campaign']}-{ctx.now.astimezone(ctx.tr.timezone):%Y%m%d-%H%M}.docx"
    text = ctx.tr.t("Here is the report as a Word file. It is a draft: please read it through before it is signed.")
    return [Reply(text, document=Attachment(reference, name))]


async def _unit_of(ctx: Context, form_id: int, snapshot_id: int) -> Row | None:
    """The unit that a kept digest of this form is about, by the key that it was kept under."""
    kept = await snapshots.load(ctx.uow, snapshot_id)
    match kept["key"].split("/") if kept else []:
        case ["asked", *_, form, unit] | ["digest", form, *_, unit] if form == str(form_id):
            return await people.unit(ctx.uow, int(unit))
    return None
