"""What the units right below one have so far, summed over periods. Of those that are closed it is kept, a sum for each
block of them, until something changes that it was made of (as in `storage.coverage`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, select, tuple_

from storage import unit_places
from storage.coverage import may_keep
from storage.lists import among
from storage.tables import Period, SumBelow, Total, Unit
from storage.uow import Row, UnitOfWork, table

_sum, _period, _unit, _total = table(SumBelow), table(Period), table(Unit), table(Total)

BLOCK = 16
"""Periods whose ids, divided by this, are the same are kept in one sum. The triggers know it, too."""

Block = tuple[int, int]
"""Of which form, and the ids of its periods divided by `BLOCK`."""


async def totals_of_children(uow: UnitOfWork, parent_id: int, period_ids: Sequence[int]) -> list[Row]:
    """Summed over the periods, each for the units that stood right below `parent_id` in it: for each unit and
    indicator, the amount and the number of reports."""
    blocks = await _whole_blocks(uow, parent_id, period_ids)
    kept = {block for block, rows in blocks.items() if rows[0]["is_kept"]}
    if len(kept) < len(blocks) and await may_keep(uow):
        kept |= {block for block in blocks.keys() - kept if await _keep(uow, parent_id, block, blocks[block])}
    held = {row["id"] for block in kept for row in blocks[block]}
    rest = [period for period in period_ids if period not in held]
    return _together(await _kept(uow, parent_id, kept) + await uow.fetch(_named(_sums(parent_id, rest))))


async def _whole_blocks(uow: UnitOfWork, parent_id: int, period_ids: Sequence[int]) -> dict[Block, list[Row]]:
    """The periods of each block that is asked for as a whole, and closed as a whole: id, and whether of their block
    anything `is_kept`."""
    if len(period_ids) < BLOCK:
        return {}
    forms = select(_period.c.form_id).where(among(_period.c.id, period_ids))
    of_block = (_sum.c.form_id == _period.c.form_id, _sum.c.block == _period.c.id // BLOCK)
    kept = exists().where(_sum.c.parent_id == parent_id, *of_block).label("is_kept")
    query = select(_period.c.id, _period.c.form_id, (_period.c.closes_at <= uow.now).label("is_closed"), kept)
    found: dict[Block, list[Row]] = defaultdict(list)
    for row in await uow.fetch(query.where(_period.c.form_id.in_(forms))):
        found[row["form_id"], row["id"] // BLOCK].append(row)
    asked = set(period_ids)
    return {
        block: rows for block, rows in found.items() if all(row["is_closed"] and row["id"] in asked for row in rows)
    }


async def _kept(uow: UnitOfWork, parent_id: int, blocks: Collection[Block]) -> list[Row]:
    """What is kept of these blocks, summed."""
    if not blocks:
        return []
    of = (_sum.c.parent_id == parent_id, tuple_(_sum.c.form_id, _sum.c.block).in_(sorted(blocks)))
    return await uow.fetch(_named(_adding(_sum).where(*of).group_by(_sum.c.unit_id, _sum.c.indicator)))


async def _keep(uow: UnitOfWork, parent_id: int, block: Block, periods: Sequence[Row]) -> bool:
    """Returns whether there was anything to be kept."""
    made = await uow.fetch(_sums(parent_id, [period["id"] for period in periods]))
    if made:
        of = {"parent_id": parent_id, "form_id": block[0], "block": block[1]}
        await uow.conn.execute(insert(_sum), [{**of, **row} for row in made])
    return bool(made)


def _adding(from_: Any) -> Select[Any]:
    amount = func.sum(from_.c.amount, type_=from_.c.amount.type).label("amount")
    return select(from_.c.unit_id, from_.c.indicator, amount, func.sum(from_.c.reports).label("reports"))


def _sums(parent_id: int, period_ids: Sequence[int]) -> Select[Any]:
    return (
        _adding(_total)
        .join(_unit, _unit.c.id == _total.c.unit_id)
        .join(_period, _period.c.id == _total.c.period_id)
        .where(among(_total.c.period_id, period_ids), unit_places.stood_right_below(parent_id))
        .group_by(_total.c.unit_id, _total.c.indicator)
    )


def _named(sums: Select[Any]) -> Select[Any]:
    """These sums with the names of their units."""
    of = sums.subquery()
    columns = (of.c.unit_id, _unit.c.name, _unit.c.short_name, _unit.c.kind, of.c.indicator, of.c.amount, of.c.reports)
    return select(*columns).join(_unit, _unit.c.id == of.c.unit_id)


def _together(parts: Sequence[Row]) -> list[Row]:
    """What there is of a unit and an indicator in several parts, added up."""
    sums: dict[tuple[int, str], Row] = {}
    for row in parts:
        if before := sums.get(place := (row["unit_id"], row["indicator"])):
            before.update(amount=before["amount"] + row["amount"], reports=before["reports"] + row["reports"])
        else:
            sums[place] = row
    return [sums[place] for place in sorted(sums)]


async def differences(uow: UnitOfWork) -> list[str]:
    """Where what is kept is not what the totals add up to, in words."""
    columns = (_sum.c.parent_id, _sum.c.form_id, _sum.c.block)
    wrong = []
    for place in await uow.fetch(select(*columns).distinct().order_by(*columns)):
        of = [column == value for column, value in zip(columns, place.values(), strict=True)]
        kept = await uow.fetch(_adding(_sum).where(*of).group_by(_sum.c.unit_id, _sum.c.indicator))
        first = place["block"] * BLOCK
        periods = select(_period.c.id).where(
            _period.c.form_id == place["form_id"], _period.c.id >= first, _period.c.id < first + BLOCK
        )
        summed = await uow.fetch(_sums(place["parent_id"], [row["id"] for row in await uow.fetch(periods)]))
        if sorted(map(str, kept)) != sorted(map(str, summed)):
            wrong.append(f"sums below unit {place['parent_id']}, form {place['form_id']}, block {place['block']}")
    return wrong


async def forget(uow: UnitOfWork) -> None:
    """Make all of it anew when it is asked for."""
    await uow.run(delete(_sum))
