"""What stands in the way of taking a number as it is: plans, negations, prices of one, corrections.

The idea: a report counts what was done. "Mai sẽ tặng 50 suất", "còn 2 căn chưa sửa" and "mỗi em 200k" hold numbers
that must not become answers.
"""

from collections.abc import Iterable, Sequence

from forms.answers.tokens import Kind
from forms.message.clauses import Clause
from forms.message.filling import Doubt
from forms.message.message import Message
from forms.message.phrasebook import Mention, book
from forms.message.quantities import Nature
from forms.message.scopes import Scope

_ONE = frozenset({"một"})


class Signs:
    """`scopes` are the numbers of the message in order, `hidden` the places of asides and names."""

    def __init__(
        self, message: Message, clauses: Sequence[Clause], scopes: Sequence[Scope], hidden: frozenset[int]
    ) -> None:
        self._message = message
        self._clauses = clauses
        self._scopes = scopes
        self._taken_back = book("CORRECTIONS").find(message.words)
        self._shielded = hidden | frozenset(self._shields())
        planned = self._ahead(self._found("NOT_YET"), until="DONE")
        self._planned = frozenset((*planned, *self._ahead(self._found("SUMMED"), until="TODAY")))
        self._negations = self._found("NEGATIONS")
        self._each = frozenset(self._in_clause(self._found("EACH")))
        self._details = frozenset(self._ahead(self._found("DETAILS")))

    def doubt(self, scope: Scope) -> Doubt | None:
        """Why the number must not be taken for what was done; None when nothing speaks against it."""
        if scope.quantity.number in self._planned or self.is_negated(scope.clause) or self._is_planned_behind(scope):
            return Doubt.NOT_YET
        if scope.quantity.number in self._each or self._is_of_one(scope):
            return Doubt.EACH
        return Doubt.WHICH_VALUE if scope.quantity.joined or scope.quantity.doubtful else None

    def is_negated(self, clause: Clause) -> bool:
        return any(clause.start <= mention.start < clause.end for mention in self._negations)

    def is_detail(self, scope: Scope) -> bool:
        """Whether the number is part of one before: "25 em, trong đó 10 em nữ"."""
        return scope.quantity.number in self._details

    def is_cancelled(self, scope: Scope) -> bool:
        """ "chứ không phải 2 căn"."""
        return self._message.follows(book("NOT_THIS"), scope.quantity.start)

    def corrects(self, scope: Scope) -> bool:
        """Whether the number is the first behind a word that takes something back: "à không, 3 căn"."""
        at = self._scopes.index(scope)
        since = self._scopes[at - 1].quantity.end if at else 0
        return any(since <= mention.start < scope.quantity.start for mention in self._taken_back)

    def _shields(self) -> Iterable[int]:
        """The places where a sign is only part of something else: "sửa chữa" holds no "chưa"."""
        for scope in self._scopes:
            yield from range(scope.quantity.start, scope.noun_end)
        longer = [m for found in (*self._message.mentions, *self._message.nouns) for m in found if len(m.phrase) > 1]
        polite = book("ONLY_POLITE").find(self._message.words)
        refused = book("NOT_THIS").find(self._message.words)
        for mention in (*longer, *polite, *refused, *self._taken_back):
            yield from range(mention.start, mention.end)

    def _found(self, name: str) -> list[Mention]:
        found = (m for m in book(name).find(self._message.words) if self._shielded.isdisjoint(range(m.start, m.end)))
        return [mention for mention in found if not self._is_verb_of_number(mention)]

    def _is_verb_of_number(self, sign: Mention) -> bool:
        """ "dang 3 tin bai" without accents is "đăng", and not "đang"."""
        named = [m for m in self._message.mentions[sign.start] if m.phrase not in self._message.vocabulary.units]
        return bool(named) and any(scope.quantity.start == sign.end for scope in self._scopes)

    def _ahead(self, signs: Sequence[Mention], until: str = "") -> Iterable[int]:
        """The places from each sign to the end of its sentence, or to a phrase that ends what it covers."""
        ends = {mention.start for mention in book(until).find(self._message.words)} if until else set()
        for sign in signs:
            own = self._clause_of(sign)
            end = max(clause.end for clause in self._clauses if clause.sentence == own.sentence)
            yield from range(sign.start, min((at for at in ends if sign.end <= at < end), default=end))

    def _in_clause(self, signs: Sequence[Mention]) -> Iterable[int]:
        """The places from each sign to the end of its clause."""
        for sign in signs:
            yield from range(sign.start, self._clause_of(sign).end)

    def _clause_of(self, sign: Mention) -> Clause:
        return next(clause for clause in self._clauses if clause.start <= sign.start < clause.end)

    def _is_planned_behind(self, scope: Scope) -> bool:
        """ "20 suất quà dự kiến trao ngày mai"."""
        return any(at in self._planned for at in range(scope.noun_end, scope.after[1]))

    def _is_of_one(self, scope: Scope) -> bool:
        """ "500k/suất", "500k một suất", "60 người mỗi buổi"."""
        last = scope.after[1] == scope.clause.end
        if self._is_one_behind(scope.quantity.end, last=last) or self._is_one_behind(scope.noun_end, last=last):
            return True
        before = self._scope_ending_at(scope.quantity.start)
        return before is not None and before.quantity.nature is Nature.MONEY and self._is_one(scope.quantity.number)

    def _scope_ending_at(self, at: int) -> Scope | None:
        return next((scope for scope in self._scopes if scope.quantity.end == at), None)

    def _is_one_behind(self, at: int, *, last: bool) -> bool:
        """ "60 người mỗi buổi", but not "2 buổi mỗi buổi 60 người": there "mỗi" belongs to the next number."""
        words = self._message.words
        if at + 1 >= len(words):
            return False
        if words[at].shows("/") or self._is_one(at):
            return self._message.is_counted(at + 1)
        return last and bool(self._message.ends_of(book("EACH"), at))

    def _is_one(self, at: int) -> bool:
        word = self._message.words[at]
        return word.text == "1" or (word.kind is Kind.WORD and word.among(_ONE))
