"""Which question an amount of money answers.

The idea: "trị giá 12 triệu" is the value of the nearest thing before it that the form asks a value of, if only one can
be meant. A price of one, a sum over several things, and money that was given for something else stay questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from forms.answers.tokens import Kind
from forms.message.claims import Claim
from forms.message.clauses import Clause
from forms.message.filling import Doubt
from forms.message.message import Message
from forms.message.phrasebook import book, is_plain
from forms.message.profiles import Profile
from forms.message.quantities import Nature
from forms.message.reading import certain, read_scope
from forms.message.scopes import Scope, Span
from forms.message.scoring import Bid
from forms.message.signs import Signs
from forms.message.wording import GIVING

# "20 suất quà trị giá 500k": below this for one of several, the amount is more likely the price of one.
_LEAST_FOR_ONE = 100_000
_POINTS = 9


def is_amount(message: Message, scope: Scope) -> bool:
    """Whether a number is money: by its own words, or by those right before it ("trị giá 40")."""
    if scope.quantity.nature is Nature.COUNT and not scope.has_noun:
        return message.follows(book("MONEY_CUES"), scope.quantity.start)
    return scope.quantity.nature is Nature.MONEY


@dataclass(frozen=True, slots=True)
class _Thing:
    """What an amount may be the value of: the parts of the form that its words speak of."""

    topics: frozenset[str]
    words: Span


class Purse:
    """Claims for the amounts of money of one message, beside the `claims` of its counts."""

    def __init__(
        self,
        message: Message,
        clauses: Sequence[Clause],
        signs: Signs,
        hidden: frozenset[int],
        claims: Sequence[Claim],
        amounts: Sequence[Scope],
    ) -> None:
        self._message = message
        self._amounts = amounts
        self._clauses = clauses
        self._signs = signs
        self._hidden = hidden
        self._claims = claims
        self._valued = {profile.topic for profile in message.vocabulary.money}

    def claim(self, scope: Scope) -> Claim:
        """What an amount answers; with a doubt, and the questions to ask about, when that is not certain."""
        named = self._named(scope)
        thing = self._thing(scope)
        profiles = named or tuple(p for p in self._message.vocabulary.money if p.topic in thing.topics)
        bids = tuple(Bid(profile, _POINTS) for profile in profiles)
        claim = Claim(scope, bids, self._signs.doubt(scope), dropped=self._signs.is_cancelled(scope))
        if claim.doubt or not profiles:
            return claim
        if len(profiles) > 1:
            return replace(claim, doubt=Doubt.WHICH_QUESTION)
        found = certain(read_scope(self._message, scope, profiles[0]), profiles[0].question.kind)
        if found is None:
            return replace(claim, doubt=Doubt.WHICH_VALUE)
        doubt = None if named else self._doubt(scope, thing, found[0])
        return (
            replace(claim, doubt=doubt) if doubt else replace(claim, profile=profiles[0], value=found[0], mark=found[1])
        )

    def _named(self, scope: Scope) -> tuple[Profile, ...]:
        """The questions that the words right before the amount name: "giá trị quà: 5 triệu"."""
        mentions = [m for m in self._message.mentions_between(*scope.before) if m.end >= scope.before[1] - 1]
        return tuple(p for p in self._message.vocabulary.money if any(m.phrase in p.names for m in mentions))

    # The thing that has the value

    def _thing(self, scope: Scope) -> _Thing:
        """The nearest words up to the amount that speak of anything with a value."""
        nothing = _Thing(frozenset(), scope.before)
        own = self._topics(self._since_money(scope))
        if own is None:
            return nothing
        if own:
            return _Thing(own, self._since_money(scope))
        if self._is_total(scope):
            return self._sentence(scope)
        return self._earlier(scope) or nothing

    def _earlier(self, scope: Scope) -> _Thing | None:
        """The nearest clause before that of the amount, with the one that it is joined to."""
        topics: frozenset[str] = frozenset()
        for clause in reversed([clause for clause in self._clauses if clause.start < scope.clause.start]):
            if clause.sentence != scope.clause.sentence and not self._has_cue(scope):
                break
            found = self._topics((clause.start, clause.end))
            if found is None:
                break
            topics |= found
            if topics and not clause.joined:
                return _Thing(topics, (clause.start, scope.quantity.start))
        return _Thing(topics, (self._clauses[0].start, scope.quantity.start)) if topics else None

    def _sentence(self, scope: Scope) -> _Thing:
        """All that the sentence speaks of: what a total may stand for."""
        start = min(clause.start for clause in self._clauses if clause.sentence == scope.clause.sentence)
        words = (start, scope.quantity.start)
        return _Thing(self._topics(words) or frozenset(), words)

    def _since_money(self, scope: Scope) -> Span:
        """The words of the clause before the amount, back to an amount before it."""
        before = (
            a.quantity.end for a in self._amounts if scope.clause.start <= a.quantity.start < scope.quantity.start
        )
        return max((scope.clause.start, *before)), scope.quantity.start

    def _topics(self, words: Span) -> frozenset[str] | None:
        """The parts of the form with a value that these words speak of; None when they last count something without."""
        counted = [{profile.topic for profile in claim.rivals} for claim in self._within(words) if claim.rivals]
        if counted and self._valued.isdisjoint(counted[-1]):
            return None
        found = set(chain.from_iterable(counted))
        for mention in self._message.mentions_between(*words):
            if mention.start not in self._hidden:
                found |= self._message.vocabulary.topics.get(mention.phrase, frozenset())
        return frozenset(found & self._valued)

    def _within(self, words: Span) -> list[Claim]:
        return [c for c in self._claims if words[0] <= c.scope.quantity.start < words[1] and not c.dropped]

    # What speaks against it

    def _doubt(self, scope: Scope, thing: _Thing, value: object) -> Doubt | None:
        counted = [claim for claim in self._within(thing.words) if claim.profile]
        others = [c for c in self._claims if c.profile and c not in counted and c.profile.topic in thing.topics]
        total = self._is_total(scope)
        if not counted or (others and not total):
            return Doubt.WHICH_QUESTION
        since = counted[-1].scope.noun_end
        if self._is_strange(max(since, scope.clause.start) if total else since, scope.quantity.start):
            return Doubt.WHICH_QUESTION
        pieces = sum(claim.value for claim in counted if isinstance(claim.value, int))
        if pieces > 1 and not total and (not self._has_cue(scope) or _is_little(value, pieces)):
            return Doubt.EACH
        return None

    def _cue_words(self, scope: Scope) -> Span:
        return (max(scope.before[0], scope.quantity.start - 5), scope.quantity.start)

    def _has(self, name: str, scope: Scope) -> bool:
        start, end = self._cue_words(scope)
        return any(self._message.ends_of(book(name), at) for at in range(start, end) if at not in self._hidden)

    def _has_cue(self, scope: Scope) -> bool:
        return self._has("VALUE_CUES", scope)

    def _is_total(self, scope: Scope) -> bool:
        return self._has("TOTAL_CUES", scope)

    def _is_strange(self, start: int, end: int) -> bool:
        """Whether something else than the thing stands between it and the amount: "… tài trợ 40 triệu"."""
        known = {at for m in self._message.mentions_between(start, end) for at in range(m.start, m.end)}
        cues = {at for m in self._cues(start, end) for at in range(*m)}
        return any(
            word.kind is Kind.WORD
            and at not in known | cues
            and at not in self._hidden
            and (word.lower in GIVING or not is_plain(word))
            for at, word in enumerate(self._message.words[start:end], start)
        )

    def _cues(self, start: int, end: int) -> list[Span]:
        listed = (book(name) for name in ("VALUE_CUES", "TITLES"))
        words = self._message.words
        return [(m.start, m.end) for lists in listed for at in range(start, end) for m in lists.at(words, at)]


def _is_little(value: object, pieces: int) -> bool:
    return isinstance(value, int) and value < pieces * _LEAST_FOR_ONE
