"""What is wrong with a workbook, in the reader's language, and where: sheet and row. What no sentence here fits is
shown as it was found: better in English than not at all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from string import Formatter

from markupsafe import Markup

from forms.changes import MESSAGES as OF_CHANGES
from forms.problems import MESSAGES as OF_FORMS
from locales.translator import Translator

_PLACE = re.compile(
    r"(?:[^:/]+\.xlsx: )?(?:[\w-]+: (?=campaign: ))?"
    r"(?:(?P<list>units\.csv)|(?P<sheet>[a-z_]+))(?:, row (?P<row>\d+))?: (?P<text>.*)", re.DOTALL
)  # fmt: skip
_FILE = re.compile(r"[^:/]+\.xlsx: (.*)", re.DOTALL)


def _say(message: str) -> str:
    """Marks a sentence for the catalogues."""
    return message


_CELL = _say("column {column}: {cell} is not {expected}")
_EMPTY = _say("column {column} is empty; it must be {expected}")
_OTHERS = (
    _say("filled in"), _say("one of yes, no"), _say("one of {names}"), _say("a day such as 2022-12-16"),
    _say("a time such as 10:00"), _say("a length of time such as {example}"),
    _say("in a column of this sheet: {names}"),
    _say("in one row only"), _say("as in the first row"), _say("one day for each day of the first row"),
    _say("a day from {day} on"), _say("a day by which the form is due, from {day} on"),
    _say("a day before the first that is due"), _say("a time at or after the due time {time}"),
    _say("empty where repeat is {repeat} (the column is {column})"), _say("one day only"),
    _say("a day of the week such as T2, thứ hai, Monday or T2-T6"), _say("new: it stands more than once"),
    _say("a name for the ratio"), _say("given, nor is max: one of them is needed"), _say("below the max {most}"),
    _say("a number such as 5000000 or 0.5"), _say("an indicator of the form, or several with + between"),
    _say("an indicator of the campaign's forms, or several with + between"), _say("a share such as 90 %"),
    _say("a number above zero, such as 3000 or 3,6 tỷ"),
    _say("a day such as 2022-10-31 or 31/10/2022, a month such as 10/2022, or a year"),
    _say("a name without spaces, such as charity_houses"),
    _say("a name of small letters, digits, - and _, such as dan-van-2026"),
    _say("empty, as it must be where the kind is not {kinds}"),
    _say("filled in, as it must be for what is {repeat}"), _say("at most what stands in closes ({length})"),
    _say("the key is missing"), _say("one row at least is needed, none is there"),
    _say("at most one row can stand here, {n} are there"), _say("the step {name} stands more than once"),
    _say("no `campaign` sheet gives {key}"), _say("units can be listed in one place only"),
    _say("the column {column} is missing"), _say("there is no unit in the list"),
    _say("code, name and kind must be filled in"), _say("the code {code} stands more than once"),
    _say("the parent {code} is {what}"), _say("not in the list"), _say("neither in the list nor known"),
    _say("{code} is, through its parents, above itself"), _say("{code} ends before it begins"),
    _say("the kind {kind} is not known (known: {names})"), _say("{name} stands {place} already, as {code}"),
    _say("{code} is not in your branch"), _say("the unit {code} is not in your branch"),
    _say("the unit {code} is neither in units.csv nor known"),
    _say("another unit has a campaign of this id: choose another one"),
    _say("it has other forms, too ({names}): load its folder as a whole"),
    _say("at the top"), _say("below {unit}"),
    _say("24h or 2d"), _say("24h, -30m or 2d"), _say("24h, 1w or, for what is due once, a day"),
    _say("24h or 2d, or one of since last, month, last month …"),
    _say("a target of the sheet `targets` that everybody may read"),
    _say("an indicator of the campaign's forms that everybody may read"), _say("a percentage such as 150 %"),
    _say("one of on_time, reporting, target:…, indicator:…, class, units"),
    _say("reading it takes too long"), _say("reading it takes more memory or time than there is for it"),
    _say("it is larger than {most} bytes"), _say("unpacked it is larger than {most} bytes"),
    _say("it is packed so tightly that it is no workbook"), _say("it has more than {most} files in it"),
    _say("a sheet has more than {most} rows"), _say("a sheet has more than {most} columns"),
    _say("it has a document type declaration"),
)  # fmt: skip
_SENTENCES = (*OF_FORMS.values(), *OF_CHANGES.values(), *_OTHERS)
_NESTED = ("what", "example", "place", "detail")
"""Places that hold a sentence themselves."""


def lines(problems: Iterable[str], tr: Translator) -> list[Markup]:
    """Each problem as a line: where it is, and what."""
    return [_line(problem, tr) for problem in problems]


def _line(problem: str, tr: Translator) -> Markup:
    found = _PLACE.fullmatch(problem)
    if found is None:
        whole = _FILE.fullmatch(problem)
        return tr.t("• {text}", text=sentence(whole[1] if whole else problem, tr))
    sheet, text = found["sheet"] or "units", sentence(found["text"], tr)
    if found["row"]:
        return tr.t("• sheet <b>{sheet}</b>, row <b>{row}</b>: {text}", sheet=sheet, row=found["row"], text=text)
    return tr.t("• sheet <b>{sheet}</b>: {text}", sheet=sheet, text=text)


def sentence(text: str, tr: Translator) -> str:
    """One sentence of the readers of packs and forms."""
    if cell := _pattern(_CELL).fullmatch(text):
        return _cell(cell.groupdict(), tr)
    for message in _SENTENCES:
        if message != "{detail}" and (found := _pattern(message).fullmatch(text)):
            values = {name: _value(name, value, tr) for name, value in found.groupdict().items()}
            return tr.plain(message, **values)
    return text


def _cell(found: Mapping[str, str], tr: Translator) -> str:
    expected, cell = sentence(found["expected"], tr), _unquoted(found["cell"])
    if cell:
        return tr.plain(_CELL, column=found["column"], cell=f"“{cell}”", expected=expected)
    return tr.plain(_EMPTY, column=found["column"], expected=expected)


def _value(name: str, value: str, tr: Translator) -> str:
    return sentence(value, tr) if name in _NESTED else _unquoted(value)


def _unquoted(text: str) -> str:
    """A cell as it was typed, from how Python writes it."""
    try:
        found = ast.literal_eval(text) if text[:1] in {"'", '"'} else text
    except (SyntaxError, ValueError):
        return text
    return str(found)


@cache
def _pattern(message: str) -> re.Pattern[str]:
    """What a sentence looks like once its places are filled."""
    parts, seen = [], set[str]()
    for literal, name, _, _ in Formatter().parse(message):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
