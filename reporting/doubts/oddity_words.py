"""Why a number or a picture looks odd, in a few words: for the sender who is asked, and for the leader who sees it."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from locales.translator import Translator
from reporting.doubts.oddity_rules import Code, Finding
from reporting.doubts.sanity import Ratio
from reporting.questions import in_language

MONEY = frozenset({"đồng", "đ", "vnd", "vnđ"})


def why(finding: Finding, tr: Translator, *, is_money: bool, is_daily: bool) -> Markup:
    """What is odd about the value, without the value itself: "ten times the other days". `is_daily`: it is about one
    day among others."""
    than = finding.than
    match finding.code:
        case Code.MORE if is_daily:
            return tr.t("{n} times as much as on other days", n=tr.number(than["times"]))
        case Code.MORE:
            return tr.t("{n} times as much as usual", n=tr.number(than["times"]))
        case Code.LESS:
            return tr.t("where {usual} is usual", usual=number(than["usual"], tr, is_money=is_money))
        case Code.RATIO:
            label, value, range_ = ratio(finding, tr)
            return tr.t("{label} {value}, {range}", label=label, value=value, range=range_)
        case Code.PICTURE:
            return tr.t("a picture that was sent with another report")
    return tr.t("the same name and place as another unit's")


def number(value: str, tr: Translator, *, is_money: bool) -> str:
    """A number that something is compared with."""
    return tr.money(value) if is_money else tr.number(value)


def ratio(finding: Finding, tr: Translator) -> tuple[str, str, Markup]:
    """What a ratio is called, what it is, and what is usual."""
    rule = Ratio.from_json(finding.than)
    return in_language(rule.label, tr.language), _amount(finding.value, rule, tr), _range(rule, tr)


def _range(rule: Ratio, tr: Translator) -> Markup:
    low, high = (None if bound is None else _amount(bound, rule, tr) for bound in (rule.low, rule.high))
    if low is None:
        return tr.t("usually up to {high}", high=high)
    if high is None:
        return tr.t("usually from {low}", low=low)
    return tr.t("usually from {low} to {high}", low=low, high=high)


def _amount(value: str | Decimal, rule: Ratio, tr: Translator) -> str:
    if rule.unit.casefold() in MONEY:
        return tr.money(value)
    return f"{tr.number(value)} {rule.unit}".rstrip()
