"""The sheet `ranking`: by what units are ranked (xếp loại). A row for each criterion and for each class:

criterion  on_time, reporting: how regularly is reported, of all forms or of one (on_time:daily)
           target:<name of a target>, indicator:<its id>: what was done
           class: a band of scores        units: which kinds of units are ranked (if there is none, all right below)
weight     points for a full figure, 100 % (target: if empty, the target's own)
goal       target of kind sum, about, done: what each ranked unit is to reach (if empty, an equal part)
           indicator: the same (if empty, the most that one of them has)
cap        the highest figure that earns points, as 150 % (if empty, it is never cut)
least      class: from how many points on         kinds   units: kinds of units, with commas between
label::vi, label::en
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forms.answers import Understood, read_decimal, read_integer, read_percent, unaccent
from forms.sheets import Sheet
from forms.texts import language_code
from reporting.planning.cells import CellError, Cells, filled, items, refuse_unknown, required
from reporting.questions import LEADERS
from reporting.ranks.ranking_rules import RATES, SHEET, Class, Criterion, Rules, What
from reporting.targets.target_cells import read_targets
from reporting.targets.targets import OF_SHARES, Kind, Target

if TYPE_CHECKING:
    from reporting.campaigns.pack import PackForm

WORDS: Mapping[str, What | str] = {
    **{what.value: what for what in What}, "đúng hạn": What.ON_TIME, "nộp báo cáo": What.REPORTING,
    "chỉ tiêu": What.TARGET, "chỉ số": What.INDICATOR,
    "class": "class", "loại": "class", "units": "units", "đơn vị": "units",
}  # fmt: skip
_COLUMNS: Mapping[str, Sequence[str]] = {
    "class": ("criterion", "least"),
    "units": ("criterion", "kinds"),
    What.ON_TIME: ("criterion", "weight", "cap"),
    What.REPORTING: ("criterion", "weight", "cap"),
    What.TARGET: ("criterion", "weight", "goal", "cap"),
    What.INDICATOR: ("criterion", "weight", "goal", "cap"),
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What a criterion may name."""

    forms: Collection[str]
    indicators: Collection[str]
    targets: Mapping[str, Target]


def read_ranking(
    sources: Sequence[tuple[str, Mapping[str, Sheet]]], forms: Sequence[PackForm], problems: list[str]
) -> dict[str, Any]:
    """What the settings of the campaign keep of the sheet (see `reporting.campaigns.packs.SHEETS`)."""
    having = [(file, sheets[SHEET]) for file, sheets in sources if SHEET in sheets and sheets[SHEET].rows]
    if not having:
        return {}
    if len(having) > 1:
        problems.append(f"{SHEET}: one workbook can have it, {', '.join(file for file, _ in having)} do")
    file, sheet = having[0]
    before = len(problems)
    rules = _read(file, sheet, _known(sources, forms), problems)
    if len(problems) == before and not rules.criteria:
        problems.append(f"{file}: {SHEET}: one criterion at least is needed, none is there")
    return {SHEET: rules.to_json()}


def _known(sources: Sequence[tuple[str, Mapping[str, Sheet]]], forms: Sequence[PackForm]) -> _Known:
    """Without what only leaders may read: a rank tells it to everybody."""
    columns = [cells for form in forms for cells in form.workbook.columns.values() if cells.get("indicator")]
    kept_back = {cells["indicator"] for cells in columns if cells.get("audience") == LEADERS}
    indicators = {cells["indicator"] for cells in columns} - kept_back
    everything = {cells["indicator"] for cells in columns}
    targets = [t for file, sheets in sources for t in read_targets(file, sheets, everything, [])]
    open_ones = {t.name: t for t in targets if kept_back.isdisjoint((*t.indicators, *t.per))}
    return _Known({form.slug for form in forms}, indicators, open_ones)


def _read(file: str, sheet: Sheet, known: _Known, problems: list[str]) -> Rules:
    found = Rules(())
    for row in sheet.rows:
        try:
            found = _with_row(found, row.cells, known)
        except CellError as error:
            problems.append(f"{file}: {SHEET}, row {row.number}: {error}")
    return replace(found, classes=tuple(sorted(found.classes, key=lambda one: -one.least)))


def _with_row(rules: Rules, cells: Cells, known: _Known) -> Rules:
    """The rules with one row more. Raises CellError."""
    word, _, of = required(cells, "criterion").partition(":")
    what = _what(cells, word)
    refuse_unknown(cells, [*_COLUMNS[what], *(column for column in cells if column.strip().startswith("label"))])
    if what == "units":
        if rules.kinds:
            raise CellError("criterion", cells["criterion"], "new: one row says which kinds of units are ranked")
        return replace(rules, kinds=items(cells, "kinds"))
    if what == "class":
        return replace(rules, classes=(*rules.classes, _class(rules, cells)))
    criterion = _criterion(cells, What(what), of.strip(), known)
    if any((one.what, one.of) == (criterion.what, criterion.of) for one in rules.criteria):
        raise CellError("criterion", cells["criterion"], "new: it stands more than once")
    return replace(rules, criteria=(*rules.criteria, criterion))


def _what(cells: Cells, word: str) -> What | str:
    meant = {_plain(known): what for known, what in WORDS.items()}
    if _plain(word) not in meant:
        raise CellError(
            "criterion", cells["criterion"], "one of on_time, reporting, target:…, indicator:…, class, units"
        )
    return meant[_plain(word)]


def _plain(text: str) -> str:
    return " ".join(unaccent(text).lower().replace("_", " ").split())


def _class(rules: Rules, cells: Cells) -> Class:
    least = _number(cells, "least", or_zero=True)
    if any(one.least == least for one in rules.classes):
        raise CellError("least", cells["least"], "new: another class begins there")
    label = _labels(cells)
    if not label:
        raise CellError("label", "", "filled in")
    return Class(least, label)


def _criterion(cells: Cells, what: What, of: str, known: _Known) -> Criterion:
    target = _named(cells, what, of, known)
    weight = target.weight if target and not filled(cells, "weight") else _number(cells, "weight")
    return Criterion(
        what, of, weight,
        goal=_number(cells, "goal") if filled(cells, "goal") else None,
        cap=_cap(cells), label=_labels(cells),
    )  # fmt: skip


def _named(cells: Cells, what: What, of: str, known: _Known) -> Target | None:
    """The target that a criterion names, if it names one. Raises CellError for a name that is none."""
    cell = cells["criterion"]
    if what in RATES and of and of not in known.forms:
        raise CellError("criterion", cell, "of a form of this pack: " + ", ".join(sorted(known.forms)))
    if what is What.INDICATOR and of not in known.indicators:
        raise CellError("criterion", cell, "an indicator of the campaign's forms that everybody may read")
    if what is not What.TARGET:
        return None
    target = known.targets.get(of)
    if target is None:
        raise CellError("criterion", cell, "a target of the sheet `targets` that everybody may read")
    if target.kind is Kind.QUOTA:
        raise CellError("criterion", cell, "a target that a unit can fulfil, as places (quota) are not")
    if filled(cells, "goal") and (target.kind in OF_SHARES or target.kind is Kind.EACH):
        raise CellError("goal", cells["goal"], f"empty, as it must be where the target is of kind {target.kind}")
    return target


def _number(cells: Cells, column: str, *, or_zero: bool = False) -> Decimal:
    text = required(cells, column)
    for read in (read_integer, read_decimal):
        reading = read(text)
        if isinstance(reading, Understood) and not reading.mark:
            found = Decimal(str(reading.value))
            if found > 0 or (or_zero and found == 0):
                return found
    raise CellError(column, text, "a number " + ("from zero on" if or_zero else "above zero, such as 30"))


def _cap(cells: Cells) -> Decimal | None:
    """As 150 %, or as spreadsheets keep what they show as a percentage: 1.5."""
    text = filled(cells, "cap")
    if not text:
        return None
    reading = read_percent(text) if "%" in text else read_decimal(text)
    if not isinstance(reading, Understood) or reading.mark or not (found := Decimal(str(reading.value))):
        raise CellError("cap", text, "a percentage such as 150 %")
    share = found / 100 if "%" in text else found
    # Nobody cuts at a thousand percent: the sign was forgotten.
    if share > 10:
        raise CellError("cap", text, "a percentage such as 150 %")
    return share


def _labels(cells: Cells) -> dict[str, str]:
    headers = {header: header.partition("::") for header in cells}
    return {
        language_code(parts[2]): cells[header].strip()
        for header, parts in headers.items()
        if parts[0].strip() == "label" and cells[header].strip()
    }
