"""The words that belong to each number of a message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forms.message.clauses import Clause
from forms.message.message import Message
from forms.message.phrasebook import families
from forms.message.profiles import Profile
from forms.message.quantities import Quantity
from forms.message.wording import BROADER

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """A number with what surrounds it, as spans of places. Its noun stands from the number's end to `noun_end`; the
    words of `before` and `after` (the noun included) may belong to it; those of `reach` stand around it, whatever they
    belong to. `family`: what sort of noun it is, "" for none.
    """

    quantity: Quantity
    clause: Clause
    noun_end: int
    family: str
    before: Span
    after: Span
    reach: Span

    @property
    def has_noun(self) -> bool:
        return self.noun_end > self.quantity.end


def scopes(message: Message, clauses: Sequence[Clause], quantities: Sequence[Quantity]) -> tuple[Scope, ...]:
    """One scope for each number, in order."""
    found: list[Scope] = []
    for clause in clauses:
        inside = [quantity for quantity in quantities if clause.start <= quantity.start < clause.end]
        found.extend(_divided(message, list(_of_clause(message, clause, inside))))
    return tuple(found)


def _of_clause(message: Message, clause: Clause, quantities: Sequence[Quantity]) -> Iterator[Scope]:
    begin = clause.start
    for at, quantity in enumerate(quantities):
        noun_end, family = _noun(message, quantity)
        end = quantities[at + 1].start if at + 1 < len(quantities) else clause.end
        end = max(end, noun_end)
        yield Scope(quantity, clause, noun_end, family, (begin, quantity.start), (quantity.end, end), (begin, end))
        begin = noun_end


def _noun(message: Message, quantity: Quantity) -> tuple[int, str]:
    """Where the noun behind a number ends, and its family; the number's end when it has none."""
    if quantity.end >= len(message.words) or message.words[quantity.end].breaks:
        return quantity.end, ""
    nouns = {mention.end: families()[mention.phrase] for mention in message.nouns[quantity.end]}
    named = [m.end for m in message.mentions[quantity.end] if _is_head(message, m.phrase)]
    end = max((*named, *nouns), default=quantity.end)
    return end, nouns[max(nouns)] if nouns else ""


def _is_head(message: Message, phrase: tuple[str, ...]) -> bool:
    return any(phrase in profile.heads for profile in message.vocabulary.counts)


def _divided(message: Message, found: list[Scope]) -> Iterator[Scope]:
    """The scopes of a clause, the words between two numbers of one sort given to one of them where it is plain to
    which: "xây 1 căn sửa 2 căn", "1 căn xây 2 căn sửa"."""
    for at in range(len(found) - 1):
        earlier, later = found[at], found[at + 1]
        if earlier.family != later.family:
            continue
        if _tells(message, earlier.before, earlier.family):
            found[at] = replace(earlier, after=(earlier.after[0], earlier.noun_end))
        elif _tells(message, (later.noun_end, later.after[1]), later.family):
            found[at + 1] = replace(later, before=(later.before[1], later.before[1]))
    yield from found


def _tells(message: Message, span: Span, family: str) -> bool:
    """Whether a name of a question that counts this sort of thing stands in these words, beyond what it counts."""
    profiles = [p for p in message.vocabulary.counts if p.family in (family, BROADER.get(family))]
    mentions = (m.phrase for m in message.mentions_between(*span) if m.phrase not in message.vocabulary.units)
    return any(_names(phrase, profile) for phrase in mentions for profile in profiles)


def _names(phrase: tuple[str, ...], profile: Profile) -> bool:
    return phrase in profile.names or phrase in profile.hints
