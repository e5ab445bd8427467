"""What the clerk found in a workbook, and what it loaded, in the words of the one who sent it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from handlers.campaigns import campaigns, problem_words, workbooks
from handlers.events import Reply
from locales.translator import Translator
from reporting.campaigns.publishing import Published
from reporting.campaigns.sent_packs import Findings, Warned, day_of
from reporting.organisation.unit_states import Act, Change

PROBLEMS_SHOWN = 12
LINES_SHOWN = 24
UNITS_NAMED = 6
_TAG = re.compile(r"</?[a-z]+>")


def file_name(tr: Translator) -> str:
    """Of the text file with all that was found."""
    return tr.plain("findings.txt")


def lost(tr: Translator) -> Reply:
    return Reply(tr.t("I do not have this workbook any more. Please send it once more."))


def failed(tr: Translator) -> Reply:
    """When the clerk itself stumbled over the workbook."""
    return Reply(
        tr.t("Something went wrong on my side while I read the workbook. Nothing was changed; please tell the office.")
    )


def problems(found: Sequence[str], name: str, tr: Translator) -> tuple[Reply, str]:
    """What must be mended: the first ones, and a text of all where there are more."""
    head = tr.tn(
        "❌ <b>{name}</b>: {n} thing to mend. Nothing was changed.",
        "❌ <b>{name}</b>: {n} things to mend. Nothing was changed.", len(found), name=name,
    )  # fmt: skip
    said = problem_words.lines(found, tr)
    lines = [head, *said[:PROBLEMS_SHOWN]]
    more = max(0, len(said) - PROBLEMS_SHOWN)
    if more:
        lines.append(tr.tn("… and {n} more, in the file.", "… and {n} more, in the file.", more))
    lines.append(tr.t("Please mend them in Excel, save, and send me the workbook again."))
    return Reply(Markup("\n").join(lines)), _text([head, *said]) if more else ""


def findings(found: Findings, media_id: str, tr: Translator, *, outdated: bool) -> tuple[Reply, str]:
    """What loading would change, with the buttons; and all of it as a text where it is long. `outdated`: it is not what
    was shown before."""
    lines = [tr.t("Since I read it something has changed; please look once more.")] if outdated else []
    lines.append(tr.t("📋 <b>{name}</b> – {unit}", name=found.name, unit=found.unit))
    lines += _body(found, tr)
    shown, rest = lines[:LINES_SHOWN], lines[LINES_SHOWN:]
    if rest:
        shown.append(tr.tn("… and {n} more, in the file.", "… and {n} more, in the file.", len(rest)))
    shown.append(tr.t("Nothing has been changed yet. Shall I load it?"))
    rows = workbooks.buttons(media_id, found.fingerprint, tr)
    return Reply(Markup("\n").join(shown), rows), _text(lines) if rest else ""


def loaded(found: Findings, tr: Translator) -> Reply:
    """What was loaded."""
    text = tr.t("✅ <b>{name}</b> is loaded.", name=found.name)
    return Reply(text, campaigns.rows_for(found.campaign_id, tr))


def _body(found: Findings, tr: Translator) -> Iterator[Markup]:
    if found.is_first:
        yield tr.t("A new campaign, with the id <b>{slug}</b>.", slug=found.slug)
    else:
        yield tr.t(
            "The campaign with the id <b>{slug}</b> is there already: it is brought up to date.", slug=found.slug
        )
    for form in found.forms:
        yield from _form(form, tr)
    yield from _units(found.units, tr)
    if not found.is_news:
        yield tr.t("Forms and units stay as they are; the other sheets are read anew.")
    for warned in found.warnings:
        yield _warning(warned, tr)


def _form(form: Published, tr: Translator) -> Iterator[Markup]:
    if form.is_first:
        yield tr.t("• form <b>{form}</b>: new", form=form.slug)
        return
    if not form.is_new:
        yield tr.t("• form <b>{form}</b>: no change", form=form.slug)
        return
    yield tr.t("• form <b>{form}</b>: changed", form=form.slug)
    for change in form.changes:
        # Its sentence is in the catalogue (see `locales.__main__`).
        yield tr.t("   – {what}", what=tr.plain(change.msgid, **change.params))
    parts = {
        "schedule": tr.plain("deadlines, reminders or the digest changed"),
        "media": tr.plain("pictures, sounds or films changed"),
        "details": tr.plain("only details changed"),
    }
    for part in form.other_parts:
        yield tr.t("   – {what}", what=parts[part])


def _units(changes: Sequence[Change], tr: Translator) -> Iterator[Markup]:
    words = {
        Act.ADD: tr.plain("new"), Act.RENAME: tr.plain("other name or kind"), Act.MOVE: tr.plain("moved"),
        Act.DATE: tr.plain("other dates"), Act.END: tr.plain("ended"), Act.REOPEN: tr.plain("goes on again"),
    }  # fmt: skip
    for act, word in words.items():
        names = [change.after.short_name for change in changes if act in change.acts]
        if names:
            shown = ", ".join(names[:UNITS_NAMED]) + (" …" if len(names) > UNITS_NAMED else "")
            yield tr.tn(
                "• {n} unit ({what}): {names}", "• {n} units ({what}): {names}", len(names), what=word, names=shown
            )


def _warning(warned: Warned, tr: Translator) -> Markup:
    if warned.code == "nobody":
        return tr.t(
            "⚠ form {form}: there is no unit of the kind “{kind}” below this unit, so none of that kind is asked",
            form=warned.form, kind=warned.value,
        )  # fmt: skip
    day = tr.full_day(day_of(warned))
    if warned.code == "over":
        return tr.t("⚠ form {form}: its last day, {day}, is over: it asks for nothing", form=warned.form, day=day)
    return tr.t(
        "⚠ form {form}: it begins on {day}, which is over: what was due since then is asked for, and counts as late",
        form=warned.form, day=day,
    )  # fmt: skip


def _text(lines: Sequence[Markup]) -> str:
    """Lines as a text file has them."""
    return "\r\n".join(html.unescape(_TAG.sub("", str(line))) for line in lines) + "\r\n"
