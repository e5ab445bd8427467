"""Which units of a branch are to have more time or none asked of them: a page of them, each with its tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, in_rows, number
from handlers.words import period_title
from locales.translator import Translator
from storage import register
from storage.tables import ExpectedState
from storage.uow import Row

PAGE = 10
STATES = {"ext": ExpectedState.OPEN, "exm": ExpectedState.OPEN, "back": ExpectedState.EXEMPT}
"""The state of the units that each thing can be done for."""

Plan = dict[str, Any]
"""What has been chosen: `period`, `do`, `units` (ids), `until` (ISO), `reason`."""


async def units_of(ctx: Context, plan: Plan) -> list[Row]:
    """The units of the person's branch that this can be done for now."""
    assert ctx.person is not None  # noqa: S101  (the callers have looked)
    return await register.units_that_are(ctx.uow, plan["period"], ctx.person.unit.path, STATES[plan["do"]])


async def choose(
    ctx: Context, incoming: Incoming, period: Row, plan: Plan, step: str, argument: Sequence[str]
) -> Reply:
    """One page of the units, each with its tick; `t`: a tick more or less, `p`: another page."""
    tr, units = ctx.tr, await units_of(ctx, plan)
    if not units:
        text = tr.t("There is no unit here that this could be done for now.")
        return Reply(text, ((Choice(tr.plain("See the digest"), "cmd/tonghop"),),))
    ids = [unit["id"] for unit in units]
    page = number(argument, 0) if step == "p" else 0
    if step == "t" and (ticked := number(argument, 0)) in ids:
        plan["units"] = [unit for unit in ids if (unit in plan["units"]) != (unit == ticked)]
        page = ids.index(ticked) // PAGE
    text = tr.t("{what}\nTap the units, then Done.", what=heading(ctx, period, plan))
    rows = _page(units, min(page, (len(units) - 1) // PAGE), plan, tr)
    return Reply(text, rows, replaces=incoming.message_id if step else None)


def _page(units: Sequence[Row], page: int, plan: Plan, tr: Translator) -> Rows:
    way, chosen = f"dl/{plan['period']}/{plan['do']}", plan["units"]
    ticks = [
        Choice(f"{'☑' if unit['id'] in chosen else '☐'} {unit['short_name']}", f"{way}/t/{unit['id']}")
        for unit in units[page * PAGE : (page + 1) * PAGE]
    ]
    turn = [Choice(tr.plain("◀ Previous"), f"{way}/p/{page - 1}")] if page else []
    if (page + 1) * PAGE < len(units):
        turn.append(Choice(tr.plain("More ▶"), f"{way}/p/{page + 1}"))
    everybody = Choice(tr.plain("All of them ({n})", n=len(units)), f"{way}/all")
    last = (everybody, Choice(tr.plain("Done"), f"{way}/ok"))
    return (*in_rows(ticks), *((tuple(turn),) if turn else ()), last)


def heading(ctx: Context, period: Row, plan: Plan) -> Markup:
    """Which report it is about, and what is to be done."""
    tr, title = ctx.tr, period_title(period, ctx.tr)
    if plan["do"] == "ext":
        return tr.t("<b>{title}</b>: more time", title=title)
    if plan["do"] == "exm":
        return tr.t("<b>{title}</b>: exempt", title=title)
    return tr.t("<b>{title}</b>: take exemptions back", title=title)


async def rows_of(ctx: Context, plan: Plan) -> list[Row] | None:
    """The register rows of the chosen units; None when one of them is not the person's to decide on."""
    rows = await register.of_units(ctx.uow, plan["period"], plan["units"])
    allowed = [await permissions.take_role(ctx, "deadline.change", path) for path in {row["path"] for row in rows}]
    return rows if all(allowed) else None
