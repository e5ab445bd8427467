"""Which part of which register a button of /mohinh is about, and what of it this person may see."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import permissions
from handlers.context import Context, Person
from handlers.events import BadAction, number
from reporting.models import entities, model_register
from reporting.models.model_register import Register
from reporting.models.model_sheet import ModelSheet
from storage import plans
from storage.uow import Row

COLUMNS = ("field", "state")
ALL, LONG, PROPOSED = "a", "l", "p"
"""Which models are shown: all, those kept for two years or more, those put forward for a commendation."""

NO_CHOICE = "-"


@dataclass(frozen=True, slots=True)
class View:
    """Which part of which register is looked at. `field`, `state`: places in the list of values that there are, `unit`:
    an id; "-" for all. Actions have no room for more."""

    campaign: int
    place: int
    field: str = NO_CHOICE
    state: str = NO_CHOICE
    unit: str = NO_CHOICE
    which: str = ALL

    @classmethod
    def read(cls, register_: str, filters: str) -> View:
        """Raises BadAction."""
        ids, chosen = register_.split("."), filters.split(".")
        if len(chosen) != 4 or chosen[3] not in (ALL, LONG, PROPOSED):
            raise BadAction(f"{filters!r} is no view of a register")
        for one in chosen[:3]:
            if one != NO_CHOICE:
                number([one], 0)
        return cls(number(ids, 0), number(ids, 1), *chosen)

    def __str__(self) -> str:
        return f"{self.campaign}.{self.place}/{self.field}.{self.state}.{self.unit}.{self.which}"

    def with_filter(self, what: str, at: str) -> View:
        """The same with another field, state or unit."""
        chosen = {"field": self.field, "state": self.state, "unit": self.unit, what: at}
        return View(self.campaign, self.place, chosen["field"], chosen["state"], chosen["unit"], self.which)

    @property
    def whole(self) -> View:
        return View(self.campaign, self.place)


async def registers(ctx: Context) -> dict[View, tuple[Row, ModelSheet]]:
    """The registers of the campaigns that the person's unit takes part in."""
    if ctx.person is None or not await permissions.take_role(ctx, "models.see"):
        return {}
    found: dict[View, tuple[Row, ModelSheet]] = {}
    for campaign in await plans.campaigns_over(ctx.uow, ctx.person.unit.path):
        for place, one in enumerate(await model_register.registers(ctx.uow, [campaign])):
            found[View(campaign["id"], place)] = one
    return found


async def loaded(ctx: Context, view: View) -> Register:
    """The register as this person may see it. Raises BadAction for one that is not there for them."""
    found = (await registers(ctx)).get(view.whole)
    if found is None or ctx.person is None:
        raise BadAction(f"no register {view}")
    own = await entities.own_units(ctx.uow, ctx.person.unit.id) if ctx.person.role == "reporter" else None
    return await model_register.load(
        ctx.uow, ctx.library, *found, path=ctx.person.unit.path, zone=ctx.tr.timezone, unit_ids=own,
        leaders=sees_all(ctx.person),
    )  # fmt: skip


def sees_all(person: Person) -> bool:
    """What a form keeps for leaders is for them, and for the unit that wrote it."""
    return person.role in ("leader", "reporter")


def narrowed(view: View, found: Register) -> Register:
    """The models of a view. A place that the list of values does not have any more holds none back."""
    models = found.models
    for column in COLUMNS:
        chosen, there = getattr(view, column), found.values(column)
        if chosen != NO_CHOICE and int(chosen) < len(there):
            models = tuple(m for m in models if found.said(m, column) == there[int(chosen)])
    if view.unit != NO_CHOICE:
        models = tuple(m for m in models if m.unit_id == int(view.unit))
    if view.which != ALL:
        models = tuple(filter(found.is_long if view.which == LONG else found.is_proposed, models))
    return found.only(models)
