"""A mail server and a robot on loopback that take what they are sent, except when they refuse it."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE = 3


@dataclass
class Kept:
    """What arrived. Every ``refuse_every``-th message is refused, though the same one no more than three times."""

    refuse_every: int = 0
    arrived: list[tuple[str, str, str]] = field(default_factory=list)  # name of the message, to whom, text
    seen: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, name: str, to: str, text: str) -> bool:
        """Take a message, or refuse it."""
        with self.lock:
            self.seen += 1
            if self.refuse_every and self.seen % self.refuse_every == 0 and self.refused[name] < PATIENCE:
                self.refused[name] += 1
                return False
            self.arrived.append((name, to, text))
            return True


class Mailbox:
    """The handler of the mail server."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        text = f"{mail['Subject']}\n{mail.get_content()}"
        taken = self.kept.takes(mail["Message-ID"], envelope.rcpt_tos[0], text)
        return "250 kept" if taken else "451 try again later"


@contextmanager
def mail_server(kept: Kept, **rest: Any) -> Iterator[str]:
    """A mail server; its address as the settings take it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Mailbox(kept), hostname="127.0.0.1", port=port, **rest)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}?from=office@office.example"
    finally:
        controller.stop()


@contextmanager
def robot(kept: Kept) -> Iterator[str]:
    """A robot; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # the line was cut: there was no request
            text = json.loads(body)["markdown"]
            taken = kept.takes(self.headers["X-Delivery"], self.path, text.get("content", text.get("text")))
            self._answer({"errcode": 0, "errmsg": "ok"} if taken else {"errcode": 45009, "errmsg": "too fast"})

        def _answer(self, said: dict[str, Any]) -> None:
            answer = json.dumps(said).encode()
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                pass  # who asked is gone

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 50

        def handle_error(self, *_: Any) -> None:
            pass  # a sender that was killed in the middle

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
