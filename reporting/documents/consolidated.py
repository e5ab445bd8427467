"""The consolidated report of a campaign on paper, a draft: the numbers of one kept digest, laid out as the Đoàn does.

The layout is a Word file in which an office may change what it likes; what it can name is what `report_context` gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from locales.translator import Translator
from reporting.digests.digest import Digest, Figure, Span
from reporting.digests.digest_stories import as_they_stand
from reporting.digests.digest_words import label, percent, period_name, scope
from reporting.documents.branches import Branches, branches
from reporting.documents.chart import draw
from reporting.documents.filling import fill
from reporting.documents.layouts import FILE
from reporting.documents.letterhead import Letterhead, letterhead
from reporting.documents.paper import template
from reporting.documents.result_rows import Result, result_rows
from reporting.questions import in_language
from storage.uow import Row, UnitOfWork

INDICATORS_ON_A_PAGE = 5
"""Columns of the appendix that can be read side by side on a page of A4, with sums of money among them."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that a report is written from. `settings`: the campaign's, where the unit runs it."""

    digest: Digest
    appendix: Branches
    unit: str
    settings: Mapping[str, Any]


async def report_data(uow: UnitOfWork, digest: Digest, form: Row, unit: Row) -> ReportData:
    """For a kept digest of a form (a row of `register.live_forms`) and a unit (id, path, name): what was true then, but
    for good examples that were taken down since."""
    digest = await as_they_stand(uow, digest)
    appendix = await branches(uow, digest, form["id"], unit)
    return ReportData(digest, appendix, unit["name"], form["settings"] if digest.is_top else {})


def write_report(data: ReportData, tr: Translator, *, layout: bytes = b"") -> bytes:
    """The .docx. It takes a second or two: call it in a thread.

    `layout`: an office's own Word file in place of the house's; raises filling.TemplateFileError where it is broken.
    """
    context = report_context(data, tr)
    page, file = (layout, FILE) if layout else template("bao-cao", tr.language)
    picture = draw(data.digest, tr) if data.digest.figures else b""
    return fill(page, context, file=file, title=context["subject"], made_at=data.digest.cut_off, chart=picture)


def report_context(data: ReportData, tr: Translator) -> dict[str, Any]:
    """What a layout can name, in words (beside {{ chart }})."""
    digest = data.digest
    head = letterhead(data.settings, data.unit, digest.cut_off, tr)
    said = str(data.settings.get("subject") or "").strip()
    return _context(
        digest, data.appendix, head, tr, said or tr.plain("Results of {campaign}", campaign=digest.campaign)
    )


def _context(digest: Digest, appendix: Branches, head: Letterhead, tr: Translator, about: str) -> dict[str, Any]:
    return {
        **head.to_context(),
        "subject": about,
        "scope": _sentence(_span(digest, tr)),
        "unit": digest.unit,
        "is_branch": not digest.is_top,
        "is_demo": digest.demo,
        "cut_off": _moment(digest, tr),
        "is_whole": digest.whole or digest.period is None,
        "is_summed": digest.is_summed,
        "coverage": list(_coverage(digest, tr)),
        "results": [_row(place, row) for place, row in enumerate(result_rows(digest, tr), start=1)],
        "without_figures": ", ".join(label(f, tr) for f in digest.figures if f.so_far is None),
        "adjustments": list(_adjustments(digest, tr)),
        "examples": [{"unit": story.unit, "text": story.text} for story in digest.stories if story.text],
        "branches": list(_branches(digest, appendix, tr)),
        "silent": list(_silent(digest, appendix, tr)),
        "closing": tr.plain(
            "This is the report on: {subject} – {scope}", subject=about[:1].lower() + about[1:], scope=_span(digest, tr)
        ),
    }


def _span(digest: Digest, tr: Translator) -> str:
    """What of the campaign it is about; a day with its year, for paper is kept."""
    if digest.period and digest.period.is_day and not digest.is_summed:
        return tr.plain("day {day}", day=tr.full_day(digest.period.due_at))
    return scope(digest, tr)


def _moment(digest: Digest, tr: Translator) -> str:
    return tr.plain("{time} on {day}", time=tr.time(digest.cut_off), day=tr.full_day(digest.cut_off))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(place: int, row: Result) -> dict[str, Any]:
    return {
        "number": place, "name": row.name, "unit": row.unit, "goal": row.goal, "result": row.result,
        "so_far": row.so_far, "percent": row.percent, "note": row.note,
    }  # fmt: skip


def _coverage(digest: Digest, tr: Translator) -> Iterator[str]:
    """How many have reported, in sentences."""
    found = digest.coverage
    if not found.expected:
        yield tr.plain("No unit has to report yet.")
        return
    numbers = {
        "done": tr.number(found.reported), "all": tr.number(found.expected),
        "percent": percent(found.reported, found.expected), "on_time": tr.number(found.on_time),
        "late": tr.number(found.late), "time": _moment(digest, tr),
    }  # fmt: skip
    if digest.is_summed:
        yield tr.plain(
            "By {time}, {done} of {all} reports had been received ({percent} %): {on_time} on time, {late} late.",
            **numbers,
        )
    else:
        yield tr.plain(
            "By {time}, {done} of {all} units had reported ({percent} %): {on_time} on time, {late} late.", **numbers
        )
    if found.nothing:
        yield tr.plain("Of these, {n} had nothing to report.", n=tr.number(found.nothing))
    if found.missing and digest.is_summed:
        yield tr.plain("{n} reports were missing (see the list of units).", n=tr.number(found.missing))
    elif found.missing:
        yield tr.plain("{n} units had not reported (see the list).", n=tr.number(found.missing))


def _adjustments(digest: Digest, tr: Translator) -> Iterator[dict[str, Any]]:
    """A row for each report of an earlier period that has come or been corrected since it was told."""
    found: dict[tuple[Span, str, bool], list[str]] = {}
    for one in digest.adjustments:
        changed = _change(one.difference, digest.figure(one.indicator), tr)
        found.setdefault((one.period, one.unit, one.late), []).append(changed)
    for (period, unit, late), changes in found.items():
        yield {
            "period": _sentence(period_name(period, tr)),
            "unit": unit,
            "changes": "; ".join(changes),
            "why": tr.plain("reported late") if late else tr.plain("corrected its report"),
        }


def _change(difference: Decimal, figure: Figure, tr: Translator) -> str:
    size = f"{'+' if difference > 0 else '−'}{tr.number(abs(difference))} {in_language(figure.unit, tr.language)}"
    return f"{label(figure, tr)} {size.rstrip()}"


def _branches(digest: Digest, appendix: Branches, tr: Translator) -> Iterator[dict[str, Any]]:
    """Units × indicators, as many tables as the indicators need; those that nobody gives stand in none."""
    given = [f for f in digest.figures if f.indicator in appendix.total]
    for start in range(0, len(given), INDICATORS_ON_A_PAGE):
        yield _branch_table(given[start : start + INDICATORS_ON_A_PAGE], appendix, tr)


def _branch_table(figures: Sequence[Figure], appendix: Branches, tr: Translator) -> dict[str, Any]:
    def cells(amounts: Any) -> list[str]:
        return [tr.number(amounts[f.indicator]) if f.indicator in amounts else "" for f in figures]

    return {
        "header": [_with_unit(f, tr) for f in figures],
        "rows": [
            {"number": place, "name": name, "cells": cells(amounts)}
            for place, (name, amounts) in enumerate(appendix.lines, start=1)
        ],
        "total": cells(appendix.total),
    }


def _with_unit(figure: Figure, tr: Translator) -> str:
    unit = in_language(figure.unit, tr.language)
    return f"{label(figure, tr)} ({unit})" if unit else label(figure, tr)


def _silent(digest: Digest, appendix: Branches, tr: Translator) -> Iterator[str]:
    """The units that had not reported; over several periods how many reports of each were missing."""
    if not digest.is_summed:
        yield from (unit.name for unit in digest.missing)
        return
    for unit in appendix.silent:
        missing = tr.number(unit.expected - unit.received)
        yield tr.plain("{unit}: {n} of {all} reports", unit=unit.name, n=missing, all=tr.number(unit.expected))
