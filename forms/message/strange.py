"""Words beside a number that neither the form nor everyday speech explains.

The idea: "dạy bơi cho 30 em" counts children, and not those that the form asks about. Whatever is not explained makes
the number a question.
"""

from collections.abc import Iterator

from forms.answers.tokens import Kind
from forms.message.message import Message
from forms.message.phrasebook import book, is_plain
from forms.message.scopes import Scope, Span

_EXPLAINED = (
    "CONJUNCTIONS", "VALUE_CUES", "NOT_YET", "SUMMED", "DONE", "EACH", "DETAILS", "CORRECTIONS", "NEGATIONS", "TITLES",
    "YOUNG_TITLES",
)  # fmt: skip


def speaks_of_something_else(message: Message, scope: Scope, hidden: frozenset[int]) -> bool:
    """Whether an activity that the form does not ask about is named in the words of this number."""
    known = set(_in_mentions(message, scope.reach))
    known.update(range(scope.quantity.start, scope.noun_end))
    known.update(at for noun in message.nouns for mention in noun for at in range(mention.start, mention.end))
    return any(
        not known.issuperset(range(mention.start, mention.end))
        for at in range(*scope.reach)
        for mention in book("ACTIVITIES").at(message.words, at)
        if at not in hidden
    )


def is_strange_before(message: Message, scope: Scope, hidden: frozenset[int]) -> bool:
    """Whether the nearest word of weight before the number is not explained."""
    before = scope.reach[0], scope.quantity.start
    known = set(_in_mentions(message, before)) - set(_in_nouns(message, before))
    for at in reversed(range(*before)):
        if at in known:
            return False
        if _weighs(message, at, hidden):
            return True
    return False


def is_strange_behind(message: Message, scope: Scope, hidden: frozenset[int]) -> bool:
    """Whether the word right behind the noun makes another thing of it: "50 suất ăn"."""
    at, end = scope.noun_end, scope.reach[1]
    known = set(_in_mentions(message, (scope.quantity.end, end)))
    return at < end and at not in known and _weighs(message, at, hidden)


def _in_mentions(message: Message, span: Span) -> Iterator[int]:
    for mention in message.mentions_between(*span):
        yield from range(mention.start, mention.end)


def _in_nouns(message: Message, span: Span) -> Iterator[int]:
    """Nouns that only say who or what is counted explain nothing."""
    for at in range(*span):
        for mention in message.nouns[at]:
            yield from range(mention.start, mention.end)


def _weighs(message: Message, at: int, hidden: frozenset[int]) -> bool:
    word = message.words[at]
    if word.kind is not Kind.WORD or at in hidden or is_plain(word) or message.nouns[at]:
        return False
    return not any(
        mention.start <= at < mention.end
        for name in _EXPLAINED
        for start in range(max(at - 2, 0), at + 1)
        for mention in book(name).at(message.words, start)
    )
