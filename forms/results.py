"""A report as names and values, repeats as lists; and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.draft import Draft
from forms.kinds import Kind
from forms.model import Form, Question
from forms.values import Json


def nested(draft: Draft) -> dict[str, Json]:
    """Name → value of what is relevant and not empty; each instance of a repeat in a list under the repeat's name."""
    found: dict[str, dict[str, Json]] = {"": {}}
    for question in draft.questions():
        holder = found[""]
        if question.kind is Kind.REPEAT or not all(map(draft.relevant, paths := _instances_around(question))):
            continue
        # An instance that says nothing is there all the same: those after it keep their numbers.
        for repeat, path in zip(question.repeats, paths, strict=True):
            holder = _instance(found, holder, path, answer_key(draft.form, repeat))
        if draft.relevant(question.path) and (value := draft.answer(question)) is not None:
            holder[answer_key(draft.form, question.ref)] = value
    return found[""]


def _instances_around(question: Question) -> list[str]:
    """The paths of the instances that a question stands in, outermost first."""
    parts = question.path.split("/")
    return ["/".join(parts[: repeat.count("/") + 1]) for repeat in question.repeats]


def answer_key(form: Form, path: str) -> str:
    """The key that the question or the repeat at `path` has in a result: its name, or `path` itself when another
    question has that name."""
    name = path.rpartition("/")[2]
    owner = form.by_name.get(name)
    return name if owner is None or owner.ref == path else path


def _instance(found: dict[str, dict[str, Json]], holder: dict[str, Json], path: str, key: str) -> dict[str, Json]:
    if path not in found:
        found[path] = {}
        rows = holder.setdefault(key, [])
        assert isinstance(rows, list)  # noqa: S101 - no question has this key
        rows.append(found[path])
    return found[path]


@dataclass(slots=True)
class Spread:
    """Values by path, and how many instances each repeat that the person counts has."""

    answers: dict[str, Json] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def spread(form: Form, result: Mapping[str, Json]) -> Spread:
    """The paths that the names of an earlier result have in `form`; names that it does not have are left away."""
    found = Spread()
    _spread(form, result, "", "", found)
    return found


def _spread(form: Form, result: Mapping[str, Json], repeat: str, within: str, found: Spread) -> None:
    """`within`: the path of the instance of `repeat` that `result` is of; both "" for the report as a whole."""
    for name, value in result.items():
        question = form.by_name.get(name) or form.by_path.get(name)
        if question is not None and (question.repeats[-1] if question.repeats else "") == repeat:
            found.answers[f"{within}{question.ref.removeprefix(repeat)}"] = value
        elif isinstance(value, list) and (inner := _repeat_named(form, name, repeat)):
            _spread_rows(form, value, inner, f"{within}{inner.removeprefix(repeat)}", found)


def _spread_rows(form: Form, rows: list[Json], repeat: str, slot: str, found: Spread) -> None:
    if repeat in form.prompts:
        found.counts[slot] = len(rows)
    for place, row in enumerate(rows, 1):
        if isinstance(row, dict):
            _spread(form, row, repeat, f"{slot}[{place}]", found)


def _repeat_named(form: Form, name: str, around: str) -> str:
    for path, group in form.groups.items():
        outer = group.repeats[-2] if len(group.repeats) > 1 else ""
        if group.repeat is not None and answer_key(form, path) == name and outer == around:
            return path
    return ""
