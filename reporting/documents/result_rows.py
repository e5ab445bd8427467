"""The rows of the table of results: what a campaign counts beside what it has promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from locales.translator import Translator
from reporting.digests.digest import Digest, Figure
from reporting.digests.digest_targets import outlook, reaching
from reporting.digests.digest_words import label
from reporting.questions import in_language
from reporting.targets.target_progress import Progress
from reporting.targets.targets import OF_UNITS, Kind


@dataclass(frozen=True, slots=True)
class Result:
    """A row, in words. `result`: of the digest's period (of the whole it is `so_far`); an empty text is silence."""

    name: str
    unit: str
    goal: str
    result: str
    so_far: str
    percent: str
    note: str


def result_rows(digest: Digest, tr: Translator) -> Iterator[Result]:
    """The figures that anybody has given, each beside its target; then the targets of other kinds."""
    beside = reaching(digest)
    for figure in digest.figures:
        if figure.so_far is not None:
            yield _of_figure(figure, beside.get(figure.indicator), tr)
    units = {figure.indicator: figure.unit for figure in digest.figures}
    for goal in digest.targets:
        if goal not in beside.values():
            yield _of_target(goal, units.get(goal.target.indicators[0], {}), tr)


def _of_figure(figure: Figure, goal: Progress | None, tr: Translator) -> Result:
    unit = in_language(figure.unit, tr.language)
    return Result(
        name=label(figure, tr),
        unit=unit,
        goal=_wanted(goal, tr) if goal else "",
        result=_said(figure.amount, figure.inexact, tr),
        so_far=_said(figure.so_far, figure.inexact_so_far, tr),
        percent=_percent(goal.percent, tr) if goal else "",
        note=_note(goal, unit, tr) if goal else "",
    )


def _of_target(goal: Progress, unit: Mapping[str, str], tr: Translator) -> Result:
    counted = in_language(unit, tr.language)
    done = _said(goal.value, goal.inexact, tr)
    is_done = goal.target.kind is Kind.DONE
    if is_done:
        done = tr.plain("done") if goal.reached else tr.plain("not done yet")
    elif goal.whole is not None and goal.value is not None:
        done = f"{done}/{tr.number(goal.whole)}"
    share = goal.ratio_percent if goal.whole is not None else goal.percent
    return Result(
        name=in_language(goal.target.label, tr.language) or goal.target.name,
        unit=tr.plain("units") if goal.target.kind in OF_UNITS else "" if is_done else counted,
        goal=_wanted(goal, tr),
        result=done,
        so_far=done,
        percent="" if is_done else _percent(share, tr),
        note=_note(goal, counted, tr),
    )


def _wanted(goal: Progress, tr: Translator) -> str:
    match goal.target.kind:
        case Kind.DONE:
            return ""
        case Kind.EACH:
            return tr.plain("each ≥ {n}", n=tr.number(goal.target.amount))
        case Kind.RATIO | Kind.UNITS:
            return f"{tr.number(goal.target.amount * 100)} %"
        case Kind.ABOUT:
            return tr.plain("about {amount}", amount=tr.number(goal.target.amount))
        case _:
            return tr.number(goal.target.amount)


def _said(value: Decimal | None, inexact: int, tr: Translator) -> str:
    if value is None:
        return ""
    said = tr.number(value)
    return tr.plain("about {amount}", amount=said) if inexact else said


def _percent(share: int | None, tr: Translator) -> str:
    return "" if share is None else tr.number(share)


def _note(goal: Progress, counted: str, tr: Translator) -> str:
    said = outlook(goal, counted, tr, short=True).striptags().removeprefix("✅").strip()
    return said[:1].upper() + said[1:]
