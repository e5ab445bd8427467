"""How Telegram refuses on a bad day."""

from collections.abc import Callable
from typing import Final

from tests.emulating.faults import Fault, Faults, anything
from tests.telegram.emulator.errors import ApiError, too_many_requests
from tests.telegram.emulator.params import Params

_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
_GATEWAY_PAGE: Final = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class TelegramFaults(Faults[Params]):
    """Names of methods are in any case of letters."""

    def __init__(self) -> None:
        super().__init__(str.lower)

    def refuse(
        self,
        method: str,
        code: int,
        *,
        times: int = 1,
        retry_after: int = 0,
        description: str = "",
        where: Callable[[Params], bool] = anything,
    ) -> None:
        """Answer `code` and do nothing. For 429 give `retry_after` in seconds."""
        if code == 429:
            error = too_many_requests(retry_after)
        else:
            error = ApiError(code, description or _REASONS.get(code, "Bad Request"))
        self.add(Fault(method, times, where, error=error))

    def gateway_page(self, method: str, *, times: int = 1) -> None:
        """Answer 502 with the HTML page of a proxy in place of JSON, as Telegram's front does on a bad day."""
        self.page(method, 502, _GATEWAY_PAGE, times=times)
