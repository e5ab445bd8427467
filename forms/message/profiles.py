"""What the questions of a form are called, read off its columns once.

The idea: "Sửa chữa bao nhiêu căn nhà?" says that behind its number stands "căn nhà" and that "sửa chữa" goes with it.
Such names are all that connects a message with a form; no question is known here by its id.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby

from forms.answers.spelling import TELEX, VNI, keystrokes, unaccent
from forms.answers.vocabulary import leftovers as answer_leftovers
from forms.kinds import SELECTS, Kind
from forms.message.phrasebook import PhraseBook, families, known_words
from forms.message.wording import ASKING, HOW_MANY, PLAIN, Phrase
from forms.model import Form, Group, Question, Text

_PIECES = re.compile(r"[,;.?!:()\[\]“”\"/\n]")
_CLAUSES = re.compile(r"[;.?!:()\[\]“”\"/\n]")
_WORDS_AND_COMMAS = re.compile(r"[^\W\d_]+|,")
_WORDS = re.compile(r"[^\W\d_]+")
_KILOMETRE = re.compile(r"ki-?\s?l[ôo]-?\s?m[ée]t(?:re)?s?", re.IGNORECASE)
_NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL})


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A question that takes a number, and the phrases that point to it.

    `heads` stand right behind the number; `units` are those that only say what is counted; `names` are the office's
    own words for it; `hints` the rest of its label. `topic` is the path of its part of the form.
    """

    question: Question
    family: str
    units: frozenset[Phrase]
    heads: frozenset[Phrase]
    names: frozenset[Phrase]
    hints: frozenset[Phrase]
    topic: str

    @property
    def path(self) -> str:
        return self.question.path

    @property
    def is_percent(self) -> bool:
        return "%" in self.question.unit.values()


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceProfile:
    """A question with choices, and the phrases that name each of them: full, and without what all have in common."""

    question: Question
    labels: Mapping[Phrase, str]
    short_labels: Mapping[Phrase, str]
    topic: str


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All that a form is called, in one language beside its own."""

    counts: tuple[Profile, ...]
    money: tuple[Profile, ...]
    choices: tuple[ChoiceProfile, ...]
    topics: Mapping[Phrase, frozenset[str]]  # phrase → the parts of the form that it speaks of
    parts: frozenset[Phrase]  # those of them that are the name of a part
    book: PhraseBook
    units: frozenset[Phrase]
    leftovers: Mapping[str, str]

    def profile(self, path: str) -> Profile:
        return next(profile for profile in (*self.counts, *self.money) if profile.path == path)


@lru_cache(maxsize=32)
def vocabulary(form: Form, language: str) -> Vocabulary:
    """Reads the names off a form; kept, because a form never changes."""
    languages = (language, form.default_language, "")
    numeric = [_profile(question, languages) for question in form.asked if question.kind in _NUMERIC]
    gates = gate_paths(form)
    selects = [question for question in form.asked if question.kind in SELECTS and question.path not in gates]
    choices = tuple(_choices(question, languages) for question in selects)
    parts = _parts(form, languages)
    topics = _topics(parts, numeric, choices)
    listed = chain.from_iterable((profile.heads, profile.names, profile.hints, profile.units) for profile in numeric)
    found = frozenset(chain.from_iterable(listed)).union(
        topics, *(c.labels for c in choices), *(c.short_labels for c in choices)
    )
    spoken = frozenset(word for phrase in found for word in phrase if word != ",")
    return Vocabulary(
        counts=tuple(profile for profile in numeric if not profile.question.is_money),
        money=tuple(profile for profile in numeric if profile.question.is_money),
        choices=choices,
        topics=topics,
        parts=frozenset(parts),
        book=PhraseBook(found, known_words() | spoken),
        units=frozenset(chain.from_iterable(profile.units for profile in numeric)),
        leftovers={**_leftovers(spoken), **answer_leftovers()},
    )


def gate_paths(form: Form) -> frozenset[str]:
    """The questions with choices on which it depends whether others are asked."""
    parts: list[Question | Group] = [
        *form.questions,
        *(group for question in form.questions for group in question.groups),
    ]
    read = frozenset(path for part in parts if part.relevant for path in part.relevant.references)
    return frozenset(q.path for q in form.asked if q.kind in SELECTS and not read.isdisjoint((q.path, f"../{q.name}")))


def plain_text(form_text: Text, languages: Iterable[str]) -> list[str]:
    """A text in each of the languages that has it, without what is filled in when it is asked."""
    templates = (form_text[language] for language in dict.fromkeys(languages) if language in form_text)
    return [" ".join(part for part in template.parts if isinstance(part, str)) for template in templates]


def phrase_of(text: str) -> Phrase:
    """The words of a text, in lower case."""
    return tuple(word.casefold() for word in _WORDS.findall(_KILOMETRE.sub("km", text)))


def _profile(question: Question, languages: tuple[str, ...]) -> Profile:
    units = frozenset(filter(None, map(phrase_of, _own(question.unit, languages))))
    labels = plain_text(question.label, languages)
    shorts = [phrase_of(text) for text in _own(question.short, languages)]
    counted = frozenset(phrase for label in labels for phrase in _counted(label))
    names = frozenset(filter(None, (*map(phrase_of, question.synonyms), *shorts)))
    hints = frozenset(chain.from_iterable(map(_hints, (*labels, *_own(question.short, languages)))))
    family = next((families()[unit] for unit in units if unit in families()), "")
    nouns = frozenset(phrase[0] for phrase in (*units, *counted, *shorts, *families()) if phrase)
    return Profile(
        question=question,
        family=family,
        units=units,
        heads=units | counted | frozenset(name for name in names if name[0] in nouns),
        names=names,
        hints=hints - units - names,
        topic=topic_of(question),
    )


def topic_of(question: Question) -> str:
    """The part of the form that a question belongs to: its innermost group, or itself."""
    return question.groups[-1].path if question.groups else question.path


def _own(texts: Mapping[str, str], languages: Iterable[str]) -> list[str]:
    """A column of ours in these languages; in any, when it has none of them."""
    return [texts[language] for language in dict.fromkeys(languages) if language in texts] or list(texts.values())[:1]


def _counted(label: str) -> Iterator[Phrase]:
    """The nouns behind "bao nhiêu": "Đăng bao nhiêu tin, bài?" counts "tin" and "bài"."""
    for asking in HOW_MANY:
        _, found, behind = _KILOMETRE.sub("km", label).casefold().partition(f"{' '.join(asking)} ")
        if found:
            yield from filter(None, map(phrase_of, _PIECES.split(behind)))
            return


def _hints(text: str, *, lists: bool = True) -> Iterator[Phrase]:
    """The runs of words that name something: "Làm, sửa bao nhiêu căn nhà?" → "sửa", "căn nhà"; with `lists` also those
    with a comma in them: "đoàn viên, thanh niên tham gia"."""
    text = _KILOMETRE.sub("km", text).casefold()
    for stretch in (*_PIECES.split(text), *(_CLAUSES.split(text) if lists else ())):
        for asking, words in groupby(_WORDS_AND_COMMAS.findall(stretch), ASKING.__contains__):
            phrase = tuple(words)
            if not asking and phrase[0] != "," != phrase[-1]:
                yield from _run(phrase)


def _run(phrase: Phrase) -> Iterator[Phrase]:
    """The run, and what is left of it behind a noun that counts: "căn nhà" → "nhà"."""
    yield phrase
    counted = max((len(noun) for noun in families() if phrase[: len(noun)] == noun), default=0)
    if 0 < counted < len(phrase) and phrase[counted] != ",":
        yield phrase[counted:]


def _choices(question: Question, languages: tuple[str, ...]) -> ChoiceProfile:
    labels: dict[Phrase, str] = {}
    for item in question.items:
        for text in plain_text(item.label, languages):
            if phrase := phrase_of(text):
                labels[phrase] = item.value
    shared = _shared_start(labels)
    short = {phrase[shared:]: value for phrase, value in labels.items() if shared and len(phrase) > shared}
    return ChoiceProfile(question, labels, short, topic_of(question))


def _shared_start(labels: Iterable[Phrase]) -> int:
    """How many words all labels of the form's language begin with: 1 for "nhà" in a list of kinds of houses."""
    by_first: dict[str, int] = {}
    listed = list(labels)
    for phrase in listed:
        by_first[phrase[0]] = by_first.get(phrase[0], 0) + 1
    return 1 if len(listed) > 1 and max(by_first.values()) * 2 >= len(listed) and len(by_first) < len(listed) else 0


def _parts(form: Form, languages: tuple[str, ...]) -> dict[Phrase, set[str]]:
    """What the groups of a form are called → their paths."""
    found: dict[Phrase, set[str]] = {}
    groups: dict[str, Group] = {group.path: group for question in form.asked for group in question.groups}
    for group in groups.values():
        for phrase in chain.from_iterable(_hints(text, lists=False) for text in plain_text(group.label, languages)):
            found.setdefault(phrase, set()).add(group.path)
    return found


def _topics(
    parts: Mapping[Phrase, set[str]], numeric: Iterable[Profile], choices: Iterable[ChoiceProfile]
) -> dict[Phrase, frozenset[str]]:
    found = {phrase: set(paths) for phrase, paths in parts.items()}
    for profile in numeric:
        telling = {phrase for phrase in profile.hints if not PLAIN.issuperset(phrase)}
        for phrase in (profile.names | telling) - profile.units - families().keys():
            found.setdefault(phrase, set()).add(profile.topic)
    for choice in choices:
        for phrase in choice.labels:
            found.setdefault(phrase, set()).add(choice.topic)
    return {phrase: frozenset(paths) for phrase, paths in found.items()}


def _leftovers(spoken: frozenset[str]) -> dict[str, str]:
    """What Telex and VNI leave behind of the form's own words; never what is a word as it stands."""
    plain = {unaccent(word) for word in spoken}
    return {
        typed: word
        for word in sorted(spoken)
        if unaccent(word) != word
        for keyboard in (TELEX, VNI)
        for typed in keystrokes(word, keyboard)
        if typed not in plain
    }
