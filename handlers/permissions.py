"""Who may do what on whose data: the one table. `docs/permissions.md` shows it, and a test walks all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from handlers.context import Context, Held, Person
from storage import people


class Reach(StrEnum):
    """How far a role reaches: nothing but one's own person, the own unit, or the unit with all below it."""

    SELF = "self"
    UNIT = "unit"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the roles that may do it, each with its reach; `what` says it in the words of the document."""

    what: str
    roles: Mapping[str, Reach]


def _rule(what: str, **roles: Reach) -> Rule:
    return Rule(what, MappingProxyType(roles))


_SELF, _UNIT, _BRANCH = Reach.SELF, Reach.UNIT, Reach.BRANCH
_EVERYBODY = {"reporter": _SELF, "leader": _SELF, "officer": _SELF, "admin": _SELF}
_OFFICE = {"officer": _BRANCH, "admin": _BRANCH}
_DESK = {"leader": _BRANCH, **_OFFICE}

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "self": _rule("ask for help, choose a language, see what is kept on oneself, hand over", **_EVERYBODY),
        "report.send": _rule("report, and correct what the unit has sent", reporter=_UNIT),
        "report.read": _rule("read a report", reporter=_UNIT, **_DESK),
        "report.opinions": _rule("read what a form keeps for leaders", leader=_BRANCH),
        "report.return": _rule("ask a line of a report back, with a reason", **_DESK),
        "report.approve": _rule("approve a report, and open an approved one again, with a reason", leader=_BRANCH),
        "status": _rule("see what has been reported and what is owed", reporter=_UNIT, **_DESK),
        "digest": _rule("read the digest and take the Excel file", reporter=_UNIT, **_DESK),
        "digest.names": _rule(
            "see which units have not reported, take the Word file, open the page for leaders", **_DESK
        ),
        "deadline.change": _rule("give more time, exempt a unit from a period, with a reason", **_DESK),
        "remind": _rule("remind the units that owe, at most once an hour", **_DESK),
        "rates": _rule("see how regularly units report", **_DESK),
        "ranking": _rule("see how units are ranked, and how their figures came about", reporter=_UNIT, **_DESK),
        "unit.read": _rule("look at units", **_DESK),
        "unit.change": _rule("rename, move, end units", **_OFFICE),
        "member.read": _rule("see who has which role", **_DESK),
        "member.change": _rule("invite, end a role, cut off an account, erase a person", **_OFFICE),
        "models.see": _rule("see the register of models and take its files", reporter=_UNIT, **_DESK),
        "story.send": _rule("tell a good example of the unit", reporter=_UNIT, leader=_BRANCH, officer=_BRANCH),
        "story.edit": _rule("edit, approve, post, choose and take down good examples, take their list", **_OFFICE),
        "campaign": _rule("load a campaign's workbook; pause, close, extend a campaign, with a reason", **_OFFICE),
        "audit": _rule("read the log of changes", **_DESK),
        "broadcast": _rule("write and send news", **_DESK),
        "broadcast.approve": _rule("agree to news that somebody else wrote", **_DESK),
        "alert.send": _rule("raise an urgent matter", reporter=_UNIT, **_DESK),
        "alert.take": _rule("see urgent matters that nobody has, take them, pass them on", leader=_BRANCH),
        "group": _rule("link a group to a unit, choose what it gets", **_DESK),
    }
)

INVITES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"officer": ("reporter", "leader", "officer"), "admin": ("reporter", "leader", "officer", "admin")}
)
"""Which roles a role may give: nobody makes somebody who may more than they."""


def may(held: Held, action: str, path: str = "") -> bool:
    """Whether a role allows an action on the unit at `path` ("" where it concerns no unit, or any)."""
    reach = RULES[action].roles.get(held.role)
    if reach is None or not path or reach is Reach.SELF:
        return reach is not None
    return path == held.unit.path if reach is Reach.UNIT else path.startswith(held.unit.path)


def role_for(person: Person, action: str, path: str = "") -> Held | None:
    """The role in which a person may do this: the one that reaches furthest, of equal ones the one acted in."""
    able = [held for held in person.roles if may(held, action, path)]
    if not able:
        return None
    furthest = [held for held in able if RULES[action].roles[held.role] is Reach.BRANCH] or able
    return next((held for held in furthest if held.member_id == person.member_id), furthest[0])


async def take_role(ctx: Context, action: str, path: str = "") -> bool:
    """Whether the person may do this in any of their roles; from now on they act in that one."""
    if ctx.person is None or (held := role_for(ctx.person, action, path)) is None:
        return False
    if held.member_id != ctx.person.member_id:
        ctx.person = ctx.person.acting_as(held)
        await people.act_as(ctx.uow, ctx.person.account_id, held.member_id)
    return True
