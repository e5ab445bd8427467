"""The whole report in one message: what is understood goes into the draft, what is not is shown. Nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from forms.interview import Interview
from forms.message import Filling, read_message
from handlers.context import Context
from handlers.interview import card
from handlers.words import short_label

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Read:
    """What a message gave: `filled` answers now in the interview, `notes` to put before what is said next, and
    whether it says that nothing took place. `doubted`: numbers that belong to some question, but are not sure.
    `is_clear`: nothing of it was doubted, refused or not understood. `paths`: of the questions that got a value."""

    filled: int
    notes: tuple[Markup, ...]
    nothing: bool
    doubted: int = 0
    is_clear: bool = False
    paths: tuple[str, ...] = ()


def take(ctx: Context, interview: Interview, text: str) -> Read:
    """Read a message and give its answers to the interview."""
    now = ctx.now.astimezone(ctx.tr.timezone)
    found = read_message(interview.form, text, language=ctx.tr.language, now=now)
    for chosen in found.choices:
        _choose(interview, chosen.question_path, chosen.values)
    refused, taken = [], []
    for answer in found.answers:
        if interview.answer(answer.question_path, answer.value, answer.mark):
            refused.append(answer.words)
        else:
            taken.append(answer.question_path)
    return Read(
        filled=len(found.answers) - len(refused) + len(found.choices),
        notes=_notes(ctx, interview, found, refused),
        nothing=found.nothing,
        doubted=sum(bool(unclear.questions) for unclear in found.unclear),
        is_clear=not (found.unclear or found.not_understood or refused),
        paths=tuple(taken),
    )


def _choose(interview: Interview, path: str, values: tuple[str, ...]) -> None:
    """Add to what is chosen already."""
    question = interview.form.by_path[path]
    before = interview.value(question)
    several = question.kind == "select_multiple"
    chosen = [*before, *values] if isinstance(before, list) else list(values)
    interview.answer(path, list(dict.fromkeys(map(str, chosen))) if several else values[0])


def _notes(ctx: Context, interview: Interview, found: Filling, refused: list[str]) -> tuple[Markup, ...]:
    tr = ctx.tr
    notes = [tr.t("This is what I understood; please check.")] if found.answers or found.choices else []
    for unclear in found.unclear[:SHOWN]:
        names = [
            short_label(interview, interview.form.by_path[path], tr)
            for path in unclear.questions
            if path in interview.form.by_path
        ]
        if names:
            text = tr.t("❓ Not sure: “{words}” ({names}?)", words=unclear.words, names=", ".join(names))
        else:
            text = tr.t("❓ Not sure: “{words}”", words=unclear.words)
        notes.append(text)
    lost = [*refused, *found.not_understood]
    if lost:
        notes.append(tr.t("❔ Not understood: {words}", words="; ".join(f"“{words}”" for words in lost[:SHOWN])))
    if hidden := max(len(found.unclear) - SHOWN, 0) + max(len(lost) - SHOWN, 0):
        notes.append(tr.t("❔ … and {n} more places that I am not sure of.", n=hidden))
    if found.answers and (found.unclear or lost):
        notes.append(tr.t("What I am not sure of is left out: tap its line on the card to add it."))
    return tuple(notes)


def before_what_follows(ctx: Context, interview: Interview, read: Read) -> list[Markup]:
    """The notes; with the answers so far when a question follows, for then the card is not there to show them."""
    if interview.current is None or not read.notes:
        return list(read.notes)
    first, *others = read.notes
    return [first, card.content(interview, ctx.tr), *others]
