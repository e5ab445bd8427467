"""Regular expressions as ODK has them, judged in bounded time and memory whatever a form or a person writes."""

import re
from functools import lru_cache

import regex

# Seconds. What needs longer is a pattern that tries every way to split a text, and would go on for years.
MOST_TIME = 0.1
MOST_CHARACTERS = 2000
# Letters, with all repetitions written out: a compiled pattern needs memory for each.
MOST_LETTERS = 100_000
_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?(\d*)\}|.", re.DOTALL)
_COUNT = re.compile(r"\d+")


def _letters(pattern: str) -> int:
    """How long `pattern` is when what stands before {n} is written out n times."""
    sums, last = [0], 0
    for found in _PART.finditer(pattern):
        part = found[0]
        if part == "(":
            sums.append(0)
            last = 0
        elif part == ")" and len(sums) > 1:
            last = sums.pop()
            sums[-1] += last
        elif len(part) > 1 and part[0] == "{":
            counts = _COUNT.findall(part)
            grown = last * max(map(int, counts), default=1)
            sums[-1] += grown - last
            last = grown
        else:
            last = 1
            sums[-1] += last
    return max(sums)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "regex.Pattern[str] | None":
    if len(pattern) > MOST_CHARACTERS or _letters(pattern) > MOST_LETTERS:
        return None
    try:
        return regex.compile(pattern)
    except (regex.error, ValueError, RecursionError, OverflowError):
        return None


def is_pattern(pattern: str) -> bool:
    """Whether `pattern` can be judged at all: it can be read, and is not too large."""
    return _compiled(pattern) is not None


@lru_cache(maxsize=256)
def matches(pattern: str, text: str) -> bool:
    """Whether all of `text` is as `pattern` says; False too for what is no pattern, and for what takes too long."""
    compiled = _compiled(pattern)
    try:
        return compiled is not None and compiled.fullmatch(text, timeout=MOST_TIME) is not None
    except (TimeoutError, MemoryError):
        return False
