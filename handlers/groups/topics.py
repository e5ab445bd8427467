"""What a group gets: how the topics are called, and how they stand in a button."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from handlers.events import BadAction, Choice, Rows, word
from locales.translator import Translator
from storage.groups import DIGEST, NEWS, OWING_NAMES, OWING_NUMBER, STORIES

_LETTERS = {"n": NEWS, "s": STORIES, "d": DIGEST, "o": OWING_NAMES, "u": OWING_NUMBER}
_OWING = (OWING_NAMES, OWING_NUMBER)
_NONE = "-"
_PLACES = {str(place): topic for place, topic in enumerate(_LETTERS.values())}


def written(topics: Collection[str]) -> str:
    """The topics as a part of an action."""
    return "".join(letter for letter, topic in _LETTERS.items() if topic in topics) or _NONE


def read(text: str) -> list[str]:
    """The topics that a part of an action means. Raises BadAction."""
    if text == _NONE:
        return []
    found = [topic for letter, topic in _LETTERS.items() if letter in text]
    if not text or len(found) != len(text) or set(_OWING) <= set(found):
        raise BadAction(f"{text!r} is no list of topics")
    return found


def toggled(topics: Collection[str], topic: str) -> list[str]:
    """With a topic more, or less. Units that owe are told by name or by number, never both."""
    kept = [one for one in topics if one != topic and not (topic in _OWING and one in _OWING)]
    return kept if topic in topics else [*kept, topic]


def turned(parts: Sequence[str]) -> list[str]:
    """The topics that an action means by its end: `<topics>`, or with some of them turned on or off, by their places
    from 0: `<topics>/t/<place>`, `<topics>/m/<place>.<place>`. Raises BadAction."""
    found, places = read(word(parts, 0)), []
    if parts[1:]:
        if word(parts, 1) not in ("t", "m"):
            raise BadAction(f"{parts[1]!r} turns no topic")
        places = word(parts, 2).split(".")
    for place in places:
        if place not in _PLACES:
            raise BadAction(f"{place!r} is no topic's place")
        found = toggled(found, _PLACES[place])
    return found


def rows(topics: Collection[str], action: str, tr: Translator) -> Rows:
    """A button for each topic, which turns it on or off. `action`: what leads to it, up to its end (see `turned`)."""
    names = {
        NEWS: tr.plain("News"),
        STORIES: tr.plain("Good examples"),
        DIGEST: tr.plain("Digests"),
        OWING_NAMES: tr.plain("Name who has not reported"),
        OWING_NUMBER: tr.plain("Only say how many have not"),
    }
    found = [
        Choice(f"{'☑' if topic in topics else '☐'} {names[topic]}", f"{action}/{written(topics)}/t/{place}")
        for place, topic in _PLACES.items()
    ]
    return tuple((choice,) for choice in found)


def listed(topics: Sequence[str], tr: Translator) -> str:
    """In one line, for people."""
    names = {
        NEWS: tr.plain("news"),
        STORIES: tr.plain("good examples"),
        DIGEST: tr.plain("digests"),
        OWING_NAMES: tr.plain("names of units that have not reported"),
        OWING_NUMBER: tr.plain("how many units have not reported"),
    }
    return ", ".join(name for topic, name in names.items() if topic in topics) or tr.plain("nothing for now")
