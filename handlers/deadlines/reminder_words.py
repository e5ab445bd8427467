"""What a reminder says: in the form's own words, where it has some, or in ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from handlers.deadlines import extending
from handlers.events import Reply
from handlers.interview.duty import ways_in
from handlers.words import by_language, period_title
from locales.translator import Translator
from reporting.planning.periods import Schedule, Step
from storage.tables import ExpectedState
from storage.uow import Row

NAMES = 100
"""Units that a message names."""

_PLACE = re.compile(r"(\{(?:unit|due|left)\})")


def to_reporter(
    tr: Translator,
    due: Row,
    owed: Row,
    now: datetime,
    schedule: Schedule,
    *,
    step: Step | None = None,
    names_unit: bool,
    has_earlier: bool,
) -> Reply:
    """To somebody who reports for a unit (`name`, and the register row's `id`) that owes at a due time. `step`: the one
    whose own words it may have. `names_unit`: for somebody who reports for several. `has_earlier`: the unit has a
    report of before."""
    text = own_words(step, tr, owed["name"], due, now) if step else None
    text = text or _when(tr, due, now)
    # Where the words name it, it is not said twice.
    if names_unit and owed["name"] not in text.unescape():
        text = tr.t("<b>{unit}</b>\n", unit=owed["name"]) + text
    return Reply(text, ways_in(tr, owed["id"], schedule, has_earlier=has_earlier))


def _when(tr: Translator, due: Row, now: datetime) -> Markup:
    title, left = period_title(due, tr), due["until"] - now
    if left > timedelta(0):
        return tr.t(
            "⏰ <b>{left}</b> left until <b>{title}</b> is due ({time}). It takes about two minutes.",
            left=tr.span(left), title=title, time=tr.time(due["until"]),
        )  # fmt: skip
    return tr.t(
        "⏰ <b>{title}</b> was due at {time} and has not arrived. It is still taken until {closes} {day}.",
        title=title, time=tr.time(due["until"]), closes=tr.time(due["taken_until"]),
        day=tr.day_from(due["taken_until"], now),
    )  # fmt: skip


def to_leader(tr: Translator, due: Row, owed: Row, step: Step, now: datetime) -> Reply:
    """To a leader of a unit that owes."""
    text = own_words(step, tr, owed["name"], due, now)
    if text is None and due["until"] > now:
        text = tr.t(
            "⏰ <b>{unit}</b> has not sent <b>{title}</b> yet; <b>{left}</b> left until it is due ({time}).",
            unit=owed["name"], title=period_title(due, tr), left=tr.span(due["until"] - now),
            time=tr.time(due["until"]),
        )  # fmt: skip
    text = text or tr.t(
        "⏰ <b>{unit}</b> has not sent <b>{title}</b>, due {time} {due_day}. It is still taken until {closes} {day}.",
        unit=owed["name"], title=period_title(due, tr), time=tr.time(due["until"]),
        due_day=tr.day_from(due["until"], now), closes=tr.time(due["taken_until"]),
        day=tr.day_from(due["taken_until"], now),
    )  # fmt: skip
    return Reply(text, ((extending.remind_now(due["id"], owed["unit_id"], tr),),))


def to_those_above(tr: Translator, due: Row, above: Row, asked: Sequence[Row], step: Step, now: datetime) -> Reply:
    """To somebody of a unit (`unit_id`, `name`) that stands above those which were asked: which of them owe."""
    missing = [row["short_name"] for row in asked if row["state"] == ExpectedState.OPEN]
    head = own_words(step, tr, above["name"], due, now) or tr.t(
        "⏰ <b>{title}</b>, due {time} {day}", title=period_title(due, tr), time=tr.time(due["until"]),
        day=tr.day_from(due["until"], now),
    )  # fmt: skip
    listed = tr.tn(
        "<b>{n} of {of} units has not reported</b> ({time}): {names}.",
        "<b>{n} of {of} units have not reported</b> ({time}): {names}.", len(missing),
        of=len(asked), time=tr.time(now), names=names(missing),
    )  # fmt: skip
    rows = extending.buttons(due["id"], above["unit_id"], tr, owing=True, exempt=False)
    return Reply(Markup("\n").join([head, listed]), rows)


def to_group(tr: Translator, due: Row, now: datetime, *, owing: int, of: int, named: Sequence[str]) -> Reply:
    """To a group: how many units of how many owe at a due time, and which, where it wants their names."""
    said = tr.tn(
        "⏰ <b>{title}</b>, due {time} {day}: {n} of {of} units has not reported yet",
        "⏰ <b>{title}</b>, due {time} {day}: {n} of {of} units have not reported yet", owing,
        of=of, title=period_title(due, tr), time=tr.time(due["until"]), day=tr.day_from(due["until"], now),
    )  # fmt: skip
    return Reply(tr.t("{said}: {names}.", said=said, names=names(named)) if named else tr.t("{said}.", said=said))


def names(units: Sequence[str]) -> str:
    """The first ones by name, and how many more."""
    more = f" … (+{len(units) - NAMES})" if len(units) > NAMES else ""
    return ", ".join(units[:NAMES]) + more


def own_words(step: Step, tr: Translator, unit: str, due: Row, now: datetime) -> Markup | None:
    """The step's own words, with the unit, when it is due and how long is left in their places; None for none."""
    written = by_language(step.text, tr.language)
    said = {
        "{unit}": unit,
        "{due}": f"{tr.time(due['until'])} {tr.day_from(due['until'], now)}",
        "{left}": tr.span(max(due["until"] - now, timedelta(0))),
    }
    return Markup("").join(escape(said.get(part, part)) for part in _PLACE.split(written)) if written else None
