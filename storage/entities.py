"""Queries on entities and on what reports say of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select, update

from storage.lists import among
from storage.tables import Entity, EntityEvent, ExpectedReport, FormRecord, Period, Report, Unit
from storage.uow import Row, UnitOfWork, table

_entity, _event, _report = table(Entity), table(EntityEvent), table(Report)
_unit, _period, _expected = table(Unit), table(Period), table(ExpectedReport)
_form = table(FormRecord)

# Reports in the order in which they were received; what one report says, in the order of its form.
_ORDER = (_event.c.at, _event.c.report_id, _event.c.id)


async def owner(uow: UnitOfWork, expected_id: int) -> Row:
    """The unit (unit_id) and campaign (campaign_id) of a row of the register."""
    query = (
        select(_expected.c.unit_id, _form.c.campaign_id)
        .join(_form, _form.c.id == _expected.c.form_id)
        .where(_expected.c.id == expected_id)
    )
    return (await uow.fetch(query))[0]


async def of_units(
    uow: UnitOfWork, campaign_id: int, datasets: Collection[str], unit_ids: Collection[int]
) -> list[Row]:
    """The entities of some units, the oldest first."""
    query = select(_entity).where(
        _entity.c.campaign_id == campaign_id, among(_entity.c.dataset, datasets), among(_entity.c.unit_id, unit_ids)
    )
    return await uow.fetch(query.order_by(_entity.c.id))


async def of_campaign(uow: UnitOfWork, campaign_id: int, datasets: Collection[str]) -> list[Row]:
    """All entities of some lists, for the labels of answers that name them."""
    query = select(_entity).where(_entity.c.campaign_id == campaign_id, among(_entity.c.dataset, datasets))
    return await uow.fetch(query.order_by(_entity.c.id))


async def below(uow: UnitOfWork, campaign_id: int, dataset: str, path: str) -> list[Row]:
    """The entities of a list of a unit and all units below it, with the unit, by unit and label."""
    query = (
        select(
            _entity, _unit.c.name.label("unit_name"), _unit.c.short_name, _unit.c.code.label("unit_code"),
            _unit.c.path,
        )
        .join(_unit, _unit.c.id == _entity.c.unit_id)
        .where(
            _entity.c.campaign_id == campaign_id,
            _entity.c.dataset == dataset,
            _unit.c.path.startswith(path, autoescape=True),
        )
        .order_by(_unit.c.name_plain, _unit.c.id, _entity.c.label_plain, _entity.c.id)
    )  # fmt: skip
    return await uow.fetch(query)


async def with_key(uow: UnitOfWork, campaign_id: int, dataset: str, key: str) -> Row | None:
    """The entity that forms know by a key."""
    query = select(_entity).where(
        _entity.c.campaign_id == campaign_id, _entity.c.dataset == dataset, _entity.c.key == key
    )
    found = await uow.fetch(query)
    return found[0] if found else None


async def datasets(uow: UnitOfWork, campaign_id: int) -> list[str]:
    """The lists in which a campaign has entities."""
    query = select(_entity.c.dataset).where(_entity.c.campaign_id == campaign_id).distinct()
    return [row["dataset"] for row in await uow.fetch(query.order_by(_entity.c.dataset))]


async def by_ids(uow: UnitOfWork, ids: Collection[int]) -> list[Row]:
    return await uow.fetch(select(_entity).where(among(_entity.c.id, ids)).order_by(_entity.c.id))


async def add(uow: UnitOfWork, values: Row) -> int:
    """A new entity, of which nothing is said yet; returns its id."""
    return await uow.insert(Entity, **values)


async def change(uow: UnitOfWork, entity_id: int, values: Row) -> None:
    await uow.run(update(_entity).where(_entity.c.id == entity_id).values(**values))


async def remove(uow: UnitOfWork, entity_id: int) -> None:
    """Delete an entity of which no report speaks any more."""
    await uow.run(delete(_entity).where(_entity.c.id == entity_id))


# --- what reports say ------------------------------------------------------------------------------


async def received_at(uow: UnitOfWork, report_id: int) -> Row:
    """When a report was received first, and the campaign and unit that it is of."""
    query = (
        select(_report.c.received_at, _report.c.unit_id, _form.c.campaign_id)
        .join(_period, _period.c.id == _report.c.period_id)
        .join(_form, _form.c.id == _period.c.form_id)
        .where(_report.c.id == report_id)
    )
    return (await uow.fetch(query))[0]


async def said_by(uow: UnitOfWork, report_id: int) -> list[Row]:
    """What the current revision of a report says, each with the entity's key, dataset and label of today."""
    query = (
        select(_event, _entity.c.key, _entity.c.dataset)
        .join(_entity, _entity.c.id == _event.c.entity_id)
        .where(_event.c.report_id == report_id)
    )
    return await uow.fetch(query.order_by(_event.c.id))


async def said_of(uow: UnitOfWork, entity_ids: Collection[int]) -> list[Row]:
    """All that reports say of some entities, in order."""
    return await uow.fetch(select(_event).where(among(_event.c.entity_id, entity_ids)).order_by(*_ORDER))


async def history(uow: UnitOfWork, entity_ids: Collection[int]) -> list[Row]:
    """All that reports say of some entities, in order, each with the report and its period."""
    query = (
        select(
            _event, _report.c.code, _report.c.revision_no, _period.c.name.label("period"),
            _period.c.covers_from, _period.c.covers_to,
        )
        .join(_report, _report.c.id == _event.c.report_id)
        .join(_period, _period.c.id == _report.c.period_id)
        .where(among(_event.c.entity_id, entity_ids))
    )  # fmt: skip
    return await uow.fetch(query.order_by(*_ORDER))


async def replace(uow: UnitOfWork, report_id: int, events: Sequence[Row]) -> None:
    """What a report says, in place of all that it said before."""
    await uow.run(delete(_event).where(_event.c.report_id == report_id))
    if events:
        await uow.run(insert(_event), [{"report_id": report_id, **event} for event in events])
