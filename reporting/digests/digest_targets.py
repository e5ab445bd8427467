"""The targets in a digest: how far the campaign's are, for the unit that it is of, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from forms.kinds import Kind as QuestionKind
from forms.model import Question
from locales.translator import Translator
from reporting.digests.digest_data import Digest, Figure
from reporting.digests.digest_words import compact
from reporting.questions import in_language
from reporting.targets.target_numbers import Amount, Measure, gather
from reporting.targets.target_progress import Every, Progress, progress
from reporting.targets.targets import OF_UNITS, Kind, Target, of_campaign
from storage import targets as queries
from storage.uow import Row, UnitOfWork


async def reached(
    uow: UnitOfWork, form: Row, questions: Sequence[Question], unit: Row, past: Sequence[Row], *,
    now: datetime, zone: ZoneInfo,
) -> tuple[Progress, ...]:  # fmt: skip
    """How far the targets are that a form's `questions` count, for a unit with all below it, up to the last of `past`
    (rows of periods). Below the unit that runs the campaign, only those that hold for every branch."""
    by_name = {question.indicator: question for question in questions}
    wanted = [t for t in of_campaign(form["settings"]) if by_name.keys() >= {*t.indicators, *t.per}]
    wanted = [t for t in wanted if t.holds_below or unit["id"] == form["unit_id"]]
    if not past or not wanted:
        return ()
    days = {p["id"]: (p["covers_to"] - timedelta(microseconds=1)).astimezone(zone).date() for p in past}
    last = days[past[-1]["id"]]
    today = min(now.astimezone(zone).date(), last)
    is_day_over = now >= past[-1]["due_at"]
    return tuple(
        [
            await _reached(uow, t, unit, days, today, _measure(by_name[t.indicators[0]]), is_day_over=is_day_over)
            for t in wanted
        ]
    )


async def _reached(
    uow: UnitOfWork, target: Target, unit: Row, days: Mapping[int, date], today: date, measure: Measure, *,
    is_day_over: bool,
) -> Progress:  # fmt: skip
    units = [unit["id"]]
    if target.needs_units:
        units = _topmost(await queries.units_for(uow, target.unit_kinds, unit["path"], list(days), uow.now))
    rows = await queries.totals_of_units(uow, units, list(days), {*target.indicators, *target.per})
    amounts = [
        Amount(r["unit_id"], days[r["period_id"]], r["indicator"], r["amount"], r["inexact"]) for r in rows
    ]  # fmt: skip
    return progress(target, gather(target, amounts, units, today, measure), today, is_day_over=is_day_over)


def _topmost(units: Sequence[Row]) -> list[int]:
    """Totals hold what is below: a unit under another one of them would count twice."""
    paths = {unit["path"] for unit in units}
    return [unit["id"] for unit in units if not any(_is_below(unit["path"], path) for path in paths)]


def _is_below(path: str, other: str) -> bool:
    return path != other and path.startswith(other)


def _measure(question: Question) -> Measure:
    if question.is_money:
        return Measure.MONEY
    return Measure.SIZE if question.kind is QuestionKind.DECIMAL else Measure.COUNT


def reaching(digest: Digest) -> dict[str, Progress]:
    """By indicator, the targets that are about one figure of the digest: a number that its sum is to reach."""
    sums = {figure.indicator: figure.so_far for figure in digest.figures if figure.so_far is not None}
    found: dict[str, Progress] = {}
    for p in digest.targets:
        indicator = p.target.indicators[0]
        # One of other days than the campaign's is told by itself.
        if p.target.kind in (Kind.SUM, Kind.ABOUT) and len(p.target.indicators) == 1 and sums.get(indicator) == p.value:
            found.setdefault(indicator, p)
    return {name: p for name, p in found.items() if p.value is not None}


# --- words -----------------------------------------------------------------------------------------


def target_lines(found: Sequence[Progress], units: Mapping[str, Mapping[str, str]], tr: Translator) -> Iterable[Markup]:
    """A line for each target. `units`: of each indicator what it counts, by language."""
    for p in found:
        name = in_language(p.target.label, tr.language) or p.target.name
        counted = in_language(units.get(p.target.indicators[0], {}), tr.language)
        parts = [part for part in (_so_far(p, counted, tr), outlook(p, counted, tr)) if part]
        yield tr.t("🎯 {label}: {said}", label=name, said=Markup(" · ").join(parts))


def _so_far(p: Progress, counted: str, tr: Translator) -> Markup:
    if p.target.kind is Kind.DONE:
        return Markup()
    if p.goal is None or p.value is None:
        return tr.t("no figures yet")
    done, goal = tr.number(p.value), _amount(p, p.goal, counted, tr)
    if p.target.kind in OF_UNITS:
        return tr.t("<b>{done}/{all}</b> units ({percent} %)", done=done, all=p.units_all, percent=p.ratio_percent)
    if p.target.kind is Kind.RATIO:
        whole = tr.number(p.whole or 0)
        goal_percent = tr.number(p.target.amount * 100)
        return tr.t(
            "<b>{done}/{all}</b> ({percent} %, target {goal} %)",
            done=done, all=whole, percent=p.ratio_percent, goal=goal_percent,
        )  # fmt: skip
    if p.target.kind is Kind.ABOUT:
        goal = tr.plain("about {amount}", amount=goal)
    return tr.t("<b>{done}/{goal}</b> ({percent} %)", done=done, goal=goal, percent=tr.number(p.percent or 0))


def towards(p: Progress, figure: Figure, tr: Translator) -> Markup:
    """How far a figure is on its way to its target (see `reaching`)."""
    said = _so_far(p, in_language(figure.unit, tr.language), tr)
    return tr.t("altogether {amount}", amount=tr.t("about {amount}", amount=said) if figure.inexact_so_far else said)


def outlook(p: Progress, counted: str, tr: Translator, *, short: bool = False) -> Markup:
    """What is still to be done; nothing where nobody can say. `short`: millions and billions are said as such."""
    if p.reached:
        return _over(p, counted, tr) if p.target.kind is Kind.QUOTA and p.over else tr.t("✅ reached")
    if p.is_overdue:
        return tr.t("not reached when it ended")
    if p.missing is None or p.window.last is None or (p.value is None and p.whole):
        return Markup()
    if p.target.kind is Kind.RATIO and p.pace is None:
        return tr.t("below the target")
    if p.pace and p.pace.needed:
        return _needed(p.pace.every, _amount(p, p.pace.needed, counted, tr, short=short), tr)
    if p.target.kind is Kind.DONE:
        return tr.t("not done yet, until {day}", day=tr.full_day(p.window.last))
    missing = _amount(p, p.missing, counted, tr, short=short)
    return tr.t("{amount} more until {day}", amount=missing, day=tr.full_day(p.window.last))


def _over(p: Progress, counted: str, tr: Translator) -> Markup:
    return tr.t("{amount} more than there are places", amount=_amount(p, p.over, counted, tr))


def _needed(every: Every, amount: str, tr: Translator) -> Markup:
    if every is Every.DAY:
        return tr.t("{amount} a day to be in time", amount=amount)
    if every is Every.WEEK:
        return tr.t("{amount} a week to be in time", amount=amount)
    return tr.t("{amount} a month to be in time", amount=amount)


def _amount(p: Progress, value: Decimal, counted: str, tr: Translator, *, short: bool = False) -> str:
    if p.target.kind in OF_UNITS:
        return tr.plain("{n} units", n=tr.number(value))
    if p.measure is Measure.MONEY:
        return f"{compact(value, tr)} đ" if short else tr.money(value)
    return f"{tr.number(value)} {counted}".rstrip()
