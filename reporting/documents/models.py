"""The register of models as files: a workbook with its history, a text for other programs, a list on paper."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from types import MappingProxyType
from zoneinfo import ZoneInfo

from forms.instance import writable
from forms.kinds import Kind
from locales.translator import Translator
from reporting.documents.cells import Cell, Sheet, local, sheet
from reporting.documents.letterhead import letterhead
from reporting.documents.table import csv_text
from reporting.library import Library
from reporting.models import model_register
from reporting.models.model_register import Change, Model, Quota, Register
from reporting.models.model_sheet import ModelSheet
from reporting.planning.period_words import period_words
from reporting.questions import in_language
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class ModelExport:
    """A register with all that its files say; `unit` is the one that it is of; `is_whole`: that runs the
    campaign."""

    register: Register
    history: Mapping[int, Sequence[Change]]
    quotas: tuple[Quota, ...]
    unit: str
    is_whole: bool
    made_at: datetime

    def title(self, tr: Translator) -> str:
        return in_language(self.register.sheet.label, tr.language) or self.register.sheet.dataset


async def gather(
    uow: UnitOfWork,
    library: Library,
    campaign: Row,
    sheet_: ModelSheet,
    unit: Row,
    zone: ZoneInfo,
    *,
    unit_ids: Collection[int] | None = None,
    leaders: bool = False,
) -> ModelExport:
    """The register of a unit (id, path, name) and all below it, or of some units alone."""
    found = await model_register.load(
        uow, library, campaign, sheet_, path=unit["path"], zone=zone, unit_ids=unit_ids, leaders=leaders
    )
    quotas = await model_register.quotas(uow, found, zone)
    history = await model_register.history(uow, found, found.models)
    is_whole = unit["id"] == campaign["unit_id"]
    return ModelExport(found, history, tuple(quotas), unit["name"], is_whole, uow.now)


# --- sheets ----------------------------------------------------------------------------------------


def model_sheet(export: ModelExport, tr: Translator) -> Sheet:
    """A row for each model, a column for each property."""
    found = export.register
    names = properties(found)
    header = [
        tr.plain("Model"), tr.plain("Unit"), *(found.names.title(name, tr) for name in names), tr.plain("Kept since"),
        tr.plain("Registered on"), tr.plain("Kept up"), tr.plain("Two years or more"),
    ]  # fmt: skip
    return sheet(tr.plain("Models"), header, [_row(found, model, names, tr) for model in found.models])


def properties(found: Register) -> list[str]:
    """Those that this reader may see, in the order of the forms, then those that no form has any more."""
    told = [name for name in found.names.titles if name not in found.names.closed]
    there = {name for model in found.models for name in model.data}
    return [*told, *sorted(there.difference(told))]


def _row(found: Register, model: Model, names: Sequence[str], tr: Translator) -> list[Cell]:
    yes, no = tr.plain("yes"), tr.plain("no")
    return [
        model.label, model.unit, *(cell(found, name, model.data.get(name, ""), tr) for name in names), model.since,
        model.registered, yes if model.is_kept else no, yes if found.is_long(model) else no,
    ]  # fmt: skip


def cell(found: Register, name: str, text: str, tr: Translator) -> Cell:
    """A value as a typed cell; what is no number or day, whatever its question was, is a text."""
    kind = found.names.kinds.get(name)
    try:
        if text and kind is Kind.DATE:
            return date.fromisoformat(text)
        if text and kind in (Kind.INTEGER, Kind.DECIMAL) and (number := Decimal(text)).is_finite():
            return number
    except (ValueError, ArithmeticError):
        return text
    return found.names.value(name, text, tr) or None


def history_sheet(export: ModelExport, tr: Translator) -> Sheet:
    """A row for each thing that a report said of a model."""
    header = [
        tr.plain("Model"), tr.plain("Unit"), tr.plain("Received"), tr.plain("Report"), tr.plain("Period"),
        tr.plain("What"), tr.plain("Before"), tr.plain("After"),
    ]  # fmt: skip
    rows = [
        row
        for model in export.register.models
        for change in export.history[model.id]
        for row in _history_rows(export.register, model, change, tr)
    ]
    return sheet(tr.plain("History"), header, rows)


def _history_rows(found: Register, model: Model, change: Change, tr: Translator) -> Iterator[list[Cell]]:
    begins: list[Cell] = [
        model.label, model.unit, local(change.at, tr), change.code, period_words(change.period, change.covers, tr)
    ]  # fmt: skip
    if change.creates:
        yield [*begins, tr.plain("registered"), None, None]
        return
    for name, before, after in change.parts:
        called = found.names.title(name, tr) if name else tr.plain("name")
        yield [*begins, called, cell(found, name, before, tr), cell(found, name, after, tr)]


def write_models_xlsx(export: ModelExport, tr: Translator) -> bytes:
    """The sheets models and history. It takes a while: call it in a thread."""
    # openpyxl takes long to import, and most runs of the bot write no workbook for hours.
    from reporting.documents.workbook import workbook

    heading = f"{export.title(tr)} – {export.unit}"
    if export.register.campaign["demo"]:
        heading = f"{heading} ({tr.plain('demo data')})"
    sheets = [model_sheet(export, tr), history_sheet(export, tr)]
    return workbook(sheets, heading=writable(heading), made_at=export.made_at)


def write_models_csv(export: ModelExport, tr: Translator) -> bytes:
    """The sheet of models as UTF-8 with a byte order mark, which Excel needs to see Vietnamese."""
    found = model_sheet(export, tr)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([csv_text(title) for title in found.header])
    writer.writerows([csv_text(one) for one in row] for row in found.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


# --- on paper --------------------------------------------------------------------------------------


def write_models_docx(export: ModelExport, tr: Translator) -> bytes:
    """A draft of the list on paper: of those that are kept, and who is put forward for which commendation. It takes a
    while: call it in a thread."""
    # docxtpl takes long to import, and most runs of the bot write no document for hours.
    from reporting.documents.paper import table_paper

    found = export.register
    head = letterhead(found.campaign["settings"] if export.is_whole else {}, export.unit, export.made_at, tr)
    return table_paper(
        head, paper_sheets(export, tr), tr, heading=tr.plain("LIST"), subject=export.title(tr),
        made_at=export.made_at, is_demo=bool(found.campaign["demo"]),
    )  # fmt: skip


def paper_sheets(export: ModelExport, tr: Translator) -> list[Sheet]:
    """A table for each commendation that somebody is put forward for, and one of all models that are kept."""
    found = export.register
    tables = [
        _paper_table(
            found, tr.plain("{title} ({n}/{places})", title=_called(one, tr), n=len(one.models), places=one.places),
            one.models, tr,
        )
        for one in export.quotas
        if one.models
    ]  # fmt: skip
    kept = tr.plain("Models that are kept up ({n})", n=len(found.kept))
    return [*tables, _paper_table(found, kept, found.kept, tr)]


def _called(quota: Quota, tr: Translator) -> str:
    return in_language(quota.target.label, tr.language) or quota.target.name


def _paper_table(found: Register, title: str, models: Sequence[Model], tr: Translator) -> Sheet:
    names = [name for name in found.sheet.listed if name not in found.names.closed and name != found.sheet.since]
    header = [tr.plain("Model"), tr.plain("Unit"), *(found.names.title(name, tr) for name in names), tr.plain("Since")]
    rows = [
        [model.label, model.unit, *(cell(found, name, model.data.get(name, ""), tr) for name in names), model.since]
        for model in models
    ]
    return sheet(title, header, rows)


WRITERS: Mapping[str, Callable[[ModelExport, Translator], bytes]] = MappingProxyType(
    {"xlsx": write_models_xlsx, "docx": write_models_docx, "csv": write_models_csv}
)
"""By the ending of the file."""
