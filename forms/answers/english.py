"""English turns of phrase brought to the words that the grammars know.

The idea: the grammars are Vietnamese with the English numerals, weekdays and months added. What English says with
another construction ("two and a half", "no more than", "the 16th", "quarter past eight") is rewritten before a line
is cut. Every pattern needs an English word, so a Vietnamese line passes unchanged, in whatever language the person
reads the bot.
"""

import re
from collections.abc import Callable

from forms.answers.vocabulary import ENGLISH_SMALL, ENGLISH_TENS

Rewrite = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_UNITS = {word: value for word, value in ENGLISH_SMALL.items() if 0 < value < 10}
_ORDINAL_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINALS = {
    **{word: at for at, word in enumerate(_ORDINAL_UNITS, 1)},
    **{f"twenty-{word}": 20 + at for at, word in enumerate(_ORDINAL_UNITS, 1)},
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "thirty-first": 31,
}  # fmt: skip
_CLOCK_WORDS = {
    **{word: value for word, value in ENGLISH_SMALL.items() if value},
    **{word: tens * 10 for word, tens in ENGLISH_TENS.items() if tens < 6},
    **{f"{tens}{gap}{word}": value * 10 + one
       for tens, value in ENGLISH_TENS.items() if value < 6
       for word, one in _UNITS.items() for gap in "- "},
}  # fmt: skip
# "thu" is left out: without accents it is "thứ", the first word of every Vietnamese weekday.
_WEEKDAYS = {"mon": "monday", "tue": "tuesday", "wed": "wednesday", "thur": "thursday", "fri": "friday",
             "sat": "saturday", "sun": "sunday"}  # fmt: skip
_PARTS = {"morning": "sáng", "afternoon": "chiều", "evening": "tối", "night": "đêm"}

_PEOPLE = (
    "students?|pupils?|adults?|women|men|girls?|boys?|members?|participants?|attendees|volunteers?|youths?|teachers?|"
    "parents|attendances|residents|farmers|workers|babies|teenagers"
)
_EVENTS = "meetings?|classes|events?|talks?|trips?|campaigns?|visits?|activities|workshops?|sessions?"
_THINGS = "families|household?s?|packages?|parcels?|presents?|bags?|boxes|books?|roads?|routes?|bridges?|teams?|models?"


def _table(*rows: tuple[str, str | Callable[[re.Match[str]], str]]) -> tuple[Rewrite, ...]:
    return tuple((re.compile(pattern), to) for pattern, to in rows)


def _either(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _spoken_decimals(found: re.Match[str]) -> str:
    return " point " + "".join(str(ENGLISH_SMALL[word]) for word in found[1].split())


_NUMBERS = _table(
    (r"\bout of\b", "of"),
    (r"\bper cent\b", "percent"),
    (r"\b(?:nobody|no one|not any|not one)\b", "none"),
    (r"^\s*free(?: of charge)?\s*[.!]*\s*$", "none"),
    (r"\b(?:not known|no (?:data|figures?|numbers?|information)(?: yet)?|n\.a\.)", "unknown"),
    (r"\b(?:roughly|circa|ca\.|approx\.|some(?= \d)|in the region of|or so$)", " about "),
    (r"\b(?:fewer than|no more than|not more than|not over|at most|max(?:imum)?\.?(?= ?\d)|below)\b", "up to"),
    (r"\b(?:no less than|no fewer than|not less than|min(?:imum)?\.?(?= ?\d)|above)\b", "at least"),
    (r"^(.{1,40}?) (?:or|and) (?:more|over|above|up)$", r"at least \1"),
    (r"\bbetween (.{1,40}?) and ", r"\1 to "),
    (r"\b(?:a|one) couple\b", "few"),
    (r"\bthree[- ]quarters\b", "0.75"),
    (r"\b(?:a|one) quarter\b", "0.25"),
    (r"\band a half\b", "rưỡi"),
    (rf" point ((?:{_either(ENGLISH_SMALL)})(?: (?:{_either(ENGLISH_SMALL)}))+)\b", _spoken_decimals),
    (r"^(.{1,60}?) (?:at|of|worth) (.{1,60}?) each\b", r"\1 x \2"),
    (r" (?:each|apiece)$", " per unit"),
    (r" (?:in total|in all|altogether|overall|repaired|built|given|supported|attended|planted|only|so far)$", ""),
    (rf"\b(?:{_PEOPLE})\b", "people"),
    (rf"\b(?:{_EVENTS})\b", "sessions"),
    (rf"\b(?:{_THINGS})\b", "items"),
    (r"\bhomes?\b", "houses"),
    (r"\b(?:kilomet(?:re|er)s?|kms)\b", "km"),
    (r"\bmet(?:re|er)s?\b", "m"),
    (r"\bhectares?\b", "ha"),
)  # fmt: skip
_DAYPARTS = _table(
    (
        r"(?<![\d:.])(\d{1,2}) (?:in the |at )(morning|afternoon|evening|night)\b",
        lambda found: f"{found[1]} giờ {_PARTS[found[2]]}",
    ),
    (r"\b(?:tonight|this evening)\b", "tối nay"),
    (r"\blast (?:night|evening)\b", "tối qua"),
    (r"\bthis (morning|afternoon)\b", lambda found: f"{_PARTS[found[1]]} nay"),
    (r"\b(?:in the |at )?(morning|afternoon|evening|night)\b", lambda found: _PARTS[found[1]]),
    (r"\b(?:at )?midday\b", "noon"),
    (r"\b(?:at )?lunch ?time\b", "trưa"),
    (r"\b12(?::00)? ?(noon|midnight)\b", r"\1"),
)  # fmt: skip
_NEAR = {"this": "này", "last": "trước", "next": "sau"}
_COUNTED_DAYS = {"a day": "1 days", "a week": "1 weeks", "a fortnight": "2 weeks", "one week": "1 weeks"}
_DAYS = _table(
    (rf"\b({_either(_ORDINALS)})\b(?! (?:week|month))", lambda found: f"{_ORDINALS[found[1]]}st"),
    (r"^\W*(?:on )?(?:the )?(\d{1,2}) ?(?:st|nd|rd|th)\W*$", r"ngày \1"),
    (r"^\W*(?:on )?(?:the )?(\d{1,2}) ?(?:st|nd|rd|th)(?: of)? (this|last|next) month\W*$",
     lambda found: f"ngày {found[1]} tháng {_NEAR[found[2]]}"),
    (r"\b(a day|a week|a fortnight|one week)(?= ago)", lambda found: _COUNTED_DAYS[found[1]]),
    (r"\b(mon|tue|wed|thur|fri|sat|sun)s?\b\.?(?!day)", lambda found: _WEEKDAYS[found[1]]),
    (r"\bthe other day\b|\brecently\b|\bsome time ago\b", "hôm nọ"),
    (r"\bearlier today\b", "today"),
    (r"\bearlier (?=this)", ""),
    (r"^\W*(?:the )?(?:end|start|beginning|middle) of (?:the|this|last|next) (?:month|week|year)\W*$", "this month"),
)  # fmt: skip
_MINUTES = "thirty|forty[- ]five|fifteen|twenty|forty|fifty|ten|five"
_HOUR = r"(\d{1,2})\b(?:\s*o['’` ]?clock\b)?"
_TIMES = _table(
    (rf"\b({_either(_CLOCK_WORDS)}) ({_MINUTES})\b",
     lambda found: f"{_CLOCK_WORDS[found[1]]}:{_CLOCK_WORDS[found[2]]:02}"),
    (rf"\b({_either(_CLOCK_WORDS)})\b", lambda found: str(_CLOCK_WORDS[found[1]])),
    (rf"\bhalf past {_HOUR}", r"\1:30"),
    (rf"\b(?:a )?quarter past {_HOUR}", r"\1:15"),
    (rf"\b(?:a )?quarter (?:to|before) {_HOUR}", r"\1 giờ kém 15"),
    (rf"\b(\d{{1,2}}) (?:minutes )?past {_HOUR}", lambda found: f"{found[2]}:{int(found[1]):02}"),
    (rf"\b(\d{{1,2}}) minutes to {_HOUR}", r"\2 giờ kém \1"),
    (r"\b(\d{1,2})\s*o['’` ]?clock\b", r"\1 giờ"),
    (r"\b(?:before|by|until)\b", "trước"),
    (r"\bfrom\b(?= \d)", "từ"),
)  # fmt: skip
_SPELT_MINUTES_TO = re.compile(rf"\b(five|ten|twenty|twenty-five|twenty five) to ({_either(_CLOCK_WORDS)})\b")
_FIGURED_MINUTES_TO = re.compile(r"^\W*(?:at )?(5|10|20|25) to (\d{1,2})\b(?!\W*(?:h|:))")
_LETTERS = re.compile("[a-z]{2}")


def numbers(text: str) -> str:
    """The line with counts, amounts and measures as the grammar of quantities says them."""
    return _rewritten(text, _NUMBERS)


def days(text: str) -> str:
    """The line with days as the grammar of dates says them."""
    return _rewritten(_rewritten(text, _DAYS), _DAYPARTS)


def times(text: str, language: str = "vi") -> str:
    """The line with clock times as the grammar of times says them; "10 to 9" is a range but to an English reader."""
    line = _rewritten(text, _DAYPARTS)
    if not _LETTERS.search(line):
        return line
    line = _SPELT_MINUTES_TO.sub(lambda to: f"{_CLOCK_WORDS[to[2]]} giờ kém {_CLOCK_WORDS[to[1]]}", line)
    if language == "en":
        line = _FIGURED_MINUTES_TO.sub(r"\2 giờ kém \1", line)
    return _rewritten(line, _TIMES)


def _rewritten(text: str, table: tuple[Rewrite, ...]) -> str:
    line = text.casefold().replace("’", "'")
    if not _LETTERS.search(line):
        return text
    for pattern, to in table:
        line = pattern.sub(to, line)
    return line
