"""The board as its template takes it."""

from __future__ import annotations

from typing import Any

from bot.web.pages import sections, units
from bot.web.pages.asked import Asked
from bot.web.pages.places import Place
from handlers.context import Context
from locales.translator import Translator
from reporting.board.board import Board
from reporting.digests.digest_data import Span
from reporting.digests.digest_words import as_of, label, scope
from reporting.planning.period_words import period_short
from storage.uow import Row


async def shown(ctx: Context, board: Board, place: Place, asked: Asked) -> dict[str, Any]:
    """Everything that stands on the page, in words."""
    tr, digest = ctx.tr, board.digest
    figure = board.figure(asked.by)
    return {
        **words(tr),
        "campaign": digest.campaign, "unit": digest.unit, "scope": scope(digest, tr),
        "w_as_of": tr.plain("as of {time}", time=as_of(digest, tr)),
        "demo": tr.plain("demo data") if digest.demo else "",
        "forms": await _forms(ctx, place, asked), "views": _views(place, asked, tr), "own": _own(place, asked),
        "arrows": _arrows(place, asked, tr), "up": await _up(ctx, place, asked),
        "coverage": sections.coverage(digest, asked, tr), "figures": sections.figures(digest, tr),
        "targets": sections.targets(digest, tr), "trend": sections.drawn(digest, figure, tr),
        "figure": label(figure, tr) if figure else "", "table": units.table(board, asked, tr),
        "excel": asked.file("excel"), "word": asked.file("word"), "chat": asked.chat,
    }  # fmt: skip


def words(tr: Translator) -> dict[str, str]:
    """What stands there whatever the numbers are."""
    return {
        "language": tr.language,
        "w_title": tr.plain("Board of figures"),
        "w_skip": tr.plain("To the units"),
        "w_no_duty": tr.plain("No unit has to report yet."),
        "w_coverage": tr.plain("Who has reported"),
        "w_figures": tr.plain("Results"),
        "w_indicator": tr.plain("Figure"),
        "w_altogether": tr.plain("Altogether"),
        "w_targets": tr.plain("Targets"),
        "w_trend": tr.plain("How it went"),
        "w_as_table": tr.plain("As a table"),
        "w_day": tr.plain("Period"),
        "w_covered": tr.plain("Reported"),
        "w_units": tr.plain("Units"),
        "w_find": tr.plain("Find a unit (accents may be left out)"),
        "w_which": tr.plain("Show"),
        "w_go": tr.plain("Filter"),
        "w_none": tr.plain("No unit is like that. Please take out a letter, or choose “All units”."),
        "w_total": tr.plain("All units together"),
        "w_itself": tr.plain("itself"),
        "w_files": tr.plain("Take along"),
        "w_excel": tr.plain("Excel file"),
        "w_word": tr.plain("Word file"),
        "w_print": tr.plain("Print"),
        "w_chat": tr.plain("To the chat"),
        "w_forms": tr.plain("Form"),
        "w_views": tr.plain("Time"),
        "w_beside": tr.plain("Before and after"),
        "w_own": tr.plain("Your units"),
    }


def _link(label_: str, href: str, *, now: bool = False) -> dict[str, Any]:
    return {"label": label_, "href": href, "now": now}


async def _forms(ctx: Context, place: Place, asked: Asked) -> list[dict[str, Any]]:
    """The ways to other forms; none where there is one only. Forms of several campaigns are told apart by theirs."""
    if len(place.forms) < 2:
        return []
    several = len({form["campaign_id"] for form in place.forms}) > 1
    found = []
    for form in place.forms:
        title = (await ctx.library.form(ctx.uow, form["version_id"])).title
        said = f"{form['campaign_name']}: {title}" if several else title
        to = asked.to(form=form["id"], day="today", by="", words="")
        found.append(_link(said, to, now=form["id"] == place.form["id"]))
    return found


def _views(place: Place, asked: Asked, tr: Translator) -> list[dict[str, Any]]:
    daily = Span.of(place.view.period).is_day
    names = [("today", tr.plain("Today") if daily else tr.plain("This period"))]
    if daily:
        names += [("yesterday", tr.plain("Yesterday")), ("week", tr.plain("This week")),
                  ("month", tr.plain("This month"))]  # fmt: skip
    names.append(("whole", tr.plain("Whole campaign")))
    shown = {place.view.name}
    found = []
    for word, said in names:
        view = place.views.find(word)
        # On the first day there is no yesterday: the two are one.
        is_now = asked.day == word or (view is not None and {view.name} == shown and word != "yesterday")
        found.append(_link(said, asked.to(day=word), now=is_now))
    return found


def _arrows(place: Place, asked: Asked, tr: Translator) -> dict[str, Any]:
    before, after = place.views.beside(place.view)
    return {
        "before": _link(f"◀ {period_short(before.name, tr)}", asked.to(day=before.name)) if before else None,
        "after": _link(f"{period_short(after.name, tr)} ▶", asked.to(day=after.name)) if after else None,
    }


def _own(place: Place, asked: Asked) -> list[dict[str, Any]]:
    """For somebody who stands over several units."""
    if len(place.own) < 2:
        return []
    return [
        _link(unit["short_name"], asked.to(unit=unit["id"], words=""), now=unit["id"] == place.unit["id"])
        for unit in place.own
    ]


async def _up(ctx: Context, place: Place, asked: Asked) -> dict[str, Any] | None:
    """The way back up from a unit below one's own."""
    own: list[Row] = [unit for unit in place.own if place.unit["path"].startswith(unit["path"])]
    if any(unit["id"] == place.unit["id"] for unit in own) or not own:
        return None
    above = place.unit["parent_id"]
    return _link(ctx.tr.plain("⬆ Unit above"), asked.to(unit=above, words=""))
