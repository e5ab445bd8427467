"""A message beside the words of a form: its words, what is mentioned in it, and where its clauses end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from forms.answers.spelling import unaccent
from forms.answers.tokens import Kind
from forms.message.phrasebook import Mention, PhraseBook, family_book
from forms.message.profiles import Vocabulary
from forms.message.wording import SHORT_FORMS, SOUNDS_LIKE, Phrase
from forms.message.words import Word, Words, cut, tidied

RANKS = frozenset(
    {"trăm", "nghìn", "ngàn", "ngìn", "vạn", "triệu", "tr", "tỷ", "tỉ", "k", "củ", "chục", "đồng", "đ", "vnđ", "vnd"}
)


@dataclass(frozen=True)
class Message:
    """`text` is tidied; places are indexes into `words`."""

    text: str
    words: Words
    vocabulary: Vocabulary

    @cached_property
    def mentions(self) -> tuple[tuple[Mention, ...], ...]:
        """For each word the phrases of the form that begin with it."""
        return tuple(tuple(self.vocabulary.book.at(self.words, at)) for at in range(len(self.words)))

    @cached_property
    def nouns(self) -> tuple[tuple[Mention, ...], ...]:
        """For each word the counted nouns, of any family, that begin with it."""
        return tuple(tuple(family_book().at(self.words, at)) for at in range(len(self.words)))

    def mentions_from(self, at: int) -> tuple[Mention, ...]:
        return self.mentions[at] if at < len(self.words) else ()

    def counted_from(self, at: int) -> frozenset[Phrase]:
        """What a number before this place counts: the phrases that begin here, short forms written out."""
        if at >= len(self.words) or self.words[at].breaks:
            return frozenset()
        found = {mention.phrase for mention in (*self.mentions[at], *self.nouns[at])}
        return frozenset(found | {SHORT_FORMS[phrase] for phrase in found if phrase in SHORT_FORMS})

    def mentions_between(self, start: int, end: int) -> Iterator[Mention]:
        """The phrases of the form that lie wholly within these places."""
        for at in range(start, min(end, len(self.words))):
            yield from (mention for mention in self.mentions[at] if mention.end <= end)

    def is_number(self, at: int) -> bool:
        return 0 <= at < len(self.words) and self.words[at].kind is Kind.NUMBER

    def is_counted(self, at: int) -> bool:
        """Whether a noun that is counted by a number before it begins here."""
        if at >= len(self.words) or self.words[at].breaks:
            return False
        return bool(self.nouns[at]) or any(mention.phrase in self.vocabulary.units for mention in self.mentions[at])

    def is_rank(self, at: int) -> bool:
        """Whether this word makes an amount of the figure before it: "triệu", "đồng"."""
        return at < len(self.words) and self.words[at].among(RANKS) and not self.words[at].breaks

    def ends_of(self, book: PhraseBook, at: int) -> int:
        """Where the longest phrase of `book` that begins here ends; 0 when none does."""
        return book.longest(self.words, at) if at < len(self.words) else 0

    def follows(self, book: PhraseBook, at: int, longest: int = 3) -> bool:
        """Whether a phrase of `book` ends right before this place."""
        return any(m.end == at for start in range(max(at - longest, 0), at) for m in book.at(self.words, start))

    def slice(self, start: int, end: int) -> str:
        """The text of these words, as typed."""
        return self.text[self.words[start].start : self.words[end - 1].end] if start < end else ""


def read_words(text: str, vocabulary: Vocabulary) -> Message:
    text = tidied(text)
    words = cut(text, vocabulary.leftovers)
    return Message(text, tuple(_as_meant(words, at) for at in range(len(words))), vocabulary)


def _as_meant(words: Words, at: int) -> Word:
    """The word, or the one that it is mistaken for behind a number: "20 xuất" are "20 suất"."""
    meant = SOUNDS_LIKE.get(words[at].lower) if at and words[at - 1].kind is Kind.NUMBER else None
    return replace(words[at], lower=meant, flat=unaccent(meant)) if meant else words[at]
