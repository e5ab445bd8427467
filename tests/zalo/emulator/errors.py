"""How the platform says no: mostly in an HTTP 200, with ``ok: false`` and a code in the body."""

from typing import Final

from tests.emulating.refusal import Json, Refusal

__all__ = ["ApiError", "Json", "bad_request", "quota_exceeded"]

BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
NOT_FOUND: Final = 404
TIMEOUT: Final = 408
TESTED_TOO_OFTEN: Final = 426
QUOTA_EXCEEDED: Final = 429


class ApiError(Refusal):
    """An answer with ``ok: false``. `http`: its HTTP status; 0 leaves that to the emulator's ``errors_in_200``."""

    def __init__(self, code: int, description: str, http: int = 0, field: str = "error_code") -> None:
        super().__init__(code, description)
        self.http = http
        self._field = field

    def body(self) -> Json:
        return {"ok": False, "description": self.description, self._field: self.code}


def bad_request(reason: str) -> ApiError:
    """400: wrong method or parameters; asking again does not help."""
    return ApiError(BAD_REQUEST, reason)


def quota_exceeded() -> ApiError:
    """429, which never says how long to wait."""
    return ApiError(QUOTA_EXCEEDED, "Quota exceeded")
