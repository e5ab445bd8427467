"""Entities: things that live longer than a report, such as registered models. Reports make and change them.

An entity belongs to the unit whose report registered it, whoever of that unit or above it wrote or corrected the
report; that unit's reports alone may change it (and those of the units that took it over). What it is now follows from
what the current revisions of all reports say of it, in the order in which the reports were first received: a
corrected registration does not undo a later review. A registration that is corrected away takes the entity with it,
unless another report speaks of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from forms.answers import unaccent
from forms.model import Form
from forms.nodes import Env
from forms.registering import Said, said
from reporting.returns import Actor
from storage import entities as store
from storage import units
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Report:
    """The report that speaks. `own`: the units whose entities it may change."""

    id: int
    unit_id: int
    campaign_id: int
    own: frozenset[int]


async def note(
    uow: UnitOfWork, form: Form, report_id: int, result: Mapping[str, Any], actor: Actor, *, is_new: bool
) -> None:
    """Write what a report, kept as `result` ({}: nothing took place), says of entities, in place of what it said
    before, and bring those up to date. What it says of an entity that is not its unit's is left out."""
    if is_new and not form.entities:
        return
    told, before = said(form, result, Env(uow.now, seed=str(report_id))), await store.said_by(uow, report_id)
    if not (told or before):
        return
    about = await store.received_at(uow, report_id)
    report = _Report(report_id, about["unit_id"], about["campaign_id"], await own_units(uow, about["unit_id"]))
    found = await _found(uow, report, told, before)
    registered = await _registered_elsewhere(uow, found.values(), report_id)
    events = []
    for one in told:
        if (entity_id := found.get(one.place)) is None:
            continue
        creates = one.creates and entity_id not in registered
        events.append({
            "entity_id": entity_id, "place": one.place, "creates": creates, "label": one.label,
            "data": dict(one.data), "at": _since(entity_id, before, uow.now) if creates else about["received_at"],
        })  # fmt: skip
    await store.replace(uow, report_id, events)
    await _fold(uow, {*found.values(), *(event["entity_id"] for event in before)}, report, actor)


def _since(entity_id: int, before: Sequence[Row], now: datetime) -> datetime:
    """Since when a report registers an entity: what a correction adds is registered on the day of the correction."""
    return next((row["at"] for row in before if row["entity_id"] == entity_id and row["creates"]), now)


async def own_units(uow: UnitOfWork, unit_id: int) -> frozenset[int]:
    """A unit with those that it has taken over, and those that they had taken over."""
    heirs, own, waiting = await units.successors(uow), {unit_id}, [unit_id]
    while waiting:
        new = [old for heir in [waiting.pop()] for old, taken in heirs.items() if heir in taken and old not in own]
        own.update(new)
        waiting += new
    return frozenset(own)


# --- which entity is meant -------------------------------------------------------------------------


async def _found(uow: UnitOfWork, report: _Report, told: Sequence[Said], before: Sequence[Row]) -> dict[str, int]:
    """By place, the entity that is meant there; made where it is new."""
    kept = _matched([one for one in told if one.creates and not one.key], [row for row in before if row["creates"]])
    found: dict[str, int] = {}
    for one in told:
        if one.place in kept:
            found[one.place] = kept[one.place]
        elif (entity_id := await _entity(uow, report, one, kept.values())) is not None:
            found[one.place] = entity_id
    return found


def _matched(told: Sequence[Said], before: Sequence[Row]) -> dict[str, int]:
    """Which entity of the revision before is registered where now: the one of the same name, so that a row taken out
    above does not make it another; else, renamed, the one of the same place."""
    kept: dict[str, int] = {}
    left = list(before)
    for alike in (
        lambda one, row: unaccent(one.label) == unaccent(row["label"]),
        lambda one, row: one.place == row["place"],
    ):
        for one in told:
            row = next((row for row in left if row["dataset"] == one.dataset and alike(one, row)), None)
            if one.place not in kept and row is not None:
                kept[one.place] = row["entity_id"]
                left.remove(row)
    return kept


async def _registered_elsewhere(uow: UnitOfWork, ids: Iterable[int], report_id: int) -> frozenset[int]:
    """The entities that another report has registered: this one can but change them."""
    events = await store.said_of(uow, set(ids))
    return frozenset(event["entity_id"] for event in events if event["creates"] and event["report_id"] != report_id)


async def _entity(uow: UnitOfWork, report: _Report, one: Said, kept: Iterable[int]) -> int | None:
    """The entity with the key that the form gives, if it is the unit's own, else a new one where it may create it."""
    if one.key:
        there = await store.with_key(uow, report.campaign_id, one.dataset, one.key)
        if there is not None and there["unit_id"] in report.own and one.updates:
            return int(there["id"])
        if not one.creates:
            return None
        if there is None:
            return await _add(uow, report, one, one.key)
    return await _new(uow, report, one, frozenset(kept))


async def _new(uow: UnitOfWork, report: _Report, one: Said, kept: frozenset[int]) -> int:
    """With a key from the report and the place in it, so that it is the same when the report is corrected. One that
    had been corrected away, and of which other reports speak, comes back."""
    for number in count():
        key = str(uuid5(NAMESPACE_URL, f"{report.campaign_id}/{report.id}{one.place}/{number}"))
        there = await store.with_key(uow, report.campaign_id, one.dataset, key)
        if there is None:
            return await _add(uow, report, one, key)
        events = await store.said_of(uow, [there["id"]])
        if there["id"] not in kept and not any(event["creates"] for event in events):
            return int(there["id"])
    raise AssertionError("there is always another number")


async def _add(uow: UnitOfWork, report: _Report, one: Said, key: str) -> int:
    values = {
        "key": key, "campaign_id": report.campaign_id, "dataset": one.dataset, "unit_id": report.unit_id,
        "label": "", "label_plain": "", "data": {}, "created_at": uow.now, "updated_at": uow.now,
    }  # fmt: skip
    return await store.add(uow, values)


# --- what follows ----------------------------------------------------------------------------------


def folded(events: Iterable[Row]) -> tuple[str, dict[str, str]]:
    """The label ("" where no event says one) and the properties that events, in their order, make."""
    label, data = "", dict[str, str]()
    for event in events:
        label = event["label"] or label
        data |= event["data"]
    return label, data


async def _fold(uow: UnitOfWork, ids: Iterable[int], report: _Report, actor: Actor) -> None:
    wanted = sorted(set(ids))
    events: dict[int, list[Row]] = defaultdict(list)
    for event in await store.said_of(uow, wanted):
        events[event["entity_id"]].append(event)
    for row in await store.by_ids(uow, wanted):
        values = _values(row, events[row["id"]])
        if values is None:
            await store.remove(uow, row["id"])
        elif any(row[name] != value for name, value in values.items()):
            await store.change(uow, row["id"], values)
        _audit(uow, row, values, report, actor)


def _values(row: Row, events: Sequence[Row]) -> Row | None:
    """What an entity is now; None when no report speaks of it."""
    if not events:
        return None
    label, data = folded(events)
    created = next((event["at"] for event in events if event["creates"]), row["created_at"])
    label = label or row["label"]
    return {
        "label": label, "label_plain": unaccent(label), "data": data, "created_at": created,
        "updated_at": max(event["at"] for event in events),
    }  # fmt: skip


def _audit(uow: UnitOfWork, row: Row, values: Row | None, report: _Report, actor: Actor) -> None:
    """Which properties changed, by which report: what they say stands in the reports."""
    changed = _changed(row, values or {"label": "", "data": {}})
    action = "remove" if values is None else "change" if row["label"] else "create"
    if not changed:
        return
    uow.audit(
        f"entity.{action}", f"entity:{row['id']}", member_id=actor.member_id, account_id=actor.account_id,
        unit_id=row["unit_id"], after={"report": report.id, "changed": changed},
    )  # fmt: skip


def _changed(row: Row, values: Row) -> list[str]:
    before, after = {**row["data"], "label": row["label"]}, {**values["data"], "label": values["label"]}
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
