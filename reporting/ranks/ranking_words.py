"""A ranking in words: the list of units, and of one unit how each of its figures came about."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from markupsafe import Markup, escape

from locales.translator import Translator
from reporting.questions import in_language
from reporting.ranks.ranking import Part, Ranked, Ranking
from reporting.ranks.ranking_rules import Criterion, What


def head(ranking: Ranking, tr: Translator) -> Markup:
    """What is ranked, until when, and what a full score is."""
    lines = [
        tr.t("🏆 <b>Ranking: {campaign}</b> – {unit}", campaign=ranking.campaign, unit=ranking.unit),
        tr.t(
            "As of {time} {day}; {points} points where all is done to 100 %.",
            time=tr.time(ranking.until), day=tr.full_day(ranking.until), points=tr.number(ranking.rules.weights),
        ),
    ]  # fmt: skip
    return Markup("\n").join(lines)


def line(one: Ranked, tr: Translator) -> Markup:
    """One unit in the list: "2. Gò Dầu: 43,9 điểm · Khá · đồng hạng 2"."""
    if one.score is None:
        return tr.t("– {unit}: not ranked, nothing counts for it", unit=one.short_name)
    parts = [tr.t("{rank}. {unit}: <b>{score}</b> points", rank=one.rank, unit=one.short_name, score=_score(one, tr))]
    if one.band:
        parts.append(escape(in_language(one.band.label, tr.language)))
    if one.tied:
        parts.append(tr.t("tied on {rank}", rank=one.rank))
    return Markup(" · ").join(parts)


def place_among(ranking: Ranking, one: Ranked, tr: Translator) -> Markup:
    """The place of the unit that a list is of, among others than those listed."""
    said = tr.t("{place} (among the units of {unit})", place=_place(ranking, one, tr), unit=ranking.unit)
    return said + "\n"


def derivation(ranking: Ranking, one: Ranked, tr: Translator) -> Markup:
    """The rank of one unit, and how each figure came about."""
    return Markup("\n").join([_place(ranking, one, tr), *(_part(part, tr) for part in one.parts), *_sum(one, tr)])


def _place(ranking: Ranking, one: Ranked, tr: Translator) -> Markup:
    if one.score is None:
        return tr.t("<b>{unit}</b>: not ranked, nothing counts for it", unit=one.name)
    said = tr.t(
        "<b>{unit}</b>: rank <b>{rank}/{all}</b>, <b>{score}</b> points",
        unit=one.name, rank=one.rank, all=ranking.ranked, score=_score(one, tr),
    )  # fmt: skip
    more = [tr.t("tied on {rank}", rank=one.rank)] if one.tied else []
    if one.band:
        more.append(tr.t("class: <b>{text}</b>", text=in_language(one.band.label, tr.language)))
    return Markup(" · ").join([said, *more])


def _part(part: Part, tr: Translator) -> Markup:
    return tr.t("• {criterion}: {said}", criterion=name(part.criterion, tr), said=figure(part, tr))


def figure(part: Part, tr: Translator) -> str:
    """How one figure came about: "13/15 (87 %) × 30 = 26"."""
    if not part.applies:
        return tr.plain("does not count for this unit")
    if part.done is None or not part.of:
        return tr.plain("no figures yet: 0")
    done, goal = tr.number(part.done), tr.number(round(part.of, 1) if part.of % 1 else part.of)
    values = {"done": done, "goal": goal, "percent": percent(part.share), "weight": tr.number(part.criterion.weight),
              "points": tr.number(part.points)}  # fmt: skip
    if part.counted < part.share:
        return tr.plain(
            "{done}/{goal} ({percent} %, counted as {cap} %) × {weight} = {points}",
            cap=percent(part.counted), **values,
        )  # fmt: skip
    return tr.plain("{done}/{goal} ({percent} %) × {weight} = {points}", **values)


def _sum(one: Ranked, tr: Translator) -> Iterator[Markup]:
    """How the points become the score, where adding them is not enough."""
    if one.is_brought_up:
        points = sum(part.points for part in one.parts)
        counted = sum(part.criterion.weight for part in one.parts if part.applies)
        yield tr.t(
            "{points} of the {counted} points that count, brought up to {all}: {score}",
            points=tr.number(points), counted=tr.number(counted), score=_score(one, tr),
            all=tr.number(sum(part.criterion.weight for part in one.parts)),
        )  # fmt: skip


def name(criterion: Criterion, tr: Translator) -> str:
    """What a criterion is called."""
    given = in_language(criterion.label, tr.language)
    if given or criterion.what not in (What.ON_TIME, What.REPORTING):
        return given or criterion.of
    called = tr.plain("Reports in time") if criterion.what is What.ON_TIME else tr.plain("Reports handed in")
    return f"{called} ({criterion.of})" if criterion.of else called


def percent(share: Fraction) -> int:
    """Rounded, but never 100 while something is missing."""
    rounded = floor(share * 100 + Fraction(1, 2))
    return min(rounded, 99) if share < 1 else rounded


def _score(one: Ranked, tr: Translator) -> str:
    return tr.number(one.score or 0)
