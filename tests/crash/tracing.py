"""Which update each revision came from: one that was done twice, or two that a person really sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.app import App
from bot.config import Settings
from tests.days.town import at
from tests.support.world import TurnedClock

# A transaction has one moment: what it wrote and what it marked as done bear the same one.
_ORIGINS = """
select report.code, revision.number, seen_update.key
from revision
join report on report.id = revision.report_id
join member on member.id = revision.member_id
join account on account.person_id = member.person_id
left join seen_update on seen_update.channel = account.channel and seen_update.at = revision.created_at
  and seen_update.key like '%:' || account.address || ':%'
order by report.code, revision.number
"""


@dataclass(frozen=True)
class Origin:
    """The update (its key) that led to one revision; "" if none that counts as done did."""

    code: str
    revision: int
    key: str

    def told(self, said: Mapping[str, str], journalled: set[str]) -> str:
        """In words; `said`: what people wrote, by the id of the message."""
        kept = ", in the journal at a kill" if self.key in journalled else ""
        return f"{self.code} v{self.revision}: {self.key}{kept}: {said.get(self.key.rpartition(':')[2], '?')!r}"


async def origins(settings: Settings) -> list[Origin]:
    """Of all revisions, of a channel whose keys name the chat."""
    app = App(settings, TurnedClock(at("31/12 12:00")))
    try:
        async with app.db.read() as conn:
            rows: list[Any] = (await conn.exec_driver_sql(_ORIGINS)).all()
    finally:
        await app.stop()
    return [Origin(code, number, key or "") for code, number, key in rows]
