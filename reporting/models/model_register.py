"""The register of models as people read it: what each is now, by field, state and unit; which villages have one, which
have been kept for long, which are put forward for a commendation, and how many places there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from forms.answers import unaccent
from reporting.digests import digest_targets
from reporting.library import Library
from reporting.models.model_names import Names, names_of
from reporting.models.model_sheet import ModelSheet, day_of, of_campaign
from reporting.questions import open_indicators
from reporting.targets import targets
from reporting.targets.targets import Kind, Take, Target
from storage import entities as store
from storage import plans, register
from storage.uow import Row, UnitOfWork

YEARS_KEPT = 2
"""What has been carried out for so long is reported upwards."""


@dataclass(frozen=True, slots=True)
class Model:
    """An entity with its unit; `since` is the day that it says, else that of its registration."""

    id: int
    label: str
    unit_id: int
    unit: str
    short_unit: str
    data: Mapping[str, str]
    since: date
    registered: date
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Villages with a model that is kept, and how many there are; None where no report says so."""

    covered: int
    villages: Decimal | None

    @property
    def percent(self) -> int | None:
        """Rounded down: not all, while one is missing."""
        return int(self.covered * 100 / self.villages) if self.villages else None


@dataclass(frozen=True, slots=True)
class Quota:
    """The places of a commendation, and who is put forward for them."""

    target: Target
    models: tuple[Model, ...]

    @property
    def places(self) -> int:
        return int(self.target.amount)

    def matters(self, day: date) -> bool:
        """Whether there is anything to say of it on a day: it is its time, or somebody is put forward."""
        return bool(self.models) or day in targets.Window(self.target.first, self.target.last)


@dataclass(frozen=True, slots=True)
class Register:
    """A register as one reader may see it, on a day; `campaign` is the row of its campaign."""

    campaign: Row
    sheet: ModelSheet
    names: Names
    models: tuple[Model, ...]
    today: date

    def said(self, model: Model, column: str) -> str:
        """What a model has in a column of the sheet (field, state, proposal …), "" where there is none."""
        return model.data.get(getattr(self.sheet, column), "")

    def values(self, column: str) -> list[str]:
        """What there is to filter by in a column, in the order of the form's choices."""
        there = {value for model in self.models if (value := self.said(model, column))}
        known = [value for value in self.names.choices.get(getattr(self.sheet, column), {}) if value in there]
        return [*known, *sorted(there.difference(known))]

    def only(self, models: Iterable[Model]) -> Register:
        return replace(self, models=tuple(models))

    def is_long(self, model: Model) -> bool:
        """Whether it is carried out for two years or more."""
        return model.is_kept and model.since <= self.today - relativedelta(years=YEARS_KEPT)

    def is_proposed(self, model: Model) -> bool:
        return model.is_kept and bool(self.said(model, "proposal"))

    @property
    def kept(self) -> tuple[Model, ...]:
        return tuple(model for model in self.models if model.is_kept)


async def registers(uow: UnitOfWork, campaigns: Sequence[Row]) -> list[tuple[Row, ModelSheet]]:
    """The registers of some campaigns: those that their sheet names, and lists that have an entity."""
    found: list[tuple[Row, ModelSheet]] = []
    for campaign in campaigns:
        there = await store.datasets(uow, campaign["id"])
        found += [(campaign, sheet) for sheet in of_campaign(campaign["settings"], there)]
    return found


async def load(
    uow: UnitOfWork,
    library: Library,
    campaign: Row,
    sheet: ModelSheet,
    *,
    path: str,
    zone: ZoneInfo,
    unit_ids: Collection[int] | None = None,
    leaders: bool = False,
) -> Register:
    """The register of a unit (its `path`) and all below it, or of some units alone. `leaders`: with what forms keep for
    leaders."""
    forms = [await library.form(uow, row["version_id"]) for row in await plans.live_forms(uow, campaign["id"])]
    awards = {target.name: target.label for target in _quotas_of(campaign)}
    names = names_of(forms, sheet.dataset, leaders=leaders).adding(sheet.proposal, awards)
    rows = await store.below(uow, campaign["id"], sheet.dataset, path if unit_ids is None else "/")
    wanted = [row for row in rows if unit_ids is None or row["unit_id"] in unit_ids]
    models = tuple(_model(row, sheet, names, zone) for row in wanted)
    return Register(campaign, sheet, names, models, uow.now.astimezone(zone).date())


def _model(row: Row, sheet: ModelSheet, names: Names, zone: ZoneInfo) -> Model:
    registered = row["created_at"].astimezone(zone).date()
    data = names.open(row["data"])
    return Model(
        row["id"], row["label"], row["unit_id"], row["unit_name"], row["short_name"], data,
        day_of(data.get(sheet.since, "")) or registered, registered, data.get(sheet.state, "") not in sheet.ended,
    )  # fmt: skip


# --- villages --------------------------------------------------------------------------------------


async def coverage(uow: UnitOfWork, library: Library, found: Register, unit: Row, zone: ZoneInfo) -> Coverage | None:
    """How many villages of a unit (id, path) and all below it have a model that is kept; None where the sheet names no
    property for the village."""
    if not found.sheet.village:
        return None
    villages = {(model.unit_id, plain(said)) for model in found.kept if (said := found.said(model, "village"))}
    return Coverage(len(villages), await _villages(uow, library, found, unit, zone))


def plain(name: str) -> str:
    """A name as it is compared: without diacritics, marks and case."""
    return " ".join(unaccent(name).split())


async def _villages(uow: UnitOfWork, library: Library, found: Register, unit: Row, zone: ZoneInfo) -> Decimal | None:
    """How many villages there are: the newest number of each unit, worked out as targets are."""
    wanted = found.sheet.villages
    count = Target(wanted, Kind.SUM, (wanted,), Decimal(1), take=Take.LAST)
    for row in await plans.live_forms(uow, found.campaign["id"]):
        questions = open_indicators(await library.form(uow, row["version_id"]))
        if wanted not in {question.indicator for question in questions}:
            continue
        form = {**row, "settings": {targets.SHEET: [count.to_json()]}, "unit_id": unit["id"]}
        past = [period for period in await register.periods(uow, row["id"]) if period["opens_at"] <= uow.now]
        (progress,) = await digest_targets.reached(uow, form, questions, unit, past, now=uow.now, zone=zone) or (None,)
        return progress.value if progress else None
    return None


# --- commendations ---------------------------------------------------------------------------------


async def quotas(uow: UnitOfWork, found: Register, zone: ZoneInfo) -> list[Quota]:
    """The campaign's commendations, each with the models that are kept and put forward for it, once for each proposal
    and with what that says.

    A proposal names the target, or its indicator: then it counts for the target in whose days its report came. Of
    several reports that propose a model for the same the last one counts.
    """
    wanted = _quotas_of(found.campaign)
    if not (wanted and found.sheet.proposal):
        return []
    events = await store.said_of(uow, [model.id for model in found.kept])
    proposals = [row for row in events if row["data"].get(found.sheet.proposal)]
    return [Quota(target, tuple(_candidates(found, target, proposals, zone))) for target in wanted]


def _quotas_of(campaign: Row) -> list[Target]:
    return [target for target in targets.of_campaign(campaign["settings"]) if target.kind is Kind.QUOTA]


def _candidates(found: Register, target: Target, proposals: Sequence[Row], zone: ZoneInfo) -> Iterator[Model]:
    window, models = targets.Window(target.first, target.last), {model.id: model for model in found.kept}
    wanted = [
        row
        for row in proposals
        if (value := row["data"][found.sheet.proposal]) == target.name
        or (value in target.indicators and row["at"].astimezone(zone).date() in window)
    ]
    last = {row["entity_id"]: row["report_id"] for row in wanted}
    for row in wanted:
        if last[row["entity_id"]] == row["report_id"]:
            model = models[row["entity_id"]]
            yield replace(model, data=found.names.open({**model.data, **row["data"]}))


# --- one of them -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """What one report said of a model: property ("" for the name) with what it was before and is since."""

    code: str
    at: datetime
    creates: bool
    period: str
    covers: timedelta
    parts: tuple[tuple[str, str, str], ...]


async def history(uow: UnitOfWork, found: Register, models: Iterable[Model]) -> dict[int, list[Change]]:
    """By model, what reports have said of it, in order, as far as this reader may see it."""
    said: dict[int, list[Row]] = {model.id: [] for model in models}
    for row in await store.history(uow, list(said)):
        said[row["entity_id"]].append(row)
    return {model_id: list(_changes(found, rows)) for model_id, rows in said.items()}


def _changes(found: Register, rows: Iterable[Row]) -> Iterator[Change]:
    now: dict[str, str] = {}
    for row in rows:
        told = found.names.open(row["data"]) | ({"": row["label"]} if row["label"] else {})
        parts = tuple((name, now.get(name, ""), text) for name, text in told.items() if now.get(name, "") != text)
        now |= told
        covers = row["covers_to"] - row["covers_from"]
        yield Change(row["code"], row["at"], row["creates"], row["period"], covers, parts)
