"""The questions of a form as columns of an export: their names, what they are called, and where their answers are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from forms.datasets import listed
from forms.kinds import Kind
from forms.model import Form, Group, Question
from forms.results import answer_key
from forms.tree import plain
from reporting.questions import LEADERS, labels, plain_texts


@dataclass(frozen=True, slots=True)
class Column:
    """A question, or (of the kind repeat) a repeat with how many instances it has.

    `name` is its key in the answers, `within` are the keys of the repeats around it, outermost first. Texts are by
    language; `choices` gives the label of each code that the form knows.
    """

    name: str
    kind: Kind
    labels: Mapping[str, str]
    unit: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    indicator: str
    for_leaders: bool
    within: tuple[str, ...] = ()


def leaders_only(versions: Iterable[Form]) -> frozenset[str]:
    """The names of the questions that are for leaders in any of these versions of a form: old answers were given on
    that word."""
    return frozenset(question.name for form in versions for question in form.questions if question.audience == LEADERS)


def columns_of(versions: Collection[Form]) -> tuple[Column, ...]:
    """The questions of all versions in use, as the newest one that has each asks it, each after its repeats."""
    columns: dict[tuple[tuple[str, ...], str, bool], Column] = {}
    secret = leaders_only(versions)
    for form in versions:
        for question in filter(is_shown, form.questions):
            around = [_repeat_column(form, form.groups[repeat]) for repeat in question.repeats]
            own = replace(_column(form, question), for_leaders=question.name in secret)
            for column in (*around, own):
                columns.setdefault((column.within, column.name, column.kind is Kind.REPEAT), column)
    return tuple(_closed(column, columns.values()) for column in columns.values())


def _closed(column: Column, columns: Iterable[Column]) -> Column:
    """A repeat in which everything is for leaders is so itself."""
    if column.kind is not Kind.REPEAT:
        return column
    keys = (*column.within, column.name)
    inner = [other for other in columns if other.within[: len(keys)] == keys and other.kind is not Kind.REPEAT]
    return replace(column, for_leaders=all(other.for_leaders for other in inner))


def is_shown(question: Question) -> bool:
    """Whether its answers are of use to a reader: a person was asked for them, or they add up."""
    return question.is_asked or bool(question.indicator)


def _column(form: Form, question: Question) -> Column:
    return Column(
        name=answer_key(form, question.ref),
        kind=question.kind,
        labels=labels(question),
        unit=dict(question.unit),
        choices={
            **{item.value: plain_texts(item.label) for item in question.items},
            **{value: {"": label} for value, label in listed(form, question)},
        },
        indicator=question.indicator,
        for_leaders=False,
        within=_keys(form, question.repeats),
    )


def _repeat_column(form: Form, group: Group) -> Column:
    texts = plain_texts(group.label) or {"": group.name}
    around = _keys(form, group.repeats[:-1])
    return Column(answer_key(form, group.path), Kind.REPEAT, texts, {}, {}, "", for_leaders=False, within=around)


def _keys(form: Form, repeats: Iterable[str]) -> tuple[str, ...]:
    return tuple(answer_key(form, repeat) for repeat in repeats)


def place_of(form: Form, path: str) -> str:
    """Where `Entry.marks` has the question at `path`."""
    question, names = form.by_path[plain(path)], path.split("/")
    places = [f"{answer_key(form, repeat)}[{names[repeat.count('/')].partition('[')[2]}" for repeat in question.repeats]
    return "/".join([*places, answer_key(form, question.ref)])
