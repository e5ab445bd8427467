"""How news differ from channel to channel, as far as an author wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traits:
    """`text_limit`: UTF-16 units of a message; a longer text becomes several."""

    text_limit: int = 4096
    buttons: bool = True
    files: bool = True

    def messages(self, length: int) -> int:
        """Into how many messages a text of so many units is cut at least."""
        return max(1, -(-length // self.text_limit))


_EVERYTHING = Traits()
_LESS: Mapping[str, Traits] = {"zalo": Traits(text_limit=2000, buttons=False, files=False)}


def traits(channel: str) -> Traits:
    """Of a channel by its name; one that we do not know does everything."""
    return _LESS.get(channel, _EVERYTHING)
