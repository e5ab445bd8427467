"""The card: the whole report before it is sent, each line with its own button."""

from __future__ import annotations

from markupsafe import Markup

from forms.interview import Interview, Line
from handlers.events import Choice, Reply, Rows, in_rows
from handlers.words import period_title, short_label, value_text
from locales.translator import Translator
from storage.uow import Row

MAX_LABEL = 28


def card(interview: Interview, draft: Row, owed: Row, tr: Translator) -> Reply:
    """What was answered, to be sent or mended."""
    lines = interview.review()
    head = tr.t("<b>{title}</b> – {unit}", title=period_title(owed, tr), unit=owed["unit_name"])
    body = [content(interview, tr)]
    # Pictures that were not sent are missed by nobody.
    empty = [line.question for line in lines if _is_empty(line) and line.question.kind != "image"]
    if empty:
        body.append(
            tr.t(
                "<i>Left empty: {names}.</i>",
                names=", ".join(short_label(interview, question, tr.language) for question in empty),
            )
        )
    ask = (
        tr.t("Correcting report <b>{code}</b>. Tap a line to change it, then send.", code=owed["code"])
        if draft["report_id"]
        else tr.t("Please check. Tap a line to change it, then send.")
    )
    rows = _rows(interview, lines, draft["id"], tr)
    if draft["report_id"] and owed["schedule"]["nothing"]:
        rows = (*rows, (Choice(tr.plain("Nothing to report"), f"void/{draft['report_id']}"),))
    return Reply(Markup("\n").join([head, *body, Markup(""), ask]), rows)


def _line(interview: Interview, line: Line, tr: Translator) -> Markup:
    label = short_label(interview, line.question, tr.language)
    value = value_text(interview, line.question, line.value, tr, line.mark)
    return tr.t("• {label}: <b>{value}</b>", label=label, value=value)


def _is_empty(line: Line) -> bool:
    return line.value in (None, "", [])


def _rows(interview: Interview, lines: tuple[Line, ...], draft_id: int, tr: Translator) -> Rows:
    edits = []
    for line in lines:
        label = short_label(interview, line.question, tr.language)
        shown = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"
        place = interview.form.questions.index(line.question)
        edits.append(Choice(f"✏️ {shown}", f"card/{draft_id}/edit/{place}"))
    return (
        (Choice(tr.plain("✅ Send the report"), f"card/{draft_id}/send"),),
        *in_rows(edits),
        (Choice(tr.plain("Cancel"), f"card/{draft_id}/stop"),),
    )


def content(interview: Interview, tr: Translator) -> Markup:
    """The answered lines alone, for a report that is shown and not changed."""
    lines = [_line(interview, line, tr) for line in interview.review() if not _is_empty(line)]
    return Markup("\n").join(lines)
