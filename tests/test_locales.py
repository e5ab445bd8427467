"""Every text for people is translated, and the translations fit the code."""

import string

import pytest
from babel.messages.pofile import read_po

from locales.__main__ import path_of, template
from locales.translator import LANGUAGES


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _strings(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete(language: str) -> None:
    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    missing = []
    for message in template():
        if not message.id:
            continue
        found = catalogue.get(message.id if isinstance(message.id, str) else message.id[0])
        if found is None or not all(_strings(found.string)) or found.fuzzy:
            missing.append(message.id)
    assert not missing, f"run `make translations` and translate: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_over(language: str) -> None:
    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    known = template()
    ids = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id]
    assert [i for i in ids if known.get(i) is None] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_are_those_of_the_message(language: str) -> None:
    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if not message.id:
            continue
        allowed = set().union(*(_places(text) for text in _strings(message.id)))
        for text in _strings(message.string):
            assert _places(text) <= allowed, f"{message.id!r} -> {text!r}"
            # A place left out is a fact not told, unless the grammatical number says it ("one unit").
            if isinstance(message.id, str):
                assert _places(text) == allowed, f"{message.id!r} -> {text!r}"
