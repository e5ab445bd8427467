"""A whole report in one message."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from forms.message.amounts import Purse, is_amount
from forms.message.asides import asides, is_dated, is_for_each
from forms.message.claims import Claim, Judge
from forms.message.clauses import clauses
from forms.message.filling import Doubt, Filled, Filling, Unclear
from forms.message.gates import place
from forms.message.kinds import Chooser
from forms.message.labels import Labels, labels
from forms.message.message import Message, read_words
from forms.message.names import names
from forms.message.nothing import says_nothing
from forms.message.profiles import vocabulary
from forms.message.quantities import quantities
from forms.message.scopes import scopes
from forms.message.scoring import Scorer
from forms.message.showing import Shower
from forms.message.signs import Signs
from forms.message.template import Lines, read_lines
from forms.message.words import tidied
from forms.message.zeros import zeros
from forms.model import Form

LONGEST_MESSAGE = 2000
# A report has some twenty figures; a message with many more is a document, and is read no further.
_MOST_NUMBERS = 30


def read_message(form: Form, text: str, *, language: str, now: datetime) -> Filling:
    """What a free text, or a filled `template()`, says about the questions of `form`.

    `language` is that of the person; the words of the form's own language are understood as well. `now` is aware.
    Never raises on any text.
    """
    if len(text) > LONGEST_MESSAGE:
        return Filling(too_long=True)
    words = vocabulary(form, language)
    lines = read_lines(form, words, tidied(text), language=language, now=now) or Lines((), (), text)
    message = read_words(lines.rest, words)
    free = _FreeText(message, labels(form, language)).filling() if message.words else Filling()
    return _placed(form, _merged(lines, free), language, now)


def _merged(lines: Lines, free: Filling) -> Filling:
    """A line goes before what the free text says about the same question; if that is something else, it is asked."""
    by_line = {answer.question_path: answer.value for answer in lines.answers}
    answers = (*lines.answers, *(answer for answer in free.answers if answer.question_path not in by_line))
    disputed = tuple(
        Unclear(answer.words, (answer.question_path,), (answer.value,), Doubt.TWICE)
        for answer in free.answers
        if by_line.get(answer.question_path, answer.value) != answer.value
    )
    unclear = (*lines.unclear, *free.unclear, *disputed)
    return replace(free, answers=answers, unclear=unclear, nothing=free.nothing and not answers)


def _placed(form: Form, filling: Filling, language: str, now: datetime) -> Filling:
    """The filling as an interview takes it, its answers in the order of the form."""
    placed = place(form, filling.answers, language=language, now=now)
    order = {question.path: at for at, question in enumerate(form.questions)}
    answers = sorted(placed.answers, key=lambda answer: order[answer.question_path])
    unclear = (*filling.unclear, *placed.refused)
    return replace(filling, answers=tuple(answers), choices=placed.choices, unclear=unclear)


class _FreeText:
    """A message that holds at least one word."""

    def __init__(self, message: Message, names_of_questions: Labels) -> None:
        self._message = message
        self._labelled = names_of_questions.numbers(message)
        aside = asides(message, self._labelled)
        self._hidden = aside | (names(message, aside) - self._labelled.keys())
        self._clauses = clauses(message, aside)
        self._quantities = quantities(message, self._hidden)
        self._scopes = scopes(message, self._clauses, self._quantities[:_MOST_NUMBERS])
        self._signs = Signs(message, self._clauses, self._scopes, self._hidden)
        self._shower = Shower(message, self._hidden)

    def filling(self) -> Filling:
        claims, judge = self._claims()
        chosen = self._choices(claims)
        answers = (
            *zeros(self._message, self._clauses, self._signs, claims),
            *(self._filled(claim) for claim in claims if claim.profile and not claim.dropped),
            *(choice for choice in chosen if isinstance(choice, Filled)),
        )
        unclear = (
            *(self._unclear(claim, judge) for claim in claims if _is_unclear(claim)),
            *(choice for choice in chosen if isinstance(choice, Unclear)),
        )
        nothing = not self._scopes and says_nothing(self._message, self._clauses, self._hidden)
        return Filling(answers, (), unclear, tuple(self._left_over(claims)), nothing)

    def _claims(self) -> tuple[tuple[Claim, ...], Judge]:
        scorer = Scorer(self._message, self._clauses, self._hidden)
        judge = Judge(self._message, scorer, self._signs, self._hidden)
        amounts = [scope for scope in self._scopes if is_amount(self._message, scope)]
        counts = judge.claims([scope for scope in self._scopes if scope not in amounts])
        purse = Purse(self._message, self._clauses, self._signs, self._hidden, counts, amounts)
        return (*counts, *judge.amounts([purse.claim(scope) for scope in amounts])), judge

    def _filled(self, claim: Claim) -> Filled:
        assert claim.profile is not None  # noqa: S101  (only settled claims are filled)
        return Filled(claim.profile.path, claim.value, claim.mark, self._shower.number(claim.scope))

    def _unclear(self, claim: Claim, judge: Judge) -> Unclear:
        assert claim.doubt is not None  # noqa: S101  (only claims with a doubt are asked)
        paths = tuple(profile.path for profile in claim.rivals)
        return Unclear(self._shower.surroundings(claim.scope), paths, judge.values(claim), claim.doubt)

    def _choices(self, claims: Sequence[Claim]) -> list[Filled | Unclear]:
        chooser = Chooser(self._message, self._clauses, self._hidden, claims)
        found = (chooser.choose(profile) for profile in self._message.vocabulary.choices)
        return [choice for choice in found if choice]

    def _left_over(self, claims: Sequence[Claim]) -> Iterator[str]:
        """Numbers that fit no question, and activities that the form may not ask about."""
        for claim in claims:
            if not claim.dropped and not claim.profile and not _is_unclear(claim):
                yield self._shower.surroundings(claim.scope)
            if claim.dropped and self._signs.is_detail(claim.scope):
                yield self._shower.number(claim.scope)
        yield from self._unread()
        for clause in self._clauses:
            counted = any(clause.start <= scope.quantity.start < clause.end for scope in self._scopes)
            if not counted and (words := self._shower.activities(clause.start, clause.end)):
                yield words

    def _unread(self) -> Iterator[str]:
        """Numbers that are part of nothing that was read. Of one that must not be shown, the question's name."""
        read = {at for found in self._quantities[:_MOST_NUMBERS] for at in range(found.start, found.end)}
        for at in range(len(self._message.words)):
            if at in read or not self._message.is_number(at):
                continue
            if at not in self._hidden or is_for_each(self._message, at):
                yield self._message.slice(at, at + 1)
            elif at in self._labelled and not is_dated(self._message, at):
                yield self._message.slice(*self._labelled[at])


def _is_unclear(claim: Claim) -> bool:
    """Whether the number is worth a question."""
    return claim.doubt is not None and not claim.dropped and bool(claim.rivals)
