"""Faults on purpose: refusals, delays, and connections that break before or after the work is done."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from tests.telegram.emulator.errors import ApiError, too_many_requests
from tests.telegram.emulator.params import Params

Matcher: TypeAlias = Callable[[Params], bool]
Cut: TypeAlias = Literal["", "before", "after"]

ANY_METHOD: Final = "*"
_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


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


@dataclass(eq=False)
class Fault:
    """What happens to the next `times` calls of `method` that `matches` likes."""

    method: str
    times: int
    matches: Matcher
    error: ApiError | None = None
    page: bytes | None = None
    seconds: float = 0.0
    gate: Gate | None = None
    cut: Cut = ""
    after_work: bool = False


def _always(_params: Params) -> bool:
    return True


@dataclass
class Faults:
    """The rules in the order they were made; the first that fits a call is used up by it.

    `method` is a name in any case or ``"*"``; `where` narrows a rule down by the parameters of the call.
    """

    _rules: list[Fault] = field(default_factory=list)

    def refuse(
        self,
        method: str,
        code: int,
        *,
        times: int = 1,
        retry_after: int = 0,
        description: str = "",
        where: Matcher = _always,
    ) -> None:
        """Answer `code` and do nothing. For 429 give `retry_after` in seconds."""
        if code == 429:
            error = too_many_requests(retry_after)
        else:
            error = ApiError(code, description or _REASONS.get(code, "Bad Request"))
        self._rules.append(Fault(method, times, where, error=error))

    def gateway_page(self, method: str, *, times: int = 1) -> None:
        """Answer 502 with the HTML page of a proxy in place of JSON, as Telegram's front does on a bad day."""
        page = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
        self._rules.append(Fault(method, times, _always, page=page))

    def delay(self, method: str, seconds: float, *, times: int = 1, where: Matcher = _always) -> None:
        """Do the work `seconds` later."""
        self._rules.append(Fault(method, times, where, seconds=seconds))

    def hold(self, method: str, *, times: int = 1, after_work: bool = False, where: Matcher = _always) -> Gate:
        """Keep calls at a gate before the work, or with the work done and the answer not yet sent."""
        gate = Gate()
        self._rules.append(Fault(method, times, where, gate=gate, after_work=after_work))
        return gate

    def cut_before(self, method: str, *, times: int = 1, where: Matcher = _always) -> None:
        """Break the connection with nothing done."""
        self._rules.append(Fault(method, times, where, cut="before"))

    def cut_after(self, method: str, *, times: int = 1, where: Matcher = _always) -> None:
        """Do the work (the message is there), then break the connection without an answer."""
        self._rules.append(Fault(method, times, where, cut="after"))

    @property
    def unused(self) -> int:
        """How many calls the rules still wait for."""
        return sum(rule.times for rule in self._rules)

    def clear(self) -> None:
        """Drop all rules and open all gates."""
        rules, self._rules = self._rules, []
        for rule in rules:
            if rule.gate is not None:
                rule.gate.open()

    def take(self, method: str, params: Params) -> Fault | None:
        """The rule for this call, used up by one."""
        for rule in self._rules:
            if rule.method.lower() in {ANY_METHOD, method.lower()} and rule.matches(params):
                rule.times -= 1
                if not rule.times:
                    self._rules.remove(rule)
                return rule
        return None
