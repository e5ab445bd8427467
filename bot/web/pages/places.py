"""What a person may look at, and which of it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.pages.asked import Asked
from bot.web.pages.refused import Refused, Why
from bot.web.pages.visitors import SEES
from handlers import permissions
from handlers.context import Context
from handlers.office.digest import first_of, forms_of, views_of
from handlers.office.digest_views import View, Views
from reporting.board import board
from reporting.board.board import Board
from storage import people, returns
from storage.uow import Row


@dataclass(frozen=True, slots=True)
class Place:
    """A form of the person's `forms`, a view of it, and a unit of the person's branch. `own`: the units that the person
    stands over."""

    forms: Sequence[Row]
    views: Views
    view: View
    unit: Row
    own: Sequence[Row]

    @property
    def form(self) -> Row:
        return self.views.form


async def find(ctx: Context, asked: Asked) -> Place:
    """The place that was asked for; the person acts in the role that it needs. Raises Refused."""
    unit = await _unit(ctx, asked.unit)
    forms = await forms_of(ctx)
    if not forms:
        raise Refused(Why.NOTHING_YET)
    form = next((form for form in forms if form["id"] == asked.form), None)
    if form is None and asked.form:
        raise Refused(Why.NOT_YOURS)
    views = await views_of(ctx, form or await first_of(ctx, forms))
    view = views.find(asked.day)
    if view is None:
        raise Refused(Why.NOT_YOURS if views.periods else Why.NOTHING_YET)
    return Place(forms, views, view, unit, await _own(ctx))


async def numbers(ctx: Context, place: Place) -> Board:
    """The board of a place, as it stands now."""
    view = place.view
    return await board.build(
        ctx.uow, ctx.library, place.form, place.unit, view.period, whole=view.whole, stretch=view.stretch, now=ctx.now,
        zone=ctx.tr.timezone,
    )  # fmt: skip


async def _unit(ctx: Context, unit_id: int) -> Row:
    """A unit of the branch, else the person's own."""
    person = ctx.person
    unit = await returns.unit(ctx.uow, unit_id) if unit_id else None
    held = permissions.role_for(person, SEES, unit["path"] if unit else "") if person else None
    if person is None or held is None or (unit_id and unit is None):
        raise Refused(Why.NOT_YOURS)
    ctx.person = person.acting_as(held)
    return unit or await people.unit(ctx.uow, held.unit.id)


async def _own(ctx: Context) -> list[Row]:
    roles = ctx.person.roles if ctx.person else ()
    ids = dict.fromkeys(held.unit.id for held in roles if permissions.may(held, SEES))
    return [await people.unit(ctx.uow, unit_id) for unit_id in ids]
