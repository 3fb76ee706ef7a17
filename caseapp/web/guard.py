"""What every answer carries, and over which lines there are answers at all."""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from caseapp.config import DEMO_IN_PRODUCTION
from caseapp.db import db
from caseapp.domain.org.queries import is_demo
from caseapp.kernel.errors import NotAllowed
from caseapp.web import transfer

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


POWERS = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), bluetooth=(), display-capture=()"
)
"""What no page asks a browser for. A photo is taken by the telephone's own camera program."""
ONLY_HTTPS = "max-age=31536000"
"""For a year a browser asks over HTTPS alone."""


def install(app: Flask) -> None:
    """Headers on every response; plain HTTP on loopback and private addresses only."""
    app.before_request(refuse_public_http)
    app.after_request(add_headers)
    app.session_interface = Cookie()
    if app.extensions["caseapp"].production:
        app.before_request(refuse_demo)
        app.config["SESSION_COOKIE_SECURE"] = True


class Cookie(SecureCookieSessionInterface):
    """The login cookie: over HTTPS alone in production, unless the office says that its own network has none."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Not over plain HTTP; but where ``CASEAPP_PLAIN_HTTP`` is set, who asks for a private address of the network
        gets a cookie that works there. Asked for on loopback, it is a web server with HTTPS that asks."""
        inside = app.extensions["caseapp"].plain_http and not request.is_secure and not _is_loopback(_host())
        return bool(app.config["SESSION_COOKIE_SECURE"]) and not inside

    def get_cookie_name(self, app: Flask) -> str:
        """Over HTTPS a name that no other site of the same domain can set a cookie for."""
        return f"__Host-{super().get_cookie_name(app)}" if self.get_cookie_secure(app) else super().get_cookie_name(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """A file is the same for everybody: it carries no cookie, and a browser keeps it whoever logs in."""
        if not transfer.is_file():
            super().save_session(app, session, response)


def refuse_public_http() -> None:
    """Plain HTTP answers on private addresses alone, both the one asked for and the one that asks; anything else needs
    HTTPS in front of it."""
    if request.is_secure or not current_app.extensions["caseapp"].production:
        return
    if not (_is_private(_host()) and _is_private(request.remote_addr or "")):
        abort(403)


def refuse_demo() -> None:
    """Nobody logs in to a demo database in production, were it put there after the start. Raises NotAllowed."""
    if request.endpoint == "entry.login" and is_demo(db.session):
        raise NotAllowed(DEMO_IN_PRODUCTION)


def _host() -> str:
    return request.host.rsplit(":", 1)[0].strip("[]")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def add_headers(response: Response) -> Response:
    """No inline script, no frames, no guessing of types, no traces in caches or other sites."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)  # files have a stricter one
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = POWERS
    if current_app.session_interface.get_cookie_secure(current_app._get_current_object()):  # type: ignore[attr-defined]
        headers["Strict-Transport-Security"] = ONLY_HTTPS
    if transfer.is_file():
        headers["Cache-Control"] = transfer.how_long()
    else:
        headers.setdefault("Cache-Control", "no-store")
    return response
