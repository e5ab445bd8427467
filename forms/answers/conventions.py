"""What a person's language settles about figures and days, and what it does not.

The idea: "1,200" is 1.2 to a Vietnamese and 1200 to an English reader, "06/07" is in July to one and in June to the
other. The language decides what is offered first. Where another reader would mean a thousand times more or less, or
another day, the answer is still asked: people write in both ways here.
"""

import re
from collections.abc import Callable

from forms.answers.reading import Reading, Reason, Rejected, Unsure, doubted, values_of

ENGLISH = "en"
Read = Callable[[str], Reading]

_COMMA_GROUP = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(\d{3})(?!\d|[.,]\d)")
_DOT_GROUP = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?!\d|[.,]\d)")
_SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})([/-])(\d{1,2})(?=(\2\d{4}|\2\d{2})?(?![\d/-]))")


def by_figures(text: str, language: str, read: Read) -> Reading:
    """What `read` makes of the text when a comma before three digits groups thousands, as in English."""
    if language != ENGLISH:
        return read(text)
    plain = _COMMA_GROUP.sub(r"\1\2", text)
    reading = read(plain)
    contested = plain != text and read(text) != reading
    return doubted(reading) if contested or _DOT_GROUP.search(text) else reading


def by_order(text: str, language: str, read: Read) -> Reading:
    """What `read` (day first) makes of the text when the month may come first, as in America."""
    found = _SLASHED.search(text) if language == ENGLISH else None
    if found is None or (found[2] == "-" and not found[4]):
        return read(text)
    day_first = read(text)
    month_first = read(f"{text[: found.start()]}{found[3]}{found[2]}{found[1]}{text[found.end() :]}")
    if isinstance(month_first, Rejected):
        return day_first
    if isinstance(day_first, Rejected):
        return doubted(month_first)
    both = tuple(dict.fromkeys((*values_of(day_first), *values_of(month_first))))
    return day_first if day_first == month_first else Unsure(both, reason=Reason.WHICH_DAY)
