"""Tracebacks in the logs of these tests are plain: drawn in colours they would take seconds each."""

from tests.bot.conftest import plain_logs

__all__ = ["plain_logs"]
