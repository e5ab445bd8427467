"""Questions with choices: pages of them, ticks, an order, and finding one by typing a part of its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from forms import answers
from forms.answers import Understood, Unsure
from forms.answers.finding import Index, named
from forms.interview import Interview
from forms.kinds import Kind
from forms.model import Item, Question
from handlers.events import Choice, Rows, in_rows
from handlers.interview.readings import Doubt, NoAnswer, Value
from handlers.words import choice_label, item_label
from locales.translator import Translator

PAGE = 12
"""Choices shown at once; a longer list is paged, and found by typing a part of the name."""

_CUT = re.compile(r"[,;>\n]+")


def how(interview: Interview, question: Question, tr: Translator) -> str:
    """What to do with the buttons, where it does not go without saying."""
    if question.kind is Kind.RANK:
        return tr.plain("Tap them in order, the first one first.")
    if question.itemset is not None and question.itemset.nodes.instances and not interview.items(question):
        return tr.plain("Your unit has nothing to choose from here yet: please register it first, with /baocao.")
    is_long = len(interview.items(question)) > PAGE
    if question.kind is Kind.SELECT_MULTIPLE:
        many = tr.plain("Tap one or more, then Done; typing a part of a name finds it.")
        return many if is_long else tr.plain("Tap one or more, then Done.")
    return tr.plain("Type a part of the name, and I will find it.") if is_long else ""


def rows(
    interview: Interview,
    question: Question,
    action: Callable[[str, str], str],
    tr: Translator,
    page: int,
    chosen: Sequence[str],
) -> Rows:
    """The choices of one page with their ticks, the buttons that turn it, and Done where several can be chosen."""
    items = interview.items(question)
    # A list that a device would fold up: here it is found by typing.
    if "minimal" in question.appearance and question.kind is Kind.SELECT_ONE and len(items) > PAGE:
        return ()
    page = min(max(page, 0), max(len(items) - 1, 0) // PAGE)
    shown = list(enumerate(items))[page * PAGE : (page + 1) * PAGE]
    verb = "c" if question.kind is Kind.SELECT_ONE else "t"
    choices = [Choice(_ticked(interview, question, item, chosen, tr), action(verb, str(n))) for n, item in shown]
    # The steps of a scale stand below each other, in their order.
    found: Rows = tuple((choice,) for choice in choices) if "likert" in question.appearance else in_rows(choices)
    turn = [Choice(tr.plain("◀ Previous"), action("p", str(page - 1)))] if page else []
    if (page + 1) * PAGE < len(items):
        turn.append(Choice(tr.plain("More ▶"), action("p", str(page + 1))))
    if turn:
        found = (*found, tuple(turn))
    return found if question.kind is Kind.SELECT_ONE else (*found, (Choice(tr.plain("Done"), action("ok", "")),))


def _ticked(interview: Interview, question: Question, item: Item, chosen: Sequence[str], tr: Translator) -> str:
    label = item_label(interview, question, item, tr)
    if question.kind is Kind.SELECT_MULTIPLE:
        return f"{'☑' if item.value in chosen else '☐'} {label}"
    if question.kind is Kind.RANK:
        return f"{list(chosen).index(item.value) + 1}. {label}" if item.value in chosen else f"▫ {label}"
    return label


def chosen_so_far(interview: Interview, question: Question) -> list[str]:
    """The choices that the draft holds for a question that takes several."""
    value = interview.value(question)
    return [str(one) for one in value] if isinstance(value, list) else []


def tick(question: Question, items: Sequence[Item], ticked: Sequence[str], place: int) -> list[str]:
    """The ticks after one more tap; of a ranking, whose last place is not chosen, with that one filled in."""
    value = items[place].value
    after = [v for v in ticked if v != value] if value in ticked else [*ticked, value]
    if question.kind is Kind.RANK and len(after) == len(items) - 1 and value in after:
        after += [item.value for item in items if item.value not in after]
    return after


def read(interview: Interview, question: Question, text: str, tr: Translator) -> Value | Doubt | NoAnswer:
    """What a typed line means: a number, a name or a part of one; several of them, or all in their order."""
    options = _options(interview, question, tr)
    if question.kind is Kind.RANK:
        return _read_order(text, options, tr)
    reader = answers.read_choice if question.kind is Kind.SELECT_ONE else answers.read_choices
    reading = reader(text, options)
    if isinstance(reading, Understood) and not reading.confirm:
        values = _listed(reading.value)
        echo = ", ".join(map(options.label, values))
        return Value(values[0] if question.kind is Kind.SELECT_ONE else values, echo=echo)
    if not isinstance(reading, Understood | Unsure):
        return NoAnswer(tr.t("I did not find that among the choices. Please tap one of the buttons."))
    found, more = (reading.candidates, reading.more) if isinstance(reading, Unsure) else ((reading.value,), 0)
    return _which(question, [_listed(one) for one in found], options, more, tr)


def _options(interview: Interview, question: Question, tr: Translator) -> Index:
    """The choices on offer, as they are shown, ready to be searched."""
    values = interview.items(question).values
    labels = zip(values, interview.labels(question), strict=True)
    return named(values, tuple(choice_label(value, label, tr) for value, label in labels))


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, tuple) else [str(value)]


def _which(
    question: Question, found: Sequence[Sequence[str]], options: Index, more: int, tr: Translator
) -> Doubt | NoAnswer:
    candidates = [
        (", ".join(map(options.label, values)), ".".join(str(options.place_of[value]) for value in values))
        for values in found
        if values and all(value in options.place_of for value in values)
    ]
    if not candidates:
        return NoAnswer(tr.t("I did not find that among the choices. Please tap one of the buttons."))
    text = tr.t("Do you mean one of these?") if len(candidates) > 1 else tr.t("Do you mean this one?")
    if more:
        text = tr.t("Do you mean one of these? {n} more fit; type a little more to find those.", n=more)
    return Doubt(text, tuple(candidates), verb="c" if question.kind is Kind.SELECT_ONE else "m")


def _read_order(text: str, options: Index, tr: Translator) -> Value | NoAnswer:
    """ "3, 1, 2" or the names in order: all of them, or it is no ranking."""
    parts = [part for part in _CUT.split(text) if part.strip()]
    # More than there are is no order, and a line of thousands would keep everybody waiting.
    read = [answers.read_choice(part, options) for part in parts] if len(parts) <= len(options) else []
    values = [str(one.value) for one in read if isinstance(one, Understood) and not one.confirm]
    if not values or len(values) < len(read) or len(set(values)) != len(options) or len(values) != len(options):
        return NoAnswer(tr.t("Please put all of them in order, such as 2, 1, 3, or tap them one after the other."))
    return Value(values, echo=", ".join(f"{place}. {options.label(value)}" for place, value in enumerate(values, 1)))
