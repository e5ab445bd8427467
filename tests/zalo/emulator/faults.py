"""Faults on purpose: refusals, delays, answers that are no JSON, and connections that break."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from tests.telegram.emulator.faults import Gate
from tests.zalo.emulator.errors import QUOTA_EXCEEDED, ApiError, quota_exceeded
from tests.zalo.emulator.params import Params

Matcher: TypeAlias = Callable[[Params], bool]
Cut: TypeAlias = Literal["", "before", "after"]

ANY_METHOD: Final = "*"
_GATEWAY_PAGE: Final = b"<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"


def _always(_params: Params) -> bool:
    return True


@dataclass(eq=False)
class Fault:
    """What happens to the next `times` calls of `method` that `matches` likes."""

    method: str
    times: int
    matches: Matcher = _always
    error: ApiError | None = None
    page: tuple[int, bytes] | None = None
    seconds: float = 0.0
    gate: Gate | None = None
    cut: Cut = ""
    after_work: bool = False
    nameless: bool = False


@dataclass
class Faults:
    """The rules in the order they were made; the first that fits a call is used up by it.

    `method` is a name as it is spelled, or ``"*"``; `where` narrows a rule down by the parameters of the call.
    """

    _rules: list[Fault] = field(default_factory=list)
    _gates: list[Gate] = field(default_factory=list)

    def refuse(
        self,
        method: str,
        code: int,
        *,
        times: int = 1,
        http: int = 200,
        description: str = "",
        where: Matcher = _always,
    ) -> None:
        """Answer ``ok: false`` with `code` and do nothing; `http` is the HTTP status."""
        reason = description or (str(quota_exceeded()) if code == QUOTA_EXCEEDED else "Internal server error")
        self._rules.append(Fault(method, times, where, error=ApiError(code, reason, http)))

    def gateway(self, method: str, code: int = 502, *, times: int = 1) -> None:
        """Answer with the HTML page of a proxy, as on 2026-08-05."""
        self._rules.append(Fault(method, times, page=(code, _GATEWAY_PAGE)))

    def text(self, method: str, status: int = 401, *, times: int = 1) -> None:
        """Answer with some words that are no JSON."""
        self._rules.append(Fault(method, times, page=(status, b"Unauthorized")))

    def delay(self, method: str, seconds: float, *, times: int = 1, where: Matcher = _always) -> None:
        """Do the work `seconds` later."""
        self._rules.append(Fault(method, times, where, seconds=seconds))

    def hold(self, method: str, *, times: int = 1, after_work: bool = False, where: Matcher = _always) -> Gate:
        """Keep calls at a gate before the work, or with the work done and the answer not yet sent."""
        gate = Gate()
        self._gates.append(gate)
        self._rules.append(Fault(method, times, where, gate=gate, after_work=after_work))
        return gate

    def cut_before(self, method: str, *, times: int = 1, where: Matcher = _always) -> None:
        """Break the connection with nothing done."""
        self._rules.append(Fault(method, times, where, cut="before"))

    def cut_after(self, method: str, *, times: int = 1, where: Matcher = _always) -> None:
        """Do the work (the message is there, the update is consumed), then break the connection without an answer."""
        self._rules.append(Fault(method, times, where, cut="after"))

    def without_id(self, method: str, *, times: int = 1) -> None:
        """Do the work and answer ``ok: true`` with an empty result, as seen now and then."""
        self._rules.append(Fault(method, times, nameless=True))

    @property
    def unused(self) -> int:
        """How many calls the rules still wait for."""
        return sum(rule.times for rule in self._rules)

    def clear(self) -> None:
        """Drop all rules and open all gates, those with calls at them too."""
        self._rules.clear()
        for gate in self._gates:
            gate.open()

    def take(self, method: str, params: Params) -> Fault | None:
        """The rule for this call, used up by one."""
        for rule in self._rules:
            if rule.method in {ANY_METHOD, method} and rule.matches(params):
                rule.times -= 1
                if not rule.times:
                    self._rules.remove(rule)
                return rule
        return None
