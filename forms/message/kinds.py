"""Choices that are named beside a number: "1 căn nhà tình nghĩa" says which kind of house."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.answers.tokens import Kind
from forms.kinds import Kind as QuestionKind
from forms.message.claims import Claim
from forms.message.clauses import Clause
from forms.message.filling import Doubt, Filled, Unclear
from forms.message.message import Message
from forms.message.phrasebook import is_plain
from forms.message.profiles import ChoiceProfile
from forms.message.wording import Phrase
from forms.message.words import phrase_end


@dataclass(frozen=True, slots=True)
class _Named:
    """A choice named in the words from `start` to `end`."""

    value: str
    start: int
    end: int


class Chooser:
    """`claims` are the settled and unsettled numbers of the message, `hidden` the places of asides and names."""

    def __init__(
        self, message: Message, clauses: Sequence[Clause], hidden: frozenset[int], claims: Sequence[Claim]
    ) -> None:
        self._message = message
        self._clauses = clauses
        self._hidden = hidden
        self._claims = claims

    def choose(self, profile: ChoiceProfile) -> Filled | Unclear | None:
        """The choices named beside the numbers of the same part of the form. Asked when not every number has one."""
        settled = [(claim, claim.profile) for claim in self._claims if claim.profile]
        numbers = [claim for claim, p in settled if p.topic == profile.topic and not p.question.is_money]
        named = [list(self._beside(claim, profile)) for claim in numbers]
        found = [choice for choices in named for choice in choices]
        if not found:
            return None
        first = found[0]
        words = self._message.slice(first.start, first.end)
        values = [item.value for item in profile.question.items if item.value in {choice.value for choice in found}]
        path = profile.question.path
        if not all(named) or (profile.question.kind is QuestionKind.SELECT_ONE and len(values) > 1):
            return Unclear(words, (path,), tuple(values), Doubt.WHICH_VALUE)
        return Filled(
            path, list(values) if profile.question.kind is QuestionKind.SELECT_MULTIPLE else values[0], "", words
        )

    def _beside(self, claim: Claim, profile: ChoiceProfile) -> Iterator[_Named]:
        """The choices in the words of a number, or alone in the clause behind it: "1 căn (tình nghĩa)"."""
        start, end = claim.scope.before[0], claim.scope.after[1]
        yield from self._named(start, end, profile)
        following = next((clause for clause in self._clauses if clause.start == claim.scope.clause.end), None)
        if following and end == claim.scope.clause.end:
            alone = list(self._named(following.start, following.end, profile))
            if alone and self._holds_only(following, alone):
                yield from alone

    def _named(self, start: int, end: int, profile: ChoiceProfile) -> Iterator[_Named]:
        labels = {**profile.short_labels, **profile.labels}
        at = start
        while at < end:
            found = max((choice for label in labels if (choice := self._at(at, label, labels))), key=_end, default=None)
            if found and found.end <= end:
                yield found
            at = found.end if found else at + 1

    def _at(self, at: int, label: Phrase, labels: dict[Phrase, str]) -> _Named | None:
        end = phrase_end(self._message.words, at, label)
        return _Named(labels[label], at, end) if end and at not in self._hidden else None

    def _holds_only(self, clause: Clause, named: Sequence[_Named]) -> bool:
        taken = {at for choice in named for at in range(choice.start, choice.end)}
        rest = (
            word
            for at, word in enumerate(self._message.words[clause.start : clause.end], clause.start)
            if at not in taken
        )
        return all(word.kind is Kind.SIGN or is_plain(word) for word in rest)


def _end(choice: _Named) -> int:
    return choice.end
