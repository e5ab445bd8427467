"""Logs: events with facts, never with a token, a phone number or the text of a report."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_PHONE = re.compile(r"(?<!\d)(?:\(?\+?84\)?|0)(?:[ .-]?\d){9,10}(?!\d)")


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank tokens and phone numbers wherever they stand, whoever wrote the line."""
    for name, value in event.items():
        # With an underscore: the record itself, which structlog takes out again.
        if not name.startswith("_"):
            event[name] = _blanked(value)
    return event


def _blanked(value: Any) -> Any:
    if isinstance(value, str):
        return _PHONE.sub("[phone]", _TOKEN.sub("[token]", value))
    if isinstance(value, Mapping):
        return {key: _blanked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_blanked(one) for one in value]
    if value is None or isinstance(value, int | float):
        return value
    # Anything else is written as its repr at the end.
    return _blanked(repr(value))


def configure(level: str, style: str) -> None:
    """Send all logs, ours and the libraries', to stderr: `style` is console or json, `level` a name such as INFO."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These log every call, with addresses in it.
    for noisy in ("aiohttp.access", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # A look at what is due that takes longer than the time to the next one is no trouble: the next but one sees to it.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
