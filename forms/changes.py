"""What a new text of a form changes in the one before it, and which changes would make earlier reports lie.

Like the problems of a form, every change has a stable code and an English sentence, which is its msgid.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from forms.expressions import Expression
from forms.kinds import SELECTS, Kind
from forms.model import Form, Question, Template, Text
from forms.preloads import Preload
from forms.problems import Problem

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "questions_added": "questions added ({count}): {names}",
        "questions_removed": "questions removed ({count}): {names}",
        "kind_changed": "“{name}”: type changed from {old} to {new}",
        "moved_into_repeat": "“{name}”: now asked for each “{repeat}”",
        "moved_out_of_repeat": "“{name}”: no longer asked for each “{repeat}”",
        "choices_added": "“{name}”: choices added ({count}): {names}",
        "choices_removed": "“{name}”: choices removed ({count}): {names}",
        "indicator_added": "“{name}”: now adds up as the indicator “{indicator}”",
        "indicator_removed": "the indicator “{indicator}” of “{name}” is gone",
        "indicator_renamed": "the question “{old}” of the indicator “{indicator}” is now called “{name}”",
        "indicator_moved": "the indicator “{indicator}” moved from “{old}” to “{name}”",
        "indicator_unit": "“{name}”: unit of the indicator “{indicator}” changed from “{old}” to “{new}”",
        "audience_changed": "“{name}”: audience changed from {old} to {new}",
        "logic_changed": "conditions, calculations or defaults changed ({count}): {names}",
        "labels_changed": "labels and hints changed: {count}",
    }
)
# Of a long list the first ones are named; the count says how many there are.
NAMED = 10
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE})
# These hold no answer that a report would keep.
_EMPTY = frozenset({Kind.NOTE, Kind.REPEAT})
# Words of a unit that say how large the number is, not what is counted.
_SIZES = frozenset({"đồng", "đ", "vnd", "vnđ", "nghìn", "ngàn", "triệu", "tr", "tỷ", "tỉ", "%"})
_DONG = MappingProxyType(dict.fromkeys(("đ", "vnd", "vnđ"), "đồng"))
_EVERYBODY, _NOTHING = "everybody", "–"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different. `name`: the question of the new form that it stands at, "" for several or none.

    `breaks_totals`: sums that hold reports on the old form would lie. `breaks_answers`: answers to the old form would
    be read as what they are not. Either matters only once there are reports; see `refusal`.
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    name: str = ""
    indicator: str = ""
    breaks_totals: bool = False
    breaks_answers: bool = False

    @property
    def msgid(self) -> str:
        """The English sentence with its {placeholders}, for a translator; fill it with `params`."""
        return MESSAGES[self.code]

    @property
    def message(self) -> str:
        return self.msgid.format_map(self.params)

    def refusal(self, rows: Mapping[str, int]) -> Problem:
        """What to tell the office when reports stand in the way. `rows`: the row of each question of the new form."""
        return Problem(self.code, self.params, "survey", rows.get(self.name, 0))


def compare(old: Form, new: Form) -> tuple[Change, ...]:
    """What `new` changes in `old`, what matters most first; nothing when a person would see and send the same."""
    return tuple(
        change
        for part in (_questions, _kinds, _repeated, _moves, _choices, _indicators, _audiences, _logic, _labels)
        for change in part(old, new)
    )


def _shared(old: Form, new: Form) -> Iterator[tuple[Question, Question]]:
    return ((was, new.by_name[name]) for name, was in old.by_name.items() if name in new.by_name)


def _listed(code: str, names: Iterable[str], name: str = "") -> Iterator[Change]:
    if found := list(names):
        shown = ", ".join(found[:NAMED]) + (", …" if len(found) > NAMED else "")
        yield Change(code, {"name": name, "count": len(found), "names": shown}, name)


def _questions(old: Form, new: Form) -> Iterator[Change]:
    yield from _listed("questions_added", (name for name in new.by_name if name not in old.by_name))
    yield from _listed("questions_removed", (name for name in old.by_name if name not in new.by_name))


def _kinds(old: Form, new: Form) -> Iterator[Change]:
    for was, now in _shared(old, new):
        if was.kind is not now.kind:
            breaks = not _reads_alike(was, now)
            params = {"name": now.name, "old": was.kind.value, "new": now.kind.value}
            counts = bool(was.indicator) and was.indicator == now.indicator
            yield Change("kind_changed", params, now.name, was.indicator, breaks and counts, breaks)


def _repeated(old: Form, new: Form) -> Iterator[Change]:
    """A repeat keeps a list under its name in a report, which no question does."""
    before, after = _names(old), _names(new)
    for name, was in before.items():
        now = after.get(name, was)
        if was != now and Kind.REPEAT in (was, now):
            params = {"name": name, "old": was.value, "new": now.value}
            yield Change("kind_changed", params, name, breaks_answers=True)


def _names(form: Form) -> dict[str, Kind]:
    """What stands under each name in a report."""
    kinds = {name: question.kind for name, question in form.by_name.items() if question.kind not in _EMPTY}
    repeats = {group.name: Kind.REPEAT for group in form.groups.values() if group.repeat is not None}
    return {**kinds, **repeats}


def _reads_alike(was: Question, now: Question) -> bool:
    """Whether answers to `was` are answers to `now`: numbers stay numbers, and so does a calculation that adds up."""
    return was.kind in _EMPTY or (_is_number(was) and _is_number(now))


def _is_number(question: Question) -> bool:
    return question.kind in NUMBERS or (question.kind is Kind.CALCULATE and bool(question.indicator))


def _moves(old: Form, new: Form) -> Iterator[Change]:
    """Into a repeat and out of it, an answer stands elsewhere in a report, where an export would not look."""
    for was, now in _shared(old, new):
        before, after = (tuple(path.rpartition("/")[2] for path in question.repeats) for question in (was, now))
        for code, names in (("moved_out_of_repeat", before), ("moved_into_repeat", after)):
            if before != after and names:
                params = {"name": now.name, "repeat": names[-1]}
                yield Change(code, params, now.name, breaks_answers=was.kind not in _EMPTY)


def _choices(old: Form, new: Form) -> Iterator[Change]:
    for was, now in _shared(old, new):
        if was.kind in SELECTS and now.kind in SELECTS:
            before, after = ({item.value: None for item in question.items} for question in (was, now))
            yield from _listed("choices_added", (value for value in after if value not in before), now.name)
            yield from _listed("choices_removed", (value for value in before if value not in after), now.name)


def _indicators(old: Form, new: Form) -> Iterator[Change]:
    """An indicator with reports in it may neither end nor become something else.

    It may not end even if its question stays as a plain one: to those who read the digest the line is gone either
    way, with all that was gathered in it. A question that is no longer asked keeps its row, with relevant: false().
    It may go to a question of another name if the old name is gone and the new question has the old one's label:
    that is a rename. With another label, or beside the old question, it would count something else.
    """
    before, after = ({question.indicator: question for question in form.indicators()} for form in (old, new))
    for indicator, was in before.items():
        now = after.get(indicator)
        if now is None:
            params = {"indicator": indicator, "name": was.name}
            yield Change("indicator_removed", params, was.name, indicator, breaks_totals=True)
            continue
        if was.name != now.name:
            is_other = was.name in new.by_name or not _labels_agree(was.label, now.label)
            params = {"indicator": indicator, "old": was.name, "name": now.name}
            yield Change("indicator_moved" if is_other else "indicator_renamed", params, now.name, indicator, is_other)
        yield from _unit(was, now)
    for indicator, now in after.items():
        if indicator not in before:
            yield Change("indicator_added", {"indicator": indicator, "name": now.name}, now.name, indicator)


def _unit(was: Question, now: Question) -> Iterator[Change]:
    """Naming a unit where none was named breaks nothing, unless it says how large the numbers are."""
    before, after = _units(was), _units(now)
    languages = before.keys() & after.keys()
    if (any(before[each] != after[each] for each in languages)) or (
        not languages and set(before.values()).isdisjoint(after.values()) and (before or after)
    ):
        words = {word for unit in (*before.values(), *after.values()) for word in unit.split()}
        breaks = bool(before and after) or not words.isdisjoint(_SIZES)
        old, new = (" / ".join(dict.fromkeys(question.unit.values())) or _NOTHING for question in (was, now))
        params = {"indicator": now.indicator, "name": now.name, "old": old, "new": new}
        yield Change("indicator_unit", params, now.name, now.indicator, breaks)


def _units(question: Question) -> dict[str, str]:
    found = {language: " ".join(unit.casefold().split()) for language, unit in question.unit.items()}
    return {language: _DONG.get(unit, unit) for language, unit in found.items()}


def _labels_agree(was: Text, now: Text) -> bool:
    """Whether two labels say the same in a language that both have; two without any say nothing different."""
    shared = was.keys() & now.keys()
    return any(_plain(was[each]) == _plain(now[each]) for each in shared) if shared else not (was or now)


def _plain(text: Template) -> str:
    return " ".join("".join(part if isinstance(part, str) else f"${{{part.text}}}" for part in text.parts).split())


def _audiences(old: Form, new: Form) -> Iterator[Change]:
    for was, now in _shared(old, new):
        if was.audience != now.audience:
            before, after = was.audience or _EVERYBODY, now.audience or _EVERYBODY
            yield Change("audience_changed", {"name": now.name, "old": before, "new": after}, now.name)


def _logic(old: Form, new: Form) -> Iterator[Change]:
    # Another type has other rules by itself.
    names = _differing(old, new, _rules)
    yield from _listed("logic_changed", (name for name in names if old.by_name[name].kind is new.by_name[name].kind))


def _labels(old: Form, new: Form) -> Iterator[Change]:
    if count := len(_differing(old, new, _texts)):
        yield Change("labels_changed", {"count": count})


def _differing(old: Form, new: Form, parts: Callable[[Question], Mapping[str, object]]) -> list[str]:
    """The questions in which a part differs that both have: what came and went is told elsewhere."""
    pairs = ((now.name, parts(was), parts(now)) for was, now in _shared(old, new))
    return [name for name, was, now in pairs if any(was[part] != now[part] for part in was.keys() & now.keys())]


def _rules(question: Question) -> dict[str, object]:
    rules = {
        "required": question.required, "relevant": question.relevant, "constraint": question.constraint,
        "calculate": question.calculate, "readonly": question.readonly, "filter": question.choice_filter,
    }  # fmt: skip
    return {
        **{part: rule and rule.text for part, rule in rules.items()},
        "around": [group.relevant.text for group in question.groups if group.relevant],
        "default": _default(question),
    }


def _default(question: Question) -> object:
    found = question.default
    if isinstance(found, Preload):
        return found.name
    return found.text if isinstance(found, Expression) else found


def _texts(question: Question) -> dict[str, object]:
    texts = {
        "label": question.label, "hint": question.hint, "guidance": question.guidance,
        "constraint": question.constraint_message, "required": question.required_message,
        **{f"choice {item.value}": item.label for item in question.items},
    }  # fmt: skip
    found = {part: {language: _plain(text) for language, text in each.items()} for part, each in texts.items()}
    return {**found, "short": question.short}
