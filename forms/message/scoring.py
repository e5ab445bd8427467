"""Which questions a number may answer, and how much speaks for each.

The idea: the noun behind the number says which questions can be meant at all ("em", "căn", "lượt người"); the words
around it tell them apart ("sửa", "xây"); what the sentence was about before helps where its own clause says nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forms.answers.tokens import Kind
from forms.message.clauses import Clause
from forms.message.message import Message
from forms.message.phrasebook import Mention, book, families, is_plain
from forms.message.profiles import Profile
from forms.message.quantities import Nature
from forms.message.scopes import Scope
from forms.message.strange import is_strange_before
from forms.message.wording import BROADER, GENERIC

# What speaks for a question, in points. A bid below ENOUGH, or less than CLEAR ahead of the next, fills nothing.
_ITS_NOUN, _PART_OF_NOUN, _SIMILAR_NOUN = 4, 3, 2
_ITS_NAME, _ITS_HINT, _ITS_TOPIC, _TOPIC_BEFORE = 3, 2, 2, 2
_MOST_BY_CUES = 5
ENOUGH, CLEAR = 4, 2
PEOPLE = frozenset({"person", "child", "youth"})


@dataclass(frozen=True, slots=True)
class Bid:
    """What speaks for a question: the noun that is counted, the words around it, what was spoken of before.

    `by_noun`: the noun is all that gave a cue ("suất quà").
    """

    profile: Profile
    noun: int
    cue: int = 0
    carried: int = 0
    by_noun: bool = False

    @property
    def score(self) -> int:
        return self.noun + self.cue + self.carried

    @property
    def is_cued(self) -> bool:
        """Whether more speaks for it than the noun."""
        return bool(self.cue or self.carried)


class Scorer:
    """Bids for the numbers of one message. `hidden`: the places of asides and names."""

    def __init__(self, message: Message, clauses: Sequence[Clause], hidden: frozenset[int]) -> None:
        self._message = message
        self._clauses = clauses
        self._hidden = hidden
        self._vocabulary = message.vocabulary

    def bids(self, scope: Scope) -> tuple[Bid, ...]:
        """The questions that the number may answer, the likeliest first."""
        found = [bid for profile in self._vocabulary.counts if (bid := self._bid(scope, profile))]
        told = {bid.profile.topic for bid in found if bid.cue}
        # What was spoken of before tells nothing among questions of one part when the number's own words do.
        fair = [replace(bid, carried=0) if bid.profile.topic in told else bid for bid in found]
        return tuple(sorted(fair, key=lambda bid: -bid.score))

    def tells_enough(self, scope: Scope, profile: Profile) -> bool:
        """Whether the noun alone is the office's own word for the question ("em"), and no generic one ("buổi")."""
        named = not self._message.counted_from(scope.quantity.end).isdisjoint(profile.names)
        return named and not self._is_generic(scope)

    def _is_generic(self, scope: Scope) -> bool:
        phrase = tuple(word.lower for word in self._message.words[scope.quantity.end : scope.noun_end])
        longest = max((m.end for m in self._message.nouns[scope.quantity.end]), default=0) if phrase else 0
        return scope.family in GENERIC and longest == scope.noun_end

    def _bid(self, scope: Scope, profile: Profile) -> Bid | None:
        if profile.is_percent != (scope.quantity.nature is Nature.PERCENT):
            return None
        if not scope.has_noun and not profile.is_percent:
            return Bid(profile, _ITS_NOUN, cue=_ITS_NAME) if self._is_labelled(scope, profile) else None
        noun = self._noun_points(scope, profile)
        if not noun:
            return None
        cues = self._cues(scope, profile)
        cue = min(sum(cues.values()), _MOST_BY_CUES)
        noun_places = range(scope.quantity.end, scope.noun_end)
        by_noun = all(mention.start in noun_places for mention in cues)
        return Bid(profile, noun, cue, 0 if cue else self._carried(scope, profile), by_noun)

    def _cues(self, scope: Scope, profile: Profile) -> dict[Mention, int]:
        """The phrases near the number that speak for a question, none overlapping another, with their points."""
        found: dict[Mention, int] = {}
        points = {mention: self._points(mention, profile) for mention in self._around(scope)}
        for mention in sorted(points, key=lambda m: (-points[m], m.start - m.end)):
            if points[mention] and all(mention.end <= other.start or other.end <= mention.start for other in found):
                found[mention] = points[mention]
        return found

    def _carried(self, scope: Scope, profile: Profile) -> int:
        """Points for what the sentence last spoke of, as far back as it spoke of one part of the form only. Children
        are counted by a question about people only if their own clause is about that, or says that they came."""
        if is_strange_before(self._message, scope, self._hidden) or any(self._spoken_of(*scope.before)):
            return 0
        for mention, is_near in self._spoken_before(scope):
            if profile.topic not in self._vocabulary.topics[mention.phrase]:
                return 0
            phrases = {part.phrase for part in self._message.mentions_between(mention.start, mention.end)}
            if not phrases.isdisjoint(profile.names | profile.hints | self._vocabulary.parts):
                counted_so = is_near or profile.family == scope.family or self._is_audience(scope)
                return _TOPIC_BEFORE if counted_so else 0
        return 0

    def _is_audience(self, scope: Scope) -> bool:
        return any(self._message.ends_of(book("AUDIENCE"), at) for at in range(*scope.after))

    def _noun_points(self, scope: Scope, profile: Profile) -> int:
        counted = self._message.counted_from(scope.quantity.end)
        if profile.is_percent or not counted.isdisjoint(profile.heads):
            return _ITS_NOUN
        if not scope.family or profile.family not in (scope.family, BROADER.get(scope.family)):
            return 0
        part = any(phrase == unit[: len(phrase)] for phrase in counted for unit in profile.units)
        return _PART_OF_NOUN if part else _SIMILAR_NOUN

    def _is_labelled(self, scope: Scope, profile: Profile) -> bool:
        """ "Suất quà: 20", "số tờ rơi 150": what a question counts, and then its number."""
        words = self._message.words
        start, end = scope.before
        signed = end > start and words[end - 1].shows(":=")
        end -= signed
        while start < end and not self._counts(start, end, profile):
            if not (words[start].kind is Kind.SIGN or start in self._hidden or is_plain(words[start])):
                return False
            signed = signed or words[start].flat == "so"
            start += 1
        return signed and start < end

    def _counts(self, start: int, end: int, profile: Profile) -> bool:
        return any(m.end == end and m.phrase in profile.heads for m in self._message.mentions[start])

    def _around(self, scope: Scope) -> list[Mention]:
        found = (mention for span in (scope.before, scope.after) for mention in self._message.mentions_between(*span))
        return [mention for mention in found if mention.start not in self._hidden]

    def _points(self, mention: Mention, profile: Profile) -> int:
        """What a phrase near the number adds. A noun that counts says who or what, and not what was done."""
        if mention.phrase in families() or mention.phrase in self._vocabulary.units:
            return 0
        if mention.phrase in profile.names:
            return _ITS_NAME
        if mention.phrase in profile.hints:
            return _ITS_HINT
        spoken_of = self._vocabulary.topics.get(mention.phrase, frozenset())
        return _ITS_TOPIC if profile.family in PEOPLE and profile.topic in spoken_of else 0

    def _spoken_before(self, scope: Scope) -> Iterator[tuple[Mention, bool]]:
        """The names of parts of the form before the words of this number, the last first, and whether each stands in
        its own clause or in one that this goes on."""
        is_near = True
        for clause in reversed(self._clauses):
            if clause.start > scope.clause.start or clause.sentence != scope.clause.sentence:
                continue
            for mention in reversed(list(self._spoken_of(clause.start, min(clause.end, scope.before[0])))):
                yield mention, is_near
            is_near = is_near and clause.joined

    def _spoken_of(self, start: int, end: int) -> Iterator[Mention]:
        """The longest names of parts of the form in these words."""
        last = start
        mentions = self._message.mentions_between(start, end)
        known = [m for m in mentions if m.phrase in self._vocabulary.topics and m.start not in self._hidden]
        for mention in sorted(known, key=lambda mention: (mention.start, -mention.end)):
            if mention.start >= last:
                last = mention.end
                yield mention
