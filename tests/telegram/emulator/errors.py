"""How the Bot API says no: an HTTP status, a description and, at times, parameters a client acts on."""

from collections.abc import Mapping

from tests.emulating.refusal import Json, Refusal


class ApiError(Refusal):
    """An answer with ``ok: false``; `code` is both the HTTP status and the ``error_code`` of the body."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(code, description)
        self.parameters = dict(parameters or {})

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> ApiError:
    """400. Telegram begins the reason with a small letter, whatever it was inside the server."""
    upper_case_code = reason[1:2] == "_" or reason[1:2].isupper()
    return ApiError(400, f"Bad Request: {reason if upper_case_code else reason[:1].lower() + reason[1:]}")


def forbidden(reason: str) -> ApiError:
    """403: the chat is closed to the bot, and trying again does not help."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409: two ways of getting updates at the same time."""
    return ApiError(409, f"Conflict: {reason}")


def not_found() -> ApiError:
    """404, for a method or a file that does not exist and for a malformed token."""
    return ApiError(404, "Not Found")


def unauthorized() -> ApiError:
    """401, for a well-formed token that belongs to no bot."""
    return ApiError(401, "Unauthorized")


def too_many_requests(retry_after: int) -> ApiError:
    """429. `retry_after`: whole seconds to keep quiet."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
