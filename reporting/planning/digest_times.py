"""The sheet `digest` of a form's workbook: when its digests are made, and for whom.

repeat   empty: of each period; weekly, monthly: of all periods due in a week or month; end: of the whole campaign,
         once the last report has been taken. One row of each
at       at what time. Of a period, on the day it is due; else on the first day of `on` on which all are due
on       weekly: a weekday (Monday if empty); monthly: a day of the month (the 1st)
to       which roles get it, each for the branch of their unit (leader if empty)
kinds    of units of which kinds (of all if empty)
groups   whether the groups of the campaign's unit get a short one
lead     the indicator that units are ranked by; of the first row that names one, if it is empty
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import time
from enum import StrEnum
from typing import Any, Self

from forms.answers import unaccent
from reporting.planning.cells import CellError, Cells, clock, filled, items, refuse_unknown, yes_or_no
from reporting.planning.recurrence import Repeat, read_days

COLUMNS = ("repeat", "at", "on", "to", "kinds", "groups", "lead", "note")
ROLES = ("leader", "officer", "admin")


class Sums(StrEnum):
    """What a summary is of."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    END = "end"


_EVERY_PERIOD = ("", "period", "every period", "ky", "moi ky", "tung ky")
_SUMS = {
    "tuan": Sums.WEEKLY, "hang tuan": Sums.WEEKLY, "thang": Sums.MONTHLY, "hang thang": Sums.MONTHLY,
    "cuoi dot": Sums.END, "ca dot": Sums.END, **{str(sums): sums for sums in Sums},
}  # fmt: skip
_DAYS = {Sums.WEEKLY: (Repeat.WEEKLY, "monday"), Sums.MONTHLY: (Repeat.MONTHLY, "1")}


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When a period's digest is made (seconds after the due time), which roles get it, whether groups do, and
    the indicator that it ranks units by. `kinds`: of units; none: of all."""

    after: int
    to: tuple[str, ...]
    groups: bool
    lead: str
    kinds: tuple[str, ...] = ()

    @classmethod
    def from_cells(cls, cells: Cells, due: time) -> Self:
        """From a row about each period. Raises CellError."""
        refuse_unknown(cells, COLUMNS)
        at = clock(cells, "at")
        after = (at.hour * 60 + at.minute - due.hour * 60 - due.minute) * 60
        if after < 0:
            raise CellError("at", cells["at"], f"a time at or after the due time {due:%H:%M}")
        _refuse(cells, "on", "empty where the digest is of each period")
        return cls(after, _roles(cells), _groups(cells), filled(cells, "lead"), _kinds(cells))

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        return data if self.kinds else {name: value for name, value in data.items() if name != "kinds"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "to": tuple(data["to"]), "kinds": tuple(data.get("kinds", ()))})


@dataclass(frozen=True, slots=True)
class SummaryTime:
    """When a digest of several periods is made, and for whom. `on` as in Schedule; none for the one at the end."""

    sums: Sums
    at: time
    on: tuple[str, ...]
    to: tuple[str, ...]
    groups: bool
    lead: str = ""
    kinds: tuple[str, ...] = ()

    @classmethod
    def from_cells(cls, cells: Cells, sums: Sums) -> Self:
        """From a row about several periods. Raises CellError."""
        refuse_unknown(cells, COLUMNS)
        lead = filled(cells, "lead")
        return cls(sums, clock(cells, "at"), _on(cells, sums), _roles(cells), _groups(cells), lead, _kinds(cells))

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat("minutes")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        lists = {name: tuple(data[name]) for name in ("on", "to", "kinds")}
        return cls(**{**data, **lists, "sums": Sums(data["sums"]), "at": time.fromisoformat(data["at"])})


def read_digest(cells: Cells, due: time) -> DigestTime | SummaryTime:
    """What a row of the sheet says, for a form that is due at a time of day. Raises CellError."""
    value = unaccent(filled(cells, "repeat"))
    if value in _EVERY_PERIOD:
        return DigestTime.from_cells(cells, due)
    if value not in _SUMS:
        raise CellError("repeat", cells["repeat"], "empty (each period) or one of " + ", ".join(Sums))
    return SummaryTime.from_cells(cells, _SUMS[value])


def _on(cells: Cells, sums: Sums) -> tuple[str, ...]:
    if sums is Sums.END:
        _refuse(cells, "on", "empty for the digest at the end")
        return ()
    repeat, default = _DAYS[sums]
    return read_days(repeat, {"on": filled(cells, "on") or default})


def _roles(cells: Cells) -> tuple[str, ...]:
    roles = items(cells, "to", "leader")
    if unknown := next((role for role in roles if role not in ROLES), None):
        raise CellError("to", unknown, "one of " + ", ".join(ROLES))
    return roles


def _kinds(cells: Cells) -> tuple[str, ...]:
    return items(cells, "kinds") if filled(cells, "kinds") else ()


def _groups(cells: Cells) -> bool:
    return yes_or_no(cells, "groups", default=False)


def _refuse(cells: Cells, column: str, expected: str) -> None:
    if filled(cells, column):
        raise CellError(column, cells[column], expected)
