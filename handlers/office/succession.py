"""A period of before units ended or moved, told by the units of today."""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from handlers.commands import DESK
from handlers.context import Context, Person
from handlers.events import Reply
from handlers.values import marked, quantity
from handlers.words import by_language, period_title
from locales.translator import Translator
from reporting.organisation import succession
from reporting.organisation.succession import Share
from reporting.questions import labels, open_indicators
from storage.uow import Row


async def in_todays_units(ctx: Context, person: Person, form: Row, period: Row) -> Reply:
    """What each unit of today in one's branch took over, figure by figure."""
    tr = ctx.tr
    if person.role not in DESK:
        return Reply(tr.t("The list of units is for leaders and the office."))
    unit = {"id": person.unit.id, "path": person.unit.path}
    shares = await succession.in_todays_units(ctx.uow, form["id"], [period["id"]], unit)
    asked = {q.indicator: q for q in open_indicators(await ctx.library.form(ctx.uow, form["version_id"]))}
    figures: dict[str, list[str]] = defaultdict(list)
    for share in shares:
        if question := asked.get(share.indicator):
            name = by_language(labels(question), tr.language)
            amount = marked(quantity(question, share.amount, tr), "about" if share.inexact else "", tr)
            figures[_name(share, tr)].append(f"{name} {amount}")
    lines = [tr.t("<b>{unit}</b>: {figures}", unit=name, figures=" · ".join(told)) for name, told in figures.items()]
    head = tr.t("<b>{title}</b> in the units of today:", title=period_title(period, tr))
    return Reply(Markup("\n").join([head, *(lines or [tr.t("There are no figures.")])]))


def _name(share: Share, tr: Translator) -> str:
    if share.divided:
        return tr.plain("{unit} (divided)", unit=share.short_name)
    return tr.plain("{unit} (ended)", unit=share.short_name) if share.ended else share.short_name
