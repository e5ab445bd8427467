"""Ports that stay free between two starts of a bot."""

from __future__ import annotations

import random
import socket

_BELOW_CONNECTIONS = range(10_000, 32_000)
"""The system gives connections their ports from 32768 on: one of those may be taken while a bot is down."""


def steady_port() -> int:
    """A port that nobody listens on, and that no connection is given."""
    for port in random.Random().sample(_BELOW_CONNECTIONS, 50):  # of no seed: two workers must not choose the same
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("fifty ports are taken")
