"""The questions of a form by their own names: "Tờ rơi: 200", "Đường nông thôn 1,5 km".

The idea: whoever writes a question's name and then a number answers that question, whatever else the last word of the
name may begin ("thôn 1" is a place, "đường nông thôn 1,5 km" is none).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from forms.answers.spelling import unaccent
from forms.answers.tokens import Kind as Token
from forms.kinds import SELECTS, Kind
from forms.message.message import Message
from forms.message.phrasebook import families
from forms.message.profiles import gate_paths, plain_text
from forms.message.wording import ORDINALS
from forms.model import Form, Question

NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL})
_ASKED = frozenset({*NUMERIC, Kind.DATE, Kind.TIME, *SELECTS})
_WORD = re.compile(r"[^\W_]+")
_BULLET = re.compile(r"[\s•*+-]*")
_SIGN = re.compile(r"[)\s]*(?:\([^()\d]*\)\s*)?(?:([:=])|-\s)?\s*")
_CUTS = (re.compile(r"[;,.]\s+"), re.compile(r";"), re.compile(r"$"))
# Behind a noun of these a number may say which one: "nhóm 2", "tuyến đường 3".
_NAMED_BY_NUMBER = frozenset({"event", "group", "place", "road"})
_MOST_SIGNS = 3

Plain = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a question and what stands behind it. `signed`: with a colon between them; `which`: a bare number
    behind this name may only say which one is meant."""

    question: Question
    label: str
    value: str
    signed: bool
    which: bool


def template_questions(form: Form) -> tuple[Question, ...]:
    """The questions of the lines, in order; those that only open parts of the form are left out."""
    gates = gate_paths(form)
    return tuple(question for question in form.asked if question.kind in _ASKED and question.path not in gates)


def label_of(form: Form, question: Question, language: str) -> str:
    """What a question is called on its line."""
    short = question.short.get(language) or question.short.get("") or question.short.get(form.default_language)
    texts = plain_text(question.label, (language, form.default_language, "", *form.languages))
    return (short or next(iter(texts), question.name)).rstrip(":? ")


@lru_cache(maxsize=32)
def labels(form: Form, language: str) -> "Labels":
    """Reads the names off a form; kept, because a form never changes."""
    return Labels(form, language)


class Labels:
    """The questions that take a short answer, by their names in a language and in the form's own."""

    def __init__(self, form: Form, language: str) -> None:
        found: dict[Plain, set[Question]] = {}
        for question in template_questions(form):
            for text in _names(form, question, language):
                found.setdefault(_plain(text), set()).add(question)
        self._by_last_word = _by_last_word({*found, *_synonyms(form)})
        # A name that two questions share names neither.
        self._questions = {plain: next(iter(owners)) for plain, owners in found.items() if plain and len(owners) == 1}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._questions), default=0)

    def of_line(self, line: str) -> list[Named]:
        """The questions that a line names: one, or one in each of its parts ("Tờ rơi: 200; Tin bài: 3"); empty when
        there is a part that names none."""
        for cut in _CUTS:
            found = [self._named(part) for part in cut.split(line) if part.strip()]
            if (named := [one for one in found if one]) and len(named) == len(found):
                return named
        return []

    def numbers(self, message: Message) -> dict[int, tuple[int, int]]:
        """The numbers of a message right behind a name, or a synonym of several words → where that begins and ends."""
        found = ((at, self._before(message, at)) for at in range(1, len(message.words)) if message.is_number(at))
        return {at: name for at, name in found if name}

    def _before(self, message: Message, at: int) -> tuple[int, int] | None:
        words, end = message.words, at
        while end > max(at - _MOST_SIGNS, 0) and not words[end].breaks and words[end - 1].shows(":=-~<>)"):
            end -= 1
        if end == 0 or words[end].breaks:
            return None
        begins = [_begin(message, end, name) for name in self._by_last_word.get(words[end - 1].flat, ())]
        begin = min((begin for begin in begins if begin >= 0), default=-1)
        return None if begin < 0 else (begin, end)

    def _named(self, text: str) -> Named | None:
        begin = _BULLET.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
        words = [*_words(text, begin, self._longest)]
        for count in range(len(words), 0, -1):
            plain = tuple(unaccent(word.group()) for word in words[:count])
            if plain not in self._questions or words[0].start() != begin:
                continue
            end = words[count - 1].end()
            sign = _SIGN.match(text, end)
            assert sign is not None  # noqa: S101  (it matches nothing, too)
            value = text[sign.end() :].strip(" \t,;")
            question = self._questions[plain]
            return Named(question, text[begin:end], value, bool(sign[1]), _may_be_numbered(question))
        return None


def _words(text: str, begin: int, most: int) -> Iterator[re.Match[str]]:
    for count, word in enumerate(_WORD.finditer(text, begin)):
        if count == most:
            return
        yield word


def _names(form: Form, question: Question, language: str) -> Iterator[str]:
    yield label_of(form, question, language)
    yield label_of(form, question, form.default_language)
    yield from plain_text(question.label, (language, form.default_language, ""))


def _plain(text: str) -> Plain:
    return tuple(unaccent(word) for word in _WORD.findall(text))


@lru_cache(maxsize=1)
def _numbered_nouns() -> frozenset[str]:
    nouns = (phrase[0] for phrase, family in families().items() if family in _NAMED_BY_NUMBER and len(phrase) == 1)
    return frozenset((*nouns, *(phrase[0] for phrase in ORDINALS)))


def _may_be_numbered(question: Question) -> bool:
    firsts = (_WORD.match(name.casefold()) for name in question.short.values())
    return any(first and first.group() in _numbered_nouns() for first in firsts)


def _synonyms(form: Form) -> Iterator[Plain]:
    """The names of several words that the office gave to numbers; one word ("buổi") names too much."""
    for question in form.asked:
        if question.kind in NUMERIC:
            yield from (plain for plain in map(_plain, question.synonyms) if len(plain) > 1)


def _by_last_word(names: Iterable[Plain]) -> Mapping[str, tuple[Plain, ...]]:
    found: dict[str, tuple[Plain, ...]] = defaultdict(tuple)
    for plain in sorted(filter(None, names)):
        found[plain[-1]] += (plain,)
    return dict(found)


def _begin(message: Message, end: int, name: Plain) -> int:
    """Where `name` begins if it ends there, signs within it passed over; -1 if it does not."""
    at = end
    for wanted in reversed(name):
        while 0 < at < end and message.words[at - 1].kind is Token.SIGN:
            at -= 1
        if at == 0 or message.words[at - 1].flat != wanted:
            return -1
        at -= 1
    return at
