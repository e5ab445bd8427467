"""The `deadlines` sheet of a form's workbook: a row for each kind of units that has a due time of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import TypedDict

from forms.answers import unaccent
from reporting.planning.cells import (
    CellError,
    Cells,
    clock,
    day,
    day_of,
    filled,
    items,
    length,
    refuse_unknown,
    yes_or_no,
)
from reporting.planning.occurring import day_for
from reporting.planning.recurrence import UNITS, Repeat, days, read_days, read_repeat
from reporting.planning.spans import Span

COLUMNS = (
    "repeat", "on", "weekdays", "from", "until", "due", "covers", "opens", "closes", "grace", "working days", "moves",
    "kinds", "nothing", "note",
)  # fmt: skip
OF_A_KIND = {"kinds", "on", "due", "closes", "note"}
"""What may differ between the rows of one form."""

MOVES = ("next", "previous", "no")
_WEEKEND = {"SA", "SU"}
_LENGTH = "24h or 2d"
_SPANS = {
    "tu lan truoc": Span.SINCE_LAST, "ngay": Span.DAY, "ngay truoc": Span.LAST_DAY, "tuan": Span.WEEK,
    "tuan truoc": Span.LAST_WEEK, "thang": Span.MONTH, "thang truoc": Span.LAST_MONTH, "quy": Span.QUARTER,
    "quy truoc": Span.LAST_QUARTER, "nam": Span.YEAR, "nam truoc": Span.LAST_YEAR,
    **{str(span): span for span in Span},
}  # fmt: skip


class Deadline(TypedDict):
    """A row as read: the fields of `reporting.planning.periods.Schedule` that it gives."""

    repeat: Repeat
    first: date
    last: date
    due: time
    covers: int | Span
    closes: int
    kinds: tuple[str, ...]
    nothing: bool
    on: tuple[str, ...]
    opens: int | None
    opens_on: date | None
    grace: int
    moves: str


class OfKinds(TypedDict):
    """A row for other kinds of units: the fields of `reporting.planning.periods.KindDeadline`."""

    kinds: tuple[str, ...]
    due: time
    closes: int
    on: tuple[str, ...]


def read_rows(rows: Sequence[Cells]) -> tuple[Deadline, list[OfKinds]]:
    """What the last row in time says, with the kinds of all, and what the others say. See `Schedule.from_rows`."""
    found: list[Deadline] = []
    for number, cells in enumerate(rows):
        try:
            found.append(_checked(cells, rows[0], found))
        except CellError as error:
            error.row = number
            raise
    example = _first_due(found[0])
    # The period's own time is the latest: what is made of it, as the digest, has the reports of all kinds.
    main = max(found, key=lambda row: (day_for(row["repeat"], found[0]["on"], row["on"], example), row["due"]))
    others = [OfKinds(kinds=r["kinds"], due=r["due"], closes=r["closes"], on=r["on"]) for r in found if r is not main]
    return {**main, "kinds": tuple(kind for row in found for kind in row["kinds"])}, others


def _checked(cells: Cells, first: Cells, before: Sequence[Deadline]) -> Deadline:
    row = read_row({**first, **cells})
    taken = {kind for other in before for kind in other["kinds"]}
    if twice := next((kind for kind in row["kinds"] if kind in taken), None):
        raise CellError("kinds", twice, "in one row only")
    for column in COLUMNS:
        if column not in OF_A_KIND and (value := filled(cells, column)) not in ("", filled(first, column)):
            raise CellError(column, value, "as in the first row")
    if before and row["on"] != before[0]["on"]:
        # Each day of the one must have its day of the other.
        several = row["repeat"] is not Repeat.DATES and max(len(row["on"]), len(before[0]["on"])) > 1
        if several or len(row["on"]) != len(before[0]["on"]):
            raise CellError("on", filled(cells, "on"), "one day for each day of the first row")
    return row


def read_row(cells: Cells) -> Deadline:
    """Raises CellError."""
    refuse_unknown(cells, COLUMNS)
    repeat = read_repeat(cells)
    on = read_days(repeat, cells)
    first, last = _ends(repeat, on, cells)
    closes = length(cells, "closes", _LENGTH, least=0)
    row = Deadline(
        repeat=repeat, on=on, first=first, last=last, due=clock(cells, "due"),
        covers=_covers(repeat, on, first, cells), closes=closes,
        kinds=items(cells, "kinds"), nothing=yes_or_no(cells, "nothing", default=True),
        opens=None, opens_on=None, grace=_grace(cells, closes), moves=_moves(repeat, on, cells),
    )  # fmt: skip
    _read_opens(row, cells)
    return row


def _ends(repeat: Repeat, on: Sequence[str], cells: Cells) -> tuple[date, date]:
    """The first and the last day on which the form may be due; what `once` and `dates` say themselves."""
    if repeat in (Repeat.ONCE, Repeat.DATES):
        due = [date.fromisoformat(day) for day in on] or [day(cells, "from")]
        first = day(cells, "from") if filled(cells, "from") else due[0]
        if due[0] < first:
            raise CellError("on", due[0].isoformat(), f"a day from {first} on")
        return first, due[-1]
    first = day(cells, "from")
    last = first if repeat is Repeat.DAILY and not filled(cells, "until") else day(cells, "until")
    if last < first:
        raise CellError("until", cells["until"], f"a day from {first} on")
    if next(days(repeat, on, first, last), None) is None:
        raise CellError("until", filled(cells, "until"), f"a day by which the form is due, from {first} on")
    return first, last


def _covers(repeat: Repeat, on: Sequence[str], first: date, cells: Cells) -> int | Span:
    span = _SPANS.get(unaccent(filled(cells, "covers")))
    if span is None:
        return length(cells, "covers", f"{_LENGTH}, or one of since last, month, last month …", least=1)
    unit = UNITS.get(repeat)
    if span is Span.SINCE_LAST:
        # There is none before the first of single days: `from` says where it begins.
        if unit is None and not (on and date.fromisoformat(on[0]) > first):
            raise CellError("from", filled(cells, "from"), "a day before the first that is due")
    elif unit and span.unit is not unit:
        raise CellError("covers", filled(cells, "covers"), f"since last, {unit}, last {unit} or a length of time")
    elif unit and repeat is not Repeat.DAILY and len(on) > 1:
        raise CellError("covers", filled(cells, "covers"), f"since last or a length: it is due twice a {unit}")
    return span


def _grace(cells: Cells, closes: int) -> int:
    if not filled(cells, "grace"):
        return 0
    grace = length(cells, "grace", "15m", least=0)
    if grace > closes:
        raise CellError("grace", cells["grace"], f"at most what stands in closes ({cells['closes']})")
    return grace


def _moves(repeat: Repeat, on: Sequence[str], cells: Cells) -> str:
    """See `Schedule.moves`. Days that come again so soon need not be moved, and may fall away."""
    may_fall_away = repeat in (Repeat.DAILY, Repeat.WEEKLY)
    moves = filled(cells, "moves")
    if moves and moves not in MOVES:
        raise CellError("moves", moves, "one of " + ", ".join(MOVES))
    if not yes_or_no(cells, "working days", default=moves in ("next", "previous")):
        if moves in ("next", "previous"):
            raise CellError("working days", cells["working days"], f"yes, which moves {moves} needs")
        return ""
    if moves == "no" and not may_fall_away:
        raise CellError("moves", moves, f"next or previous: {repeat}, none may fall away")
    moves = moves or ("no" if repeat is Repeat.DAILY else "next")
    if moves == "no" and on and _WEEKEND.issuperset(on):
        raise CellError("working days", filled(cells, "working days"), "no: it is due at weekends only")
    return moves


def _read_opens(row: Deadline, cells: Cells) -> None:
    if not (value := filled(cells, "opens")):
        return
    found = day_of(value)
    if found is None:
        row["opens"] = length(cells, "opens", "24h, 1w or, for what is due once, a day", least=1)
    elif row["repeat"] is not Repeat.ONCE or found > row["last"] or (found == row["last"] and row["due"] == time()):
        raise CellError("opens", value, "a length of time such as 24h, or a day before the only one that is due")
    else:
        row["opens_on"] = found


def _first_due(row: Deadline) -> date:
    found: Iterable[date] = days(row["repeat"], row["on"], row["first"], row["last"])
    return next(iter(found), row["first"])
