"""What officers decide about the register and campaigns: by whom, why, and why it may come to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SHORTEST_REASON, LONGEST_REASON = 3, 300


class Refused(Exception):
    """Nothing was changed; `why`, of the theme's own reasons, says what was wrong, in words for the command line."""

    def __init__(self, why: StrEnum) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class By:
    """Who decides (None, None: somebody at the command line), and why."""

    member_id: int | None
    account_id: int | None
    reason: str


def reason_of(text: str, otherwise: StrEnum) -> str:
    """A reason as it is kept, on one line. Raises Refused, for `otherwise`, where it says nothing or is too long."""
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Refused(otherwise)
    return reason
