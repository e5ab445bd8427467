"""Many phrases looked for at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from forms.answers.spelling import unaccent
from forms.answers.tokens import Kind
from forms.answers.vocabulary import words as answer_words
from forms.message import wording
from forms.message.wording import Phrase
from forms.message.words import Word, phrase_end

_SHORTEST_SLIP = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase found: the words from `start` up to `end`."""

    phrase: Phrase
    start: int
    end: int


class PhraseBook:
    """Finds its phrases in a message; with `known`, the words that are no slip of another, misspelt ones, too."""

    def __init__(self, phrases: Iterable[Phrase], known: frozenset[str] | None = None) -> None:
        self._known = known
        self._by_flat: dict[str, list[Phrase]] = defaultdict(list)
        self._by_letter: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in sorted(set(phrases)):
            flat = unaccent(phrase[0])
            self._by_flat[flat].append(phrase)
            if len(phrase) > 1 and len(flat) >= _SHORTEST_SLIP:
                self._by_letter[flat[0]].append(phrase)

    def at(self, words: Sequence[Word], start: int) -> Iterator[Mention]:
        """The phrases that begin with this word."""
        word = words[start]
        if word.kind is Kind.NUMBER:
            return
        candidates = self._by_flat.get(word.flat, [])
        if not candidates and self._known and len(word.flat) >= _SHORTEST_SLIP and word.lower not in self._known:
            candidates = self._by_letter.get(word.flat[0], [])
        for phrase in candidates:
            if end := phrase_end(words, start, phrase, self._known):
                yield Mention(phrase, start, end)

    def find(self, words: Sequence[Word]) -> list[Mention]:
        return [mention for start in range(len(words)) for mention in self.at(words, start)]

    def longest(self, words: Sequence[Word], start: int) -> int:
        """The end of the longest phrase that begins here; 0 when none does."""
        return max((mention.end for mention in self.at(words, start)), default=0)


@cache
def book(name: str) -> PhraseBook:
    """A list of phrases of `wording`, by its name."""
    return PhraseBook(getattr(wording, name))


@cache
def families() -> Mapping[Phrase, str]:
    """Counted nouns → their family."""
    return {phrase: family for family, listed in wording.FAMILIES.items() for phrase in listed}


@cache
def family_book() -> PhraseBook:
    return PhraseBook(families())


@cache
def _bare_plain() -> frozenset[str]:
    return frozenset(map(unaccent, wording.PLAIN))


def is_plain(word: Word) -> bool:
    """Whether a word carries no weight of its own."""
    return word.lower in wording.PLAIN or (word.loose and word.flat in _bare_plain())


@cache
def known_words() -> frozenset[str]:
    """Every word that is listed anywhere, whatever for."""
    listed = (
        *wording.FAMILIES.values(), wording.ACTIVITIES, wording.TITLES, wording.YOUNG_TITLES, wording.ORDINALS,
        wording.CALENDAR_UNITS, wording.NOT_YET, wording.SUMMED, wording.DONE, wording.ONLY_POLITE, wording.EACH,
        wording.DETAILS, wording.CORRECTIONS, wording.VALUE_CUES, wording.TOTAL_CUES,
    )  # fmt: skip
    spoken = (word for phrases in listed for phrase in phrases for word in phrase)
    return answer_words() | wording.PLAIN | frozenset(spoken)
