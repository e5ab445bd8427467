"""The odd values in a digest: what the units were asked about, and have confirmed. For leaders alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from forms.model import Form
from forms.tree import plain
from locales.translator import Translator
from reporting.doubts.oddity_rules import Code, Finding
from reporting.doubts.oddity_words import why
from reporting.questions import LEADERS, in_language, labels
from storage import oddities
from storage.uow import UnitOfWork

SHOWN = 5
"""Lines of it; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Odd:
    """One of them, as `reporting.doubts.oddities` has it. `other`: the unit of the report that it was compared with, ""
    where there is none or it is outside of the digest."""

    unit: str
    finding: Finding
    labels: Mapping[str, str]
    counts: Mapping[str, str]
    is_money: bool
    other: str = ""


async def odd_values(uow: UnitOfWork, form: Form, period_id: int, under: str) -> tuple[Odd, ...]:
    """Those of a period in the reports below a path, less what the form keeps for leaders: the office reads digests,
    too."""
    rows = await oddities.of_period(uow, period_id, under)
    found = [(row["short_name"], finding) for row in rows for finding in map(Finding.from_json, row["odd"])]
    others = {finding.than["unit_id"] for _, finding in found if "unit_id" in finding.than}
    names = await oddities.names_below(uow, others, under)
    return tuple(
        Odd(
            unit=unit,
            finding=finding,
            labels=labels(question),
            counts=dict(question.unit),
            is_money=question.is_money,
            other=names.get(finding.than.get("unit_id", 0), ""),
        )
        for unit, finding in found
        if (question := form.by_path.get(plain(finding.path))) and question.audience != LEADERS
    )


def odd_lines(found: Sequence[Odd], tr: Translator, *, is_daily: bool) -> Iterable[Markup]:
    """A line for each, as many as are read, and what is left over."""
    for odd in found[:SHOWN]:
        yield tr.t("⚠ {unit}: {what} – confirmed by the unit", unit=odd.unit, what=_what(odd, tr, is_daily=is_daily))
    if left := len(found[SHOWN:]):
        yield tr.tn("⚠ … and {n} more odd value", "⚠ … and {n} more odd values", left)


def _what(odd: Odd, tr: Translator, *, is_daily: bool) -> Markup:
    reason = why(odd.finding, tr, is_money=odd.is_money, is_daily=is_daily)
    code = odd.finding.code
    if code is Code.RATIO:
        return reason
    if code in (Code.PICTURE, Code.TWICE):
        report = odd.finding.than["report"]
        other = tr.t(" ({report}, {unit})", report=report, unit=odd.other) if odd.other else ""
        return Markup("{}{}").format(reason, other)
    label = in_language(odd.labels, tr.language)
    return tr.t("{label} {value}, {why}", label=label, value=_value(odd, tr), why=reason)


def _value(odd: Odd, tr: Translator) -> str:
    if odd.is_money:
        return tr.money(odd.finding.value)
    return f"{tr.number(odd.finding.value)} {in_language(odd.counts, tr.language)}".rstrip()
