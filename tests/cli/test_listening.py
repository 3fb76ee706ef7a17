"""Slow, silent, many and heavy connections do not keep the others from being answered."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request

from caseapp.cli import listening
from caseapp.cli.listening import HEAD_WITHIN, LARGEST, LARGEST_UNKNOWN, SILENT, WHOLE_WITHIN, Listener, bound, listen

pytestmark = pytest.mark.one_database
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
WHOLE = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A server with two threads and room for forty connections, whose loop is turned by hand."""
    monkeypatch.setattr(listening, "_open_at_most", lambda: 40)
    app = Flask("answering")
    app.add_url_rule("/", "here", lambda: f"{len(request.data)} bytes", methods=["GET", "POST"])
    listener = listen(app, bound(HERE, 0), threads=2)
    listener.adj.asyncore_loop_timeout = 0
    try:
        yield listener
    finally:
        listener.task_dispatcher.shutdown()
        for one in [*listener.active_channels.values()]:
            one.handle_close()
        listener.close()


@pytest.fixture
def connect(answering: Listener) -> Iterator[Callable[..., socket.socket]]:
    """Connects from an address and sends something."""
    opened: list[socket.socket] = []

    def connected(sends: bytes = b"", come_from: str = HERE) -> socket.socket:
        there = socket.create_connection((HERE, int(answering.effective_port)), source_address=(come_from, 0))
        there.setblocking(False)
        opened.append(there)
        there.sendall(sends)
        turned(answering)
        return there

    yield connected
    for one in opened:
        one.close()


def turned(listener: Listener, times: int = 5) -> None:
    for _ in range(times):
        listener.turn()


def told(listener: Listener, by: socket.socket) -> bytes:
    """The answer that comes, however many pieces it comes in; b"" when the connection is closed without one."""
    until, answer = time.monotonic() + 30, b""
    while time.monotonic() < until and not is_whole(answer):
        listener.turn()
        try:
            piece = by.recv(65536)
        except BlockingIOError:
            continue
        except ConnectionResetError:
            return answer
        if not piece:
            return answer
        answer += piece
    assert is_whole(answer), answer
    return answer


def is_whole(answer: bytes) -> bool:
    """Whether as much is there as its head announces."""
    head, _gap, body = answer.partition(b"\r\n\r\n")
    size = re.search(rb"Content-Length: (\d+)", head)
    return size is not None and len(body) >= int(size[1])


def later(listener: Listener, seconds: float) -> None:
    """Look at what is open as the clock says then."""
    listener.maintenance(time.time() + seconds)
    turned(listener)


def test_who_sends_only_a_beginning_takes_no_thread(answering, connect):
    for part in (
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: here\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab",
    ):
        for _ in range(5):
            connect(part)
    assert told(answering, connect(WHOLE)).endswith(b"0 bytes")


def test_where_connections_become_scarce_the_address_with_most_loses_its_oldest(answering, connect):
    held = [connect(b"GET / HT") for _ in range(38)]
    later(answering, 0)
    assert told(answering, connect(WHOLE, ELSEWHERE)).endswith(b"0 bytes")
    other = connect(b"GET / HT", ELSEWHERE)
    later(answering, 0)
    assert told(answering, held[0]) == b"", "the oldest is closed"
    with pytest.raises(BlockingIOError):
        held[-1].recv(1)
    with pytest.raises(BlockingIOError):
        other.recv(1)


@pytest.mark.parametrize(
    ("sent", "within"),
    [
        (b"", SILENT),
        (b"GET / HTTP/1.1\r\nHost: h", HEAD_WITHIN),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab", SILENT),
    ],
    ids=["silent", "half a head", "half a body"],
)
def test_who_is_late_is_closed(answering, connect, sent, within):
    waiting = connect(sent)
    later(answering, within - 2)
    with pytest.raises(BlockingIOError):
        waiting.recv(1)
    later(answering, within + 1)
    assert told(answering, waiting) == b""


def test_a_large_form_on_a_bad_line_has_its_time(answering, connect):
    slow = connect(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab")
    (connection,) = answering.active_channels.values()
    connection.last_activity += 600
    later(answering, 600)
    with pytest.raises(BlockingIOError):
        slow.recv(1)
    connection.last_activity += WHOLE_WITHIN
    later(answering, WHOLE_WITHIN + 1)
    assert told(answering, slow) == b""


@pytest.mark.parametrize(
    ("cookie", "size", "status"),
    [
        ("", 10**9, "413"),
        ("", LARGEST_UNKNOWN, "413"),
        ("Cookie: caseapp=any\r\n", 10**9, "413"),
        ("Cookie: caseapp=any\r\n", LARGEST, "413"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_read(answering, connect, cookie, size, status):
    sender = connect(f"POST / HTTP/1.1\r\nHost: here\r\n{cookie}Content-Length: {size}\r\n\r\n".encode())
    answer = told(answering, sender).decode()
    assert answer.startswith(f"HTTP/1.1 {status}")
    assert "发送的内容太大" in answer
    assert "too large" in answer


def test_without_a_login_more_than_a_form_in_pieces_is_not_taken_either(answering, connect):
    sender = connect(b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    for _ in range(LARGEST_UNKNOWN // 65536 + 1):
        sender.setblocking(True)
        try:
            sender.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            break
        finally:
            sender.setblocking(False)
        turned(answering, 12)
    assert told(answering, sender).startswith(b"HTTP/1.1 413")


def test_a_form_of_usual_size_is_taken(answering, connect):
    sender = connect(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5000)
    assert told(answering, sender).endswith(b"5000 bytes")
