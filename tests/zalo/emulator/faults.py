"""How Zalo refuses and answers on a bad day."""

from collections.abc import Callable
from typing import Final

from tests.emulating.faults import Fault, Faults, anything
from tests.zalo.emulator.errors import QUOTA_EXCEEDED, ApiError, quota_exceeded
from tests.zalo.emulator.params import Params

_GATEWAY_PAGE: Final = b"<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"


class ZaloFaults(Faults[Params]):
    """Names of methods are as they are spelled."""

    def refuse(
        self,
        method: str,
        code: int,
        *,
        times: int = 1,
        http: int = 200,
        description: str = "",
        where: Callable[[Params], bool] = anything,
    ) -> None:
        """Answer ``ok: false`` with `code` and do nothing; `http` is the HTTP status."""
        reason = description or (str(quota_exceeded()) if code == QUOTA_EXCEEDED else "Internal server error")
        self.add(Fault(method, times, where, error=ApiError(code, reason, http)))

    def gateway(self, method: str, code: int = 502, *, times: int = 1) -> None:
        """Answer with the HTML page of a proxy, as on 2026-08-05."""
        self.page(method, code, _GATEWAY_PAGE, times=times)

    def text(self, method: str, status: int = 401, *, times: int = 1) -> None:
        """Answer with some words that are no JSON."""
        self.page(method, status, b"Unauthorized", times=times)

    def without_id(self, method: str, *, times: int = 1) -> None:
        """Do the work and answer ``ok: true`` with an empty result, as seen now and then."""
        self.add(Fault(method, times, changes=lambda _body: {"result": {}}))
