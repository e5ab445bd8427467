"""The sheet `models`, a row for each list of entities that is a register, such as that of the models:

dataset   the list's name on the sheet `entities` of the form that registers
field     property (a `save_to` name) with the field of work             state     property with how it stands
ended     values of `state`, with commas between, of what is kept no more
since     property with the day, month or year since when it is carried out (if empty: since it was registered)
village   property with the village                                      villages  indicator: how many the unit has
proposal  property that says what it is put forward for: the name of a target of the kind quota, or its indicator
shown     further properties, with commas between, of the list for commendation
label::vi, label::en  what the register is called
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, Self

from forms.sheets import Sheet
from forms.texts import language_code
from forms.xform import parse
from forms.xlsform import Workbook
from reporting.adapters import adapter
from reporting.planning.cells import CellError, refuse_unknown

SHEET = "models"
PROPERTIES = ("field", "state", "since", "village", "proposal")
COLUMNS = ("dataset", *PROPERTIES, "ended", "villages", "shown")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclasses.dataclass(frozen=True, slots=True)
class ModelSheet:
    """One register. Of the properties those that the sheet does not name are ""."""

    dataset: str
    field: str = ""
    state: str = ""
    ended: tuple[str, ...] = ()
    since: str = ""
    village: str = ""
    villages: str = ""
    proposal: str = ""
    shown: tuple[str, ...] = ()
    label: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        made: Self = adapter(ModelSheet).validate_python(data)
        return made

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = adapter(ModelSheet).dump_python(self, mode="json")
        return data

    @property
    def listed(self) -> tuple[str, ...]:
        """The properties of the list for commendation, in their order."""
        return tuple(name for name in (self.field, *self.shown, self.since, self.state, self.proposal) if name)


def of_campaign(settings: Mapping[str, Any], datasets: Iterable[str]) -> list[ModelSheet]:
    """The registers of a campaign, from its settings; those of `datasets` that have no row of the sheet come last."""
    told = [ModelSheet.from_json(row) for row in settings.get(SHEET, ())]
    known = {sheet.dataset for sheet in told}
    return [*told, *(ModelSheet(name) for name in datasets if name not in known)]


class _Form(Protocol):
    @property
    def workbook(self) -> Workbook: ...
    @property
    def indicators(self) -> frozenset[str]: ...


def read_registers(
    sources: Sequence[tuple[str, Mapping[str, Sheet]]], forms: Sequence[_Form], problems: list[str]
) -> dict[str, Any]:
    """What the settings keep of a pack's registers (see `packs.SheetReader`)."""
    if not any(SHEET in sheets for _, sheets in sources):
        return {}
    properties: dict[str, set[str]] = {}
    for form in forms:
        for entity in parse(form.workbook.xform_xml, {}).entities:
            properties.setdefault(entity.dataset, set()).update(entity.properties)
    indicators = frozenset[str]().union(*(form.indicators for form in forms))
    found = read_models(sources, properties, indicators, problems)
    return {SHEET: [one.to_json() for one in found]}


def read_models(
    sources: Sequence[tuple[str, Mapping[str, Sheet]]],
    properties: Mapping[str, Collection[str]],
    indicators: Collection[str],
    problems: list[str],
) -> tuple[ModelSheet, ...]:
    """The registers of a pack's workbooks; each row that cannot be read becomes a problem with its sheet and row.

    `properties`: by entity list, those that the pack's forms give.
    """
    found: dict[str, ModelSheet] = {}
    for file, sheets in sources:
        for row in sheets[SHEET].rows if SHEET in sheets else ():
            try:
                one = _read(row.cells, properties, indicators)
                if one.dataset in found:
                    raise CellError("dataset", one.dataset, "new: it stands more than once")
            except CellError as error:
                problems.append(f"{file}: {SHEET}, row {row.number}: {error}")
                continue
            found[one.dataset] = one
    return tuple(found.values())


def _read(
    cells: Mapping[str, str], properties: Mapping[str, Collection[str]], indicators: Collection[str]
) -> ModelSheet:
    refuse_unknown({column: cell for column, cell in cells.items() if not _is_label(column)}, COLUMNS)
    dataset = cells.get("dataset", "").strip()
    if dataset not in properties:
        raise CellError("dataset", dataset, "an entity list of the pack's forms: " + (", ".join(properties) or "none"))
    known = properties[dataset]
    villages = cells.get("villages", "").strip()
    if villages and villages not in indicators:
        raise CellError("villages", villages, "an indicator of the pack's forms")
    if _listed(cells, "ended") and not cells.get("state", "").strip():
        raise CellError("ended", cells["ended"], "empty, as it must be where no state is named")
    named = {column: _property(column, cells.get(column, "").strip(), known) for column in PROPERTIES}
    return ModelSheet(
        dataset=dataset, villages=villages, ended=_listed(cells, "ended"), label=_labels(cells),
        shown=tuple(_property("shown", name, known) for name in _listed(cells, "shown")), **named,
    )  # fmt: skip


def _property(column: str, name: str, known: Collection[str]) -> str:
    if name and name not in known:
        raise CellError(column, name, "a save_to name of the list: " + ", ".join(sorted(known)))
    return name


def _listed(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cells.get(column, "").split(",") if part.strip())


def _labels(cells: Mapping[str, str]) -> dict[str, str]:
    return {language_code(header.partition("::")[2]): cells[header] for header in cells if _is_label(header)}


def _is_label(header: str) -> bool:
    return header.partition("::")[0].strip() == "label"


def day_of(text: str) -> date | None:
    """The day that a property says; the first one of a month or a year; None for what is no day."""
    found = _DAY.match(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None
