"""The list of machines that group robots may be at: what the administrator writes on it, and which address is on it.

One machine a line: a name, or ``name:port``, reached over HTTPS at public addresses alone. A machine inside the house
is listed with the addresses it has, ``robot.intra 10.1.2.3``, or by its address, ``10.1.2.3:8443``; only there
``http://`` may stand in front. Nothing follows a redirect, so nothing that is not on the list is ever asked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from caseapp.kernel.errors import N_, RuleViolation

PUBLIC = ("qyapi.weixin.qq.com", "oapi.dingtalk.com")
MOST_HOSTS = 20
LINE = re.compile(r"(?:(https?)://)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253})(?::([0-9]{1,5}))?((?: +[0-9a-fA-F.:]+)*)")
USUAL_PORT = {"https": 443, "http": 80}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class RobotHost:
    """One machine of the list: how it is asked, its name and port, and the addresses that are listed with it."""

    scheme: str
    name: str
    port: int
    addresses: tuple[str, ...] = ()

    def may_be_at(self, address: str) -> bool:
        """Whether this machine may be asked at an address that its name was resolved to: a listed one; where none is
        listed, a public one."""
        found = _unwrapped(address)
        if found is None:
            return False
        listed = [_unwrapped(one) for one in self.addresses]
        return found in listed if listed else _is_public(found)


def read_hosts(text: str) -> list[str]:
    """The list as it was typed, one machine a line, checked. Raises RuleViolation."""
    lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_HOSTS:
        raise RuleViolation("value", N_("there are %(most)d machines on the list at most"), most=MOST_HOSTS)
    for line in lines:
        host = _host_of(line)
        if host is None:
            raise RuleViolation("value", N_("%(text)s is no machine such as qyapi.weixin.qq.com"), text=line[:80])
        if host.scheme == "http" and not (host.addresses and all(map(_is_inside, host.addresses))):
            message = N_("%(text)s: without https only inside the house, at listed addresses")
            raise RuleViolation("value", message, text=line[:80])
    return lines


def listed_host(url: str, lines: Iterable[str]) -> RobotHost | None:
    """The machine of the list that an address leads to; None when it leads to none. The address is taken as it stands:
    one with a user in it, with another port, or that two programs could read in two ways, leads nowhere."""
    asked = _asked(url)
    hosts = (_host_of(line) for line in lines)
    return next((one for one in hosts if one and asked == (one.scheme, one.name, one.port)), None)


def _asked(url: str) -> tuple[str, str, int] | None:
    plain = url.isascii() and url.isprintable() and not set(url) & set(" \\#@")
    try:
        parts = urlsplit(url) if plain else None
        port = parts.port if parts else None
    except ValueError:
        return None
    if parts is None or parts.scheme not in USUAL_PORT or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, USUAL_PORT[parts.scheme] if port is None else port


def _host_of(line: str) -> RobotHost | None:
    found = LINE.fullmatch(line)
    if found is None:
        return None
    scheme, name, addresses = found[1] or "https", found[2].strip("[]").lower(), tuple(found[4].split())
    port = int(found[3]) if found[3] else USUAL_PORT[scheme]
    if _unwrapped(name) is not None:
        addresses = (name, *addresses)  # an address is listed with itself
    whole = "." in name or name == "localhost" or bool(addresses)
    if not whole or not 0 < port < 65536 or None in map(_unwrapped, addresses):
        return None
    return RobotHost(scheme, name, port, addresses)


def _unwrapped(text: str) -> Address | None:
    """An address; one of IPv4 that is written as one of IPv6 is the one of IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_public(address: Address) -> bool:
    """Whether everybody can reach an address: not one of a network of one's own, nor one that carries such a one."""
    if isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.teredo or address in NAT64):
        return False
    return address.is_global and not address.is_multicast


def _is_inside(text: str) -> bool:
    address = _unwrapped(text)
    return address is not None and not _is_public(address) and address.is_private
