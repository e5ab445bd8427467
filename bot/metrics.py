"""Gauges that are read when somebody looks."""

from __future__ import annotations

from prometheus_client import Gauge

QUEUE = Gauge("danvan_outbox_waiting", "Messages that wait to be sent")
QUEUE_AGE = Gauge("danvan_outbox_oldest_seconds", "How long the oldest waiting message has been due")
