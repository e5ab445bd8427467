"""Two communes that register and review models, on a real database, written through the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from reporting import register
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.library import Library
from reporting.models import entity_lists, model_register
from reporting.models.model_register import Model, Register
from storage import entities as store
from storage import people, plans
from storage import register as ledger
from storage.engine import Database
from storage.tables import FormVersion
from storage.uow import Row, UnitOfWork, table
from tests.support.database import database_in
from tests.support.world import ZONE

PACK = Path(__file__).parents[1] / "conversations" / "packs" / "models"
CC, ND, TOP = "BY-CC", "BY-ND", "BY"
STREET = {"model_name": "Thắp sáng đường quê", "field": "economy", "village": "Thôn Cọn 1", "since": "2019-05-01"}
HOUSE = {"model_name": "Ngôi nhà khăn quàng đỏ", "field": "culture", "village": "Thôn Cọn 2"}


def at(day: int, clock: str = "09:00") -> datetime:
    """A moment of December 2022, local time."""
    return datetime.fromisoformat(f"2022-12-{day:02}T{clock}").replace(tzinfo=ZONE)


@dataclass
class Communes:
    database: Database
    library: Library
    now: datetime
    member_id: int = 0

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        async with self.database.write() as conn:
            uow = UnitOfWork(conn, self.now)
            yield uow
            await uow.flush()

    async def report(self, unit: str, form: str, result: dict[str, Any] | None) -> int:
        """Send or correct the report of a unit; without a result: nothing took place. Returns its id."""
        async with self.work() as uow:
            owed = await self.owed(uow, unit, form)
            receipt = await register.submit(
                uow, await self.library.form(uow, owed["version_id"]), owed, version_id=owed["version_id"],
                member_id=self.member_id, account_id=None, result=result or {}, marks={}, nothing=result is None,
            )  # fmt: skip
        return receipt.report_id

    async def register(self, unit: str, *models: dict[str, str]) -> int:
        return await self.report(unit, "registration", {"villages": 4, "row": [dict(model) for model in models]})

    async def review(self, unit: str, key: str, **more: str) -> int:
        return await self.report(unit, "review", {"model": key, **more})

    async def owed(self, uow: UnitOfWork, unit: str, form: str) -> Row:
        row = await people.unit_by_code(uow, unit)
        assert row is not None
        found = [one for one in await ledger.owed(uow, row["id"], self.now) if one["form"] == form]
        if not found:
            (expected,) = await self._expected(uow, row["id"], form)
            found = [expected]
        return found[0]

    async def _expected(self, uow: UnitOfWork, unit_id: int, form: str) -> list[Row]:
        (form_row,) = [one for one in await plans.live_forms(uow) if one["slug"] == form]
        (period,) = await ledger.periods(uow, form_row["id"])
        ids = [row["id"] for row in await ledger.of_units(uow, period["id"], [unit_id])]
        return [found for one in ids if (found := await ledger.expected(uow, one))]

    async def kept(self) -> dict[str, Row]:
        """The entities there are, by label."""
        async with self.work() as uow:
            return {row["label"]: row for row in await store.of_campaign(uow, 1, ["models"])}

    async def choices(self, unit: str, report_id: int | None = None) -> dict[str, dict[str, str]]:
        """What a reviewer of a unit is offered, with its properties, by label."""
        async with self.work() as uow:
            owed = await self.owed(uow, unit, "review")
            form = await self.library.form(uow, owed["version_id"])
            if report_id is None:
                form = await entity_lists.to_fill_in(uow, form, owed["id"])
            else:
                form = await entity_lists.of_report(uow, form, report_id)
            items = form.document.lists["models"].children[0].children
        rows = [{child.name: child.text for child in item.children} for item in items]
        return {row["label"]: row for row in rows}

    async def seen(self, unit: str = TOP, *, leaders: bool = False) -> Register:
        async with self.work() as uow:
            ((campaign, sheet),) = await model_register.registers(uow, await self.campaigns(uow))
            top = await people.unit_by_code(uow, unit)
            assert top is not None
            return await model_register.load(
                uow, self.library, campaign, sheet, path=top["path"], zone=ZONE, leaders=leaders
            )

    async def keep_for_leaders(self, form: str, question: str) -> None:
        """Give a question the audience of leaders, as its column would."""
        async with self.work() as uow:
            (row,) = [one for one in await plans.live_forms(uow) if one["slug"] == form]
            t = table(FormVersion)
            (version,) = await uow.fetch(select(t).where(t.c.id == row["version_id"]))
            own = {**version["columns"], question: {**version["columns"].get(question, {}), "audience": "leaders"}}
            await uow.run(update(t).where(t.c.id == version["id"]).values(columns=own))
        self.library = Library()

    async def campaigns(self, uow: UnitOfWork) -> list[Row]:
        found = await plans.campaign_by_slug(uow, PACK.name)
        assert found is not None
        return [found]

    async def model(self, label: str) -> Model:
        return next(model for model in (await self.seen()).models if model.label == label)


async def open_communes(folder: Path) -> Communes:
    communes = Communes(database_in(folder / "models.db"), Library(), at(16, "08:00"))
    async with communes.work() as uow:
        await save_pack(uow, read_pack(PACK))
        top = await people.unit_by_code(uow, TOP)
        assert top is not None
        joined = await people.join(uow, channel="web", address="m", name="Mẫu", unit_id=top["id"], role="reporter")
        communes.member_id = joined["member_id"]
        # The review opens on the 17th; here it may be written before.
        await register.open_periods(uow, ZONE, at(18))
    return communes
