"""The card: the whole report before it is sent, each line with its own button."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from forms.interview import Interview, Line
from forms.kinds import MEDIA
from handlers.events import Choice, Reply, Rows, in_rows, place_of
from handlers.interview import repeats
from handlers.interview.repeats import Part, Slot
from handlers.values import value_text
from handlers.words import period_title, short_label
from locales.translator import Translator
from storage.uow import Row

MAX_LABEL = 28
IN_FULL = 2
"""Of a repeat so few instances are shown with all their answers before sending; of more, a line of each."""


def card(interview: Interview, draft: Row, owed: Row, tr: Translator, *, typed: bool = False) -> Reply:
    """What was answered, to be sent or mended. `typed`: there is nothing to tap."""
    notes = [tr.t("{note}", note=note) for note in interview.notes_before(None)]
    ask = _what_now(draft, owed, tr, typed=typed)
    rows = _rows(interview, draft["id"], tr)
    if draft["report_id"] and owed["schedule"]["nothing"]:
        rows = (*rows, (Choice(tr.plain("Nothing to report"), f"void/{draft['report_id']}"),))
    return Reply(Markup("\n").join([*whole(interview, owed, tr), *notes, Markup(""), ask]), rows)


def whole(interview: Interview, owed: Row, tr: Translator) -> list[Markup]:
    """All of a report: whose it is, its answers, and what of it is empty."""
    shown = [heading(owed, tr), content(interview, tr, summed_up=True)]
    # Pictures that were not sent are missed by nobody.
    empty = [line.question for line in interview.review() if _is_empty(line) and line.question.kind not in MEDIA]
    if names := [short_label(interview, question, tr) for question in empty if not question.repeats]:
        shown.append(tr.t("<i>Left empty: {names}.</i>", names=", ".join(names)))
    return shown


def heading(owed: Row, tr: Translator) -> Markup:
    """Which report it is, and whose."""
    return tr.t("<b>{title}</b> – {unit}", title=period_title(owed, tr), unit=owed["unit_name"])


def _what_now(draft: Row, owed: Row, tr: Translator, *, typed: bool) -> Markup:
    if typed:
        how = tr.t("Please check. To send it, type 1 or <b>SEND</b>; to change a line, type its number below.")
        return (
            tr.t("Correcting report <b>{code}</b>.", code=owed["code"]) + Markup(" ") + how
            if draft["report_id"]
            else how
        )
    if draft["report_id"]:
        return tr.t("Correcting report <b>{code}</b>. Tap a line to change it, then send.", code=owed["code"])
    return tr.t("Please check. Tap a line to change it, then send.")


def _is_empty(line: Line) -> bool:
    return line.value in (None, "", [])


def _rows(interview: Interview, draft_id: int, tr: Translator) -> Rows:
    edits = edit_choices(interview, repeats.parts(interview, interview.review()), draft_id, tr)
    return (
        (Choice(tr.plain("✅ Send the report"), f"card/{draft_id}/send"),),
        *in_rows(edits),
        (Choice(tr.plain("Cancel"), f"card/{draft_id}/stop"),),
    )


def edit_choices(interview: Interview, parts: Sequence[Part], draft_id: int, tr: Translator) -> list[Choice]:
    """A button for each line, and one for each list of a repeat."""
    choices = []
    for part in parts:
        if isinstance(part, Slot):
            label = f"📋 {_cut(part.label)} ({len(part.instances)})"
            choices.append(Choice(label, repeats.action(draft_id, part.path, "list")))
        else:
            label = f"✏️ {_cut(short_label(interview, part.question, tr))}"
            choices.append(Choice(label, f"card/{draft_id}/edit/{place_of(part.question.path)}"))
    return choices


def _cut(label: str) -> str:
    return label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"


def content(
    interview: Interview,
    tr: Translator,
    lines: Sequence[Line] | None = None,
    *,
    depth: int = 0,
    summed_up: bool = False,
) -> Markup:
    """The answered lines alone. `summed_up`: of a repeat with many instances a line of each, not all answers."""
    shown: list[Markup] = []
    for part in repeats.parts(interview, interview.review() if lines is None else lines, depth):
        if isinstance(part, Slot):
            shown += _slot_lines(interview, part, tr, depth, summed_up=summed_up)
        elif not _is_empty(part):
            shown.append(_line(interview, part, tr))
    return Markup("\n").join(shown)


def _line(interview: Interview, line: Line, tr: Translator) -> Markup:
    label = short_label(interview, line.question, tr)
    value = value_text(interview, line.question, line.value, tr, line.mark)
    return tr.t("• {label}: <b>{value}</b>", label=label, value=value)


def _slot_lines(interview: Interview, slot: Slot, tr: Translator, depth: int, *, summed_up: bool) -> list[Markup]:
    if not slot.instances:
        return []
    found = [tr.t("<b>{label}</b> ({n})", label=slot.label, n=len(slot.instances))]
    for number, lines in enumerate(slot.instances.values(), 1):
        if summed_up and len(slot.instances) > IN_FULL:
            found.append(tr.t("{n}. {summary}", n=number, summary=repeats.summary(interview, lines, tr)))
        else:
            found.append(tr.t("<i>{heading}</i>", heading=f"{slot.label} {number}"))
            found.append(content(interview, tr, lines, depth=depth + 1))
    return found


def instance_card(interview: Interview, slot: Slot, path: str, draft_id: int, tr: Translator) -> Reply:
    """One instance of a repeat in full, each line with its button, and the way to take it out."""
    lines = slot.instances[path]
    depth = slot.depth + 1
    head = tr.t("<b>{heading}</b>", heading=repeats.numbered(slot.label, path))
    edits = edit_choices(interview, repeats.parts(interview, lines, depth), draft_id, tr)
    last = [Choice(tr.plain("⬅ List"), repeats.action(draft_id, slot.path, "list"))]
    if slot.prompt:
        last.insert(0, Choice(tr.plain("🗑 Take this one out"), repeats.action(draft_id, path, "out")))
    text = Markup("\n").join([head, content(interview, tr, lines, depth=depth)])
    return Reply(text, (*in_rows(edits), tuple(last)))
