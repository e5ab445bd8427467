"""What the properties of a register and their values are called: as the questions that give them, and their choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from forms.kinds import SELECTS, Kind
from forms.model import Form, Question
from locales.translator import Translator
from reporting.questions import LEADERS, in_language, labels, plain_texts

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """By property, in the order of the forms. `closed`: those that this reader may not see."""

    titles: Mapping[str, Texts]
    choices: Mapping[str, Mapping[str, Texts]]
    kinds: Mapping[str, Kind]
    closed: frozenset[str]

    def open(self, data: Mapping[str, str]) -> dict[str, str]:
        """The properties that this reader may see."""
        return {name: text for name, text in data.items() if name not in self.closed}

    def adding(self, name: str, choices: Mapping[str, Texts]) -> Names:
        """With labels for values of a property that no form has a label for."""
        return replace(self, choices={**self.choices, name: {**choices, **self.choices.get(name, {})}})

    def title(self, name: str, tr: Translator) -> str:
        return in_language(self.titles.get(name, {}), tr.language).rstrip("?:. ") or name

    def value(self, name: str, text: str, tr: Translator) -> str:
        """A value in words: choices by their labels, days and numbers as people write them."""
        choices, kind = self.choices.get(name, {}), self.kinds.get(name)
        if text in choices or kind in SELECTS:
            codes = [text] if text in choices else text.split()
            return ", ".join(in_language(choices.get(code, {}), tr.language) or code for code in codes)
        if kind is Kind.DATE:
            return _day(text, tr)
        return tr.number(int(text)) if kind is Kind.INTEGER and text.isdecimal() else text


def _day(text: str, tr: Translator) -> str:
    try:
        return tr.full_day(date.fromisoformat(text))
    except ValueError:
        return text


def names_of(forms: Iterable[Form], dataset: str, *, leaders: bool) -> Names:
    """The names of an entity list, from the forms in use that add to it, those that register first. `leaders`: for one
    who may see what forms keep for leaders."""
    questions: dict[str, list[Question]] = {}
    entities = [(form, entity) for form in forms for entity in form.entities if entity.dataset == dataset]
    for form, entity in sorted(entities, key=lambda found: "create" not in found[1].attributes):
        for name, path in entity.properties.items():
            if path in form.by_path:
                questions.setdefault(name, []).append(form.by_path[path])
    closed = (name for name, asked in questions.items() if any(one.audience == LEADERS for one in asked))
    return Names(
        {name: labels(asked[0]) for name, asked in questions.items()},
        {name: _choices(asked) for name, asked in questions.items()},
        {name: asked[0].kind for name, asked in questions.items()},
        frozenset() if leaders else frozenset(closed),
    )


def _choices(asked: Iterable[Question]) -> dict[str, Texts]:
    """Those of all questions: a review may know states that a registration does not."""
    found: dict[str, Texts] = {}
    for question in asked:
        for item in question.items:
            found.setdefault(item.value, plain_texts(item.label))
    return found
