"""The sheet `targets`, a row for each target:

    target      a name for it, one word                 indicator   what is counted, several with + between
    kind        one of KINDS, in English or Vietnamese  amount      3000, 600 triệu, 3,6 tỷ; a share as 90 %
    per         ratio: the indicator to divide by       least       units: from what number on a unit counts (1)
    unit_kinds  each unit, units: which kinds of unit, with commas between (if empty, all that report)
    from, by    first and last day: 2022-10-31, 31/10/2022, 10/2022 or 2022; both may be empty
    repeat      once (if empty), yearly, quarterly, monthly: made anew for each stretch that ends like `by`
    take        add (if empty) what the reports give, or last: the newest number of each unit, for what stands
                rather than happens (villages, members); per_take the same for `per` (if empty, as `take`)
    department  whose it is                             weight      in rankings (1)
    label::vi, label::en

`each unit` with amount 2 is reached when all units have 2 or more; `units` with 90 % when 90 % of them have `least`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from forms.answers import Understood, read_decimal, read_integer, read_percent, unaccent
from forms.sheets import Sheet
from forms.texts import language_code
from reporting.planning.periods import CellError
from reporting.targets.targets import OF_SHARES, OF_UNITS, ONE, SHEET, Kind, Repeat, Take, Target

KINDS: Mapping[str, Kind] = {
    **{kind.value: kind for kind in Kind},
    "tổng": Kind.SUM, "tổng số": Kind.SUM, "khoảng": Kind.ABOUT,
    "mỗi đơn vị": Kind.EACH, "tỷ lệ": Kind.RATIO, "tỉ lệ": Kind.RATIO,
    "tỷ lệ đơn vị": Kind.UNITS, "tỉ lệ đơn vị": Kind.UNITS,
    "hoàn thành": Kind.DONE, "xong": Kind.DONE, "suất": Kind.QUOTA, "số suất": Kind.QUOTA,
}  # fmt: skip
REPEATS: Mapping[str, Repeat] = {
    **{repeat.value: repeat for repeat in Repeat},
    "một lần": Repeat.ONCE, "hằng năm": Repeat.YEARLY, "hàng năm": Repeat.YEARLY,
    "hằng quý": Repeat.QUARTERLY, "hàng quý": Repeat.QUARTERLY,
    "hằng tháng": Repeat.MONTHLY, "hàng tháng": Repeat.MONTHLY,
}  # fmt: skip
TAKES: Mapping[str, Take] = {
    **{take.value: take for take in Take},
    "cộng": Take.ADD, "cộng dồn": Take.ADD, "mới nhất": Take.LAST,
}  # fmt: skip

MOST_SHARE = 10
"""A share above this without a % sign has lost the sign: nobody promises a thousand percent, many write 90."""

YEARS = range(2000, 2101)
_NAME = re.compile(r"\w[\w-]{0,63}")
_DAY = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})")
_NEEDS_AMOUNT = (Kind.SUM, Kind.ABOUT, Kind.QUOTA)
_A_DAY = "a day such as 2022-10-31 or 31/10/2022, a month such as 10/2022, or a year"

_Meant = TypeVar("_Meant")


def read_targets(
    file: str, sheets: Mapping[str, Sheet], known: Collection[str], problems: list[str]
) -> tuple[Target, ...]:
    """The targets of a workbook; each row that cannot be read becomes a problem with its sheet and row."""
    found: dict[str, Target] = {}
    for row in sheets[SHEET].rows if SHEET in sheets else ():
        try:
            target = read_target(row.cells, known)
            if target.name in found:
                raise CellError("target", target.name, "new: it stands more than once")
        except CellError as error:
            problems.append(f"{file}: {SHEET}, row {row.number}: {error}")
            continue
        found[target.name] = target
    return tuple(found.values())


def read_target(cells: Mapping[str, str], known: Collection[str]) -> Target:
    """One row. Raises CellError. `known`: the indicators that may be named."""
    kind = _word(cells, "kind", KINDS)
    take = _word(cells, "take", TAKES, "add")
    target = Target(
        name=_name(cells),
        kind=kind,
        indicators=_indicators(cells, "indicator", known),
        amount=_amount(cells, kind),
        per=_indicators(cells, "per", known) if kind is Kind.RATIO else _empty(cells, "per", Kind.RATIO),
        least=_number(cells, "least", ONE) if kind is Kind.UNITS else ONE,
        unit_kinds=_list(cells, "unit_kinds") if kind in OF_UNITS else _empty(cells, "unit_kinds", *OF_UNITS),
        first=_day(cells, "from", is_end=False),
        last=_day(cells, "by", is_end=True),
        repeat=_word(cells, "repeat", REPEATS, "once"),
        take=take,
        per_take=_word(cells, "per_take", TAKES, take),
        department=cells.get("department", "").strip(),
        weight=_number(cells, "weight", ONE),
        label=_labels(cells),
    )
    _check_rest(cells, target)
    return target


def _check_rest(cells: Mapping[str, str], target: Target) -> None:
    """What a column needs of another. A cell that would not be heeded is an error, not a silence."""
    if target.kind is not Kind.UNITS:
        _empty(cells, "least", Kind.UNITS)
    if target.kind is not Kind.RATIO:
        _empty(cells, "per_take", Kind.RATIO)
    if target.first and target.last and target.last < target.first:
        raise CellError("by", cells["by"], f"a day from {target.first} on")
    for column, day in (("from", target.first), ("by", target.last)):
        if target.repeat is not Repeat.ONCE and day is None:
            raise CellError(column, "", f"filled in, as it must be for what is {target.repeat}")


def _name(cells: Mapping[str, str]) -> str:
    name = cells.get("target", "").strip()
    if not _NAME.fullmatch(name):
        raise CellError("target", name, "a name without spaces, such as charity_houses")
    return name


def _word(cells: Mapping[str, str], column: str, words: Mapping[str, _Meant], default: str = "") -> _Meant:
    text = cells.get(column, "").strip() or default
    meant = {_plain(word): meaning for word, meaning in words.items()}
    if _plain(text) not in meant:
        raise CellError(column, text, "one of " + ", ".join(words))
    return meant[_plain(text)]


def _plain(text: str) -> str:
    return " ".join(unaccent(text).lower().replace("_", " ").split())


def _indicators(cells: Mapping[str, str], column: str, known: Collection[str]) -> tuple[str, ...]:
    found = tuple(part.strip() for part in cells.get(column, "").split("+"))
    if unknown := [name for name in found if name not in known]:
        raise CellError(column, unknown[0], "an indicator of the campaign's forms, or several with + between")
    return found


def _list(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cells.get(column, "").split(",") if part.strip())


def _empty(cells: Mapping[str, str], column: str, *kinds: Kind) -> tuple[str, ...]:
    if cells.get(column, "").strip():
        raise CellError(column, cells[column], "empty, as it must be where the kind is not " + " or ".join(kinds))
    return ()


def _amount(cells: Mapping[str, str], kind: Kind) -> Decimal:
    if kind in OF_SHARES:
        return _share(cells, most=1 if kind is Kind.UNITS else None)
    return _number(cells, "amount", None if kind in _NEEDS_AMOUNT else ONE, can_be_about=kind is Kind.ABOUT)


def _share(cells: Mapping[str, str], most: int | None) -> Decimal:
    """With a % sign, or as spreadsheets keep what they show as a percentage: 0.9. Empty: all of it."""
    text = cells.get("amount", "").strip()
    found = _read_percent(text) if "%" in text else _number(cells, "amount", ONE)
    if found is None or not 0 < found <= (most or found) or ("%" not in text and found > MOST_SHARE):
        raise CellError("amount", text, "a share such as 90 %")
    return found


def _read_percent(text: str) -> Decimal | None:
    reading = read_percent(text)
    return Decimal(str(reading.value)) / 100 if isinstance(reading, Understood) and not reading.mark else None


def _number(
    cells: Mapping[str, str], column: str, default: Decimal | None = None, *, can_be_about: bool = False
) -> Decimal:
    """Above zero, as people write it: 3.000 is three thousand, 3,6 tỷ has a fraction."""
    text = cells.get(column, "").strip()
    if not text and default is not None:
        return default
    for read in (read_integer, read_decimal):
        reading = read(text)
        if isinstance(reading, Understood) and reading.mark in (("", "about") if can_be_about else ("",)):
            found = Decimal(str(reading.value))
            if found > 0:
                return found
    raise CellError(column, text, "a number above zero, such as 3000 or 3,6 tỷ")


def _day(cells: Mapping[str, str], column: str, *, is_end: bool) -> date | None:
    """None for an empty cell. Of a month or a year the first day, or the last one."""
    text = cells.get(column, "").strip()
    if not text:
        return None
    try:
        day = _slashed(text, is_end) or datetime.fromisoformat(text).date()
    except ValueError:
        raise CellError(column, text, _A_DAY) from None
    if day.year not in YEARS:
        raise CellError(column, text, _A_DAY)
    return day


def _slashed(text: str, is_end: bool) -> date | None:
    if not (found := _DAY.fullmatch(text)):
        return None
    day, month, year = found.groups()
    wanted_year, wanted_month = int(year), int(month or (12 if is_end else 1))
    # Asking for the length of a thirteenth month is a ValueError, too.
    edge = monthrange(wanted_year, wanted_month)[1] if is_end else 1
    return date(wanted_year, wanted_month, int(day or edge))


def _labels(cells: Mapping[str, str]) -> dict[str, str]:
    headers = {header: header.partition("::") for header in cells}
    return {language_code(parts[2]): cells[h] for h, parts in headers.items() if parts[0].strip() == "label"}
