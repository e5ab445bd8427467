"""A digest in words, for a phone: short lines, no table, in the small HTML subset of the channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from markupsafe import Markup

from locales.translator import Translator
from reporting.digests.digest_data import Coverage, Digest, Figure
from reporting.digests.digest_odd import odd_lines
from reporting.digests.digest_stories import story_lines
from reporting.digests.digest_targets import outlook, reaching, target_lines, towards
from reporting.digests.digest_units import adjustment_lines, missing_lines, more_time_lines, ranking_lines
from reporting.digests.digest_words import about, as_of, label, listed, of_period, scope, share, signed
from reporting.questions import in_language
from reporting.targets.target_progress import Progress

LENGTH = 3500
"""Characters of a digest, markup included: below what every channel takes in one message."""

FIGURES, FIGURES_IN_GROUPS = 8, 4
"""Lines of figures on a phone; all of them are one tap away."""

TARGETS, TARGETS_IN_GROUPS = 6, 1
"""Lines of targets that have no figure of their own."""

SILENT = 5


def render(
    digest: Digest, tr: Translator, *, now: datetime, names: bool, limit: int = 12, full: bool = False
) -> Markup:
    """The digest as safe HTML with line breaks, at most about `LENGTH` characters.

    `names`: for leaders, with what is theirs alone: which units have not reported (at most `limit` of them), who has
    most and least, odd values, good examples; a group reads a few lines. `full`: every figure, with how many reports
    give it.
    """
    head = [*_title(digest, tr), *_coverage(digest, tr)]
    targets = list(_targets(digest, tr, TARGETS if names or full else TARGETS_IN_GROUPS))
    tail = [
        *(_without_amounts(digest, tr, limit if full else SILENT) if names or full else ()),
        *(ranking_lines(digest, tr) if names else ()),
        *missing_lines(digest, tr, limit if names else 0),
        *more_time_lines(digest, tr, now),
        *(odd_lines(digest.odd, tr, is_daily=bool(digest.period and digest.period.is_day)) if names else ()),
        *(story_lines(digest.stories, tr) if names else ()),
        *adjustment_lines(digest, tr, names=names),
    ]
    room = LENGTH - sum(len(line) + 1 for line in head + targets + tail)
    told = _told(digest) if full else _in_short(digest, names=names)
    figures = _figures(told, digest, tr, now, room, full=full)
    promised = sum(figure.indicator in reaching(digest) for figure in told)
    return Markup("\n").join([*head, *figures[:promised], *targets, *figures[promised:], *tail])


def hidden(digest: Digest, *, names: bool) -> int:
    """How many figures only the full digest tells."""
    return len(_told(digest)) - len(_in_short(digest, names=names))


def _title(digest: Digest, tr: Translator) -> Iterable[Markup]:
    heading = f"{digest.campaign} – {scope(digest, tr)}"
    yield tr.t("📊 <b>{heading}</b> (as of {time})", heading=heading, time=as_of(digest, tr))
    if not digest.is_top:
        yield Markup("<b>{}</b>").format(digest.unit)
    if digest.demo:
        yield Markup("<i>({})</i>").format(tr.plain("demo data"))


def _coverage(digest: Digest, tr: Translator) -> list[Markup]:
    found = digest.coverage
    if not found.expected:
        return [tr.t("No unit has to report yet.")]
    done, reached = share(found, tr)
    if digest.is_summed:
        start = tr.t("<b>{done}</b> reports received ({percent} %)", done=done, percent=reached)
    else:
        start = tr.t("<b>{done}</b> units have reported ({percent} %)", done=done, percent=reached)
    return [Markup(", ").join([start, *_kinds(found, tr, approval=digest.approval)]) + "."]


def _kinds(found: Coverage, tr: Translator, *, approval: bool) -> Iterable[Markup]:
    if found.reported:
        yield tr.t("{n} on time", n=tr.number(found.on_time))
    if found.nothing:
        yield tr.t("{n} with nothing to report", n=tr.number(found.nothing))
    if found.reported and approval:
        yield tr.t("{n} approved", n=tr.number(found.approved))


# --- figures ---------------------------------------------------------------------------------------


def _told(digest: Digest) -> list[Figure]:
    """The figures that have an amount, those first that one looks for: with a target, the leading one, changed ones."""
    reached = reaching(digest)

    def rank(figure: Figure) -> tuple[bool, ...]:
        is_lead = figure.indicator == digest.lead
        return figure.indicator not in reached, not is_lead, not figure.change, not figure.amount

    return sorted((figure for figure in digest.figures if figure.so_far), key=rank)


def _in_short(digest: Digest, *, names: bool) -> list[Figure]:
    """As many of them as a phone has room for; leaders read of every target. Of many those that nobody gave a number
    of this time are left out."""
    told, reached = _told(digest), reaching(digest)
    most = max(FIGURES, len(reached)) if names else FIGURES_IN_GROUPS
    if len(told) <= most:
        return told
    kept = [f for f in told if f.amount is not None or f.indicator in reached or f.indicator == digest.lead]
    return kept[:most]


def _figures(
    told: Sequence[Figure], digest: Digest, tr: Translator, now: datetime, room: int, *, full: bool
) -> list[Markup]:
    """A line for each of these figures, as many as there is room for, and how many are left."""
    reached = reaching(digest)
    kept: list[Markup] = []
    for figure in told:
        line = _figure(figure, digest, tr, now, goal=reached.get(figure.indicator), full=full)
        room -= len(line) + 1
        # Room for the line that says how many were left out.
        if room < 60:
            break
        kept.append(line)
    if not (left := len(_told(digest)) - len(kept)):
        return kept
    if full:
        return [*kept, tr.tn("… and {n} more figure in the file", "… and {n} more figures in the file", left)]
    return [*kept, tr.tn("… and {n} more figure", "… and {n} more figures", left)]


def _altogether(figure: Figure, so_far: str, tr: Translator) -> Markup:
    if figure.stands_in:
        return tr.t("now <b>{amount}</b>", amount=so_far)
    return tr.t("altogether <b>{amount}</b>", amount=so_far)


def _figure(
    figure: Figure, digest: Digest, tr: Translator, now: datetime, *, goal: Progress | None, full: bool
) -> Markup:
    parts = [Markup.escape(label(figure, tr))]
    if digest.period and not digest.whole:
        of_now = about(figure, figure.amount, figure.inexact, tr)
        given = _given(figure, digest, tr) if full and figure.reports else ""
        parts.append(Markup.escape(of_period(of_now + given, digest, tr, now)))
    so_far = about(figure, figure.so_far, figure.inexact_so_far, tr)
    parts.append(towards(goal, figure, tr) if goal else _altogether(figure, so_far, tr))
    if figure.change:
        parts.append(Markup.escape(f"{signed(figure, figure.change, tr)} {'▲' if figure.change > 0 else '▼'}"))
    if goal and (said := outlook(goal, in_language(figure.unit, tr.language), tr)):
        parts.append(said)
    line = Markup(" · ").join(parts)
    return Markup("🎯 ") + line if goal else line


def _given(figure: Figure, digest: Digest, tr: Translator) -> str:
    """How many give it: in one period each unit has one report."""
    n = tr.number(figure.reports)
    return tr.plain(" ({n} reports)", n=n) if digest.stretch else tr.plain(" ({n} units)", n=n)


def _targets(digest: Digest, tr: Translator, most: int) -> Iterable[Markup]:
    """Those that are not told with their figure."""
    told = reaching(digest).values()
    others = [p for p in digest.targets if not any(p is one for one in told)]
    yield from target_lines(others[:most], {f.indicator: f.unit for f in digest.figures}, tr)
    if left := len(others[most:]):
        yield tr.tn("… and {n} more target", "… and {n} more targets", left)


def _without_amounts(digest: Digest, tr: Translator, limit: int) -> Iterable[Markup]:
    """Silence and zero are told apart, each on one line."""
    silent = [label(f, tr) for f in digest.figures if f.so_far is None]
    zero = [label(f, tr) for f in digest.figures if f.so_far is not None and not f.so_far]
    if silent and len(silent) == len(digest.figures):
        yield tr.t("There are no figures yet.")
    elif silent:
        yield tr.t("No figures yet: {names}.", names=listed(silent, limit))
    if zero:
        yield tr.t("Zero so far: {names}.", names=listed(zero, limit))
