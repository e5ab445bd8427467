"""When news need a second person's yes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporting.planning.cells import yes_or_no

MANY = 500
"""People up to whom one may write alone."""


def asks_second(settings: Mapping[str, Any]) -> bool:
    """Whether a campaign wants a second person's yes to news about it: `news_approval` on its sheet says yes."""
    return yes_or_no(settings, "news_approval", default=False)


def needs_second(people: int, settings: Mapping[str, Any] | None) -> bool:
    """Whether news to so many people need it; `settings`: of the campaign that they are about, if they are of one."""
    return people > MANY or (settings is not None and asks_second(settings))
