"""The screen on which one chooses whom a broadcast is for: the conditions so far, and how many people and groups that
is; and the one place where a condition is written down."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.context import Context
from handlers.events import Choice, Reply, in_rows
from handlers.news import news_words
from reporting.news import audience
from storage import broadcasts, people
from storage.uow import Row


async def change(ctx: Context, row: Row, **values: Any) -> None:
    """Write what was chosen; `row` is as it is then."""
    row.update(values)
    row["topic"] = audience.topic_of(row["campaign_id"])
    await broadcasts.change(ctx.uow, row["id"], **values, topic=row["topic"])


async def choose(ctx: Context, row: Row, **conditions: Any) -> None:
    """One condition more, or another one; None or empty takes it out."""
    chosen = {"unit": row["unit_id"], **row["audience"], **conditions}
    kept = {name: value for name, value in chosen.items() if value or (name == "units" and value is not None)}
    await change(ctx, row, audience=kept)


async def screen(ctx: Context, row: Row, note: Markup | None = None) -> Reply:
    """The conditions so far, how many that is, and a button for each condition."""
    text = await head(ctx, row)
    return Reply(Markup("\n\n").join([note, text]) if note else text, await _buttons(ctx, row))


async def head(ctx: Context, row: Row) -> Markup:
    """The conditions so far, and how many that is."""
    tr = ctx.tr
    lines = [tr.t("👥 <b>Who is to get it?</b>"), await news_words.whom(ctx, row)]
    if row["audience"]:
        found = await audience.recipients(ctx.uow, row, ctx.now)
        lines.append(await news_words.reached(ctx, row, found))
        if not found:
            lines.append(await news_words.nobody(ctx, row))
    else:
        lines.append(tr.t("Choose one or several conditions; I count at once."))
    return Markup("\n").join(lines)


async def _buttons(ctx: Context, row: Row) -> tuple[tuple[Choice, ...], ...]:
    tr, way = ctx.tr, row["id"]
    steps = {
        "role": tr.plain("Role"), "kind": tr.plain("Level"), "unit": tr.plain("Unit"), "lang": tr.plain("Language"),
        "camp": tr.plain("Campaign"), "owe": tr.plain("Has not reported"), "grp": tr.plain("Groups"),
        "names": tr.plain("A list of units"),
    }  # fmt: skip
    conditions = in_rows([Choice(label, f"tin/{step}/{way}") for step, label in steps.items()])
    unit = await people.unit(ctx.uow, row["unit_id"])
    everybody = Choice(tr.plain("Everybody of {unit} and below", unit=unit["short_name"]), f"tin/all/{way}")
    return (*conditions, (everybody,), (Choice(tr.plain("✔ Done"), f"tin/show/{way}"),))


def back(ctx: Context, row: Row) -> Choice:
    """To the conditions."""
    return Choice(ctx.tr.plain("◀ Recipients"), f"tin/to/{row['id']}")
