"""What is no part of a report's figures: days and hours, addresses, telephone numbers, the numbers of a list.

The idea: mark these words first, so that no number among them is ever taken for a count.
"""

import re
from collections.abc import Container, Iterator

from forms.answers.tokens import Kind
from forms.message.message import Message
from forms.message.phrasebook import book, families
from forms.message.words import Word

# A plain number with more digits is a document or an account.
_LONGEST_PLAIN = 8

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_EDGE, _END = r"(?<![\w/.,-])", r"(?![\w/]|[.,]\d)"
_TO = r"\s*(?:-|đến|den|tới|toi)\s*"
_DATES = re.compile(
    rf"{_EDGE}(?:{_DAY}{_TO})?{_DAY}\s*[/.-]\s*{_MONTH}\s*[/.-]\s*(?:{_YEAR}|\d\d){_END}"
    rf"|{_EDGE}{_DAY}(?:/{_MONTH})?{_TO}{_DAY}\s*/\s*{_MONTH}{_END}"
    rf"|{_EDGE}{_MONTH}/{_YEAR}{_END}"
    rf"|{_EDGE}{_YEAR}-{_MONTH}-{_DAY}{_END}"
    rf"|(?:ngày|ngay)\s+\d{{1,2}}\s+(?:tháng|thang)\s+\d{{1,2}}(?:\s+(?:năm|nam)\s+\d{{4}})?{_END}",
    re.IGNORECASE,
)
_SHORT_DATES = re.compile(rf"{_EDGE}{_DAY}/{_MONTH}{_END}")
_HOURS = re.compile(
    rf"{_EDGE}\d{{1,2}}\s*(?:h|g|giờ|gio)\s*(?:[0-5]?\d(?:\s*(?:p|ph|phút|phut))?)?(?![^\W\d_])"
    rf"|{_EDGE}\d{{1,2}}:[0-5]\d(?![\w:])",
    re.IGNORECASE,
)
_CODES = re.compile(
    r"(?<!\d)\d{1,6}(?:[-/][A-ZĐ]{2,}[\w/-]*| ?[-/] ?[A-ZĐ]{2,}[-/][\w/-]+)|\b[A-ZĐ]{1,4}[-.]?\d+\b|\b\d\d[A-ZĐ]\d?-\d[\d.]+|\b\w+@[\w.]+|https?://\S+|#\w+"
)  # 17-KH/BCĐ
_OTHERS = (
    re.compile(r"(?<![\w.,])(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)"),  # telephone numbers
    _HOURS,
    re.compile(
        r"^[ \t]*(?:\d{1,2}(?:\.\d{1,2})?\s*[.)/](?!\d)(?=[ \t]*\S)|\d{1,2}\s?-\s+(?=[^\W\d])|[a-zđ]\)|[IVX]+\.)",
        re.MULTILINE | re.IGNORECASE,
    ),  # the numbers of a list
)


def asides(message: Message, labelled: Container[int]) -> frozenset[int]:
    """The places of all that is not part of the figures. `labelled`: the numbers right behind a question's name, which
    are figures unless they can be none (a whole date, a telephone number)."""
    timed = {at for found in _spans(message) for at in found}
    for found in _doubtful_spans(message):
        if not any(at in labelled for at in found):
            timed.update(found)
    for at in range(len(message.words)):
        if at in timed or not message.is_number(at):
            continue
        if _is_private(message.words[at]) or (
            at not in labelled and (_says_which(message, at) or _goes_on(message, at, timed))
        ):
            timed.add(at)
    return frozenset(timed)


def is_dated(message: Message, at: int) -> bool:
    """Whether a number is part of a whole date, or of a time of the day."""
    patterns = (_DATES, _HOURS)
    return any(at in _places(message, found) for pattern in patterns for found in pattern.finditer(message.text))


def _spans(message: Message) -> Iterator[range]:
    for pattern in (*_OTHERS, _DATES):
        yield from (_places(message, found) for found in pattern.finditer(message.text))


def _doubtful_spans(message: Message) -> Iterator[range]:
    """Codes and short dates, of which some are counts."""
    for found in _CODES.finditer(message.text):
        places = _places(message, found)
        if not any(message.mentions[at] for at in places):  # "PHÁT 200 - TỜ RƠI"
            yield places
    for found in _SHORT_DATES.finditer(message.text):
        places = _places(message, found)
        if not message.is_counted(places.stop):  # "tuyên truyền 2/3 buổi" is a part of a plan
            yield places


def _places(message: Message, found: re.Match[str]) -> range:
    """The words that a match touches."""
    inside = [at for at, word in enumerate(message.words) if found.start() < word.end and word.start < found.end()]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _says_which(message: Message, at: int) -> bool:
    """Whether a number says which one, or how long: "ấp 4", "lần 2", "năm 2022", "3 ngày"."""
    if message.words[at].breaks:
        return _is_document(message, at) or _is_span_of_time(message, at)
    return (
        _is_document(message, at)
        or _is_part_of_code(message, at)
        or _is_ordinal(message, at)
        or _is_span_of_time(message, at)
    )


def _goes_on(message: Message, at: int, taken: set[int]) -> bool:
    """Whether a number only goes on with what the one before says: "ngày 15 và 16"."""
    if at < 2 or at - 2 not in taken or message.is_counted(at + 1) or message.is_rank(at + 1):
        return False
    joint = message.words[at - 1]
    return _counts_up(message.words[at - 2].text, message.words[at].text) and (
        joint.shows(",-&") or joint.among(frozenset({"và", "đến", "tới"}))
    )


def _counts_up(before: str, behind: str) -> bool:
    """Days, hamlets and classes are listed in order, and have two digits at most."""
    return all(text.isdigit() and len(text) <= 2 for text in (before, behind)) and int(before) < int(behind)


def _is_private(word: Word) -> bool:
    """Whether it is no count, whatever stands before it: the number of a telephone, a document."""
    return word.text.isdigit() and word.text[0] == "0" and len(word.text) > 3


def _is_document(message: Message, at: int) -> bool:
    word = message.words[at]
    is_long = word.text.isdigit() and len(word.text) > _LONGEST_PLAIN
    return is_long and not message.is_rank(at + 1) and not message.follows(book("MONEY_CUES"), at)


def _is_part_of_code(message: Message, at: int) -> bool:
    """Whether letters are glued to its front ("A4"), unless it goes on with an amount ("1tr5")."""
    before = message.words[at - 1] if at else None
    if before is None or before.kind is not Kind.WORD or not message.words[at].glued:
        return False
    return not (before.glued and message.is_number(at - 2))


def _is_ordinal(message: Message, at: int) -> bool:
    if message.follows(book("ORDINALS"), at) and not message.is_rank(at + 1):
        return not (at > 1 and message.words[at - 2].flat == "tong")  # "tổng số 25 em"
    if message.is_counted(at + 1) or message.is_rank(at + 1) or message.is_number(at + 1):
        return False
    if _is_tail(message, at):
        return False
    found = (m for start in range(max(at - 3, 0), at) for m in (*message.nouns[start], *message.mentions[start]))
    nouns = [m for m in found if m.end == at and (m.phrase in families() or m.phrase in message.vocabulary.units)]
    return bool(nouns) and not any(message.is_number(noun.start - 1) for noun in nouns)


def _is_tail(message: Message, at: int) -> bool:
    """Whether it goes on behind the unit of a number: "8km5"."""
    return message.words[at].glued and message.words[at - 1].glued and message.is_number(at - 2)


def is_for_each(message: Message, at: int) -> bool:
    """Whether a number says what each of those counted before got: "2 em, mỗi em 1 xe đạp"."""
    starts = range(max(at - 3, 0), at)
    return any(m.end == at and message.follows(book("EACH"), m.start) for start in starts for m in message.nouns[start])


def _is_span_of_time(message: Message, at: int) -> bool:
    if any(mention.phrase in message.vocabulary.units for mention in message.mentions_from(at + 1)):
        return False
    goes_on = at + 1 < len(message.words) and not message.words[at + 1].breaks
    if goes_on and message.ends_of(book("CALENDAR_UNITS"), at + 1):
        return True
    text = message.words[at].text
    is_year = text.isdigit() and len(text) == 4 and text[:2] in ("19", "20")
    return is_year and not message.is_counted(at + 1) and not message.is_rank(at + 1)
