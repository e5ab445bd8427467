"""Lists of network addresses, as settings write them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


def networks(value: str) -> tuple[Network, ...]:
    """The addresses and networks of a list such as `127.0.0.1, 10.0.0.0/8`. Raises ValueError."""
    return tuple(ip_network(part) for part in value.replace(",", " ").split())
