"""How connections part: slow readers get all of it, who reads nothing holds no thread, a refusal can be read by whoever
is still sending, and what was begun is answered when the server is told to stop."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask, Response, request

from caseapp.cli import listening
from caseapp.cli.listening import LARGEST_UNKNOWN, SILENT, Listener, bound, listen

pytestmark = pytest.mark.one_database
LARGE = 8 * 1024**2
GET = b"GET %s HTTP/1.1\r\nHost: here\r\n\r\n"
Serving = Callable[[], "tuple[int, Listener]"]


@pytest.fixture
def app() -> Flask:
    app = Flask("parting")
    app.begun, app.may_go_on = threading.Event(), threading.Event()

    def slow() -> str:
        app.begun.set()
        app.may_go_on.wait(30)
        return "a" * LARGE

    app.add_url_rule("/", "here", lambda: f"{len(request.data)} bytes", methods=["GET", "POST"])
    app.add_url_rule("/large", "large", lambda: Response(b"a" * LARGE))
    app.add_url_rule("/slow", "slow", slow)
    return app


@pytest.fixture
def listener(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A server with two threads, whose loop is turned by hand."""
    monkeypatch.setattr(listening, "_open_at_most", lambda: 40)
    one = listen(app, bound("127.0.0.1", 0), threads=2)
    one.adj.asyncore_loop_timeout = 0
    yield one
    app.may_go_on.set()
    one.task_dispatcher.shutdown()
    for connection in [*one.active_channels.values()]:
        connection.handle_close()
    one.close()


@contextmanager
def connected(listener: Listener) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", int(listener.effective_port)), timeout=30) as there:
        yield there


def until(listener: Listener, done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        listener.turn()


def test_little_of_an_answer_lies_with_the_system_so_that_a_slow_reader_is_seen_to_read(listener):
    with connected(listener) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(GET % b"/large")
        until(listener, lambda: any(one.total_outbufs_len for one in listener.active_channels.values()))
        (connection,) = listener.active_channels.values()
        until(listener, lambda: not connection.requests)
        for _ in range(50):
            listener.turn()
        left, got = connection.total_outbufs_len, 0
        while connection.total_outbufs_len == left:
            got += len(slow.recv(4096))
            listener.turn()
            assert got < 1_000_000, "who reads 20 kB a second would be taken for silent"


def test_who_reads_nothing_holds_no_thread(listener):
    with connected(listener) as deaf:
        deaf.sendall(GET % b"/large" * 20)
        until(listener, lambda: any(one.requests for one in listener.active_channels.values()))
        (connection,) = listener.active_channels.values()
        until(listener, lambda: connection.total_outbufs_len > listener.adj.outbuf_high_watermark)
        listener.maintenance(time.time() + SILENT + 1)
        until(listener, lambda: not listener.active_channels and listener.task_dispatcher.active_count == 0)


def test_who_sends_too_much_can_read_that_it_is(listener):
    with connected(listener) as sender:
        head = f"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: {40 * LARGEST_UNKNOWN}\r\n\r\n"
        sender.sendall(head.encode())
        answer: list[bytes] = []

        def send_and_read() -> None:
            for _ in range(40):
                sender.sendall(b"a" * LARGEST_UNKNOWN)
            answer.append(sender.recv(65536))

        sending = threading.Thread(target=send_and_read)
        sending.start()
        until(listener, lambda: not sending.is_alive())
        assert answer[0].startswith(b"HTTP/1.1 413")
    until(listener, lambda: not listener.active_channels)


def test_who_goes_on_sending_after_a_refusal_is_closed_in_the_end(listener):
    with connected(listener) as sender:
        sender.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 999999999\r\n\r\n")
        until(listener, lambda: any(one.parting for one in listener.active_channels.values()))
        sender.sendall(b"a")
        listener.maintenance(time.time() + listening.PARTING + 1)
        until(listener, lambda: not listener.active_channels)


def test_what_is_still_sent_after_a_refusal_is_taken_a_piece_at_a_time(listener):
    with connected(listener) as there:
        there.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % (LARGEST_UNKNOWN + 1))
        until(listener, lambda: any(one.parting for one in listener.active_channels.values()))
        (connection,) = listener.active_channels.values()
        there.sendall(b"a" * 5000)
        until(listener, lambda: bool(connection.thrown_away))
        assert not connection.readable()
        connection.thrown_away -= listening.PAUSE + 1
        assert connection.readable()


def test_what_was_begun_is_answered_to_its_end_when_the_server_is_told_to_stop(app, listener):
    with connected(listener) as reader, connected(listener) as idle:
        reader.sendall(GET % b"/slow")
        until(listener, app.begun.is_set)
        got: list[int] = []

        def read() -> None:
            app.may_go_on.set()
            with suppress(OSError):
                while piece := reader.recv(65536):
                    got.append(len(piece))

        reading = threading.Thread(target=read)
        reading.start()
        listener.finish()
        reading.join(30)
        assert sum(got) > LARGE
        assert idle.recv(1) == b""


def test_a_new_request_in_one_piece_with_another_and_a_question_for_leave_are_answered(listener):
    with connected(listener) as many:
        many.sendall(GET % b"/" * 3)
        got = bytearray()
        many.setblocking(False)

        def three() -> bool:
            with suppress(BlockingIOError):
                got.extend(many.recv(65536))
            return got.count(b"0 bytes") == 3

        until(listener, three)
    with connected(listener) as asking:
        asking.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        for _ in range(20):
            listener.turn()
        assert asking.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        asking.sendall(b"abcde")
        until(listener, lambda: any(one.requests for one in listener.active_channels.values()))
        until(listener, lambda: not any(one.requests for one in listener.active_channels.values()))
        assert asking.recv(1000).endswith(b"5 bytes")
    with connected(listener) as asking:
        asking.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n")
        for _ in range(50):
            listener.turn()
        assert asking.recv(1000).startswith(b"HTTP/1.1 413"), "not told to go on first"
    with connected(listener) as head:
        head.sendall(b"HEAD /large HTTP/1.1\r\nHost: here\r\n\r\n" + GET % b"/")
        until(listener, lambda: any(one.requests for one in listener.active_channels.values()))
        until(listener, lambda: not any(one.requests for one in listener.active_channels.values()))
        told = head.recv(65536)
        assert b"Content-Length: 8388608" in told
        assert told.endswith(b"0 bytes"), "no body comes between"
