"""Faults on purpose: refusals, delays, answers that are no JSON, and connections that break before or after the
work."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from tests.emulating.refusal import Json, Refusal

P = TypeVar("P")
Cut: TypeAlias = Literal["", "before", "after"]

ANY_METHOD: Final = "*"
ALWAYS: Final = 1 << 40
"""So many `times` that only `clear` ends it: an outage."""


class Gate:
    """Holds calls until it is opened; a test learns that a call has arrived without sleeping."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._open = asyncio.Event()

    async def arrived(self, timeout: float = 5.0) -> None:
        """Wait until a call stands at the gate; TimeoutError after `timeout` seconds."""
        await asyncio.wait_for(self._arrived.wait(), timeout)

    def open(self) -> None:
        """Let the calls through, those that wait and those that come."""
        self._open.set()

    async def pass_through(self) -> None:
        """Stand at the gate (the emulator does this)."""
        self._arrived.set()
        await self._open.wait()


class CutError(Exception):
    """The connection is to be broken in place of an answer."""


class PageError(Exception):
    """Something that is no JSON is to be answered."""

    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.content = content


def anything(_params: object) -> bool:
    """Matches every call."""
    return True


def as_it_is(body: Json) -> Json:
    """Leaves an answer alone."""
    return body


@dataclass(eq=False)
class Fault(Generic[P]):
    """What happens to the next `times` calls of `method` that `matches` likes; `changes` their answers."""

    method: str
    times: int
    matches: Callable[[P], bool] = anything
    error: Refusal | None = None
    page: tuple[int, bytes] | None = None
    seconds: float = 0.0
    gate: Gate | None = None
    cut: Cut = ""
    after_work: bool = False
    changes: Callable[[Json], Json] = as_it_is

    async def before(self) -> None:
        """What comes before the work; raises what is to be answered in its place."""
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.gate is not None and not self.after_work:
            await self.gate.pass_through()
        if self.error is not None:
            raise self.error
        if self.page is not None:
            raise PageError(*self.page)
        if self.cut == "before":
            raise CutError

    async def after(self) -> None:
        """What comes between the work and its answer."""
        if self.gate is not None and self.after_work:
            await self.gate.pass_through()
        if self.cut == "after":
            raise CutError


@dataclass
class Faults(Generic[P]):
    """The rules in the order they were made; the first that fits a call is used up by it.

    `method` is the name of a method, spelled as the platform wants it, or ``"*"``; `where` narrows a rule down by the
    parameters of the call. How calls are refused is each platform's own.
    """

    spelled: Callable[[str], str] = str
    _rules: list[Fault[P]] = field(default_factory=list)
    _gates: list[Gate] = field(default_factory=list)

    def add(self, fault: Fault[P]) -> None:
        """One more rule."""
        self._rules.append(fault)

    def page(self, method: str, status: int, content: bytes, *, times: int = 1) -> None:
        """Answer with something that is no JSON, and do nothing."""
        self.add(Fault(method, times, page=(status, content)))

    def delay(self, method: str, seconds: float, *, times: int = 1, where: Callable[[P], bool] = anything) -> None:
        """Do the work `seconds` later."""
        self.add(Fault(method, times, where, seconds=seconds))

    def hold(
        self, method: str, *, times: int = 1, after_work: bool = False, where: Callable[[P], bool] = anything
    ) -> Gate:
        """Keep calls at a gate before the work, or with the work done and the answer not yet sent."""
        gate = Gate()
        self._gates.append(gate)
        self.add(Fault(method, times, where, gate=gate, after_work=after_work))
        return gate

    def cut_before(self, method: str, *, times: int = 1, where: Callable[[P], bool] = anything) -> None:
        """Break the connection with nothing done."""
        self.add(Fault(method, times, where, cut="before"))

    def cut_after(self, method: str, *, times: int = 1, where: Callable[[P], bool] = anything) -> None:
        """Do the work (the message is there, the update is consumed), then break the connection without an answer."""
        self.add(Fault(method, times, where, cut="after"))

    @property
    def unused(self) -> int:
        """How many calls the rules still wait for."""
        return sum(rule.times for rule in self._rules)

    def clear(self) -> None:
        """Drop all rules and open all gates, those with calls at them too."""
        self._rules.clear()
        gates, self._gates = self._gates, []
        for gate in gates:
            gate.open()

    def take(self, method: str, params: P) -> Fault[P]:
        """The rule for this call, used up by one; one that does nothing if there is none."""
        for rule in self._rules:
            fits = rule.method == ANY_METHOD or self.spelled(rule.method) == self.spelled(method)
            if fits and rule.matches(params):
                rule.times -= 1
                if not rule.times:
                    self._rules.remove(rule)
                return rule
        return Fault(method, 0)
