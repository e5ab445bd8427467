"""/xeploai: the ranking of the units of one's branch, and of one unit how each figure came about. A reporter sees the
place of the own unit and no other's."""

from __future__ import annotations

from markupsafe import Markup

from handlers import permissions
from handlers.commands import DESK
from handlers.context import Context, Person
from handlers.events import Attachment, Choice, Incoming, Reply, Rows, in_rows, number, word
from handlers.sent import lines as cards
from handlers.sent.review import turn
from reporting.ranks import ranking_figures
from reporting.ranks.ranking import Ranked, Ranking
from reporting.ranks.ranking_rules import of_campaign
from reporting.ranks.ranking_words import derivation, head, line, place_among
from storage import plans, units
from storage import rates as queries
from storage.uow import Row

PAGE = 15


async def command(ctx: Context, incoming: Incoming) -> list[Reply]:
    """/xeploai: of the newest campaign that ranks its units."""
    campaigns = await _campaigns(ctx)
    if not campaigns or ctx.person is None or not await permissions.take_role(ctx, "ranking"):
        return [Reply(ctx.tr.t("No campaign of yours ranks its units."))]
    return [await _of_person(ctx, ctx.person, campaigns[0], campaigns[1:])]


async def pressed(ctx: Context, incoming: Incoming, parts: list[str]) -> list[Reply]:
    """`rank/<campaign>[/<unit>/<page>]`, `rank/<campaign>/of/<unit>`, `rank/<campaign>/xlsx`"""
    assert ctx.person is not None  # noqa: S101  (routing has looked)
    campaign = next((row for row in await _campaigns(ctx) if row["id"] == number(parts, 0)), None)
    if campaign is None:
        return [Reply(ctx.tr.t("No campaign of yours ranks its units."))]
    match parts[1:]:
        case []:
            return [await _of_person(ctx, ctx.person, campaign)]
        case ["xlsx"]:
            return [_file(ctx, ctx.person, campaign)]
        case ["of", *_]:
            return [await _one(ctx, campaign, number(parts, 2))]
    word(parts, 2)
    return [await _list(ctx, campaign, number(parts, 1), number(parts, 2))]


async def _campaigns(ctx: Context) -> list[Row]:
    """Those that the person's unit takes part in and that rank, the newest first."""
    if ctx.person is None:
        return []
    return [row for row in await plans.campaigns_over(ctx.uow, ctx.person.unit.path) if of_campaign(row["settings"])]


async def _of_person(ctx: Context, person: Person, campaign: Row, others: list[Row] | None = None) -> Reply:
    """What a person begins with: the place of their unit, and for those who lead the list below it."""
    more = tuple((Choice(other["name"], f"rank/{other['id']}"),) for other in others or ())
    if person.role not in DESK:
        own = await _one(ctx, campaign, person.unit.id)
        return Reply(own.text, (*own.choices, *more))
    found = await _list(ctx, campaign, person.unit.id, 0)
    return Reply(found.text, (*found.choices, *more))


async def _list(ctx: Context, campaign: Row, unit_id: int, page: int) -> Reply:
    """The units below one, the best first; over them the place of that unit itself, if it has one."""
    unit = await units.find(ctx.uow, unit_id)
    if unit is None or not await permissions.take_role(ctx, "ranking", unit["path"]) or _sees_own_only(ctx):
        return _refused(ctx)
    if not await queries.due_periods(ctx.uow, campaign["id"], ctx.now):
        return Reply(ctx.tr.t("No report of {campaign} has been due yet.", campaign=campaign["name"]))
    found, own = await _build(ctx, campaign, unit), await _among(ctx, campaign, unit)
    shown = found.units[page * PAGE : (page + 1) * PAGE]
    place = own.of(unit_id) if own else None
    said = [head(found, ctx.tr), *([place_among(own, place, ctx.tr)] if own and place else [])]
    said += [line(one, ctx.tr) for one in shown]
    if not found.units:
        said.append(ctx.tr.t("No unit below {unit} is ranked.", unit=unit["name"]))
    ways = _ways(ctx, campaign, unit, [*([place] if place else []), *shown], page, len(found.units))
    return Reply(Markup("\n").join(said), ways)


def _ways(ctx: Context, campaign: Row, unit: Row, asked: list[Ranked], page: int, count: int) -> Rows:
    """Under a list: how each unit came to its place, the other pages, the table as a file."""
    to = f"rank/{campaign['id']}"
    rows = in_rows([Choice(cards.cut(one.short_name), f"{to}/of/{one.unit_id}") for one in asked])
    pages = turn(f"{to}/{unit['id']}", page, count, PAGE, ctx.tr)
    files: Rows = ((Choice(ctx.tr.plain("Excel file"), f"{to}/xlsx"),),) if count else ()
    return (*rows, *pages, *files)


async def _one(ctx: Context, campaign: Row, unit_id: int) -> Reply:
    """How the rank of a unit came about; for those who lead with the way back to the list."""
    unit = await units.find(ctx.uow, unit_id)
    if unit is None or not await permissions.take_role(ctx, "ranking", unit["path"]):
        return _refused(ctx)
    found = await _among(ctx, campaign, unit)
    one = found.of(unit_id) if found else None
    if found is None or one is None:
        return Reply(ctx.tr.t("{unit} is not ranked in {campaign}.", unit=unit["name"], campaign=campaign["name"]))
    back: Rows = () if _sees_own_only(ctx) else ((Choice(ctx.tr.plain("🏆 Ranking"), f"rank/{campaign['id']}"),),)
    return Reply(Markup("\n").join([head(found, ctx.tr), derivation(found, one, ctx.tr)]), back)


def _sees_own_only(ctx: Context) -> bool:
    return ctx.person is None or ctx.person.role not in DESK


def _refused(ctx: Context) -> Reply:
    return Reply(ctx.tr.t("This unit is not in your branch. Please ask the office of the unit above yours."))


async def _among(ctx: Context, campaign: Row, unit: Row) -> Ranking | None:
    """The ranking that a unit has its place in; None for the unit that runs the campaign, and those not below it."""
    rules, top = of_campaign(campaign["settings"]), await units.find(ctx.uow, campaign["unit_id"])
    if rules is None or top is None or unit["id"] == top["id"] or not unit["path"].startswith(top["path"]):
        return None
    above = top if rules.kinds else await units.find(ctx.uow, unit["parent_id"])
    return await _build(ctx, campaign, above) if above else None


async def _build(ctx: Context, campaign: Row, unit: Row) -> Ranking:
    found = await ranking_figures.build(
        ctx.uow, ctx.library, campaign, unit, until=ctx.now, zone=ctx.tr.timezone
    )  # fmt: skip
    assert found is not None  # noqa: S101  (of campaigns that rank: see `_campaigns`)
    return found


def _file(ctx: Context, person: Person, campaign: Row) -> Reply:
    """The table as an Excel file, written when it is sent."""
    if _sees_own_only(ctx):
        return _refused(ctx)
    name = f"xep-loai-{campaign['slug']}-{ctx.now.astimezone(ctx.tr.timezone):%Y%m%d}.xlsx"
    reference = f"ranking/{campaign['id']}/{person.unit.id}/{ctx.tr.language}"
    return Reply(ctx.tr.t("Here is the Excel file."), document=Attachment(reference, name))
