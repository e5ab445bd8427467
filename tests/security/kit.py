"""What the attacks share: how many examples, JSON of any shape, and updates with something wrong in them."""

from __future__ import annotations

import asyncio
import copy
import json
import os
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.bot.site import Site
from tests.support.world import World

T = TypeVar("T")

FUZZ = int(os.environ.get("FUZZ", "1"))
"""How many times as many examples as `make test` has; `make fuzz` sets it."""

TRIED: Counter[str] = Counter()
"""What was tried in this process, by kind; told at the end of `make fuzz`."""


def examples(number: int) -> settings:
    """So many examples, times FUZZ. A fault is shrunk only in the long run: in the short one it is there to be seen."""
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if FUZZ > 1 else [])]
    return settings(
        max_examples=number * FUZZ, deadline=None, suppress_health_check=list(HealthCheck), phases=phases, database=None
    )


class Besieged:
    """A bot at work in an event loop of its own, so that one bot can be attacked ten thousand times."""

    def __init__(self, runner: asyncio.Runner, world: World) -> None:
        self._runner, self.world = runner, world

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def happens(self, chat: str, **what: Any) -> list[str]:
        """One update, taken in; what was answered. A fault of ours is an error here."""
        return self.run(self._happens(chat, what))

    async def _happens(self, chat: str, what: dict[str, Any]) -> list[str]:
        await self.world.intake.take(self.world.incoming(chat, **what))
        heard = [shown.text for _, shown in await self.world.send()]
        assert await faults(self.world) == []
        return heard


class Visited:
    """A bot at work with its web port, in an event loop of its own."""

    def __init__(self, runner: asyncio.Runner, site: Site) -> None:
        self._runner, self.site = runner, site

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)


async def faults(world: World) -> list[str]:
    """The tracebacks of updates that failed."""
    return [trace for (trace,) in await world.query("SELECT traceback FROM failed_update")]


# --- JSON -----------------------------------------------------------------------------------------

NASTY_TEXTS = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff", "\u202e\u2066abc", "\u200b\u200d\ufeff", "é" * 500, "x" * 5000,
    "<b>", "<script>alert(1)</script>", "&lt;", "{name}", "{0.__class__}", "%s%n", "${jndi:ldap://x}",
    "'; DROP TABLE unit; --",
    "=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(A1)", "../../etc/passwd", "C:\\x", "/huy", "/start ",
    "/start K7QM-2XPD",
    "javascript:alert(1)", "1e999", "NaN", "Infinity", "-0", "٣٤٥", "１２３", "½", "①", "\u0bf5", "9" * 400, "1." * 400,
    "🇻🇳" * 50, "a\u0301" * 300, "\r\n" * 50, "\u2028\u2029", "|" * 200, "(" * 300, "khoảng " * 300, "12/12/" * 200,
    "ỗ" * 1000, "tỷ " * 300, "1 2 3 " * 200, "mười " * 400, "lúc 8h " * 200, "hôm qua " * 200, ", " * 500, "- " * 500,
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY_TEXTS), st.text(st.characters(), max_size=80))
"""Of all characters, lone halves of them too."""

_NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70), st.sampled_from([0, -1, 2**31, 2**53, 2**63, 2**64, 10**30]),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)


def body_of(value: Any) -> bytes:
    """As JSON comes over a wire: half characters as escapes."""
    return json.dumps(value).encode()


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """A JSON value with one to three things in it taken away, changed, moved or added."""
    value = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(value)) or [({}, "")]))
        change: Callable[..., None] = draw(st.sampled_from([_replace, _replace, _drop, _add, _double]))
        change(draw, holder, key)
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found += [(value, key), *_places(value[key])]
    return found


def _replace(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if holder:
        holder[key] = draw(JSON)


def _drop(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if key in holder if isinstance(holder, dict) else holder:
        del holder[key]


def _add(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[draw(st.one_of(TEXTS, st.sampled_from(["text", "photo", "chat", "from", "result", "type", "id"])))] = (
            draw(JSON)
        )


def _double(draw: st.DrawFn, holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.append(copy.deepcopy(holder[draw(st.integers(0, len(holder) - 1))]) if holder else draw(JSON))


def hostile(folder: Path, name: str, data: bytes) -> Path:
    """A file for `folder`."""
    path = folder / name
    path.write_bytes(data)
    return path
