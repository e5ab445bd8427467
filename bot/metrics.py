"""Gauges that are read when somebody looks."""

from __future__ import annotations

from prometheus_client import Gauge

QUEUE = Gauge("danvan_outbox_waiting", "Messages that wait to be sent")
QUEUE_AGE = Gauge("danvan_outbox_oldest_seconds", "How long the oldest waiting message has been due")
MESSAGES = Gauge(
    "danvan_month_messages", "Messages that a channel with a quota has carried this month", ["channel", "way"]
)
PEOPLE = Gauge("danvan_channel_people", "People who have written to the bot on a channel with a quota", ["channel"])
UNDELIVERED = Gauge(
    "danvan_channel_failing_seconds", "For how long nothing has gone out on a channel that should have", ["channel"]
)
LEADING = Gauge("danvan_leading", "Whether this process is the one that polls, works by the clock and sends")
WELL = Gauge("danvan_well", "1 while /healthz says that all is well, else 0")
REGISTER = Gauge("danvan_register_units", "Reports that are owed in the periods that are open now, by state", ["state"])
OVERDUE = Gauge("danvan_overdue_units", "Reports of open periods whose time is over and that did not come")
