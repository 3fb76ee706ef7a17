"""Tries that are counted and not written down one by one: wrong names at the login, wrong receipts, pages that are not
there. A thousand of them are one line with a number. Pure."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, ip_address

KINDS = ("login_failed", "receipt_wrong", "no_page", "refused")
MOST_ORIGINS = 20
"""So many origins of a kind are told apart in an hour; what comes from more is counted together."""
MOST_ROWS = 10_000
"""So many lines are kept; the oldest hour makes room."""
OTHERS = ""


def network_of(address: str | None) -> str:
    """The network of an address, 203.0.113.0/24 or 2001:db8:7::/48: enough to see where a storm of tries comes from."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return OTHERS
    octets = found.packed
    if isinstance(found, IPv4Address):
        return f"{IPv4Address(octets[:3] + bytes(1))}/24"
    return f"{ip_address(octets[:6] + bytes(10))}/48"


def hour_of(instant: datetime) -> datetime:
    """The hour an instant lies in."""
    return instant.replace(minute=0, second=0, microsecond=0)
