""" "Không sửa căn nào": a question that is answered with nothing, in words.

The idea: such a zero is worth saying only beside another answer of the same part of the form; alone it means that the
part is not there at all, and stays unsaid.
"""

from collections.abc import Iterator, Sequence

from forms.message.claims import Claim
from forms.message.clauses import Clause
from forms.message.filling import Filled
from forms.message.message import Message
from forms.message.phrasebook import book
from forms.message.profiles import Profile
from forms.message.scopes import Span
from forms.message.signs import Signs

_NOT_YET = frozenset({"chưa"})


def zeros(message: Message, clauses: Sequence[Clause], signs: Signs, claims: Sequence[Claim]) -> Iterator[Filled]:
    """The questions that a clause without a number answers with nothing."""
    for clause in clauses:
        words = (clause.start, clause.end)
        counted = any(clause.start <= claim.scope.quantity.start < clause.end for claim in claims)
        if counted or not signs.is_negated(clause) or not _says_none(message, words):
            continue
        named = [profile for profile in message.vocabulary.counts if _names(message, words, profile)]
        if len(named) == 1 and _has_sibling(named[0], claims):
            yield Filled(named[0].path, 0, "", message.slice(*_core(message, words, named[0])))


def _says_none(message: Message, words: Span) -> bool:
    """ "… nào", "… gì"; what is not done yet is no zero."""
    none = any(message.ends_of(book("NONE_AT_ALL"), at) for at in range(*words))
    return none and not any(message.words[at].among(_NOT_YET) for at in range(*words))


def _names(message: Message, words: Span, profile: Profile) -> bool:
    """Whether both what was done and what is counted are said: "sửa căn"."""
    phrases = {mention.phrase for mention in message.mentions_between(*words)}
    return not phrases.isdisjoint(profile.names | profile.hints) and not phrases.isdisjoint(profile.heads)


def _has_sibling(profile: Profile, claims: Sequence[Claim]) -> bool:
    answered = {claim.profile.path: claim for claim in claims if claim.profile and not claim.dropped}
    asked = {rival.path for claim in claims for rival in claim.rivals}
    siblings = (claim for claim in answered.values() if claim.profile and claim.profile.topic == profile.topic)
    return profile.path not in asked and any(claim.value not in (0, "0") for claim in siblings)


def _core(message: Message, words: Span, profile: Profile) -> Span:
    """From the first to the last word that belongs to the question."""
    mentions = [
        m for m in message.mentions_between(*words) if m.phrase in profile.names | profile.hints | profile.heads
    ]
    return min(m.start for m in mentions), max(m.end for m in mentions)
