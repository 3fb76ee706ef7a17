"""Who knocks, as far as a request shows it: the address it comes from, and the device.

Behind a web server of the office everybody comes from that server's address, and the server writes into
``X-Forwarded-For`` who asked it. Anybody can send such a header too; so it is read only from servers that
``CASEAPP_TRUSTED_PROXIES`` names, from its end, and the first address that is none of theirs counts.
"""

from __future__ import annotations

import hmac
import ipaddress

from flask import current_app, request
from werkzeug.wrappers import Response

from caseapp.domain.people.devices import device_name
from caseapp.domain.people.logins import Visitor

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
COOKIE, KEPT = "caseapp_device", 400 * 24 * 3600
LONGEST_TOKEN = 64


def client_address() -> str:
    """The address a request comes from: the last one that no trusted web server stands behind."""
    hops = [request.remote_addr or ""]
    hops[:0] = [one.strip() for one in ",".join(request.headers.getlist("X-Forwarded-For")).split(",") if one.strip()]
    while len(hops) > 1 and _is_trusted(hops[-1]):
        hops.pop()
    return hops[-1]


def _read(address: str) -> Address | None:
    """An address as servers write it: ``1.2.3.4``, ``1.2.3.4:5678``, ``::ffff:1.2.3.4``; None when it is none."""
    host = address.partition(":")[0] if address.count(":") == 1 else address.strip("[]")
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted(address: str) -> bool:
    found = _read(address)
    return found is not None and any(found in one for one in current_app.extensions["caseapp"].trusted_proxies)


def source() -> tuple[str, bool]:
    """A digest of the address that only this installation can make, and whether everybody shares it: so it is behind
    a web server on this machine that nobody named as trusted."""
    address = client_address()
    digest = hmac.new(str(current_app.secret_key).encode(), _place(address).encode(), "sha256").hexdigest()
    return digest, _is_loopback(address)


def _place(address: str) -> str:
    """What counts as one place: an address, and of IPv6 the network of one subscriber."""
    found = _read(address)
    if found is None:
        return ""
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _is_loopback(address: str) -> bool:
    found = _read(address)
    return found is not None and found.is_loopback


def visitor() -> Visitor:
    """Who knocks now."""
    place, shared = source()
    token = request.cookies.get(COOKIE, "")[:LONGEST_TOKEN]
    return Visitor(place, shared, token, device_name(request.headers.get("User-Agent", "")))


def keep_device(response: Response, token: str) -> Response:
    """Let the browser keep the token of a known device: as careful as with the login cookie."""
    secure = current_app.session_interface.get_cookie_secure(current_app._get_current_object())  # type: ignore[attr-defined]
    response.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="Lax", secure=secure)
    return response
