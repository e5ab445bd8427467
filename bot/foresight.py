"""Which updates will change the office (`storage.locks`), foreseen from what those of their kind did before.

A batch that finds out halfway that it changes the office is done anew if another process changed it meanwhile; under
load that is most of them. So what is foreseen to change it is done apart from the rest, and has the office from its
start. To be wrong costs time and nothing else: the locks hold whatever was foreseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from handlers.events import Incoming

T = TypeVar("T")

_WEIGHT = 0.25
"""Of one update beside those before it."""

_LIKELY = 0.5

_MOST = 500
"""Kinds that are remembered: there are fewer, but anybody can make words up."""

_PARTS, _LONGEST = 5, 24
"""Of a kind's words, and its letters."""


class Foresight:
    """Learns from each update, in memory."""

    def __init__(self) -> None:
        self._changing: dict[str, float] = {}
        """By kind, the share of updates that changed the office, the later ones counting more."""

    def learn(self, update: Incoming, changed: bool) -> None:
        kind = _kind(update)
        if kind in self._changing or len(self._changing) < _MOST:
            before = self._changing.get(kind, float(changed))
            self._changing[kind] = before + _WEIGHT * (changed - before)

    def parted(self, batch: Sequence[T], update_of: Callable[[T], Incoming]) -> tuple[list[T], list[T]]:
        """What is likely to leave the office as it is; the rest. Each chat's is together, in its order."""
        changing = {_chat(one) for one in map(update_of, batch) if self._changing.get(_kind(one), 0.0) > _LIKELY}
        quiet = [one for one in batch if _chat(update_of(one)) not in changing]
        return quiet, [one for one in batch if _chat(update_of(one)) in changing]


def _chat(update: Incoming) -> tuple[str, str]:
    return update.channel, update.chat


def _kind(update: Incoming) -> str:
    """The words of a button without its numbers (`card/7/send`: card/send); a command; else what was sent."""
    if update.action is not None:
        return "/".join(part for part in update.action.split("/")[:_PARTS] if part.isalpha())[:_LONGEST]
    if update.text is not None:
        first = update.text.split(maxsplit=1)[0] if update.text.strip() else ""
        return first.split("@")[0][:_LONGEST] if first.startswith("/") else "text"
    return "membership" if update.membership else "file"
