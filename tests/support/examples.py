"""With how many examples a property is tried: a quarter of them in `make test`, the same ones each time; all of them in
`make soak`, and wherever HYPOTHESIS_PROFILE asks for another choice than that."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

SHORT = "same"
"""The profile of `make test`."""
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", SHORT)
_SHARE = 4


def examples(number: int, parent: settings | None = None, **more: Any) -> settings:
    """So many in the long form. `parent` and `more`: as of hypothesis' own settings."""
    most = number // _SHARE if PROFILE == SHORT else number
    return settings(parent, max_examples=most, deadline=None, **more)
