"""One question as it is put: its words, and the buttons below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from markupsafe import Markup

from forms.interview import Interview
from forms.judging import bounds
from forms.kinds import SELECTS, Kind
from forms.model import Group, Question
from handlers.events import Choice, Rows, place_of
from handlers.interview import choosing, repeats
from handlers.values import range_text
from handlers.words import label_of, unit_of
from locales.translator import Translator

QUICK_NUMBERS = (0, 1, 2, 3, 5, 10)

MOST_STEPS = 11
"""Of a range whose numbers are all put on buttons."""

WANTS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.IMAGE: "picture", Kind.AUDIO: "file", Kind.VIDEO: "file", Kind.FILE: "file",
        Kind.GEOPOINT: "place", Kind.GEOTRACE: "place", Kind.GEOSHAPE: "place",
        Kind.INTEGER: "number", Kind.DECIMAL: "number", Kind.RANGE: "number",
        Kind.DATE: "number", Kind.TIME: "number", Kind.DATETIME: "number",
        Kind.TEXT: "text", Kind.BARCODE: "text", **dict.fromkeys(SELECTS, "choice"),
    }
)  # fmt: skip
"""For `Reply.wants`: what a channel may offer a control for, and what typed digits are."""


class Actions:
    """Makes the actions of one question's buttons: `q/<draft>/<question>/<verb>[/<argument>]`."""

    def __init__(self, question: Question, draft_id: int) -> None:
        self._prefix = f"q/{draft_id}/{place_of(question.path)}"

    def __call__(self, verb: str, argument: str = "") -> str:
        return f"{self._prefix}/{verb}/{argument}".rstrip("/")


# --- the words -------------------------------------------------------------------------------------


def question_text(interview: Interview, question: Question, tr: Translator, *, typed: bool = False) -> Markup:
    """ "Câu 3/6. Sửa chữa bao nhiêu căn nhà? (căn)" with the notes before it, its group and its hint. `typed`: there is
    nothing to tap."""
    lines = [tr.t("{note}", note=note) for note in interview.notes_before(question)]
    lines += [tr.t("<i>{heading}</i>", heading=heading) for heading in _headings(interview, question)]
    if question.kind is Kind.REPEAT:
        return Markup("\n").join([*lines, repeats.prompt_text(interview, question, tr)])
    number, count = _position(interview)
    head = tr.t(
        "<b>Question {number}/{count}.</b> {label}",
        number=number, count=count, label=label_of(interview, question, tr),
    )  # fmt: skip
    if unit := ("đồng" if question.is_money else unit_of(question, tr)):
        head += tr.t(" <i>({unit})</i>", unit=unit)
    hints = [hint for hint in (interview.hint(question), _how(interview, question, tr, typed=typed)) if hint]
    return Markup("\n").join([*lines, head, *(tr.t("<i>{hint}</i>", hint=hint) for hint in hints)])


def _position(interview: Interview) -> tuple[int, int]:
    """Whether there is one more of a repeat is no question that counts."""
    asked = [question for question in interview.draft.asked() if question.kind is not Kind.REPEAT]
    current = interview.current
    return (asked.index(current) + 1 if current in asked else len(asked)), len(asked)


def _headings(interview: Interview, question: Question) -> list[str]:
    """Of the groups that begin here; of a repeat at each of its questions, with the number of the instance."""
    asked = interview.draft.asked()
    place = asked.index(question) if question in asked else 0
    before = {group.path for group in asked[place - 1].groups} if place else set[str]()
    shown = []
    for group in question.groups:
        if group.repeat is not None and group.path.endswith("]"):
            shown.append(repeats.numbered(_group_label(interview, question, group), group.path))
        elif group.path not in before:
            shown.append(_group_label(interview, question, group))
    return [" › ".join(found)] if (found := [heading for heading in shown if heading]) else []


def _group_label(interview: Interview, question: Question, group: Group) -> str:
    label = interview.text(group.label, question)
    return label or (group.name if group.repeat is not None else "")


def _how(interview: Interview, question: Question, tr: Translator, *, typed: bool) -> str:
    """What to do, where it does not go without saying."""
    if question.is_money:
        return tr.plain("For example: 40tr, 1,2 tỷ, 500k.")
    if question.kind is Kind.RANGE:
        return tr.plain("Please give {range}.", range=range_text(question, tr))
    if question.kind in SELECTS:
        # How several are chosen by typing is said below the choices.
        is_short = len(interview.items(question)) <= choosing.PAGE
        return (
            ""
            if typed and is_short and question.kind is Kind.SELECT_MULTIPLE
            else choosing.how(interview, question, tr)
        )
    return say(tr) if (say := _WAYS.get(question.kind)) else ""


_WAYS: Mapping[Kind, Callable[[Translator], str]] = MappingProxyType(
    {
        Kind.IMAGE: lambda tr: tr.plain("Send a picture here."),
        Kind.AUDIO: lambda tr: tr.plain("Record a voice message here, or send a sound file."),
        Kind.VIDEO: lambda tr: tr.plain("Send a video here, up to 20 MB."),
        Kind.FILE: lambda tr: tr.plain("Send a file here, up to 20 MB."),
        Kind.BARCODE: lambda tr: tr.plain("Type the number below the code."),
        Kind.DATETIME: lambda tr: tr.plain("For example: 8h30 hôm nay, 16/12 lúc 14h."),
        Kind.GEOPOINT: lambda tr: tr.plain("Send your location (📎 or 📍), or type it as 10.7769, 106.7009."),
        Kind.GEOTRACE: lambda tr: tr.plain("Send the places one after the other, then tap Done."),
        Kind.GEOSHAPE: lambda tr: tr.plain("Send the corners one after the other, then tap Done."),
    }
)


# --- the buttons -----------------------------------------------------------------------------------


def question_rows(
    interview: Interview,
    question: Question,
    draft_id: int,
    tr: Translator,
    *,
    page: int = 0,
    ticked: list[str] | None = None,
) -> Rows:
    """The buttons of a question: answers first, then back, skip, cancel. `ticked`: the choices ticked so far, in
    place of the answer that the draft holds."""
    action = Actions(question, draft_id)
    if question.kind in SELECTS:
        chosen = choosing.chosen_so_far(interview, question) if ticked is None else ticked
        top = choosing.rows(interview, question, action, tr, page, chosen)
    elif question.kind is Kind.REPEAT:
        top = repeats.prompt_rows(interview, question, action, tr)
    else:
        top = _offered(question, action, tr)
    return (*top, _steering(interview, question, action, tr))


def _offered(question: Question, action: Actions, tr: Translator) -> Rows:
    if question.kind is Kind.INTEGER and not question.is_money:
        return (tuple(Choice(tr.number(n), action("v", str(n))) for n in QUICK_NUMBERS),)
    if question.kind is Kind.RANGE:
        return _range_rows(question, action, tr)
    if question.kind is Kind.DATE:
        return (_day_row(question, action, tr),)
    if question.kind is Kind.DATETIME:
        return ((Choice(tr.plain("Now"), action("now")),),)
    if question.kind is Kind.ACKNOWLEDGE:
        return ((Choice(tr.plain("✔ I confirm"), action("ok")),),)
    if question.kind in (Kind.GEOTRACE, Kind.GEOSHAPE):
        return ((Choice(tr.plain("Done"), action("ok")),),)
    return ()


def _range_rows(question: Question, action: Actions, tr: Translator) -> Rows:
    start, end, step = bounds(question)
    stride = abs(step) if start <= end else -abs(step)
    count = int((end - start) / stride) + 1 if stride else 0
    if not 0 < count <= MOST_STEPS:
        return ()
    values = [start + place * stride for place in range(count)]
    choices = [Choice(tr.number(value), action("v", format(value.normalize(), "f"))) for value in values]
    half = len(choices) if len(choices) <= 6 else (len(choices) + 1) // 2
    return tuple(row for row in (tuple(choices[:half]), tuple(choices[half:])) if row)


def _day_row(question: Question, action: Actions, tr: Translator) -> tuple[Choice, ...]:
    if "month-year" in question.appearance:
        return Choice(tr.plain("This month"), action("m", "0")), Choice(tr.plain("Last month"), action("m", "1"))
    if "year" in question.appearance:
        return Choice(tr.plain("This year"), action("y", "0")), Choice(tr.plain("Last year"), action("y", "1"))
    return Choice(tr.plain("Today"), action("d", "0")), Choice(tr.plain("Yesterday"), action("d", "1"))


def _steering(interview: Interview, question: Question, action: Actions, tr: Translator) -> tuple[Choice, ...]:
    row = []
    if interview.position[0] > 1:
        row.append(Choice(tr.plain("⬅ Back"), action("back")))
    if question.kind is not Kind.REPEAT and not interview.required(question):
        row.append(Choice(tr.plain("Skip"), action("skip")))
    if interview.text(question.guidance, question):
        row.append(Choice(tr.plain("ℹ️ More"), action("how")))
    if repeats.is_first_of_instance(interview, question):
        row.append(Choice(tr.plain("🗑 Leave this one out"), action("out")))
    row.append(Choice(tr.plain("Cancel"), action("stop")))
    return tuple(row)
