"""A campaign pack as it was read, and what reads parts of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from forms.sheets import Sheet
from forms.xlsform import Workbook
from reporting.doubts.sanity import Ratio
from reporting.organisation.units import UnitLine
from reporting.planning.periods import Schedule
from reporting.targets.targets import Target


class PackError(ValueError):
    """A pack that cannot be loaded; each problem names file, sheet and row."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class PackForm:
    slug: str
    workbook: Workbook
    schedule: Schedule
    file: str = ""
    sanity: tuple[Ratio, ...] = ()

    @property
    def indicators(self) -> frozenset[str]:
        return indicators_of(self.workbook)


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack says, checked: `campaign` holds the cells of its `campaign` sheet."""

    slug: str
    campaign: Mapping[str, str]
    units: tuple[UnitLine, ...]
    forms: tuple[PackForm, ...]
    targets: tuple[Target, ...] = ()
    unit_columns: frozenset[str] = frozenset()
    """Of the columns that a list of units may have, those that this one has (see `UnitList`)."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the readers of `packs.SHEETS` make of theirs, as the campaign's settings keep it."""
    layout: bytes | None = None
    """The Word file for the reports of the campaign; empty for the house's own, None where none can come with the pack:
    then the campaign's stays."""

    def moved_to(self, first: date) -> Pack:
        """The same campaign beginning on another day."""
        forms = tuple(replace(form, schedule=form.schedule.moved_to(first)) for form in self.forms)
        later = first - min((form.schedule.first for form in self.forms), default=first)
        return replace(self, forms=forms, targets=tuple(target.moved(later) for target in self.targets))


def indicators_of(workbook: Workbook) -> frozenset[str]:
    """The indicators that a form's own columns name."""
    return frozenset(cells["indicator"] for cells in workbook.columns.values() if cells.get("indicator"))


Sources = Sequence[tuple[str, Mapping[str, Sheet]]]
"""Of each workbook of a pack its name and its sheets, the campaign's own first."""

SheetReader = Callable[[Sources, Sequence[PackForm], list[str]], Mapping[str, Any]]
"""Reads a sheet of the campaign out of whichever workbook has it; adds its problems; returns what the settings keep."""
