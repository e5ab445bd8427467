"""A campaign's workbook that is sent to the bot: taken here, read and loaded by the clerk.

Buttons: `book/apply|drop/<the file's id>/<fingerprint of the findings>`.
"""

from __future__ import annotations

import re

from handlers import permissions
from handlers.campaigns import campaigns
from handlers.campaigns.errands import Errand, What
from handlers.context import Context
from handlers.events import BadAction, Choice, Incoming, Reply, Rows, word
from locales.translator import Translator
from storage import snapshots

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5_000_000
"""Of a workbook that the bot reads while others talk to it; larger ones are loaded at the command line."""

_ID = re.compile(r"[\w-]{1,32}")
_PREFIX = "u/"


def is_meant(ctx: Context, incoming: Incoming) -> bool:
    """Whether a file that nobody asked for is a workbook of somebody who may load it."""
    return bool(
        incoming.document
        and incoming.document.name.lower().endswith(".xlsx")
        and ctx.person
        and permissions.role_for(ctx.person, campaigns.ACTION)
    )


async def given(ctx: Context, incoming: Incoming) -> list[Reply]:
    """The file, or whatever else came when one was waited for."""
    tr, file = ctx.tr, incoming.document
    if not await permissions.take_role(ctx, campaigns.ACTION):
        ctx.state.pop("waits", None)
        return [campaigns.refused(ctx)]
    if file is None:
        return [Reply(tr.t("I am waiting for the workbook, a file that ends in .xlsx. /huy leaves that."))]
    if file.media_id is None:
        return [Reply(tr.t("The file did not arrive whole. Please send it once more."))]
    kept = await snapshots.media(ctx.uow, file.media_id)
    if kept is None or kept["mime"] != XLSX or kept["owner"] != f"{incoming.channel}:{incoming.chat}":
        return [Reply(tr.t("This is no Excel workbook (.xlsx). In Excel: Save as, Excel Workbook (*.xlsx)."))]
    if kept["size"] > MOST_BYTES:
        most = tr.number(MOST_BYTES // 1_000_000)
        return [Reply(tr.t("This workbook is larger than {n} MB. Please take the pictures out of it.", n=most))]
    ctx.state.pop("waits", None)
    _errand(incoming, What.READ, file.media_id, file.name).leave(ctx.uow)
    return [Reply(tr.t("📖 I am reading <b>{name}</b>. What I find comes in a moment.", name=file.name))]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`book/apply|drop/<id>/<fingerprint>`"""
    what, media_id, seen = word(parts, 0), word(parts, 1), word(parts, 2)
    if what not in ("apply", "drop") or not (_ID.fullmatch(media_id) and _ID.fullmatch(seen)):
        raise BadAction(f"{parts!r} is nothing that can be done with a workbook")
    kept = await snapshots.media(ctx.uow, _PREFIX + media_id)
    if kept is None or kept["owner"] != f"{incoming.channel}:{incoming.chat}":
        return [Reply(ctx.tr.t("I do not have this workbook any more. Please send it once more."))]
    if what == "drop":
        return [Reply(ctx.tr.t("All right, I leave that. Nothing was changed."), replaces=incoming.message_id)]
    _errand(incoming, What.APPLY, kept["id"], kept["name"], seen).leave(ctx.uow)
    return [Reply(ctx.tr.t("⏳ I am loading <b>{name}</b>.", name=kept["name"]))]


def _errand(incoming: Incoming, what: What, media_id: str, name: str, seen: str = "") -> Errand:
    return Errand(what, media_id, name, incoming.channel, incoming.chat, incoming.sender, seen)


def buttons(media_id: str, fingerprint: str, tr: Translator) -> Rows:
    """Under findings: load it, or leave it."""
    way = f"{media_id.removeprefix(_PREFIX)}/{fingerprint}"
    yes, no = Choice(tr.plain("✅ Apply"), f"book/apply/{way}"), Choice(tr.plain("Drop it"), f"book/drop/{way}")
    return ((yes, no),)
