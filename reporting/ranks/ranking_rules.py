"""By what a campaign ranks its units: read by `reporting.ranks.ranking_sheet`, used by `reporting.ranks.ranking`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from reporting.adapters import adapter

SHEET = "ranking"


class What(StrEnum):
    """What a criterion looks at; the value is the word for it in the sheet."""

    ON_TIME = "on_time"
    REPORTING = "reporting"
    TARGET = "target"
    INDICATOR = "indicator"


RATES = (What.ON_TIME, What.REPORTING)


@dataclass(frozen=True, slots=True)
class Criterion:
    """`of`: the name of the target, the id of the indicator, the form whose reports count ("" for all). `goal`: of each
    ranked unit; `cap`: the highest figure that earns points (1 is 100 %)."""

    what: What
    of: str
    weight: Decimal
    goal: Decimal | None = None
    cap: Decimal | None = None
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Class:
    """A band of scores, from `least` points on."""

    least: Decimal
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All of the sheet. `kinds`: of units that are ranked against each other; none: those right below the one that is
    looked at. `classes`: the highest first."""

    criteria: tuple[Criterion, ...]
    classes: tuple[Class, ...] = ()
    kinds: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        made: Self = adapter(Rules).validate_python(data)
        return made

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = adapter(Rules).dump_python(self, mode="json")
        return data

    @property
    def weights(self) -> Decimal:
        """What a unit has that fulfils everything to 100 %."""
        return sum((criterion.weight for criterion in self.criteria), Decimal(0))


def of_campaign(settings: Mapping[str, Any]) -> Rules | None:
    """The rules of a campaign, from its settings; None for one that ranks nobody."""
    return Rules.from_json(settings[SHEET]) if SHEET in settings else None
