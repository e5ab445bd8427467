"""Digests as they were sent, opened again: their numbers are kept, whatever has come since."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers.commands import DESK
from handlers.context import Context, Person
from handlers.events import Attachment, Choice, Reply, in_rows
from handlers.office import papers
from locales.translator import Translator
from reporting.digests.digest import Digest
from reporting.digests.digest_stories import as_they_stand
from reporting.digests.digest_text import render
from reporting.planning.period_words import period_short
from storage import snapshots
from storage.uow import Row

PAGE = 12


def prefix(form_id: int) -> str:
    """How the keys of a form's sent digests begin. What follows: a period's id, or the name of a summary; the unit."""
    return f"digest/{form_id}/"


def chart_of(snapshot_id: int, tr: Translator) -> Attachment:
    """The picture of a kept digest: drawn when it is sent, outside any transaction."""
    return Attachment(f"chart/{snapshot_id}/{tr.language}", "tong-hop.png")


def with_chart(reply: Reply, snapshot_id: int, tr: Translator, *, in_one: bool) -> list[Reply]:
    """A digest with its picture above it, or `in_one` with it, where each message counts."""
    photo = chart_of(snapshot_id, tr)
    return [replace(reply, photo=photo)] if in_one else [Reply(Markup(""), photo=photo), reply]


async def sent(ctx: Context, person: Person, form: Row, page: int) -> list[Reply]:
    """A page of those that were sent to one's own unit, the newest first."""
    tr, to = ctx.tr, f"dig/{form['id']}"
    rows = await snapshots.sent(
        ctx.uow, prefix(form["id"]), person.unit.id, limit=PAGE + 1, offset=min(page, 1000) * PAGE
    )
    if not rows:
        return [Reply(tr.t("No digest has been sent to {unit} yet.", unit=person.unit.name))]
    choices = [Choice(_title(row, tr), f"{to}/kept/{row['id']}") for row in rows[:PAGE]]
    turns = [Choice(tr.plain("◀ Before"), f"{to}/sent/{page - 1}")] if page else []
    turns += [Choice(tr.plain("More ▶"), f"{to}/sent/{page + 1}")] if len(rows) > PAGE else []
    head = tr.t("<b>Sent digests</b> of {unit}, kept as they were:", unit=person.unit.name)
    return [Reply(head, (*in_rows(choices), *((tuple(turns),) if turns else ())))]


def _title(row: Row, tr: Translator) -> str:
    if row["whole"] or not row["period"]:
        return tr.plain("Whole campaign")
    return f"{period_short(row['period'], tr)} ({tr.time(row['cut_off'])})"


async def opened(ctx: Context, person: Person, form: Row, snapshot_id: int) -> list[Reply]:
    """One of them, as it was sent, but for good examples that were taken down since: text and picture from its numbers,
    to whoever may look at that unit's."""
    tr = ctx.tr
    row = await snapshots.load(ctx.uow, snapshot_id)
    if row is None or not _is_theirs(row["key"], person, form):
        return [Reply(tr.t("This digest is not of your unit."))]
    digest = await as_they_stand(ctx.uow, Digest.from_json(row["numbers"]))
    told = tr.t(
        "🗂 Kept since {time} {day}: what came later is not in it.",
        time=tr.time(row["cut_off"]), day=tr.day_from(row["cut_off"], ctx.now),
    )  # fmt: skip
    text = render(digest, tr, now=row["cut_off"], names=person.role in DESK)
    ways = [
        Choice(tr.plain("As it is now"), f"dig/{form['id']}/{_now(digest)}"),
        Choice(tr.plain("Sent digests"), f"dig/{form['id']}/sent/0"),
    ]
    if person.role in DESK:
        ways.append(papers.button(form["id"], snapshot_id, tr))
    reply = Reply(Markup("\n").join([told, text]), in_rows(ways))
    return with_chart(reply, snapshot_id, tr, in_one=ctx.sparing)


def _is_theirs(key: str, person: Person, form: Row) -> bool:
    return key.startswith(prefix(form["id"])) and key.endswith(f"/{person.unit.id}") and key.count("/") == 3


def _now(digest: Digest) -> str:
    return "whole" if digest.whole or digest.period is None else digest.period.name
