"""Opening reports, for those who lead: from the digest to the units of one's branch, down the tree, to one report."""

from __future__ import annotations

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, in_rows, number, word
from handlers.sent import history, lines, opened
from handlers.words import period_title
from locales.translator import Translator
from storage import register, returns
from storage.tables import ExpectedState, ReportState
from storage.uow import Row

PAGE = 14
"""Units on one page of the list."""


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`rv/top/<period>`, `rv/down/<period>/<unit>`, `rv/units/<period>/<unit>/<page>`: units.
    `rv/none/<period>/<unit>`: one that has not reported.
    `rv/report/<report>`, `rv/file/<report>/<place>`, `rv/version/<report>/<number>`: one report."""
    view = word(parts, 0)
    if view in ("report", "file", "version"):
        return [await _of_report(ctx, view, parts)]
    if view == "none":
        return [await _owes(ctx, number(parts, 1), number(parts, 2))]
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    unit_id = ctx.person.unit.id if view == "top" else number(parts, 2)
    page = number(parts, 3) if view == "units" else 0
    return [await _units(ctx, number(parts, 1), unit_id, page, incoming.message_id if view == "units" else None)]


# --- the units -------------------------------------------------------------------------------------


async def _place(ctx: Context, period_id: int, unit_id: int) -> tuple[Row, Row] | Reply:
    """The period and the unit, if this person may look at them."""
    period, unit = await register.period(ctx.uow, period_id), await returns.unit(ctx.uow, unit_id)
    if period is None or unit is None or not await permissions.take_role(ctx, "status", unit["path"]):
        return opened.not_yours(ctx.tr)
    return period, unit


async def _owes(ctx: Context, period_id: int, unit_id: int) -> Reply:
    """One that has not reported."""
    place = await _place(ctx, period_id, unit_id)
    if isinstance(place, Reply):
        return place
    period, unit = place
    title = period_title(period, ctx.tr)
    exempt = await register.units_that_are(ctx.uow, period_id, unit["path"], ExpectedState.EXEMPT)
    if any(one["id"] == unit_id for one in exempt):
        return Reply(ctx.tr.t("➖ {unit} is exempt from {title}.", unit=unit["name"], title=title))
    return Reply(ctx.tr.t("▫ {unit}: no report of {title}.", unit=unit["name"], title=title))


async def _units(ctx: Context, period_id: int, unit_id: int, page: int, replaces: str | None) -> Reply:
    tr = ctx.tr
    place = await _place(ctx, period_id, unit_id)
    if isinstance(place, Reply):
        return place
    period, unit = place
    rows = await returns.units_below(ctx.uow, period_id, unit_id)
    if not rows:
        return Reply(tr.t("No unit of {unit} reports here.", unit=unit["name"]))
    head = tr.t(
        "<b>{title}</b> – {unit}: <b>{reported}/{expected}</b> units have reported",
        title=period_title(period, tr), unit=unit["name"], reported=sum(row["reported"] for row in rows),
        expected=sum(row["expected"] for row in rows),
    )  # fmt: skip
    legend = tr.t("✅ on time · ⏰ late · ▫ not yet · 🔁 asked back · ✔ approved · ➖ exempt")
    shown = rows[page * PAGE : (page + 1) * PAGE]
    choices = in_rows([_unit_choice(row, period_id, unit_id) for row in shown])
    pages = turn(f"rv/units/{period_id}/{unit_id}", page, len(rows), PAGE, tr)
    up = await _up(ctx, unit, period_id)
    return Reply(Markup("\n").join([head, legend]), (*choices, *pages, *up), replaces=replaces)


def _unit_choice(row: Row, period_id: int, parent_id: int) -> Choice:
    """A report where the unit has just its own, else the way down."""
    name = lines.cut(row["short_name"])
    if not (row["alone"] or row["id"] == parent_id):
        return Choice(f"📂 {name} {row['reported']}/{row['expected']}", f"rv/down/{period_id}/{row['id']}")
    action = f"rv/report/{row['report_id']}" if row["report_id"] else f"rv/none/{period_id}/{row['id']}"
    return Choice(f"{mark(row)} {name}", action)


def mark(row: Row) -> str:
    """How a report stands, in one sign."""
    if row["report_id"] is None:
        return "➖" if row["owing"] == ExpectedState.EXEMPT else "▫"
    signs = {ReportState.RETURNED: "🔁", ReportState.APPROVED: "✔"}
    return signs.get(row["state"]) or ("⏰" if row["late"] else "✅")


def turn(prefix: str, page: int, count: int, size: int, tr: Translator) -> Rows:
    """The buttons that turn the pages of a list of `count`; the page's number ends the action."""
    row = []
    if page > 0:
        row.append(Choice(tr.plain("◀ Before"), f"{prefix}/{page - 1}"))
    if (page + 1) * size < count:
        row.append(Choice(tr.plain("More ▶"), f"{prefix}/{page + 1}"))
    return (tuple(row),) if row else ()


async def _up(ctx: Context, unit: Row, period_id: int) -> Rows:
    """The way to the unit above, where one may look at that, too."""
    assert ctx.person is not None  # noqa: S101  (the caller has looked)
    above = unit["path"].removesuffix(f"{unit['id']}/")
    if above == "/" or not permissions.role_for(ctx.person, "status", above):
        return ()
    return ((Choice(ctx.tr.plain("⬆ Unit above"), f"rv/down/{period_id}/{unit['parent_id']}"),),)


# --- one report ------------------------------------------------------------------------------------


async def _of_report(ctx: Context, view: str, parts: list[str]) -> Reply:
    report = await opened.readable(ctx, number(parts, 1))
    if isinstance(report, Reply):
        return report
    if view == "report":
        return await opened.report_reply(ctx, report)
    if view == "file":
        return await opened.file(ctx, report, number(parts, 2))
    back = f"rv/report/{report['id']}"
    return await history.version(
        ctx, report, number(parts, 2), back=back, see=lambda found: lines.visible(ctx, report, found)
    )
