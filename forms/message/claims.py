"""What each number of a message claims to answer, and which of these claims hold.

The idea: a claim is settled only if one question is clearly ahead, the words beside the number are explained and the
value has one reading. Two numbers for one question stand against each other, and both are asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from forms.interview import Mark
from forms.message.filling import Doubt
from forms.message.message import Message
from forms.message.profiles import Profile
from forms.message.reading import certain, late_mark, possible, read_scope
from forms.message.scopes import Scope
from forms.message.scoring import CLEAR, ENOUGH, Bid, Scorer
from forms.message.signs import Signs
from forms.message.strange import is_strange_before, is_strange_behind, speaks_of_something_else
from forms.values import Json

# Bids below this are not even worth a question.
_WORTH_ASKING = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A number and what it may answer. `profile` is set, with `value`, when it is settled; `doubt` says why it is not.

    `dropped`: it was taken back, or is only a part of another number.
    """

    scope: Scope
    bids: tuple[Bid, ...]
    doubt: Doubt | None = None
    profile: Profile | None = None
    value: Json = None
    mark: Mark = ""
    dropped: bool = False
    is_strange: bool = False

    @property
    def rivals(self) -> tuple[Profile, ...]:
        """The questions worth asking about, the likeliest first."""
        best = self.bids[0].score if self.bids else 0
        return tuple(bid.profile for bid in self.bids if best >= _WORTH_ASKING and bid.score > best - CLEAR)

    def unsettled(self, doubt: Doubt) -> "Claim":
        return replace(self, profile=None, value=None, mark="", doubt=doubt)


class Judge:
    """Settles the claims of one message. `hidden`: the places of asides and names."""

    def __init__(self, message: Message, scorer: Scorer, signs: Signs, hidden: frozenset[int]) -> None:
        self._message = message
        self._scorer = scorer
        self._signs = signs
        self._hidden = hidden

    def claims(self, scopes: Sequence[Scope]) -> tuple[Claim, ...]:
        """A claim for each number that counts something, in order."""
        raised = _corrected([self._raised(scope) for scope in scopes], self._signs, self._message)
        settled = _without_parts([self._settled(claim) for claim in raised], self._signs)
        return tuple(_undisputed(settled, self._signs, self._message))

    def amounts(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """The claims of amounts of money, those that were corrected or stand against each other no longer settled."""
        found = [
            claim if claim.profile or claim.doubt else replace(claim, doubt=Doubt.WHICH_QUESTION)
            for claim in _corrected(list(claims), self._signs, self._message)
        ]
        return tuple(_undisputed(found, self._signs, self._message))

    def values(self, claim: Claim) -> tuple[Json, ...]:
        """What the number may mean to the questions that it may answer."""
        readings = [(profile, read_scope(self._message, claim.scope, profile)) for profile in claim.rivals]
        found = [value for profile, reading in readings for value in possible(reading, profile.question.kind)]
        return tuple(dict.fromkeys(found)) if Doubt.WHICH_VALUE is claim.doubt or len(set(found)) == 1 else ()

    def _raised(self, scope: Scope) -> Claim:
        return Claim(scope, self._scorer.bids(scope), self._signs.doubt(scope), dropped=self._signs.is_cancelled(scope))

    def _settled(self, claim: Claim) -> Claim:
        if claim.dropped or claim.doubt or not claim.bids:
            return claim
        best = claim.bids[0]
        strange = self._is_strange(claim.scope, best)
        if strange or not self._is_clear(claim, best):
            return replace(claim, doubt=Doubt.WHICH_QUESTION, is_strange=strange)
        found = certain(read_scope(self._message, claim.scope, best.profile), best.profile.question.kind)
        if found is None:
            return replace(claim, doubt=Doubt.WHICH_VALUE)
        mark = found[1] or late_mark(self._message, claim.scope)
        return replace(claim, profile=best.profile, value=found[0], mark=mark)

    def _is_clear(self, claim: Claim, best: Bid) -> bool:
        ahead = len(claim.bids) == 1 or best.score - claim.bids[1].score >= CLEAR
        return best.score >= ENOUGH and ahead and (best.is_cued or self._scorer.tells_enough(claim.scope, best.profile))

    def _is_strange(self, scope: Scope, best: Bid) -> bool:
        if speaks_of_something_else(self._message, scope, self._hidden):
            return True
        if not self._is_named(scope, best) and is_strange_behind(self._message, scope, self._hidden):
            return True
        told = best.is_cued and not (best.cue and best.by_noun)
        return not told and is_strange_before(self._message, scope, self._hidden)

    def _is_named(self, scope: Scope, best: Bid) -> bool:
        """Whether the noun is a name that the office gave the question: "20 suất quà …"."""
        mentions = self._message.mentions_from(scope.quantity.end)
        return any(m.end == scope.noun_end and len(m.phrase) > 1 and m.phrase in best.profile.names for m in mentions)


def _corrected(claims: list[Claim], signs: Signs, message: Message) -> list[Claim]:
    """The claims, those taken back by a later one dropped: "2 căn, à không, 3 căn"."""
    found = list(claims)
    for at, claim in enumerate(claims):
        if not signs.corrects(claim.scope):
            continue
        target = _taken_back(found[:at], claim, message)
        if target is None:
            found[at] = replace(claim, doubt=claim.doubt or Doubt.WHICH_VALUE)
            continue
        found[at] = _in_place_of(found[target], claim)
        found[target] = replace(found[target], dropped=True)
    return found


def _taken_back(before: list[Claim], claim: Claim, message: Message) -> int | None:
    """Which of the claims before is meant: the last of the same noun, or the last of all when none is named."""
    for at in reversed(range(len(before))):
        earlier = before[at].scope
        if earlier.quantity.nature is not claim.scope.quantity.nature:
            continue
        if (
            not claim.scope.has_noun
            or _noun(message, earlier) == _noun(message, claim.scope)
            or _share(before[at], claim)
        ):
            return at
    return None


def _share(left: Claim, right: Claim) -> bool:
    """Whether both are clearly about one question: "20 suất … 25 phần quà"."""
    return bool(left.bids and right.bids) and left.bids[0].profile is right.bids[0].profile


def _in_place_of(earlier: Claim, claim: Claim) -> Claim:
    """A correction says the number again, and seldom what it is about."""
    says_more = any(bid.cue for bid in claim.bids)
    return claim if says_more else replace(claim, bids=earlier.bids)


def _noun(message: Message, scope: Scope) -> tuple[str, ...]:
    return tuple(word.flat for word in message.words[scope.quantity.end : scope.noun_end])


def _without_parts(claims: list[Claim], signs: Signs) -> list[Claim]:
    """The claims, those dropped that only say more about one before: "25 em, trong đó 10 em nữ"."""
    return [
        replace(claim, dropped=True)
        if signs.is_detail(claim.scope) and _has_whole(claim, claims[:at], signs)
        else claim
        for at, claim in enumerate(claims)
    ]


def _has_whole(claim: Claim, before: list[Claim], signs: Signs) -> bool:
    return any(
        whole.profile
        and not signs.is_detail(whole.scope)
        and whole.scope.clause.sentence == claim.scope.clause.sentence
        for whole in before
    )


def _undisputed(claims: list[Claim], signs: Signs, message: Message) -> Iterable[Claim]:
    """The claims, those unsettled that another number disputes."""
    for claim in claims:
        disputed = claim.profile and any(_disputes(other, claim, signs, message) for other in claims)
        yield claim.unsettled(Doubt.TWICE) if disputed else claim


def _disputes(other: Claim, claim: Claim, signs: Signs, message: Message) -> bool:
    if other is claim or other.dropped or claim.dropped or not other.bids:
        return False
    if other.profile or other.doubt is Doubt.WHICH_VALUE:
        return (other.profile or other.bids[0].profile) is claim.profile
    if other.doubt is not Doubt.WHICH_QUESTION or other.is_strange or signs.is_detail(claim.scope):
        return False
    return claim.profile in other.rivals and _are_alike(_noun(message, other.scope), _noun(message, claim.scope))


def _are_alike(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two nouns are the same, one perhaps longer: "căn", "căn nhà"."""
    return all(one == other for one, other in zip(left, right, strict=False))
