"""Changes of the tree: what a list of units would change, with all that is wrong in it; and carrying that out.

A plan is made from what is there and what is listed, writes nothing, and is refused as a whole. What a unit's end
means: from that day on no period that begins asks it for a report. Its members keep their roles and may still send
and correct what began before, until somebody hands their duties over or ends them; its reports and totals stay its
own, and are told in the units of today through its successors (see `succession`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from forms.answers import unaccent
from reporting import register
from reporting.organisation.unit_checks import Problem, problems
from reporting.organisation.unit_states import Act, Change, State, Tree, above, from_the_top
from reporting.organisation.units import UnitLine, UnitList, UnitListError
from storage import people, units
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Plan:
    """Checked changes, a parent before its children; `moved_at` is when moves take effect."""

    changes: tuple[Change, ...]
    unchanged: int
    moved_at: datetime
    new_kinds: Mapping[str, int]

    def those(self, act: Act) -> tuple[Change, ...]:
        """The changes of one sort."""
        return tuple(change for change in self.changes if act in change.acts)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a list is to be taken. `effective`: the day that moves and ends without a date take effect; `begins`: that
    of new units without one (None: they have always been). `complete`: what the list leaves out has ended."""

    zone: ZoneInfo
    effective: date
    begins: date | None = None
    complete: bool = False
    new_kinds: Mapping[str, int] = field(default_factory=dict)

    def start(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time(), self.zone)


async def known_parents(uow: UnitOfWork) -> dict[str, str]:
    """The code of the parent of each unit, "" for a root: what a list may lean on."""
    return {row["code"]: row["parent_code"] or "" for row in await people.units(uow)}


async def plan(uow: UnitOfWork, listed: UnitList, asked: Asked) -> Plan:
    """What a list would change. Raises UnitListError with every problem, each named by its row."""
    before = await _states(uow)
    after = {**before, **{line.code: _state(line, before.get(line.code), listed, asked) for line in listed.lines}}
    tree = Tree(after, {line.code: line.row for line in listed.lines})
    missing = list(_left_out(tree)) if asked.complete else []
    for code in missing:
        after[code] = replace(after[code], valid_to=asked.start(asked.effective))
    codes = [code for code in from_the_top(after) if code in tree.rows or code in missing]
    changes = [Change(code, tree.rows.get(code, 0), before.get(code), after[code]) for code in codes]
    kinds = {**await units.kinds(uow), **asked.new_kinds}
    found = [*problems(tree, changes, kinds), *[problem async for problem in _untimely(uow, changes, asked)]]
    if found:
        by_row = sorted(found, key=lambda problem: problem[0].row)
        raise UnitListError([f"{listed.source}, {_place(change)}: {text}" for change, text in by_row])
    real = tuple(change for change in changes if change.acts)
    return Plan(real, len(changes) - len(real), asked.start(asked.effective), asked.new_kinds)


def _place(change: Change) -> str:
    return f"row {change.row}" if change.row else change.code


async def _states(uow: UnitOfWork) -> dict[str, State]:
    rows = await people.units(uow)
    codes = {row["id"]: row["code"] for row in rows}
    heirs = await units.successors(uow)
    return {
        row["code"]: State(
            row["name"], row["short_name"], row["kind"], row["parent_code"] or "", row["valid_from"], row["valid_to"],
            tuple(sorted(codes[heir] for heir in heirs.get(row["id"], ()))),
        )
        for row in rows
    }  # fmt: skip


def _state(line: UnitLine, old: State | None, listed: UnitList, asked: Asked) -> State:
    """What a line makes of a unit: it says nothing of what its list has no column for, nor of an empty short name."""
    first, last = line.valid_from, line.valid_to
    # One that is told to have ended by then has not begun then.
    begin = asked.begins if not (asked.begins and last and last <= asked.begins) else None
    begins = old.valid_from if old else asked.start(begin) if begin else None
    ended = old.valid_to if old and "valid_to" not in listed.columns else asked.start(last) if last else None
    successors = old.successors if old and "successors" not in listed.columns else tuple(sorted(line.successors))
    return State(
        name=line.name,
        short_name=line.short_name or (old.short_name if old else line.name),
        kind=line.kind,
        parent=line.parent,
        valid_from=asked.start(first) if first else begins,
        valid_to=ended,
        successors=successors if ended or line.successors else (),
    )


def _left_out(tree: Tree) -> Iterator[str]:
    """The units that go on below the list's top ones and are not in it."""
    tops = {tree.after[code].parent or code for code in tree.rows if tree.after[code].parent not in tree.rows}
    for code, state in tree.after.items():
        if code not in tree.rows and state.valid_to is None and tops.intersection(above(code, tree.after)):
            yield code


async def _untimely(uow: UnitOfWork, changes: Sequence[Change], asked: Asked) -> AsyncIterator[Problem]:
    """Moves and new names take effect at once, or from a day gone by; of two moves the later one was the later."""
    at = asked.start(asked.effective)
    for change in changes:
        if at > uow.now and {Act.RENAME, Act.MOVE}.intersection(change.acts):
            yield change, f"{change.code} cannot be moved or renamed from {asked.effective}: that day is still to come"
        elif Act.MOVE in change.acts:
            unit = await people.unit_by_code(uow, change.code)
            last = await units.last_move(uow, unit["path"]) if unit else None
            if last and last > at:
                day = last.astimezone(asked.zone).date()
                yield change, f"{change.code}, or a unit below it, was moved on {day}: it cannot be moved before that"


# --- carrying out ----------------------------------------------------------------------------------


async def carry_out(
    uow: UnitOfWork, wanted: Plan, *, member_id: int | None = None, account_id: int | None = None
) -> None:
    """Write a plan that was made in this transaction, with an audit row for each thing that happens to each unit."""
    await units.add_kinds(uow, wanted.new_kinds)
    known: dict[str, Row] = {row["code"]: row for row in await people.units(uow)}
    for change in wanted.changes:
        known[change.code] = await _write(uow, change, known, wanted.moved_at)
    for change in wanted.changes:
        if {Act.END, Act.REOPEN}.intersection(change.acts):
            heirs = [known[code]["id"] for code in change.after.successors]
            await units.set_successors(uow, known[change.code]["id"], heirs)
    if wanted.those(Act.MOVE):
        await register.rebuild(uow)
    uow.people_changed()
    for change in wanted.changes:
        for act in change.acts:
            unit_id = known[change.code]["id"]
            uow.audit(
                f"unit.{act}", f"unit:{unit_id}", unit_id=unit_id, member_id=member_id, account_id=account_id,
                before=_told(act, change.before), after=_told(act, change.after),
            )  # fmt: skip


async def _write(uow: UnitOfWork, change: Change, known: Mapping[str, Row], moved_at: datetime) -> Row:
    """One unit but for its successors, who may come later; returns it with id and path."""
    state = change.after
    # Read again: what stands above it may have moved a moment ago.
    parent = await people.unit(uow, known[state.parent]["id"]) if state.parent else None
    values = {
        "name": state.name, "short_name": state.short_name, "name_plain": unaccent(state.name), "kind": state.kind,
        "valid_from": state.valid_from, "valid_to": state.valid_to,
    }  # fmt: skip
    if change.before is None:
        return await units.add(uow, {"code": change.code, **values}, parent)
    unit_id: int = known[change.code]["id"]
    await units.change(uow, unit_id, values)
    if Act.MOVE in change.acts:
        await units.move(uow, unit_id, parent, moved_at)
    return await people.unit(uow, unit_id)


_TOLD: Mapping[Act, tuple[str, ...]] = {
    Act.ADD: ("name", "short_name", "kind", "parent", "valid_from"),
    Act.RENAME: ("name", "short_name", "kind"),
    Act.MOVE: ("parent",),
    Act.DATE: ("valid_from",),
    Act.END: ("valid_to", "successors"),
    Act.REOPEN: ("valid_to", "successors"),
}


def _told(act: Act, state: State | None) -> Row:
    """What the audit keeps of a unit for one act."""
    if state is None:
        return {}
    values = {name: getattr(state, name) for name in _TOLD[act]}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items() if v}
