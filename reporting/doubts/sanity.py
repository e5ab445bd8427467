"""The sheet `sanity` of a form: ratios of indicators, and the range in which one makes sense (value per house).

A row: `name`, `of` and `per` (an indicator, or several added up: `built + repaired`), `min` and `max` (one may be
empty), `unit`, and `label` in each language. Nothing outside is refused: the sender is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from pydantic import TypeAdapter

from forms.sheets import Sheet
from forms.texts import language_code
from reporting.planning.periods import CellError

SHEET = "sanity"
AN_INDICATOR = "an indicator of the form, or several with + between"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One row. `of` and `per` are indicators whose amounts are added up; None is no bound."""

    name: str
    of: tuple[str, ...]
    per: tuple[str, ...]
    low: Decimal | None
    high: Decimal | None
    unit: str
    label: Mapping[str, str]

    @classmethod
    def from_cells(cls, cells: Mapping[str, str], known: Collection[str]) -> Self:
        """Raises CellError. `known`: the indicators that may be named."""
        low, high = _bound(cells, "min"), _bound(cells, "max")
        if low is None and high is None:
            raise CellError("min", "", "given, nor is max: one of them is needed")
        if low is not None and high is not None and low > high:
            raise CellError("min", cells["min"], f"below the max {cells['max']!r}")
        return cls(
            name=_name(cells),
            of=_indicators(cells, "of", known),
            per=_indicators(cells, "per", known),
            low=low,
            high=high,
            unit=cells.get("unit", ""),
            label=_labels(cells),
        )

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Ratio:
        return _JSON.validate_python(data)

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = _JSON.dump_python(self, mode="json")
        return data


# Made once: it is asked at every report that is sent.
_JSON = TypeAdapter(Ratio)


def _name(cells: Mapping[str, str]) -> str:
    if not cells.get("name"):
        raise CellError("name", "", "a name for the ratio")
    return cells["name"]


def _bound(cells: Mapping[str, str], column: str) -> Decimal | None:
    text = cells.get(column, "")
    try:
        found = Decimal(text) if text else None
    except InvalidOperation as error:
        raise CellError(column, text, "a number such as 5000000 or 0.5") from error
    if found is not None and (not found.is_finite() or found < 0):
        raise CellError(column, text, "a number such as 5000000 or 0.5")
    return found


def _indicators(cells: Mapping[str, str], column: str, known: Collection[str]) -> tuple[str, ...]:
    found = tuple(part.strip() for part in cells.get(column, "").split("+"))
    for name in found:
        if name not in known:
            raise CellError(column, name, AN_INDICATOR)
    return found


def _labels(cells: Mapping[str, str]) -> dict[str, str]:
    headers = {header: header.partition("::") for header in cells}
    found = {language_code(parts[2]): cells[h] for h, parts in headers.items() if parts[0].strip() == "label"}
    return found or {"": cells["name"]}


def read_ratios(
    file: str, sheets: Mapping[str, Sheet], known: Collection[str], problems: list[str]
) -> tuple[Ratio, ...]:
    """The ratios of a workbook; each row that cannot be read becomes a problem with its sheet and row."""
    found: list[Ratio] = []
    seen: set[str] = set()
    for row in sheets[SHEET].rows if SHEET in sheets else ():
        try:
            ratio = Ratio.from_cells(row.cells, known)
            if ratio.name in seen:
                raise CellError("name", ratio.name, "new: it stands more than once")
        except CellError as error:
            problems.append(f"{file}: {SHEET}, row {row.number}: {error}")
            continue
        seen.add(ratio.name)
        found.append(ratio)
    return tuple(found)


def of_form(settings: Mapping[str, Any], slug: str) -> Sequence[Ratio]:
    """The ratios of one form, from the settings of its campaign."""
    return [Ratio.from_json(row) for row in settings.get(SHEET, {}).get(slug, ())]


def to_settings(ratios: Mapping[str, Sequence[Ratio]]) -> dict[str, Any]:
    """What is kept of all forms of a campaign in its settings."""
    return {SHEET: {slug: [ratio.to_json() for ratio in found] for slug, found in ratios.items()}}
