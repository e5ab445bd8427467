"""Numbers written in digits: every way that their dots, commas and blanks can be read.

The idea: "1.200" is one thousand two hundred to a Vietnamese and one point two to a spreadsheet. Both readings are
returned, told apart by `style`; only a field knows which of them it cannot hold. A comma with three digits that do
not end in zero ("53,168") is hardly ever a grouping here, so that one is marked weak.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from forms.answers.reading import Reason

ZERO = Decimal(0)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([., ])\d{3})(?:\1\d{3})*")
_FRACTION = re.compile(r"(?P<whole>[\d., ]*?)(?P<sign>[.,])(?P<part>\d+)")


@dataclass(frozen=True, slots=True)
class Number:
    """One reading of a numeral."""

    value: Decimal
    # The largest rank that was named: "15 triệu" has 1000000, "15" has 1.
    scale: Decimal = Decimal(1)
    style: Literal["", "grouped", "fraction"] = ""
    # Readable, and still to be asked even when it is the only reading.
    doubt: Reason | None = None
    slang: bool = False
    # Given up as soon as a firmer reading is left.
    weak: bool = False

    @property
    def whole(self) -> bool:
        return self.value == self.value.to_integral_value()

    def times(self, factor: Decimal) -> "Number":
        return replace(self, value=self.value * factor)


def read_digits(text: str) -> tuple[Number, ...]:
    """Readings of a token such as "1.344.522,5", the smaller first; none when the grouping is broken."""
    typo = Reason.TYPO if "o" in text else None
    text = text.replace("o", "0")
    if text.isdigit():
        odd = text.startswith("0") and len(text) > 4
        return (Number(Decimal(text), doubt=typo or (Reason.TYPO if odd else None)),)
    return tuple(replace(number, doubt=typo or number.doubt) for number in (*_as_fraction(text), *_as_groups(text)))


def _as_groups(text: str) -> tuple[Number, ...]:
    found = _GROUPED.fullmatch(text)
    if found is None:
        return ()
    once = len(text) - len(re.sub("[., ]", "", text)) == 1
    weak = once and found.group(1) == "," and not text.endswith("0")
    return (Number(_bare(text), style="grouped", weak=weak),)


def _as_fraction(text: str) -> tuple[Number, ...]:
    found = _FRACTION.fullmatch(text)
    if found is None:
        return ()
    whole, sign, part = found["whole"], found["sign"], found["part"]
    if sign in whole or not (whole.isdigit() or not whole or _GROUPED.fullmatch(whole)):
        return ()
    # "1234.000" and "05.000" may be a grouping that went wrong; "0.125" may not.
    slipped = len(part) == 3 and whole.isdigit() and whole != "0" and not _GROUPED.fullmatch(text)
    value = _bare(whole or "0") + Decimal(f"0.{part}")
    return (Number(value, style="fraction", doubt=Reason.THOUSANDS if slipped else None),)


def _bare(text: str) -> Decimal:
    return Decimal(re.sub("[., ]", "", text))
