"""What `doctor` looks at beyond whether the bot could start: each says in words what is wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`: good news, or bad."""

    ok: bool
    text: str
