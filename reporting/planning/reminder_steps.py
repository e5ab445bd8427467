"""The sheet `reminders`, a row for each step of the ladder:

    step        a name for it, each only once
    when        from the due time on: -2h, 5m, 1d
    to          reporter (if empty), second, leader, parent
    text::vi    words of its own (also text::en, or text for all languages), with {đơn vị}, {hạn}, {còn} in them

Where the ladder has a step for `second`, `reporter` is one person: the one who reported last for the unit, else the
one who wrote to the bot last; `second` is the next of those who report for it. Else `reporter` is all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from forms.texts import language_code
from reporting.planning.cells import CellError, Cells, filled, length, one_of, refuse_unknown, required

REPORTER, SECOND, LEADER, PARENT = "reporter", "second", "leader", "parent"
RECIPIENTS = (REPORTER, SECOND, LEADER, PARENT)

COLUMNS = ("step", "when", "to", "text", "note")
LONGEST_TEXT = 1000

PLACEHOLDERS: Mapping[str, str] = {
    "unit": "unit", "due": "due", "left": "left", "đơn vị": "unit", "hạn": "due", "còn": "left",
}  # fmt: skip
"""What may stand in braces, and how it is kept."""

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder: `after` seconds from the due time (negative: before it) to those that `to` names (RECIPIENTS).

    `text`: its own words by language code ("" for all), with {unit}, {due} and {left} in them; none: the bot's own.
    """

    name: str
    after: int
    to: str
    text: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_cells(cls, cells: Cells) -> Self:
        """From one row of the sheet. Raises CellError."""
        refuse_unknown({header.partition("::")[0].strip(): cell for header, cell in cells.items()}, COLUMNS)
        after = length(cells, "when", "24h, -30m or 2d")
        return cls(
            name=required(cells, "step"),
            after=after,
            to=one_of(cells, "to", RECIPIENTS, REPORTER),
            text=_texts(cells, is_before=after < 0),
        )

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        return data if self.text else {name: value for name, value in data.items() if name != "text"}


def _texts(cells: Cells, *, is_before: bool) -> dict[str, str]:
    found = {}
    for header in cells:
        base, _, language = header.partition("::")
        if base.strip() == "text" and filled(cells, header):
            found[language_code(language)] = _text(cells, header, is_before=is_before)
    return found


def _text(cells: Cells, column: str, *, is_before: bool) -> str:
    """The words of a cell, what stands in braces by its kept name."""
    text = unicodedata.normalize("NFC", filled(cells, column))
    if len(text) > LONGEST_TEXT:
        raise CellError(column, text[:20] + "…", f"a text of up to {LONGEST_TEXT} characters")
    # After the due time nothing is left: a reminder that says so would lie.
    allowed = {name: kept for name, kept in PLACEHOLDERS.items() if is_before or kept != "left"}
    for name in _BRACES.findall(text):
        if name.strip().casefold() not in allowed:
            raise CellError(column, f"{{{name}}}", "one of " + ", ".join(f"{{{one}}}" for one in allowed))
    if stray := re.search(r"[{}]", _BRACES.sub("", text)):
        raise CellError(column, stray[0], "a pair of braces around a name, such as {unit}")
    return _BRACES.sub(lambda found: f"{{{allowed[found[1].strip().casefold()]}}}", text)
