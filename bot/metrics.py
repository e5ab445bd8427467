"""Gauges that are read when somebody looks."""

from __future__ import annotations

from prometheus_client import Gauge

QUEUE = Gauge("danvan_outbox_waiting", "Messages that wait to be sent")
QUEUE_AGE = Gauge("danvan_outbox_oldest_seconds", "How long the oldest waiting message has been due")
MESSAGES = Gauge(
    "danvan_month_messages", "Messages that a channel with a quota has carried this month", ["channel", "way"]
)
PEOPLE = Gauge("danvan_channel_people", "People who have written to the bot on a channel with a quota", ["channel"])
