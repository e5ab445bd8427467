"""The table of the board: a row for each unit, found by its name and put in order, also by the page's script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.web.pages.asked import Asked
from bot.web.pages.sections import capital
from locales.translator import Translator
from reporting.board.board import Board
from reporting.board.choosing import Order, Which, chosen, plain, stands
from reporting.board.unit_lines import UnitLine
from reporting.digests.digest_data import Digest, Figure
from reporting.digests.digest_words import amount, label, period_name, share, short_amount
from reporting.ranks.rates import Standing, State, words
from storage.tables import ReportState

Section = dict[str, Any]


def table(board: Board, asked: Asked, tr: Translator) -> Section:
    """All lines, in the order that was asked for; those that were not asked for are hidden, for the script to show."""
    figure = board.figure(asked.by)
    by = figure.indicator if figure else ""
    order = chosen(board.lines, order=asked.order, by=by)
    shown = {line.unit_id for line in chosen(board.lines, words=asked.words, which=asked.which)}
    ranks = _ranks(board.lines, by)
    rows = [
        _row(line, board, figure, asked, tr)
        | {"hidden": line.unit_id not in shown, "ranks": " ".join(str(r) for r in ranks[line.unit_id])}
        for line in order
    ]
    return {
        "rows": rows, "shown": len(shown), "heads": _heads(board.digest, figure, asked, tr), "fields": asked.fields(),
        "which": _choices(asked, tr), "figures": _figures(board.digest, by, tr), "words": asked.words,
        "total": _total(board.digest, figure, tr),
    }  # fmt: skip


def _ranks(lines: Sequence[UnitLine], by: str) -> dict[int, list[int]]:
    """Of each unit its place in each order, so that the script has nothing to compare."""
    found: dict[int, list[int]] = {line.unit_id: [] for line in lines}
    for order in Order:
        for place, line in enumerate(chosen(lines, order=order, by=by)):
            found[line.unit_id].append(place)
    return found


def _row(line: UnitLine, board: Board, figure: Figure | None, asked: Asked, tr: Translator) -> Section:
    of_now, so_far = (line.amounts, line.so_far) if figure else ({}, {})
    return {
        "name": line.short_name, "plain": plain(line.name),
        "itself": line.itself and len(board.lines) > 1,
        "href": _way(line, asked),
        "state": _state(line, board.digest, tr),
        "kinds": " ".join(which for which in Which if which and stands(line, which)),
        "now": _amount(of_now, figure, tr),
        "so_far": _amount(so_far, figure, tr),
    }  # fmt: skip


def _way(line: UnitLine, asked: Asked) -> str:
    """To the report, or to the units below."""
    if line.report_id is not None:
        return asked.report(line.report_id)
    is_branch = line.below and not line.itself
    return asked.to(unit=line.unit_id, words="", which=Which.ALL) if is_branch else ""


def _amount(amounts: Any, figure: Figure | None, tr: Translator) -> str:
    if figure is None or figure.indicator not in amounts:
        return "–"
    return short_amount(figure, amounts[figure.indicator], tr)


def _state(line: UnitLine, digest: Digest, tr: Translator) -> Section:
    """A sign and words: of one report how it stands, of several how many there are."""
    found = line.covered
    if line.exempt:
        return {"sign": "➖", "said": words(Standing(State.EXEMPT), tr), "kind": ""}
    if not found.expected:
        return {"sign": "", "said": "–", "kind": ""}
    has_time = not digest.is_summed and digest.period is not None and digest.cut_off <= digest.period.due_at
    missing = "waiting" if has_time else "open"
    if line.below or digest.is_summed or found.expected > 1:
        return {"sign": "", "said": share(found, tr)[0], "kind": missing if found.missing else "on-time"}
    if not found.reported:
        came = State.OPEN if has_time else State.MISSING
        return {"sign": "▫", "said": words(Standing(came), tr), "kind": missing}
    return _of_report(line, tr)


def _of_report(line: UnitLine, tr: Translator) -> Section:
    late, returned = bool(line.covered.late), line.report_state == ReportState.RETURNED
    came = State.NOTHING if line.covered.nothing else State.REPORTED
    said = words(Standing(came, late=late, returned=returned), tr)
    if returned:
        return {"sign": "🔁", "said": said, "kind": "late"}
    if line.report_state == ReportState.APPROVED:
        return {"sign": "✔", "said": tr.plain("{state}, approved", state=said), "kind": "on-time"}
    return {"sign": "⏰" if late else "✅", "said": said, "kind": "late" if late else "on-time"}


def _heads(digest: Digest, figure: Figure | None, asked: Asked, tr: Translator) -> list[Section]:
    heads = [(Order.NAME, tr.plain("Unit")), (Order.STATE, tr.plain("Status of the report"))]
    if figure and not digest.whole and digest.period:
        heads.append((Order.AMOUNT, period_name(digest.period, tr)))
    if figure:
        heads.append((Order.SO_FAR, tr.plain("Altogether")))
    return [
        {"order": order, "label": said, "href": asked.to(order=order) + "#don-vi", "now": asked.order is order}
        for order, said in heads
    ]


def _choices(asked: Asked, tr: Translator) -> list[Section]:
    said = {
        Which.ALL: tr.plain("All units"), Which.OPEN: tr.plain("Not reported"), Which.ON_TIME: tr.plain("On time"),
        Which.LATE: tr.plain("Late"), Which.NOTHING: tr.plain("Nothing to report"),
    }  # fmt: skip
    return [{"value": which, "label": capital(said[which]), "now": asked.which is which} for which in Which]


def _figures(digest: Digest, by: str, tr: Translator) -> list[Section]:
    given = [figure for figure in digest.figures if figure.so_far is not None]
    return [{"value": f.indicator, "label": label(f, tr), "now": f.indicator == by} for f in given]


def _total(digest: Digest, figure: Figure | None, tr: Translator) -> Section:
    """What the digest says, not a sum of the rows."""

    def said(value: Any) -> str:
        return "–" if figure is None or value is None else amount(figure, value, tr)

    covered = share(digest.coverage, tr)[0] if digest.coverage.expected else "–"
    return {"covered": covered, "now": said(figure and figure.amount), "so_far": said(figure and figure.so_far)}
