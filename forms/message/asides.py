"""What is no part of a report's figures: days and hours, addresses, telephone numbers, the numbers of a list.

The idea: mark these words first, so that no number among them is ever taken for a count.
"""

import re
from collections.abc import Iterator

from forms.answers.tokens import Kind
from forms.message.message import Message
from forms.message.phrasebook import book, family_book
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
_OTHERS = (
    re.compile(r"(?<![\w.,])(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)"),  # telephone numbers
    re.compile(
        r"(?<!\d)\d{1,6}\s?[-/]\s?[A-ZĐ]{2,}[\w/-]*|\b[A-ZĐ]{1,4}[-.]?\d+\b|\b\d\d[A-ZĐ]\d?-\d[\d.]+|\b\w+@[\w.]+|https?://\S+|#\w+"
    ),  # 17-KH/BCĐ
    re.compile(
        rf"{_EDGE}\d{{1,2}}\s*(?:h|g|giờ|gio)\s*(?:[0-5]?\d(?:\s*(?:p|ph|phút|phut))?)?(?![^\W\d_])"
        rf"|{_EDGE}\d{{1,2}}:[0-5]\d(?![\w:])",
        re.IGNORECASE,
    ),
    re.compile(
        r"^[ \t]*(?:\d{1,2}(?:\.\d{1,2})?\s*[.)/](?!\d)|\d{1,2}\s?-\s+(?=[^\W\d])|[a-zđ]\)|[IVX]+\.)",
        re.MULTILINE | re.IGNORECASE,
    ),  # the numbers of a list
)


def asides(message: Message) -> frozenset[int]:
    """The places of all that is not part of the figures."""
    spans = [*_spans(message)]
    words = enumerate(message.words)
    timed = {at for at, word in words if any(start < word.end and word.start < end for start, end in spans)}
    for at in range(len(message.words)):
        if at not in timed and message.is_number(at) and (_says_which(message, at) or _goes_on(message, at, timed)):
            timed.add(at)
    return frozenset(timed)


def _spans(message: Message) -> Iterator[tuple[int, int]]:
    for pattern in (*_OTHERS, _DATES):
        yield from (found.span() for found in pattern.finditer(message.text))
    starts = [word.start for word in message.words]
    for found in _SHORT_DATES.finditer(message.text):
        behind = sum(start < found.end() for start in starts)
        if not message.is_counted(behind):  # "tuyên truyền 2/3 buổi" is a part of a plan
            yield found.span()


def _says_which(message: Message, at: int) -> bool:
    """Whether a number says which one, or how long: "ấp 4", "lần 2", "năm 2022", "3 ngày"."""
    word = message.words[at]
    return (
        _is_document(word) or _is_part_of_code(message, at) or _is_ordinal(message, at) or _is_span_of_time(message, at)
    )


def _goes_on(message: Message, at: int, taken: set[int]) -> bool:
    """Whether a number only goes on with what the one before says: "ngày 15 và 16"."""
    if at < 2 or at - 2 not in taken or message.is_counted(at + 1) or message.is_rank(at + 1):
        return False
    joint = message.words[at - 1]
    return message.is_number(at - 2) and (joint.shows(",-&") or joint.among(frozenset({"và", "đến", "tới"})))


def _is_document(word: Word) -> bool:
    return word.text.isdigit() and (len(word.text) > _LONGEST_PLAIN or (word.text[0] == "0" and len(word.text) > 3))


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
    units = (mention for start in range(max(at - 3, 0), at) for mention in message.mentions[start])
    return message.follows(family_book(), at) or any(
        m.end == at and m.phrase in message.vocabulary.units for m in units
    )


def _is_span_of_time(message: Message, at: int) -> bool:
    if any(mention.phrase in message.vocabulary.units for mention in message.mentions_from(at + 1)):
        return False
    if message.ends_of(book("CALENDAR_UNITS"), at + 1):
        return True
    text = message.words[at].text
    is_year = text.isdigit() and len(text) == 4 and text[:2] in ("19", "20")
    return is_year and not message.is_counted(at + 1) and not message.is_rank(at + 1)
