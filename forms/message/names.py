"""The names of people and places in a message.

The idea: a title ("bà", "đ/c"), a surname or a capital where none is due begins a name. "Bà Tư" and "chú Năm" hold
number words that count nothing. What is found here is not read, not asked about and not shown again.
"""

from forms.answers import vocabulary as vocab
from forms.answers.tokens import Kind
from forms.message.message import Message
from forms.message.phrasebook import book, is_plain, known_words
from forms.message.wording import BARE_SURNAMES, PLAIN, SURNAMES

# So many words follow a title or a surname at most.
_LONGEST = 4
# With more of its words in capitals, a capital tells nothing in a message.
_SHOUTED = 0.6
# Children are called after the order of their birth in the South.
_NICKNAMES = frozenset(vocab.DIGITS) - {"không"} | {"tư", "mười", "út"}


def names(message: Message, aside: frozenset[int]) -> frozenset[int]:
    """The places of the names; titles are none."""
    finder = _Finder(message)
    found: set[int] = set()
    at = 0
    while at < len(message.words):
        start, end = finder.name_at(at) if at not in aside else (at, at)
        found.update(range(start, end))
        at = max(end, at + 1)
    return frozenset(found)


class _Finder:
    def __init__(self, message: Message) -> None:
        self._message = message
        self._words = message.words
        spoken = [word for word in message.words if word.kind is Kind.WORD]
        self._shouted = sum(word.capital for word in spoken) > _SHOUTED * len(spoken)

    def name_at(self, at: int) -> tuple[int, int]:
        """Where a name that is announced by this word begins and ends; an empty span when it announces none."""
        word = self._words[at]
        if word.kind is not Kind.WORD or self._message.is_number(at - 1):
            return at, at
        if title := self._message.ends_of(book("TITLES"), at):
            return title, self._behind_title(title)
        if title := self._message.ends_of(book("YOUNG_TITLES"), at):
            return title, self._rest(title) if title < len(self._words) and self._has_capital(title) else title
        if word.lower in SURNAMES or (word.loose and word.lower in BARE_SURNAMES):
            end = self._rest(at + 1)
            return at, end if end > at + 1 else at
        return at, at + 1 if self._is_proper(at) else at

    def _behind_title(self, start: int) -> int:
        if start >= len(self._words) or not (self._is_nickname(start) or self._is_called(start)):
            return start
        return self._rest(start + 1)

    def _rest(self, start: int) -> int:
        at = start
        while at < min(len(self._words), start + _LONGEST) and self._goes_on(at):
            at += 1
        return at

    def _is_nickname(self, at: int) -> bool:
        word = self._words[at]
        called = word.among(_NICKNAMES) or word.kind is Kind.NUMBER
        return called and not (self._message.is_counted(at + 1) or self._message.is_rank(at + 1))

    def _is_called(self, at: int) -> bool:
        """Whether the word behind a title is a name: any word that means nothing else here."""
        word = self._words[at]
        if word.kind is not Kind.WORD or word.opens or self._message.mentions[at]:
            return False
        return self._has_capital(at) or not is_plain(word)

    def _goes_on(self, at: int) -> bool:
        """Whether a name that has begun goes on with this word."""
        word = self._words[at]
        if word.kind is not Kind.WORD or word.opens or self._message.mentions[at]:
            return False
        return self._has_capital(at) or (word.lower not in known_words() and not word.senses)

    def _has_capital(self, at: int) -> bool:
        return self._words[at].capital and not self._shouted and not self._message.mentions[at]

    def _is_proper(self, at: int) -> bool:
        """Whether a capital stands where a sentence goes on, on no word of the form."""
        word = self._words[at]
        if self._shouted or word.opens or not word.capital or len(word.text) < 2 or self._message.mentions[at]:
            return False
        return self._is_nickname(at) if word.among(_NICKNAMES) else word.lower not in PLAIN
