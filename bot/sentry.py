"""Faults of ours, told to a Sentry if SENTRY_DSN is set: where in the code, and which kind; never what people wrote.

The message of an exception may quote a report, a name or a statement's parameters. So it stays here, in `failed_update`
and in the log, and only the exception's type leaves, with the lines of our code that it came through.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Protocol

from bot.config import Settings, StartError

FLUSH_SECONDS = 2.0


class Report(Protocol):
    """Passes a fault of ours on; `tags` are facts that name nobody."""

    def __call__(self, error: BaseException, /, **tags: str) -> None: ...


def unreported(_error: BaseException, /, **_tags: str) -> None:
    """Nobody is told."""


_FRAME = ("abs_path", "filename", "function", "module", "lineno", "in_app", "context_line")
_TOLD = ("event_id", "timestamp", "level", "platform", "release", "environment", "tags", "sdk", "contexts")


class Sentry:
    """Reports faults; without a DSN it does nothing, and the SDK is not imported."""

    def __init__(self, settings: Settings) -> None:
        """Raises StartError for a DSN that is none, or without the extra `sentry`."""
        self._sdk: ModuleType | None = None
        if settings.sentry_dsn:
            self._sdk = _begun(settings.sentry_dsn.get_secret_value(), settings.sentry_environment)

    def report(self, error: BaseException, /, **tags: str) -> None:
        """Pass a fault on, in the background. `tags`: facts that name nobody (a code, a channel, a job)."""
        if self._sdk is None:
            return
        with self._sdk.new_scope() as scope:
            scope.set_tags(tags)
            scope.capture_exception(error)

    def close(self) -> None:
        """Wait a moment for what is on its way."""
        if self._sdk:
            self._sdk.flush(FLUSH_SECONDS)


def _begun(dsn: str, environment: str) -> ModuleType:
    try:
        import sentry_sdk
        from sentry_sdk.utils import BadDsn
    except ImportError as error:
        raise StartError("SENTRY_DSN needs the extra of that name: pip install 'danvan[sentry]'") from error
    try:
        sentry_sdk.init(
            dsn=dsn, environment=environment, before_send=stripped, default_integrations=False,
            auto_enabling_integrations=False, include_local_variables=False,
            max_request_body_size="never", max_breadcrumbs=0, server_name="", send_client_reports=False,
        )  # fmt: skip
    except BadDsn as error:
        raise StartError("SENTRY_DSN is not an address such as https://key@sentry.example.vn/1") from error
    return sentry_sdk


def stripped(event: Any, _hint: Any) -> Any:
    """An event of the SDK with nothing in it but what may leave: a list of what is allowed, so that a newer SDK adds
    nothing by itself."""
    told = {name: event[name] for name in _TOLD if name in event}
    told["contexts"] = {"runtime": event.get("contexts", {}).get("runtime", {})}
    told["exception"] = {"values": [_exception(value) for value in event.get("exception", {}).get("values", [])]}
    return told


def _exception(value: dict[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames", [])
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {"frames": [{name: frame.get(name) for name in _FRAME} for frame in frames]},
    }
