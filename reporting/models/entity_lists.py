"""The entities that a report may pick: those of its unit, given to the form at the time of the conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from forms.datasets import filled, open_lists
from forms.model import Form
from reporting.models.entities import folded, own_units
from storage import entities as store
from storage.uow import Row, UnitOfWork


async def to_fill_in(uow: UnitOfWork, form: Form, expected_id: int) -> Form:
    """The form with the entities of the unit that owes it, which its questions pick from."""
    names = open_lists(form)
    if not names:
        return form
    about = await store.owner(uow, expected_id)
    own = await own_units(uow, about["unit_id"])
    return _filled(form, names, await store.of_units(uow, about["campaign_id"], names, own))


async def of_report(uow: UnitOfWork, form: Form, report_id: int) -> Form:
    """The form of a report that is read or corrected: with the entities of its unit as they stood before it."""
    names = open_lists(form)
    if not names:
        return form
    about = await store.received_at(uow, report_id)
    own = await own_units(uow, about["unit_id"])
    rows = await store.of_units(uow, about["campaign_id"], names, own)
    return _filled(form, names, await _before(uow, rows, about["received_at"], report_id))


async def with_all(uow: UnitOfWork, form: Form, campaign_id: int) -> Form:
    """The form with all entities of the campaign, for the names of those that answers pick."""
    names = open_lists(form)
    if not names:
        return form
    return _filled(form, names, await store.of_campaign(uow, campaign_id, names))


def _filled(form: Form, names: Sequence[str], rows: Sequence[Row]) -> Form:
    return filled(form, {name: [_item(row) for row in rows if row["dataset"] == name] for name in names})


async def _before(uow: UnitOfWork, rows: Sequence[Row], at: datetime, report_id: int) -> list[Row]:
    """As entities stood before a report received at a time: its own words, and those of later ones, do not change what
    it was asked. One that came later stands as it is now."""
    earlier: dict[int, list[Row]] = defaultdict(list)
    for event in await store.said_of(uow, [row["id"] for row in rows]):
        if (event["at"], event["report_id"]) < (at, report_id):
            earlier[event["entity_id"]].append(event)
    return [_as_of(row, earlier.get(row["id"], ())) for row in rows]


def _as_of(row: Row, events: Sequence[Row]) -> Row:
    if not events:
        return row
    label, data = folded(events)
    return {**row, "label": label or row["label"], "data": data}


def _item(row: Row) -> dict[str, str]:
    return {**row["data"], "name": row["key"], "label": row["label"]}
