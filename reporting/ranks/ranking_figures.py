"""The figures of a ranking: from the register's rates, the kept totals and the progress of targets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import prod
from zoneinfo import ZoneInfo

from forms.model import Question
from reporting.digests.digest_data import Coverage
from reporting.library import Library
from reporting.questions import labels, open_indicators
from reporting.ranks.ranking import Part, Ranked, Ranking, in_order
from reporting.ranks.ranking_rules import RATES, Criterion, Rules, What
from reporting.ranks.ranking_rules import of_campaign as rules_of
from reporting.ranks.rates import coverage_of
from reporting.targets.target_numbers import Amount, gather
from reporting.targets.target_progress import Progress, progress
from reporting.targets.targets import OF_SHARES, OF_UNITS, ONE, Kind, Take, Target, of_campaign
from storage import plans, rates, register, targets, units
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Basis:
    """What all criteria are counted on: the ranked units (id, path) below `under`, the opened periods with the last day
    of each, and `today`, up to which targets are looked at. Shown are those `within` a path. `parts`: into how many
    equal parts the amount of a target is divided. `stands`: indicators that are not added up (`reporting.standing`)."""

    uow: UnitOfWork
    under: str
    within: str
    ranked: Sequence[Row]
    parts: int
    until: datetime
    days: Mapping[int, date]
    today: date
    targets: Mapping[str, Target]
    coverage: Mapping[tuple[int, str], Coverage]
    stands: frozenset[str] = frozenset()


async def build(
    uow: UnitOfWork, library: Library, campaign: Row, unit: Row, *, until: datetime, zone: ZoneInfo
) -> Ranking | None:
    """The ranking of the units below `unit` (id, path, name) by the rules of a campaign (a row of it); None where it
    ranks nobody. Of the periods that were open at `until`, with their numbers as they stand now; rates are of those
    that were due by then."""
    rules = rules_of(campaign["settings"])
    if rules is None:
        return None
    questions = await _questions(uow, library, campaign["id"])
    rules = _named(rules, campaign, questions)
    stands = frozenset(name for name, question in questions.items() if question.stands)
    basis = replace(await _basis(uow, rules, campaign, unit, until, zone), stands=stands)
    found = [await _parts(basis, criterion) for criterion in rules.criteria]
    lines = [
        Ranked(u["id"], u["name"], u["short_name"], tuple(parts[u["id"]] for parts in found)) for u in basis.ranked
    ]
    placed = in_order(rules, lines)
    below = {u["id"] for u in basis.ranked if u["path"].startswith(basis.within) and u["id"] != unit["id"]}
    shown = tuple(one for one in placed if one.unit_id in below)
    return Ranking(campaign["name"], unit["name"], until, rules, shown, sum(one.rank is not None for one in placed))


async def _basis(
    uow: UnitOfWork, rules: Rules, campaign: Row, unit: Row, until: datetime, zone: ZoneInfo
) -> _Basis:  # fmt: skip
    periods = await rates.opened_periods(uow, campaign["id"], until)
    # In the tree as it was when the last of their reports were due.
    standing = await units.standing_at(uow, min([until, *(p["due_at"] for p in periods[-1:])]))
    top = campaign["unit_id"] if rules.kinds else unit["id"]
    ranked = _ranked(rules, standing, top)
    days = {p["id"]: (p["covers_to"] - timedelta(microseconds=1)).astimezone(zone).date() for p in periods}
    under = await register.unit_path(uow, top)
    return _Basis(
        uow=uow,
        under=under,
        within=next((u["path"] for u in standing if u["id"] == unit["id"]), unit["path"]),
        ranked=ranked,
        parts=len(ranked) if rules.kinds else _parts_down_to(standing, campaign["unit_id"], unit["id"]),
        until=until,
        days=days,
        today=min(until.astimezone(zone).date(), max(days.values(), default=date.max)),
        targets={target.name: target for target in of_campaign(campaign["settings"])},
        coverage=await _coverage(uow, under, ranked, [p for p in periods if p["due_at"] <= until]),
    )


# --- who is ranked, and by what --------------------------------------------------------------------


def _ranked(rules: Rules, standing: Sequence[Row], top: int) -> list[Row]:
    """The units that are ranked against each other, by name."""
    if not rules.kinds:
        return [u for u in standing if u["parent_id"] == top]
    return [u for u in standing if u["kind"] in rules.kinds and f"/{top}/" in u["path"] and u["id"] != top]


def _parts_down_to(standing: Sequence[Row], root: int, unit_id: int) -> int:
    """Into how many parts what the root has to do is divided for the units right below one: at each level equally."""
    below = Counter(u["parent_id"] for u in standing)
    above = next((u["path"] for u in standing if u["id"] == unit_id), f"/{unit_id}/").strip("/").split("/")
    levels = [int(part) for part in above]
    return prod(max(below[level], 1) for level in levels[levels.index(root) if root in levels else -1 :])


async def _questions(uow: UnitOfWork, library: Library, campaign_id: int) -> dict[str, Question]:
    """The questions that add up and that everybody may read, by indicator."""
    forms = [await library.form(uow, row["version_id"]) for row in await plans.live_forms(uow, campaign_id)]
    return {question.indicator: question for form in forms for question in open_indicators(form)}


def _named(rules: Rules, campaign: Row, questions: Mapping[str, Question]) -> Rules:
    """The rules with a label for each target and indicator, without those that leaders alone may read."""
    wanted = {target.name: target for target in of_campaign(campaign["settings"])}
    found = []
    for criterion in rules.criteria:
        target = wanted.get(criterion.of) if criterion.what is What.TARGET else None
        counted = {*target.indicators, *target.per} if target else {criterion.of}
        if criterion.what in RATES:
            found.append(criterion)
        elif questions.keys() >= counted:
            label = criterion.label or (target.label if target else labels(questions[criterion.of]))
            found.append(replace(criterion, label=label))
    return replace(rules, criteria=tuple(found))


# --- figures ---------------------------------------------------------------------------------------


async def _parts(basis: _Basis, criterion: Criterion) -> dict[int, Part]:
    """What each ranked unit has for a criterion, by its id."""
    if criterion.what in RATES:
        return {unit["id"]: _rate(basis, criterion, unit["id"]) for unit in basis.ranked}
    if criterion.what is What.TARGET:
        return await _of_target(basis, criterion)
    return await _of_indicator(basis, criterion)


def _rate(basis: _Basis, criterion: Criterion, unit_id: int) -> Part:
    covered = basis.coverage.get((unit_id, criterion.of), Coverage())
    done = covered.on_time if criterion.what is What.ON_TIME else covered.reported
    return Part(criterion, Decimal(done), Decimal(covered.expected), applies=covered.expected > 0)


async def _coverage(
    uow: UnitOfWork, under: str, ranked: Sequence[Row], due: Sequence[Row]
) -> Mapping[tuple[int, str], Coverage]:
    """By ranked unit and form, and by ranked unit and "" for all forms: where the reporting units stood then."""
    wanted = {u["id"] for u in ranked}
    forms = {p["form_id"]: p["form"] for p in due}
    found: dict[tuple[int, str], Coverage] = defaultdict(Coverage)
    for row in await rates.counts_by_place(uow, [p["id"] for p in due], under):
        for above in wanted.intersection(map(int, row["path"].strip("/").split("/"))):
            for form in ("", forms[row["form_id"]]):
                found[above, form] += coverage_of(row)
    return found


async def _of_target(basis: _Basis, criterion: Criterion) -> dict[int, Part]:
    target = basis.targets[criterion.of]
    if target.kind not in (*OF_SHARES, Kind.EACH):
        target = replace(target, amount=criterion.goal or _equal_part(target, basis.parts))
    found = await _progress(basis, target)
    return {
        unit_id: Part(criterion, p.value, p.goal, applies=target.kind not in OF_UNITS or p.units_all > 0)
        for unit_id, p in found.items()
    }


def _equal_part(target: Target, parts: int) -> Decimal:
    """What one of so many units has to do; a thing that is done or not each has to do."""
    return ONE if target.kind is Kind.DONE else target.amount / max(parts, 1)


async def _of_indicator(basis: _Basis, criterion: Criterion) -> dict[int, Part]:
    take = Take.LAST if criterion.of in basis.stands else Take.ADD
    target = Target(criterion.of, Kind.SUM, (criterion.of,), criterion.goal or ONE, take=take)
    found = await _progress(basis, target)
    most = max((p.value for p in found.values() if p.value is not None), default=None)
    return {unit_id: Part(criterion, p.value, criterion.goal or most) for unit_id, p in found.items()}


async def _progress(basis: _Basis, target: Target) -> dict[int, Progress]:
    """How far each ranked unit with all below it is, of kept totals, as a digest has it."""
    held = {unit["id"]: [unit["id"]] for unit in basis.ranked}
    if target.needs_units:
        rows = await targets.units_for(basis.uow, target.unit_kinds, basis.under, list(basis.days), basis.until)
        held = {unit["id"]: _topmost(rows, unit["path"]) for unit in basis.ranked}
    wanted = {unit_id for ids in held.values() for unit_id in ids}
    amounts = await _amounts(basis, target, wanted)
    return {
        unit_id: progress(target, gather(target, amounts, ids, basis.today), basis.today)
        for unit_id, ids in held.items()
    }


async def _amounts(basis: _Basis, target: Target, unit_ids: Collection[int]) -> list[Amount]:
    """The kept totals of units in the days that count: each period's where the newest is wanted, else their sum, for
    which the database need not hand out a row for every day of a year."""
    window, indicators = target.window(basis.today), {*target.indicators, *target.per}
    days = {period_id: day for period_id, day in basis.days.items() if day in window}
    if Take.LAST in (target.take, target.per_take):
        rows = await targets.totals_of_units(basis.uow, unit_ids, list(days), indicators)
        return [Amount(r["unit_id"], days[r["period_id"]], r["indicator"], r["amount"], r["inexact"]) for r in rows]
    rows = await rates.sums_of_units(basis.uow, unit_ids, list(days), indicators)
    return [Amount(r["unit_id"], max(days.values()), r["indicator"], r["amount"], r["inexact"]) for r in rows]


def _topmost(rows: Sequence[Row], path: str) -> list[int]:
    """Of the units at or below a path those that none of the others stands above: totals hold what is below."""
    below = [row for row in rows if row["path"].startswith(path)]
    paths = {row["path"] for row in below}
    return [
        row["id"] for row in below if not any(row["path"] != other and row["path"].startswith(other) for other in paths)
    ]
