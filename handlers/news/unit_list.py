"""Units as a list that somebody typed or sent: those that are certain, and those that it may mean otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from forms.answers import unaccent
from handlers.context import Context
from handlers.events import Choice, Rows
from locales.translator import Translator
from reporting.news.unit_files import Line
from reporting.organisation import unit_search
from storage import units
from storage.uow import Row

ASKED = 5
"""Lines of a list that are asked about at once, each with up to `CANDIDATES` units."""

CANDIDATES = 3
LONGEST_NAME = 40

_NUMBER = re.compile(r"\d{1,4}\s*(?:[.)/:,;]|[-–]\s|\t)\s*")
"""What stands before a name in a numbered list."""

_COMMUNE, _DISTRICT, _PROVINCE = 1, 2, 3
_LEVELS = {
    **dict.fromkeys(("xa", "phuong", "thi tran", "dac khu", "x.", "p.", "tt.", "tt"), frozenset({_COMMUNE})),
    **dict.fromkeys(("huyen", "quan", "thi xa", "h.", "q.", "tx.", "tx"), frozenset({_DISTRICT})),
    **dict.fromkeys(("tinh", "t."), frozenset({_PROVINCE})),
    **dict.fromkeys(("thanh pho", "tp.", "tp"), frozenset({_DISTRICT, _PROVINCE})),
}
_LEVEL = "|".join(re.escape(word) for word in sorted(_LEVELS, key=len, reverse=True))
_CALLED = re.compile(rf"(?:(?:bch|ban chap hanh|doan) )*(?:(?P<level>{_LEVEL}) ?(?:doan )?)?(?P<rest>\S.*)")


@dataclass(slots=True)
class Read:
    """What a list says: ids of units, and the lines that are not clear with the units that they may mean."""

    certain: set[int] = field(default_factory=set)
    unclear: list[tuple[Line, list[Row]]] = field(default_factory=list)
    left_out: int = 0
    """Lines behind the most that are read."""


async def within(ctx: Context, row: Row, unit_id: int) -> Row | None:
    """A unit of the broadcast's branch; None for any other."""
    unit = await units.find(ctx.uow, unit_id)
    return unit if unit and unit["path"].startswith(row["path"]) else None


async def read(ctx: Context, row: Row, text: str, most: int) -> Read:
    """Units of the broadcast's branch out of a typed list, a unit in each line."""
    lines = list(dict.fromkeys(line for part in text.splitlines() if (line := _without_number(part))))
    return await read_lines(ctx, row, [Line(0, (line,)) for line in lines], most)


async def read_lines(ctx: Context, row: Row, lines: Sequence[Line], most: int) -> Read:
    """Units of the broadcast's branch by a line's code or name, whole or without its level ("Đoàn xã"); marks and case
    may be missing. A line whose code and name are of two units is not clear."""
    found = Read(left_out=max(0, len(lines) - most))
    rows = [one for one in await units.branch(ctx.uow, row["path"]) if not unit_search.has_ended(one, ctx.now)]
    called = _called(rows)
    for line in lines[:most]:
        meant = _meant(called, line)
        if len(meant) == 1:
            found.certain |= set(meant)
        else:
            found.unclear.append((line, _candidates(found, rows, line, meant, ctx)))
    return found


def _meant(called: dict[str, dict[int, Row]], line: Line) -> dict[int, Row]:
    """Each text of a line that means one unit counts; where none does, whatever the last one may mean."""
    meant = [_one(called, text) or _one(called, _without_number(text)) for text in line.texts]
    certain = [one for one in meant if len(one) == 1]
    return {unit_id: one for units_ in certain or meant[-1:] for unit_id, one in units_.items()}


def _one(called: dict[str, dict[int, Row]], text: str) -> dict[int, Row]:
    return called.get(_plain(text)) or _by_level(called, text)


def _called(rows: list[Row]) -> dict[str, dict[int, Row]]:
    """The units by each of their names, and by their code."""
    called: dict[str, dict[int, Row]] = defaultdict(dict)
    for one in rows:
        for name in (one["code"], one["name"], one["short_name"]):
            called[_plain(name)][one["id"]] = one
    return called


def _without_number(line: str) -> str:
    return _NUMBER.sub("", line.strip(" \t-–•*;,."), count=1).strip(" \t-–•*;,.") if line else ""


def _by_level(called: dict[str, dict[int, Row]], line: str) -> dict[int, Row]:
    """What a line means without its level. A unit of another level is not it: there is a town called Bến Cầu in the
    district of Bến Cầu."""
    found = _CALLED.fullmatch(_plain(line))
    meant = called.get(found["rest"], {}) if found else {}
    if not found or not found["level"]:
        return meant
    return {unit_id: one for unit_id, one in meant.items() if _may_be(one, _LEVELS[found["level"]])}


def _may_be(unit: Row, levels: frozenset[int]) -> bool:
    own = _LEVELS.get(_plain(unit["kind"]))
    return own is None or bool(own & levels)


def _candidates(found: Read, rows: list[Row], line: Line, meant: dict[int, Row], ctx: Context) -> list[Row]:
    if len(found.unclear) >= ASKED:
        return []
    name = line.texts[-1]
    likely = list(meant.values()) or unit_search.matching(rows, name, ctx.now)
    if not likely and (called := _CALLED.fullmatch(_plain(name))):
        likely = unit_search.matching(rows, called["rest"], ctx.now)
    return likely[:CANDIDATES]


def _plain(text: str) -> str:
    return " ".join(unaccent(text).split())


def told(ctx: Context, read_: Read) -> Markup:
    """What was understood of a list, and what was not."""
    tr = ctx.tr
    lines = [tr.tn("I know {n} unit of the list.", "I know {n} units of the list.", len(read_.certain))]
    for line, likely in read_.unclear[:ASKED]:
        short = _short(line, ctx.tr)
        hint = (
            tr.t("• <i>{line}</i>: which one?", line=short)
            if likely
            else tr.t("• <i>{line}</i>: not known", line=short)
        )
        lines.append(hint)
    if len(read_.unclear) > ASKED:
        lines.append(tr.t("• and {n} more lines that are not clear", n=len(read_.unclear) - ASKED))
    if read_.left_out:
        lines.append(tr.t("I read no more than that; {n} lines are left out.", n=tr.number(read_.left_out)))
    return Markup("\n").join(lines)


def _short(line: Line, tr: Translator) -> str:
    """How a line is called: in a file by its row, too."""
    called = " · ".join(line.texts)[:LONGEST_NAME]
    return tr.plain("row {n}, {called}", n=line.number, called=called) if line.number else called


def rest(read_: Read, tr: Translator) -> str:
    """A list of all lines that are not clear, where the answer has no room for them: to be mended and sent again."""
    if len(read_.unclear) <= ASKED:
        return ""
    head = "\t".join([tr.plain("Row"), tr.plain("Code"), tr.plain("Name")])
    rows = [(str(line.number), *([""] if len(line.texts) == 1 else []), *line.texts) for line, _ in read_.unclear]
    return "\r\n".join([head, *("\t".join(" ".join(cell.split()) for cell in row) for row in rows), ""])


def choices(row: Row, read_: Read) -> Rows:
    """A button for each unit that an unclear line may mean."""
    likely = {one["id"]: one for _, candidates in read_.unclear for one in candidates}
    alike = unit_search.look_alikes(list(likely.values()))
    return tuple(
        (Choice(f"➕ {_label(one, has_twin=one['id'] in alike)}", f"tin/add/{row['id']}/{one['id']}"),)
        for one in likely.values()
    )


def _label(row: Row, *, has_twin: bool) -> str:
    return f"{row['name']} · {row['parent_name'] or row['code']}" if has_twin else str(row["name"])
