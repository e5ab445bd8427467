"""What a digest can be about (a period, a week, a month, the whole campaign), and the buttons that lead there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from handlers.events import Choice, Rows, in_rows
from handlers.office import papers
from locales.translator import Translator
from reporting.digests.digest import Digest, Span
from reporting.digests.digest_text import hidden
from reporting.planning.holidays import Holidays
from reporting.planning.period_words import period_short
from reporting.planning.periods import Schedule
from reporting.planning.spans import Unit, read_name
from reporting.planning.stretches import Stretch, named, stretch_of
from storage.uow import Row

_STRETCHES = {"week": Unit.WEEK, "month": Unit.MONTH}


@dataclass(frozen=True, slots=True)
class View:
    """`period`: the last one that it is about."""

    period: Row
    whole: bool = False
    stretch: Stretch | None = None

    @property
    def name(self) -> str:
        """Its part of an action."""
        if self.whole:
            return "whole"
        name: str = self.stretch.name if self.stretch else self.period["name"]
        return name


@dataclass(frozen=True, slots=True)
class Views:
    """What there is to look at of a form: its opened `periods`, as seen on a day."""

    form: Row
    periods: Sequence[Row]
    today: date
    zone: ZoneInfo
    holidays: Holidays

    def find(self, word: str) -> View | None:
        """today, yesterday, week, month, whole, or a period, week or month by its name; None where there is none."""
        if word in ("today", "yesterday", "whole", *_STRETCHES):
            latest = self._due_by(self.today - timedelta(days=word == "yesterday"))
            if latest is None:
                return None
            if word in _STRETCHES:
                day = latest["due_at"].astimezone(self.zone).date()
                return self._around(_STRETCHES[word], day)
            # The whole has all that has come, also of what is not due yet.
            return View(self.periods[-1], whole=True) if word == "whole" else View(latest)
        if period := next((p for p in self.periods if p["name"] == word), None):
            return View(period)
        stretch = named(self._schedule, word, self.zone, self.holidays)
        return self._of(stretch) if stretch else None

    def beside(self, view: View) -> tuple[View | None, View | None]:
        """The one before and the one after, of the same kind."""
        if view.whole:
            return None, None
        if stretch := view.stretch:
            unit = read_name(stretch.name).unit
            day_before, day_after = stretch.begins.date() - timedelta(days=1), stretch.ends.date()
            return self._around(unit, day_before), self._around(unit, day_after)
        place = [p["id"] for p in self.periods].index(view.period["id"])
        before = View(self.periods[place - 1]) if place else None
        return before, View(self.periods[place + 1]) if place + 1 < len(self.periods) else None

    @property
    def _schedule(self) -> Schedule:
        return Schedule.from_json(self.form["schedule"])

    def _due_by(self, day: date) -> Row | None:
        """The period due on a day or last before it; where none was, the first."""
        begun = [p for p in self.periods if p["due_at"].astimezone(self.zone).date() <= day]
        return begun[-1] if begun else next(iter(self.periods), None)

    def _around(self, unit: Unit, day: date) -> View | None:
        return self._of(stretch_of(self._schedule, unit, day, self.zone, self.holidays))

    def _of(self, stretch: Stretch) -> View | None:
        # The next day's period is open already; nobody has to have reported it.
        found = [p for p in stretch.of(self.periods) if p["due_at"].astimezone(self.zone).date() <= self.today]
        return View(found[-1], stretch=stretch) if found else None


def buttons(
    views: Views, view: View, tr: Translator, snapshot_id: int, *, names: bool, digest: Digest | None = None
) -> Rows:
    """The ways from a kept digest: to the other days, its files, the units; `names`: for those who may see these.
    `digest`: the one that is shown, which may tell more than it does."""
    to = f"dig/{views.form['id']}"
    daily = Span.of(view.period).is_day
    ways = _of_units(to, view, tr) if names else []
    ways.append(Choice(tr.plain("Today") if daily else tr.plain("This period"), f"{to}/today"))
    if daily:
        ways.append(Choice(tr.plain("Yesterday"), f"{to}/yesterday"))
        ways += [Choice(tr.plain("This week"), f"{to}/week"), Choice(tr.plain("This month"), f"{to}/month")]
    ways.append(Choice(tr.plain("Whole campaign"), f"{to}/whole"))
    if digest and hidden(digest, names=names):
        ways.append(Choice(tr.plain("All figures"), f"{to}/full/{view.name}"))
    ways.append(Choice(tr.plain("Excel file"), f"{to}/xlsx"))
    if names:
        ways.append(papers.button(views.form["id"], snapshot_id, tr))
    ways.append(Choice(tr.plain("Sent digests"), f"{to}/sent/0"))
    return (*in_rows(ways), *_arrows(views, view, tr))


def _of_units(to: str, view: View, tr: Translator) -> list[Choice]:
    return [
        Choice(tr.plain("Units that have not reported"), f"{to}/missing/{view.period['name']}"),
        Choice(tr.plain("📂 By unit"), f"rv/top/{view.period['id']}"),
    ]


def _arrows(views: Views, view: View, tr: Translator) -> Rows:
    before, after = views.beside(view)
    row = []
    if before:
        row.append(Choice(f"◀ {period_short(before.name, tr)}", f"dig/{views.form['id']}/{before.name}"))
    if after:
        row.append(Choice(f"{period_short(after.name, tr)} ▶", f"dig/{views.form['id']}/{after.name}"))
    return (tuple(row),) if row else ()
