"""The QR code with which an authenticator app reads a second factor."""

from __future__ import annotations

from base64 import b64encode

from caseapp.domain.people.totp import address_of
from caseapp.office.qr import qr_svg


def factor_picture(secret: str, username: str, issuer: str) -> str:
    """The code as a picture inside the page: it is fetched from no address, and no cache keeps it."""
    return "data:image/svg+xml;base64," + b64encode(qr_svg(address_of(secret, username, issuer))).decode()
