"""The server under the pages: waitress. One loop reads what comes in and wakes a thread for a whole request alone, so
that who sends slowly takes none. Here it is bounded too: a connection that stays silent, sends no more than the
beginning of a request, or does not read what it is answered, is closed; and where connections become scarce, the
address that holds most loses its oldest. Who is told to stop answers what was begun."""

from __future__ import annotations

import select
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from copy import copy
from functools import lru_cache

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.wasyncore import loop

SILENT, HEAD_WITHIN, WHOLE_WITHIN = 60, 20, 45 * 60
"""Seconds that a connection may be without a byte, and that the head of a request, and a whole one, may take: so long
do 100 MB of photos need on a bad line."""
PARTING, QUIET, TO_THE_END = 30, 5, 30
"""Seconds for which what is still sent after a refusal is taken and thrown away (closed at once, the connection would
be torn down before a browser has read why), and without a byte of it; in which what was begun is answered when the
server is told to stop."""
AT_ONCE, PAUSE = 1024 * 1024, 0.05
"""Bytes that are thrown away at once after a refusal, and the seconds until the next: who sends as fast as the line
takes it keeps the server from nobody else."""
UNDER_WAY = 128 * 1024
"""Bytes of an answer that lie with the system: the less, the sooner it shows that a slow reader reads."""
MOST_OPEN, OWN_FILES, MADE_ROOM_FROM = 1000, 100, 0.8
"""Connections at once; open files that are none; the part of the connections from which on room is made."""
LARGEST, LARGEST_UNKNOWN = 101 * 1024 * 1024, 1024 * 1024
"""Bytes of a request: with as many photos as a form takes; of somebody who sends no login."""
COOKIE = "caseapp="
SWITCH = 0.001
"""Seconds that one thread computes before another may. A page waits so long each time the database has answered it,
while a file is made beside it."""
REFUSED = {
    400: "请求不完整或无法识别，没有处理。 The request could not be understood.",
    413: "发送的内容太大，没有接收。 What was sent is too large: nothing of it was kept.",
    431: "请求头太大，没有接收。 The head of the request is too large.",
}


@lru_cache(maxsize=4)
def _for_unknown(limits: Adjustments) -> Adjustments:
    less = copy(limits)
    less.max_request_body_size = LARGEST_UNKNOWN
    return less


class IncomingRequest(HTTPRequestParser):
    """A request as it comes in. How much of it is taken is settled by its head: without a login, a form's worth."""

    adj: Adjustments

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Nobody is asked to go on with what is too large."""
        super().parse_header(header_plus)
        if COOKIE not in self.headers.get("COOKIE", ""):
            self.adj = _for_unknown(self.adj)
        if self.content_length >= self.adj.max_request_body_size:
            self.expect_continue = False


class Refusing(ErrorTask):
    """What is not taken is said in Chinese and English."""

    def execute(self) -> None:
        """Answer, and close the connection."""
        self.channel.refused = True
        error = self.request.error
        error.body = REFUSED.get(error.code, error.body)
        super().execute()


class Connection(HTTPChannel):
    """One connection, which knows since when its present request comes in, and since when it is being parted with."""

    parser_class, error_task_class = IncomingRequest, Refusing
    begun = parting = thrown_away = 0.0
    refused = close_when_flushed = False

    def readable(self) -> bool:
        """Whether more is to be taken in now."""
        return time.time() - self.thrown_away > PAUSE if self.parting else bool(super().readable())

    def handle_read(self) -> None:
        """Take in what came; after a refusal nothing of it."""
        if not self.parting:
            super().handle_read()
            return
        self.thrown_away = time.time()
        if self.recv(AT_ONCE):
            self.last_activity = self.thrown_away

    def received(self, data: bytes) -> bool:
        """A piece of what came."""
        if self.request is None:
            self.begun = time.time()
        return bool(super().received(data))

    def handle_write(self) -> None:
        """Send what there is. Once a refusal is sent, who is still sending is heard to the end."""
        if self.refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if not (self.total_outbufs_len or self.will_close):
                self.parting, self.close_when_flushed = time.time(), False
                with suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_write()

    def cut(self) -> None:
        """Close it at the next turn, also where nothing can be sent because nobody reads."""
        self.will_close = True
        if self.total_outbufs_len:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    @property
    def is_begun(self) -> bool:
        """Whether a request comes in, or an answer is worked on or goes out."""
        coming = self.request is not None and self.request.headers_finished
        return bool(self.requests or self.total_outbufs_len or self.close_when_flushed or coming)

    def is_late(self, now: float) -> bool:
        """Whether nobody should wait for it any longer."""
        if self.parting:
            return now - self.parting > PARTING or now - self.last_activity > QUIET
        if self.requests and not self.total_outbufs_len:  # a thread works on it
            return False
        coming = None if self.requests else self.request
        within = WHOLE_WITHIN if coming is None or coming.headers_finished else HEAD_WITHIN
        return bool(now - self.last_activity > SILENT or (coming is not None and now - self.begun > within))


class Listener(TcpWSGIServer):
    """Listens at one socket."""

    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Close who is late; make room where connections become scarce."""
        for connection in self.active_channels.values():
            if connection.is_late(now):
                connection.cut()
        resting = [one for one in self.active_channels.values() if not one.requests]
        crowd = len(self.active_channels) - int(self.adj.connection_limit * MADE_ROOM_FROM)
        held = Counter(one.addr[0] for one in resting)
        for connection in sorted(resting, key=lambda one: (-held[one.addr[0]], one.creation_time))[: max(crowd, 0)]:
            connection.cut()

    def set_socket_options(self, conn: socket.socket) -> None:
        """Of a connection that is taken on."""
        super().set_socket_options(conn)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNDER_WAY)

    def turn(self) -> None:
        """Read and write once, or wait a second for something to do."""
        loop(self.adj.asyncore_loop_timeout, self.adj.asyncore_use_poll, self._map, count=1)

    def run(self) -> None:
        """Answer until told to stop (Ctrl-C, SIGTERM), and finish what was begun."""
        try:
            while True:
                self.turn()
        except (SystemExit, KeyboardInterrupt):
            self.finish()

    def finish(self) -> None:
        """Take in nobody any more, answer what was begun and have it read."""
        self.accepting, until = False, time.monotonic() + TO_THE_END
        while time.monotonic() < until and self._under_way():
            self.turn()
        self.task_dispatcher.shutdown(timeout=1)

    def _under_way(self) -> bool:
        """Whether there is a request or an answer; all other connections are closed."""
        there = [*self.active_channels.values()]
        for connection in there:
            connection.will_close = connection.will_close or not connection.is_begun
        return bool(there)


def bound(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises OSError where it is taken, or is not this machine's."""
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def listen(app: Flask, at: socket.socket, threads: int) -> Listener:
    """Answer at a bound socket with so many threads."""
    sys.setswitchinterval(SWITCH)
    limits = Adjustments(
        sockets=[at], threads=threads, ident=None, connection_limit=_open_at_most(), cleanup_interval=1,
        asyncore_use_poll=hasattr(select, "poll"), max_request_body_size=LARGEST, max_request_header_size=64 * 1024,
        clear_untrusted_proxy_headers=False,  # who is believed about the address is said in web/visitor.py
    )  # fmt: skip
    at_work = ThreadedTaskDispatcher()
    at_work.set_thread_count(threads)
    socket_info = (at.family, at.type, at.proto, at.getsockname())
    return Listener(app, _sock=at, dispatcher=at_work, adj=limits, bind_socket=False, sockinfo=socket_info)


def _open_at_most() -> int:
    """How many connections there may be at once, by how many files the system lets us have open."""
    try:
        import resource  # not there on Windows
    except ImportError:
        return 512 - OWN_FILES
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN + OWN_FILES if most == resource.RLIM_INFINITY else min(MOST_OPEN + OWN_FILES, most)
    if usual < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return wanted - OWN_FILES
