"""More time given, units exempt, exemptions taken back: the register changed, the units' reporters told, and the words
for the one who did it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from handlers.context import Context, Office
from handlers.events import Choice, Reply, Rows
from handlers.interview.duty import ways_in
from handlers.notices import heard_at, notify
from handlers.words import due_text, period_title
from locales.translator import Translator
from reporting import extensions
from reporting.decisions import LONGEST_REASON, By, Refused
from reporting.extensions import Why
from reporting.planning.periods import Schedule
from storage import deadlines, people
from storage.uow import Row, UnitOfWork

NAMES_SHOWN = 12


def names(rows: Sequence[Row]) -> str:
    """The units of register rows: the first ones, and how many more."""
    shown = ", ".join(row["short_name"] for row in rows[:NAMES_SHOWN])
    return shown + (f" … (+{len(rows) - NAMES_SHOWN})" if len(rows) > NAMES_SHOWN else "")


def the_list(period: Row) -> str:
    """The action that shows which units have not reported."""
    return f"dig/{period['form_id']}/missing/{period['name']}"


async def extend(ctx: Context, rows: Sequence[Row], until: datetime, by: By) -> Markup:
    """Raises Refused, as the other two."""
    tr = ctx.tr
    done = await extensions.extend(ctx.uow, rows, until, by)
    told = await tell_of_more_time(ctx.office, ctx.uow, done, by.reason)
    text = tr.t(
        "✅ <b>{title}</b>: more time until <b>{time} {day}</b> for {units}.\nReason: {reason}.",
        title=period_title(done[0], tr), time=tr.time(until), day=tr.day_from(until, ctx.now), units=names(done),
        reason=by.reason.rstrip("."),
    )  # fmt: skip
    if kept := len(rows) - len(done):
        text += tr.tn("\n{n} unit has as much time already.", "\n{n} units have as much time already.", kept)
    return text + _told(ctx, told)


async def exempt(ctx: Context, rows: Sequence[Row], by: By) -> Markup:
    tr = ctx.tr
    done = await extensions.exempt(ctx.uow, rows, by)
    told = await tell_of_exemption(ctx.office, ctx.uow, done, by.reason)
    text = tr.t(
        "✅ Exempt from <b>{title}</b>: {units}.\nReason: {reason}.",
        title=period_title(done[0], tr), units=names(done), reason=by.reason.rstrip("."),
    )  # fmt: skip
    return text + _told(ctx, told)


async def restore(ctx: Context, rows: Sequence[Row], by: By) -> Markup:
    tr = ctx.tr
    done = await extensions.restore(ctx.uow, rows, by)
    told = await tell_of_return(ctx.office, ctx.uow, done)
    text = tr.t("✅ <b>{title}</b> is owed again by {units}.", title=period_title(done[0], tr), units=names(done))
    return text + _told(ctx, told)


def _told(ctx: Context, told: int) -> Markup:
    tr, at = ctx.tr, heard_at(ctx.office, ctx.uow)
    if told and at > ctx.now:
        return tr.tn(
            "\n🌙 These are quiet hours: I tell {n} reporter at {time}.",
            "\n🌙 These are quiet hours: I tell {n} reporters at {time}.", told, time=tr.time(at),
        )  # fmt: skip
    if not told:
        return tr.t("\nNone of their reporters can be written to; please tell them yourself.")
    return tr.tn("\nI have told {n} reporter.", "\nI have told {n} reporters.", told)


def why_not(refused: Refused, tr: Translator) -> Markup:
    """Why nothing was changed, and what to do."""
    words: Mapping[StrEnum, Markup] = {
        Why.PAST: tr.t("That time is over already. Please give a later one."),
        Why.TOO_FAR: tr.t("That is more than {n} days away. Please give an earlier time.", n=extensions.LONGEST.days),
        Why.NOT_LONGER: tr.t("They have as much time already, and none is taken away. Please give a later one."),
        Why.NO_REASON: tr.t("Please write why, in at most {n} letters.", n=LONGEST_REASON),
        Why.OVER: tr.t("Nothing was changed: this campaign is over and takes no more reports. See /chiendich."),
        Why.NONE_LEFT: tr.t("Nothing was changed: meanwhile these units have reported, or somebody else was faster."),
    }
    return words[refused.why]


# --- telling the reporters -----------------------------------------------------------------------


async def tell_of_more_time(office: Office, uow: UnitOfWork, rows: Sequence[Row], reason: str) -> int:
    """Tell the reporters of units until when they have time now (register rows as `reporting.extensions.extend` gives
    them), and why. Returns how many were told."""

    earlier = await _with_figures(uow, rows)

    def told(tr: Translator, row: Row) -> Reply:
        text = tr.t(
            "⏰ <b>{title}</b>, {unit}: you have more time, until <b>{time} {day}</b>.\nReason: {reason}.",
            title=period_title(row, tr), unit=row["unit_name"], time=tr.time(row["due_at"]),
            day=tr.day_from(row["due_at"], heard_at(office, uow)), reason=reason.rstrip("."),
        )  # fmt: skip
        return Reply(text, _way_in(tr, row, earlier))

    return await _tell(office, uow, rows, told, "deadline")


async def tell_of_exemption(office: Office, uow: UnitOfWork, rows: Sequence[Row], reason: str) -> int:
    """Tell the reporters of units that they need not report, and why. Returns how many were told."""

    def told(tr: Translator, row: Row) -> Reply:
        text = tr.t(
            "{unit} need not send <b>{title}</b>.\nReason: {reason}.\nIf you have something to tell, it is welcome.",
            title=period_title(row, tr), unit=row["unit_name"], reason=reason.rstrip("."),
        )  # fmt: skip
        return Reply(text, ((Choice(tr.plain("📝 Report now"), f"start/{row['id']}"),),))

    return await _tell(office, uow, rows, told, "exempt")


async def tell_of_return(office: Office, uow: UnitOfWork, rows: Sequence[Row]) -> int:
    """Tell the reporters of units whose exemption was taken back that they owe the report. Returns how many."""

    earlier = await _with_figures(uow, rows)

    def told(tr: Translator, row: Row) -> Reply:
        text = tr.t(
            "<b>{title}</b> is asked of {unit} after all: {due}.",
            title=period_title(row, tr), unit=row["unit_name"], due=due_text(row, heard_at(office, uow), tr),
        )  # fmt: skip
        return Reply(text, _way_in(tr, row, earlier))

    # Nothing can be sent any more for a period that is closed: then there is nothing to tell either.
    return await _tell(office, uow, [row for row in rows if row["closes_at"] > uow.now], told, "unexempt")


async def _with_figures(uow: UnitOfWork, rows: Sequence[Row]) -> set[tuple[int, int]]:
    """Those of the rows, as (form, unit), whose unit has a report of the form to take again."""
    units: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        units[row["form_id"]].append(row["unit_id"])
    return {(form, unit) for form, of_it in units.items() for unit in await deadlines.with_figures(uow, form, of_it)}


def _way_in(tr: Translator, row: Row, earlier: Collection[tuple[int, int]]) -> Rows:
    if row["report_id"]:
        return ((Choice(tr.plain("✏️ Correct this report"), f"fix/{row['report_id']}"),),)
    has_earlier = (row["form_id"], row["unit_id"]) in earlier
    return ways_in(tr, row["id"], Schedule.from_json(row["schedule"]), has_earlier=has_earlier)


async def _tell(
    office: Office, uow: UnitOfWork, rows: Sequence[Row], told: Callable[[Translator, Row], Reply], what: str
) -> int:
    by_unit: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_unit[row["unit_id"]].append(row)
    accounts = await people.accounts(uow, ["reporter"], list(by_unit))
    for account in accounts:
        tr, channel, chat = office.translators[account["language"]], account["channel"], account["address"]
        for row in by_unit[account["unit_id"]]:
            key = f"{what}/{row['id']}/{row['due_at']:%y%m%d%H%M}/{uow.now:%y%m%d%H%M%S}/{channel}:{chat}"
            notify(office, uow, account, told(tr, row), key=key)
    return len(accounts)
