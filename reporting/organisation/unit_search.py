"""Units by what people call them: a part of the name, without diacritics, with a slip of the fingers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forms.answers import Option, unaccent
from forms.answers.finding import index
from forms.answers.naming import flat
from forms.answers.spelling import clean
from storage import units
from storage.uow import Row, UnitOfWork

MOST_FOUND = 8
LONGEST_QUERY = 100


async def search(uow: UnitOfWork, text: str, under: str = "/") -> list[Row]:
    """The units below a path that a text may mean, the likeliest first, those that have ended last; each with its
    parent's code and name. A unit's code finds it, too. Nothing found here is to be picked unasked."""
    rows = await units.branch(uow, under)
    return matching(rows, text, uow.now)


def matching(rows: Sequence[Row], text: str, now: datetime) -> list[Row]:
    """As `search`, among these units."""
    text = text[:LONGEST_QUERY]
    by_id = {str(row["id"]): row for row in rows}
    exact = [row for row in rows if row["code"].casefold() == text.strip().casefold()]
    options = [Option(key, tuple(dict.fromkeys((row["name"], row["short_name"])))) for key, row in by_id.items()]
    found = [by_id[key] for key in index(options).like(flat(text), clean(text))]
    ordered = sorted((row for row in found if row not in exact), key=lambda row: has_ended(row, now))
    return (exact + ordered)[:MOST_FOUND]


def has_ended(row: Row, now: datetime) -> bool:
    """Whether a unit is no more."""
    return row["valid_to"] is not None and row["valid_to"] <= now


def look_alikes(rows: Sequence[Row]) -> frozenset[int]:
    """Ids of the units that are called the same as another of them but for marks: to be told apart by their parent."""
    called: dict[str, list[int]] = {}
    for row in rows:
        called.setdefault(unaccent(row["short_name"]), []).append(row["id"])
    return frozenset(unit for alike in called.values() if len(alike) > 1 for unit in alike)
