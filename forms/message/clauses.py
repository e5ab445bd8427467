"""Where the clauses of a message begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from forms.message.message import Message
from forms.message.phrasebook import book
from forms.message.words import Words

_CLOSING = ".!?"
_BULLETS = "-+*•"
_AND = frozenset({"và"})


@dataclass(frozen=True, slots=True)
class Clause:
    """The words from `start` up to `end`. `joined`: it goes on from the clause before ("… và …"); `sentence` counts
    sentences, a list under a heading being one."""

    start: int
    end: int
    sentence: int
    joined: bool


def clauses(message: Message, aside: frozenset[int]) -> tuple[Clause, ...]:
    """The whole message in clauses, cut at signs, at "và", at the ends of lines and at corrections."""
    words = message.words
    whole = {at for mentions in message.mentions for m in mentions for at in range(m.start, m.end)}
    cuts = {at for at in range(1, len(words)) if at not in aside and at not in whole and _separates(message, at, aside)}
    openers = (book("CORRECTIONS"), book("CONJUNCTIONS"))
    cuts.update(at for at in range(1, len(words)) if any(message.ends_of(opener, at) for opener in openers))
    lines = dict(_lines(message))
    sentence = 0
    found: list[Clause] = []
    for start, end in pairwise(sorted({0, len(words), *cuts, *lines})):
        if start and (words[start].shows(_CLOSING) or (start in lines and not lines[start])):
            sentence += 1
        found.append(Clause(start, end, sentence, words[start].among(_AND)))
    return tuple(found)


def _lines(message: Message) -> Iterator[tuple[int, bool]]:
    """Where each line but the first begins, and whether it is an item of a list under a heading ("Tuyên truyền:")."""
    is_listed = False
    for at in range(1, len(message.words)):
        gap = message.text[message.words[at - 1].end : message.words[at].start]
        if "\n" in gap:
            is_item = message.words[at].shows(_BULLETS)
            is_listed = is_item and (is_listed or message.words[at - 1].shows(":"))
            yield at, is_listed


def _separates(message: Message, at: int, aside: frozenset[int]) -> bool:
    """A sign or an "và" at which a new clause begins; not within "2, 3 căn", "20 - 25", "2 + 3"."""
    word = message.words[at]
    if _is_between_numbers(message, at, aside) and not word.shows(";.()"):
        return False
    if word.shows("-"):
        return not word.glued or not _is_glued(message.words, at + 1)
    return word.shows(",;.!?()+&*•|…") or word.among(_AND)


def _is_between_numbers(message: Message, at: int, aside: frozenset[int]) -> bool:
    return message.is_number(at - 1) and message.is_number(at + 1) and aside.isdisjoint((at - 1, at + 1))


def _is_glued(words: Words, at: int) -> bool:
    return at < len(words) and words[at].glued
