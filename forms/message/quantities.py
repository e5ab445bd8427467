"""The numbers of a message that count something or are money, each with the words that belong to it.

The idea: find where a number begins and ends; what it is worth is then read by the same grammar that reads an answer
to a single question. Numbers joined to one another ("20-25", "20 suất x 500k") are kept as one and never filled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product

from forms.answers import vocabulary as vocab
from forms.answers.tokens import Kind
from forms.message.message import Message
from forms.message.wording import NOT_CURRENCY
from forms.message.words import Word

_TENS = frozenset({"mười", "hăm", "băm", "mươi", "chục", "trăm"})
_MONEY_RANKS = frozenset({"triệu", "tr", "tỷ", "tỉ", "củ"})
_THOUSANDS = frozenset({"nghìn", "ngàn", "ngìn", "k"})
_RANKS = _TENS | _MONEY_RANKS | _THOUSANDS | {"vạn", "tá"}
_DIGITS = frozenset(vocab.DIGITS) - {"không"}
_LATE_DIGITS = frozenset(vocab.LATE_DIGITS)
_BETWEEN = vocab.POINT | vocab.ODD | {"không"}
_BEGIN = _DIGITS | {"mười", "hăm", "băm", "chục", "trăm", "nửa", "mấy", "vài", "dăm"}
_MARKS = frozenset(phrase for phrase, _ in vocab.MARKS)
_BARE_NOT_CURRENCY = frozenset({"chi", "doi", "bao", "ruong"})
_VAGUE = frozenset({"vài", "mấy", "dăm"})
_CLEAR_WITHOUT_ACCENTS = frozenset({"mot", "hai", "chin"})
_AND = frozenset({"và"})
_JOINTS = vocab.RANGE | vocab.TIMES
_JOINING_SIGNS = "-~/x*+,&"
# The longest amount in words has some twenty; what goes on longer is none.
_LONGEST = 14
# "20 suất quà x 500k": so many words stand between the factors at most.
_WIDEST_JOINT = 3


class Nature(Enum):
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Quantity:
    """The words from `start` (marks such as "khoảng" included) up to `end`, its numeral from `number` on.

    `joined`: several numbers in one. `doubtful`: it may be no number at all ("ba em" without accents), or nobody knows
    how many ("vài").
    """

    start: int
    number: int
    end: int
    nature: Nature
    joined: bool = False
    doubtful: bool = False


def quantities(message: Message, aside: frozenset[int]) -> tuple[Quantity, ...]:
    """The quantities outside `aside`, in order."""
    return tuple(_Finder(message, aside).all())


class _Finder:
    def __init__(self, message: Message, aside: frozenset[int]) -> None:
        self._message = message
        self._words = message.words
        self._aside = aside

    def all(self) -> Iterator[Quantity]:
        at = last = 0
        while at < len(self._words):
            found = self._at(at, last)
            if found:
                yield found
                last = found.end
            at = found.end if found else at + 1

    def _at(self, at: int, last: int) -> Quantity | None:
        end = self._numeral_end(at)
        if not end or not self._is_certain(at, end):
            return None
        joined = False
        for _ in range(_LONGEST):
            following = self._joined_end(end)
            if not following:
                break
            end, joined = following, True
        nature, end = self._nature(at, end)
        vague = self._words[at].among(_VAGUE)
        doubtful = vague or self._may_be_a_word(at, end) or self._may_be_two(at, end) or self._is_tail(end + 1)
        return Quantity(self._marks_before(at, last), at, end, nature, joined, doubtful)

    def _is_tail(self, at: int) -> bool:
        """Whether a number goes on behind its unit: "8km5", "2 km rưỡi"."""
        if not 2 <= at < len(self._words) or self._words[at - 1].kind is not Kind.WORD:
            return False
        if self._words[at - 2].kind is not Kind.NUMBER and not self._words[at - 2].among(_BEGIN | _RANKS):
            return False
        word = self._words[at]
        glued = word.kind is Kind.NUMBER and word.glued and self._words[at - 1].glued
        return not self._words[at - 1].among(_RANKS) and (glued or word.among(vocab.HALF_MORE))

    def _may_be_a_word(self, at: int, end: int) -> bool:
        """ "ba em" and "nam em" without accents are not always three and five."""
        word = self._words[at]
        return word.kind is Kind.WORD and word.loose and end - at == 1 and word.lower not in _CLEAR_WITHOUT_ACCENTS

    def _may_be_two(self, at: int, end: int) -> bool:
        """ "2 120": one number with a gap, or two."""
        return sum(word.kind is Kind.NUMBER for word in self._words[at:end]) == 2 and end - at == 2

    def _word(self, at: int) -> Word | None:
        return self._words[at] if at < len(self._words) and at not in self._aside else None

    def _numeral_end(self, at: int) -> int:
        """Where the numeral that begins here ends; 0 when none begins."""
        word = self._word(at)
        if word is None or not (word.kind is Kind.NUMBER or word.among(_BEGIN)) or self._is_tail(at):
            return 0
        end = at + 1
        while end - at < _LONGEST and self._goes_on(at, end):
            end += 1
        while end - 1 > at and self._words[end - 1].among(_BETWEEN) and not self._words[end - 1].among(_DIGITS):
            end -= 1
        return end

    def _goes_on(self, start: int, at: int) -> bool:
        """Whether the numeral from `start` on has this word, too."""
        word, before = self._word(at), self._words[at - 1]
        if word is None or word.breaks or word.kind is Kind.SIGN:
            return False
        if word.kind is Kind.NUMBER:
            # "2 triệu 5 suất" are two numbers; "1k5 tờ" and "1 nghìn 2 lượt" are one.
            is_one = word.glued or before.among(_THOUSANDS) or not self._message.is_counted(at + 1)
            ranked = before.among(_RANKS | _BETWEEN) and is_one
            return ranked or (before.kind is Kind.NUMBER and _is_group(before.text, word.text))
        if word.among(_RANKS) or word.among(vocab.HALF_MORE):
            return not self._message.nouns[at] or word.glued or word.among(_TENS)
        if word.among(_DIGITS | _LATE_DIGITS):
            # "2 trieu lam …": a verb follows figures more often than "lăm" does.
            spelt = before.kind is Kind.WORD and not (word.loose and self._words[start].kind is Kind.NUMBER)
            return spelt and not self._is_span_of_years(at)
        return word.among(_BETWEEN) and self._continues(at + 1)

    def _is_span_of_years(self, at: int) -> bool:
        """ "hai năm" without a count behind it: two years."""
        return self._words[at].among(frozenset({"năm"})) and not self._message.is_counted(at + 1)

    def _continues(self, at: int) -> bool:
        word = self._word(at)
        return word is not None and (word.kind is Kind.NUMBER or word.among(_DIGITS | _LATE_DIGITS | _BETWEEN))

    def _is_certain(self, at: int, end: int) -> bool:
        """Whether a number in words counts something: "năm em", but not "năm nay" and not "thống nhất một"."""
        if self._words[at].kind is Kind.NUMBER:
            return True
        ranks = [word for word in self._words[at:end] if word.among(_RANKS)]
        return self._message.is_counted(end) or any(word.among(_MONEY_RANKS) for word in ranks) or len(ranks) > 1

    def _joined_end(self, end: int) -> int:
        """Where a second number ends that is joined to the one before; 0 when there is none."""
        for joint in range(end, min(end + _WIDEST_JOINT + 1, len(self._words) - 1)):
            word = self._word(joint)
            if word is None or word.breaks:
                return 0
            if word.shows(_JOINING_SIGNS) or word.among(_JOINTS) or (joint == end and word.among(_AND)):
                return self._second(end, joint)
            if word.kind is not Kind.WORD:
                return 0
        return 0

    def _second(self, end: int, joint: int) -> int:
        word = self._words[joint]
        apart = joint > end and (
            word.shows(",+&/") or (word.shows("-") and not word.glued) or word.among(vocab.RANGE - {"đến"})
        )
        listed = (word.shows(",&") or word.among(_AND)) and not self._message.is_number(joint - 1)
        following = self._word(joint + 1)
        return 0 if apart or listed or following is None or following.breaks else self._numeral_end(joint + 1)

    def _nature(self, at: int, end: int) -> tuple[Nature, int]:
        """What sort of number it is, and where it ends with "đồng" or "%"."""
        following = self._word(end)
        if following and following.breaks:
            following = None
        if following and following.shows("%"):
            return Nature.PERCENT, end + 1
        if following and self._is_currency(end):
            return Nature.MONEY, end + 1
        ranks = [word for word in self._words[at:end] if word.among(_MONEY_RANKS | _THOUSANDS)]
        if not ranks:
            return Nature.COUNT, end
        great = any(word.among(_MONEY_RANKS) for word in ranks)
        counted = self._message.is_counted(end)
        return (Nature.COUNT if counted and not great else Nature.MONEY), end

    def _is_currency(self, at: int) -> bool:
        word = self._words[at]
        behind = self._words[at + 1] if at + 1 < len(self._words) else None
        if behind and (behind.lower in NOT_CURRENCY or (word.loose and behind.flat in _BARE_NOT_CURRENCY)):
            return False
        # "5 đ/c" are five comrades.
        return word.among(vocab.CURRENCY) and not (behind and behind.shows("/") and word.lower == "đ")

    def _marks_before(self, at: int, last: int) -> int:
        """Where the marks before a number begin: "khoảng", "hơn", "~"."""
        start = at
        for _ in range(2):
            if self._words[start].breaks:
                break
            if start > last and self._words[start - 1].text in vocab.MARK_SIGNS:
                start -= 1
                continue
            sizes = (size for size in (2, 1) if start - size >= last and self._is_mark(start - size, start))
            start -= next(sizes, 0)
        return start

    def _is_mark(self, start: int, end: int) -> bool:
        senses = [word.senses for word in self._words[start:end]]
        return any(phrase in _MARKS for phrase in product(*senses))


def _is_group(before: str, behind: str) -> bool:
    """ "1 200": thousands with a gap."""
    return len(before) <= 3 and len(behind) == 3 and behind.isdigit()
