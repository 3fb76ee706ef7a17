"""The line to a group robot: to the address that was looked at, and to nothing else.

The name of a machine is asked for its addresses once, and the line goes to the one that the list allows; its
certificate has to be that of the name. A redirect is an answer like any other, and a robot that answers drop by drop
is hung up on.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

from caseapp.domain.org.robot_hosts import USUAL_PORT, RobotHost
from caseapp.kernel.errors import N_

SECONDS, LONGEST = 30, 200  # for one word of the other side; for the whole talk, well within the time a message is held
MOST_ANSWER = 10_000  # bytes of an answer that are read
NO_ADDRESS = N_("the name of the robot leads to no address that the list allows")


class ShutOut(OSError):
    """A machine is at no address where it may be asked."""


class RobotLine(HTTPConnection):
    """A line to a machine of the list, at one address of it, for a bounded time."""

    def __init__(self, host: RobotHost) -> None:
        super().__init__(host.name, host.port, timeout=SECONDS)
        self.machine = host
        self.default_port = USUAL_PORT[host.scheme]  # the Host header names any other
        self.watch: threading.Timer | None = None

    def connect(self) -> None:
        """Connect to the address that was looked at; over HTTPS the certificate has to be that of the name."""
        line: socket.socket = socket.create_connection((_address_of(self.machine), self.port), SECONDS)
        if self.machine.scheme == "https":
            trusted = ssl.create_default_context()
            line = trusted.wrap_socket(line, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = line
        self.watch = threading.Timer(LONGEST, _hang_up, [line])
        self.watch.daemon = True
        self.watch.start()
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()

    def close(self) -> None:
        """Hang up, in time or before."""
        if self.watch:
            self.watch.cancel()
        super().close()


def _address_of(host: RobotHost) -> str:
    """The first address of a machine at which it may be asked. Raises ShutOut, OSError."""
    for *_how, where in socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM):
        if host.may_be_at(str(where[0])):
            return str(where[0])
    raise ShutOut(NO_ADDRESS)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def begin_request(host: RobotHost, url: str, body: bytes, name: str) -> RobotLine:
    """Connect, and hand over the request but for the last byte of its body."""
    parts, line = urlsplit(url), RobotLine(host)
    try:
        line.connect()
        line.auto_open = 0  # never begin a second request by itself
        line.putrequest("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        line.putheader("Content-Type", "application/json; charset=utf-8")
        line.putheader("Content-Length", str(len(body)))
        line.putheader("X-Delivery", name)
        line.endheaders()
        line.send(body[:-1])
    except BaseException:
        line.close()
        raise
    return line


def trouble_in_a_word(problem: BaseException) -> str:
    """What went wrong, without a word of what the other side said: people are shown it."""
    if isinstance(problem, ShutOut):
        return NO_ADDRESS
    return type(problem).__name__
