"""/tyle: how regularly the units of one's branch report, down the tree to one unit's rows of the register."""

from __future__ import annotations

from markupsafe import Markup

from handlers import permissions
from handlers.context import Context
from handlers.events import Choice, Incoming, Reply, Rows, in_rows, number, word
from handlers.sent import lines as cards
from handlers.sent.review import turn
from locales.translator import Translator
from reporting.planning.period_words import period_words
from reporting.ranks import rates
from reporting.ranks.rates import Line
from storage import plans, units
from storage import rates as queries
from storage.uow import Row

PAGE = 12
VIEWS = ("unit", "period", "form")


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/tyle: the newest campaign, in one's own branch."""
    if ctx.person is None or not await permissions.take_role(ctx, "rates"):
        return [Reply(ctx.tr.t("Reporting rates are for leaders and the office. /tinhtrang shows your own reports."))]
    over = await plans.campaigns_over(ctx.uow, ctx.person.unit.path)
    if not over:
        return [Reply(ctx.tr.t("There is no campaign to sum up yet."))]
    return [await _shown(ctx, over[0], ctx.person.unit.id, "unit", 0, others=over[1:])]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`rate/<campaign>[/<unit>/unit|period|form/<page>]`"""
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    over = await plans.campaigns_over(ctx.uow, ctx.person.unit.path)
    campaign = next((row for row in over if row["id"] == number(parts, 0)), None)
    if campaign is None:
        return [Reply(ctx.tr.t("There is no campaign to sum up yet."))]
    if len(parts) == 1:
        return [await _shown(ctx, campaign, ctx.person.unit.id, "unit", 0)]
    view = word(parts, 2)
    return [await _shown(ctx, campaign, number(parts, 1), view if view in VIEWS else "unit", number(parts, 3))]


async def _shown(
    ctx: Context, campaign: Row, unit_id: int, view: str, page: int, others: list[Row] | None = None
) -> Reply:
    unit = await units.find(ctx.uow, unit_id)
    if unit is None or not await permissions.take_role(ctx, "rates", unit["path"]):
        return Reply(ctx.tr.t("This unit is not in your branch. Please ask the office of the unit above yours."))
    periods = await queries.due_periods(ctx.uow, campaign["id"], ctx.now)
    more = tuple((Choice(other["name"], f"rate/{other['id']}"),) for other in others or ())
    if not periods:
        return Reply(ctx.tr.t("No report of {campaign} has been due yet.", campaign=campaign["name"]), more)
    found = await _lines(ctx, periods, unit, view)
    if view == "unit" and all(line.itself for line in found):
        return await _rows_of(ctx, campaign, unit, page)
    head, names = await _head(ctx, campaign, periods, unit), await _names(ctx, campaign, periods)
    shown = found[page * PAGE : (page + 1) * PAGE]
    said = [_line(line, _name(line, names, ctx.tr), ctx.tr) for line in shown]
    rows = _below(campaign, shown) if view == "unit" else ()
    pages = turn(f"rate/{campaign['id']}/{unit_id}/{view}", page, len(found), PAGE, ctx.tr)
    ways = (*_views(campaign, unit, periods, view, ctx.tr), *_up(ctx, campaign, unit))
    return Reply(Markup("\n").join([*head, *said]), (*rows, *pages, *ways, *more))


async def _lines(ctx: Context, periods: list[Row], unit: Row, view: str) -> list[Line]:
    """Units: those that report least first. Periods: the newest first."""
    if view == "period":
        return (await rates.by_period(ctx.uow, periods, unit["path"]))[::-1]
    if view == "form":
        return await rates.by_form(ctx.uow, periods, unit["path"])
    found = await rates.by_unit(ctx.uow, periods, unit)
    return sorted(found, key=lambda line: [
        rate.share or 0 for rate in (rates.reporting_rate(line.covered), rates.on_time_rate(line.covered))
    ])  # fmt: skip


async def _head(ctx: Context, campaign: Row, periods: list[Row], unit: Row) -> list[Markup]:
    tr = ctx.tr
    covered = await rates.overall(ctx.uow, periods, unit["path"])
    return [
        tr.t("📈 <b>Reporting rates: {campaign}</b> – {unit}", campaign=campaign["name"], unit=unit["name"]),
        tr.t(
            "Received <b>{received}</b>, in time <b>{on_time}</b>{nothing}.",
            received=rates.reporting_rate(covered), on_time=rates.on_time_rate(covered),
            nothing=tr.t(", nothing took place {n}", n=tr.number(covered.nothing)) if covered.nothing else "",
        ),
        tr.t("<i>Of what was due by {time} {day}; without the exempt.</i>",
             time=tr.time(ctx.now), day=tr.day_from(ctx.now, ctx.now)),
    ]  # fmt: skip


def _line(line: Line, name: str, tr: Translator) -> Markup:
    return tr.t(
        "• {name}: <b>{received}</b>, in time {on_time}",
        name=name, received=rates.reporting_rate(line.covered), on_time=rates.on_time_rate(line.covered),
    )  # fmt: skip


async def _names(ctx: Context, campaign: Row, periods: list[Row]) -> dict[str, str]:
    """What periods and forms are called, by the keys that their lines have."""
    titles = await _titles(ctx, campaign)
    spans = {str(p["id"]): _called(p, p["name"], titles, ctx.tr) for p in periods}
    return {**titles, **spans}


async def _titles(ctx: Context, campaign: Row) -> dict[str, str]:
    """What the forms of a campaign are called, by their slugs."""
    forms = await plans.live_forms(ctx.uow, campaign["id"])
    return {form["slug"]: (await ctx.library.form(ctx.uow, form["version_id"])).title for form in forms}


def _called(row: Row, period: str, titles: dict[str, str], tr: Translator) -> str:
    """A period, with its form (`form`, a slug) where the campaign has several."""
    said = period_words(period, row["covers_to"] - row["covers_from"], tr)
    return f"{titles[row['form']]}, {said}" if len(titles) > 1 else said


def _name(line: Line, names: dict[str, str], tr: Translator) -> str:
    if line.itself:
        return tr.plain("{unit} itself", unit=line.name)
    return line.name if line.code else names.get(str(line.key), line.name)


def _below(campaign: Row, shown: list[Line]) -> Rows:
    """The ways down the tree."""
    below = [line for line in shown if not line.itself]
    return in_rows([Choice(cards.cut(line.name), f"rate/{campaign['id']}/{line.key}/unit/0") for line in below])


def _views(campaign: Row, unit: Row, periods: list[Row], view: str, tr: Translator) -> Rows:
    """The ways to the other tables of the same unit; by form only where several have been due."""
    names = {"unit": tr.plain("By unit"), "period": tr.plain("By period")}
    if len({period["form"] for period in periods}) > 1:
        names["form"] = tr.plain("By form")
    to = f"rate/{campaign['id']}/{unit['id']}"
    return (tuple(Choice(label, f"{to}/{name}/0") for name, label in names.items() if name != view),)


def _up(ctx: Context, campaign: Row, unit: Row) -> Rows:
    """The way to the unit above, as far as the campaign and the person's role reach."""
    above = unit["path"].removesuffix(f"{unit['id']}/")
    may = ctx.person is not None and permissions.role_for(ctx.person, "rates", above)
    if unit["id"] == campaign["unit_id"] or above == "/" or not may:
        return ()
    return ((Choice(ctx.tr.plain("⬆ Unit above"), f"rate/{campaign['id']}/{unit['parent_id']}/unit/0"),),)


async def _rows_of(ctx: Context, campaign: Row, unit: Row, page: int) -> Reply:
    """A unit that has none below it: its rows of the register, each as it stands."""
    tr, up = ctx.tr, _up(ctx, campaign, unit)
    found = await queries.rows_of_unit(ctx.uow, unit["id"], campaign["id"], ctx.now)
    if not found:
        return Reply(tr.t("No unit of {unit} reports here.", unit=unit["name"]), up)
    titles = await _titles(ctx, campaign)
    said = [
        tr.t("• {period}: {state}", period=_called(r, r["period"], titles, tr),
             state=rates.words(rates.standing(r, ctx.now), tr))
        for r in found[page * PAGE : (page + 1) * PAGE]
    ]  # fmt: skip
    head = await _head(ctx, campaign, await queries.due_periods(ctx.uow, campaign["id"], ctx.now), unit)
    pages = turn(f"rate/{campaign['id']}/{unit['id']}/unit", page, len(found), PAGE, tr)
    return Reply(Markup("\n").join([*head, *said]), (*pages, *up))
