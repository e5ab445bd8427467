"""``parse_mode: markdown`` as far as the reference lists it. There is no escape: what is not listed stays as typed."""

import re
from collections.abc import Iterator

from tests.zalo.emulator.styled import NO_CODES, Codes, Run, Styled, merged

_BRACES = {
    "red": "c_db342e", "orange": "c_f27806", "yellow": "c_f7b503", "green": "c_15a85f", "big": "f_20", "underline": "u",
}  # fmt: skip
_MARKS: dict[str, Codes] = {
    "***": frozenset("bi"), "**": frozenset("b"), "__": frozenset("b"), "*": frozenset("i"), "_": frozenset("i"),
    "~~": frozenset("s"),
}  # fmt: skip
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    rf"|\{{(?P<brace>{'|'.join(_BRACES)})\}}(?P<braced>.+?)\{{/(?P=brace)\}}"
    r"|(?P<star>\*\*\*|\*\*|\*|~~)(?P<starred>[^\s*](?:.*?[^\s*])?)(?P=star)(?!\*)"
    r"|(?<!\w)(?P<line>__|_)(?P<lined>[^\s_](?:.*?[^\s_])?)(?P=line)(?!\w)"
)
_HEADING = re.compile(r"(#{1,4}) +(.*)")
_QUOTE = re.compile(r"> ?(.*)")
_BULLET = re.compile(r"( *)[-*+] +(.*)")
_NUMBER = re.compile(r" *\d+\. ")


def from_markdown(text: str) -> Styled:
    """The text without its markup; never an error."""
    runs: list[Run] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            runs.append(("\n", NO_CODES))
        runs.extend(_line(line))
    return merged(runs)


def _line(line: str) -> Iterator[Run]:
    if heading := _HEADING.fullmatch(line):
        yield from _inline(heading[2], frozenset({"b", f"h{len(heading[1])}"}))
    elif quote := _QUOTE.fullmatch(line):
        yield from _inline(quote[1], frozenset({"quote"}))
    elif bullet := _BULLET.fullmatch(line):
        yield from _inline(f"{bullet[1]}• {bullet[2]}", frozenset({"lst_1"}))
    else:
        yield from _inline(line, frozenset({"lst_2"}) if _NUMBER.match(line) else NO_CODES)


def _inline(text: str, codes: Codes) -> Iterator[Run]:
    at = 0
    for found in _INLINE.finditer(text):
        yield text[at : found.start()], codes
        at = found.end()
        if found["code"]:
            yield found["code"], codes | {"code"}
        elif found["brace"]:
            yield from _inline(found["braced"], codes | {_BRACES[found["brace"]]})
        else:
            mark = found["star"] or found["line"]
            yield from _inline(found["starred"] or found["lined"], codes | _MARKS[mark])
    yield text[at:], codes
