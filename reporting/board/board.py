"""The numbers of the leaders' page: a digest as everybody reads it, and beside it a line for each unit of the branch.
Data only. All of it is what the digest is made of: kept totals and the register, each read in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reporting.board.unit_lines import Stretched, UnitLine, unit_lines
from reporting.digests import digest as digests
from reporting.digests.digest_data import Digest, Figure
from reporting.library import Library
from reporting.planning.stretches import Stretch
from storage import register
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Board:
    """`lines`: the unit's own first, then those right below it, by their short names."""

    digest: Digest
    lines: tuple[UnitLine, ...]

    def figure(self, wanted: str) -> Figure | None:
        """The figure of an indicator, else the leading one; None for a form that adds nothing up."""
        return next((f for f in self.digest.figures if f.indicator == wanted), self.digest.leading)


async def build(
    uow: UnitOfWork,
    library: Library,
    form: Row,
    unit: Row,
    period: Row,
    *,
    whole: bool = False,
    stretch: Stretch | None = None,
    now: datetime,
    zone: ZoneInfo,
) -> Board:
    """The board of a form for a unit (id, path, name) and a period, a week or month, or the whole: see
    `reporting.digests.digest.build`, which takes the same."""
    digest = await digests.build(
        uow, library, form, unit, period, whole=whole, stretch=stretch, now=now, zone=zone
    )  # fmt: skip
    opened = await register.periods(uow, form["id"])
    past = [p for p in opened if p["due_at"] <= period["due_at"]]
    about = Stretched(past, _about(past, whole=whole, stretch=stretch), is_summed=whole or stretch is not None)
    read = await library.form(uow, form["version_id"])
    return Board(digest, tuple(await unit_lines(uow, read, unit, about, digest)))


def _about(past: Sequence[Row], *, whole: bool, stretch: Stretch | None) -> Sequence[Row]:
    if stretch:
        return stretch.of(past)
    return past if whole else past[-1:]
