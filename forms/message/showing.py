"""Words of a message that may be shown again.

The idea: a list of what may be shown, not of what may not. A number with its noun, the words of the form, and words
that are in everybody's mouth; a name that nothing betrayed as a name is in none of these.
"""

from itertools import takewhile

from forms.answers.tokens import Kind
from forms.message.message import Message
from forms.message.phrasebook import book, is_plain
from forms.message.scopes import Scope

_WIDEST = 4


class Shower:
    """`hidden`: the places of asides and names."""

    def __init__(self, message: Message, hidden: frozenset[int]) -> None:
        self._message = message
        self._hidden = hidden
        found = (*message.mentions, *message.nouns, tuple(book("ACTIVITIES").find(message.words)))
        self._named = frozenset(at for mentions in found for m in mentions for at in range(m.start, m.end))

    def number(self, scope: Scope) -> str:
        """The number with its noun, as typed."""
        return self._message.slice(scope.quantity.start, scope.noun_end)

    def surroundings(self, scope: Scope) -> str:
        """The number with the words beside it that may be shown, to a word of weight on either side."""
        start, end = scope.quantity.start, max(scope.noun_end, scope.quantity.end)
        before = list(range(start - 1, max(scope.before[0], start - _WIDEST) - 1, -1))
        behind = list(range(end, min(scope.after[1], end + _WIDEST)))
        shown_before = list(takewhile(self.may_show, before))
        shown_behind = list(takewhile(self.may_show, behind))
        first = min((at for at in shown_before if at in self._named), default=start)
        last = max((at for at in shown_behind if at in self._named), default=end - 1)
        if last < end and not scope.has_noun and shown_behind:
            last = end
        return self._message.slice(first, last + 1)

    def may_show(self, at: int) -> bool:
        word = self._message.words[at]
        if at in self._hidden or word.kind is not Kind.WORD:
            return False
        # Without accents too many names look like everyday words ("cô Lai").
        return at in self._named or (is_plain(word) and not word.loose)

    def activities(self, start: int, end: int) -> str:
        """What these words say about an activity that the form may not ask: "trồng cây"; "" when they name none."""
        places = [at for at in range(start, end) if self.may_show(at)]
        named = [at for at in places if book("ACTIVITIES").longest(self._message.words, at)]
        if not named:
            return ""
        begin = finish = named[0]
        while finish + 1 in places:
            finish += 1
        return self._message.slice(begin, finish + 1)
