"""Repeats: whether there is one more, the list of those that are there, one of them in full, and taking one out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from forms.interview import Interview, Line
from forms.kinds import Kind
from forms.model import Question
from handlers.events import Choice, Reply, Rows, place_of
from handlers.values import value_text
from locales.translator import Translator

SHOWN = 8
"""Instances on one page of the list."""

SUMMED_UP = 3
"""Answers that tell one instance from another in a list."""

MAX_SUMMARY = 48


@dataclass(slots=True)
class Slot:
    """Where a repeat belongs: its instances by path, each with its lines; `prompt` where the person counts them.

    `depth`: how many repeats are around it.
    """

    path: str
    label: str
    depth: int
    prompt: Question | None = None
    instances: dict[str, list[Line]] = field(default_factory=dict)


Part = Line | Slot


def parts(interview: Interview, lines: Sequence[Line], depth: int = 0) -> list[Part]:
    """The lines of a card with those of a repeat gathered by instance; repeats within one stay among its lines."""
    found: list[Part] = []
    slots: dict[str, Slot] = {}
    for line in lines:
        path = _slot_of(line.question, depth)
        if path is None:
            found.append(line)
            continue
        if path not in slots:
            slots[path] = Slot(path, _label(interview, line.question, depth), depth)
            found.append(slots[path])
        if line.question.kind is Kind.REPEAT and len(line.question.repeats) == depth:
            slots[path].prompt = line.question
        else:
            slots[path].instances.setdefault(_instance_of(line.question, depth), []).append(line)
    return found


def _slot_of(question: Question, depth: int) -> str | None:
    if len(question.repeats) > depth:
        return _instance_of(question, depth).rpartition("[")[0]
    return question.path if question.kind is Kind.REPEAT else None


def _instance_of(question: Question, depth: int) -> str:
    return "/".join(question.path.split("/")[: question.repeats[depth].count("/") + 1])


def _label(interview: Interview, question: Question, depth: int) -> str:
    if question.kind is Kind.REPEAT and len(question.repeats) == depth:
        return interview.label(question) or question.name
    group = next(group for group in question.groups if group.repeats[-1:] == (question.repeats[depth],))
    return interview.text(group.label, question) or group.name


def numbered(label: str, path: str) -> str:
    """ "Căn nhà 2", of /data/house[2]."""
    return f"{label} {path.rpartition('[')[2].removesuffix(']')}".strip()


def slots(interview: Interview, lines: Sequence[Line] | None = None, depth: int = 0) -> list[Slot]:
    """Every repeat of the draft, those within others included."""
    found = []
    for part in parts(interview, interview.review() if lines is None else lines, depth):
        if isinstance(part, Slot):
            found.append(part)
            for inner in part.instances.values():
                found += slots(interview, inner, depth + 1)
    return found


def is_first_of_instance(interview: Interview, question: Question) -> bool:
    """Whether this is where an instance begins that a person may leave out altogether."""
    if not question.repeats or question.kind is Kind.REPEAT:
        return False
    instance = _instance_of(question, len(question.repeats) - 1)
    if question.repeats[-1] not in interview.form.prompts:
        return False
    first = next(other for other in interview.draft.asked() if other.path.startswith(f"{instance}/"))
    return first is question


def summary(interview: Interview, lines: Sequence[Line], tr: Translator) -> str:
    """The first answers of an instance: what tells it from the others."""
    shown = [
        value_text(interview, line.question, line.value, tr, line.mark)
        for line in lines
        if line.value not in (None, "", []) and line.question.kind is not Kind.REPEAT
    ]
    text = " · ".join(shown[:SUMMED_UP])
    return text if len(text) <= MAX_SUMMARY else text[: MAX_SUMMARY - 1] + "…"


# --- one more? -------------------------------------------------------------------------------------


def prompt_text(interview: Interview, prompt: Question, tr: Translator) -> Markup:
    """What is there so far, and whether there is one more."""
    label = interview.label(prompt) or prompt.name
    slot = next(slot for slot in slots(interview) if slot.path == prompt.path)
    if not slot.instances:
        return tr.t("<b>{label}</b>: none so far. Is there one to add?", label=label)
    lines = [
        tr.t("{n}. {summary}", n=number, summary=summary(interview, lines, tr))
        for number, lines in enumerate(slot.instances.values(), 1)
    ]
    head = tr.t("<b>{label}</b>: {n} so far.", label=label, n=len(lines))
    return Markup("\n").join([head, *lines[-SHOWN:], tr.t("Is there one more?")])


def prompt_rows(interview: Interview, prompt: Question, action: Callable[[str, str], str], tr: Translator) -> Rows:
    if not interview.value(prompt):
        none = Choice(tr.plain("None, go on"), action("more", "0"))
        return ((Choice(tr.plain("➕ Add one"), action("more", "1")), none),)
    more = Choice(tr.plain("➕ Add one more"), action("more", "1"))
    done = Choice(tr.plain("No, go on"), action("more", "0"))
    return ((more, done), (Choice(tr.plain("📋 See and change the list"), action("list", "")),))


# --- the list, and one of it -----------------------------------------------------------------------


def listed(interview: Interview, draft_id: int, path: str, tr: Translator) -> Reply:
    """The list of the repeat at a path."""
    slot = next(slot for slot in slots(interview) if slot.path == path)
    return listing(interview, draft_id, slot, tr)


def listing(interview: Interview, draft_id: int, slot: Slot, tr: Translator, page: int = 0) -> Reply:
    """The instances, a button each; the way to add one, and back."""
    page = min(page, max(len(slot.instances) - 1, 0) // SHOWN)
    here = list(slot.instances.items())[page * SHOWN : (page + 1) * SHOWN]
    rows: list[tuple[Choice, ...]] = [
        (Choice(f"{number}. {summary(interview, lines, tr)}", action(draft_id, path, "one")),)
        for number, (path, lines) in enumerate(here, page * SHOWN + 1)
    ]
    turn = [Choice(tr.plain("◀ Previous"), action(draft_id, slot.path, f"list/{page - 1}"))] if page else []
    if (page + 1) * SHOWN < len(slot.instances):
        turn.append(Choice(tr.plain("More ▶"), action(draft_id, slot.path, f"list/{page + 1}")))
    last = [Choice(tr.plain("➕ Add one"), action(draft_id, slot.path, "add"))] if slot.prompt else []
    last.append(Choice(tr.plain("⬅ Back to the report"), action(draft_id, slot.path, "close")))
    text = tr.t("<b>{label}</b> ({n}). Tap one to see or change it.", label=slot.label, n=len(slot.instances))
    return Reply(text, (*rows, *([tuple(turn)] if turn else []), tuple(last)))


def action(draft_id: int, path: str, verb: str) -> str:
    """Of a button on the list of a repeat, or on one instance of it."""
    return f"rep/{draft_id}/{place_of(path)}/{verb}"


def find(interview: Interview, place: str) -> tuple[Slot, str] | None:
    """The repeat that `place` stands for, with "", or the one that holds the instance it stands for, with its path."""
    for slot in slots(interview):
        for path in ("", *slot.instances):
            if place_of(path or slot.path) == place:
                return slot, path
    return None
