"""``parse_mode: html``: the listed tags and properties, everything closed in order; anything else is 400."""

from html.parser import HTMLParser
from typing import Final

from tests.zalo.emulator.errors import bad_request
from tests.zalo.emulator.styled import COLOURS, NO_CODES, SIZES, Codes, Run, Styled, merged

_INLINE: Final = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s", "del": "s", "strike": "s"}
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_LISTS: Final = {"ul": "lst_1", "ol": "lst_2"}
_BLOCKS: Final = frozenset({"li", "p", "div", *_HEADINGS, *_LISTS})
_PROPERTIES: Final = frozenset({"font-size", "font-weight", "font-style", "text-decoration", "color"})
_VALUES: Final = {
    "font-weight:bold": "b", "font-style:italic": "i", "text-decoration:underline": "u",
    "text-decoration:line-through": "s", **{f"font-size:{code[2:]}px": code for code in SIZES},
    **{f"color:#{code[2:]}": code for code in COLOURS},
}  # fmt: skip


def from_html(text: str) -> Styled:
    """The text without its tags; 400 for what the reference does not list and for what is not closed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise bad_request(f"html: <{reader.open[-1][0]}> is not closed")
    return merged(_trimmed(reader.runs))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.open: list[tuple[str, Codes]] = []
        self._numbers: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE and tag not in _BLOCKS:
            raise bad_request(f"html: <{tag}> is not supported")
        codes = self._codes | _of_tag(tag) | _of_attributes(tag, attrs)
        if tag in _BLOCKS:
            self._on_new_line()
        self.open.append((tag, codes))
        if tag in _LISTS:
            self._numbers.append(0)
        if tag == "li":
            self._begin_item(codes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise bad_request(f"html: <{tag}/> is not supported")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise bad_request(f"html: </{tag}> closes nothing")
        self.open.pop()
        if tag in _LISTS:
            self._numbers.pop()
        if tag in _BLOCKS:
            self._on_new_line()

    def handle_data(self, data: str) -> None:
        self.runs.append((data, self._codes))

    def handle_comment(self, data: str) -> None:
        raise bad_request("html: comments are not supported")

    def handle_decl(self, decl: str) -> None:
        raise bad_request("html: declarations are not supported")

    @property
    def _codes(self) -> Codes:
        return self.open[-1][1] if self.open else NO_CODES

    def _begin_item(self, codes: Codes) -> None:
        if not self._numbers:
            raise bad_request("html: <li> stands in no list")
        self._numbers[-1] += 1
        sign = f"{self._numbers[-1]}." if "lst_2" in codes else "•"
        self.runs.append((f"{sign} ", codes))

    def _on_new_line(self) -> None:
        written = "".join(text for text, _ in self.runs)
        if written and not written.endswith("\n"):
            self.runs.append(("\n", NO_CODES))


def _of_tag(tag: str) -> Codes:
    if tag in _HEADINGS:
        return frozenset({"b", tag})
    code = _INLINE.get(tag) or _LISTS.get(tag)
    return frozenset({code}) if code else NO_CODES


def _of_attributes(tag: str, attrs: list[tuple[str, str | None]]) -> Codes:
    codes: set[str] = set()
    for name, value in attrs:
        if name != "style":
            raise bad_request(f"html: {name} of <{tag}> is not supported")
        for declaration in (value or "").lower().split(";"):
            prop, _, given = (part.strip() for part in declaration.partition(":"))
            if prop and prop not in _PROPERTIES:
                raise bad_request(f"html: {prop} is not supported")
            codes |= {_VALUES[one] for one in [f"{prop}:{given}"] if one in _VALUES}
    return frozenset(codes)


def _trimmed(runs: list[Run]) -> list[Run]:
    while runs and not runs[-1][0].strip("\n"):
        runs = runs[:-1]
    return runs
