"""A worker of the workshop: answers heavy requests one after another, each from the words it was handed over, with the
same application, the same rights and the same database as the server. What it answers goes out through the server,
which adds what every answer carries."""

from __future__ import annotations

import io
import json
import logging
import os
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from flask import Flask, g, session
from flask.json.tag import TaggedJSONSerializer

from caseapp.db import waiting_at_most
from caseapp.web.attempt import PATIENCE

log = logging.getLogger(__name__)
Tell = Callable[[int, int], None]
"""Says how many of how many are done."""


class LineBack(Protocol):
    """What a worker is asked, and answers, over."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> None: ...


def words_of(environ: dict[str, Any]) -> dict[str, str]:
    """Of a request, what may be handed over: it has no body."""
    return {name: told for name, told in environ.items() if isinstance(told, str)}


def work_on(app: Flask, line: socket.socket) -> NoReturn:
    """Answer until nobody is left who asks, and end the process."""
    try:
        with line.makefile("rwb") as asked:
            for words in asked:
                _answer(app, json.loads(words), asked)
    except Exception:
        log.exception("a worker ended")
    finally:
        os._exit(0)


def _answer(app: Flask, words: dict[str, str], line: LineBack) -> None:
    shown = -1

    def tell(done: int, count: int) -> None:
        nonlocal shown
        percent = 100 * done // max(count, 1)
        if percent != shown:
            shown = percent
            _write(line, {"percent": percent})

    told, body = answered(app, words, tell)
    _write(line, told | {"length": len(body)}, body)


def _write(line: LineBack, told: dict[str, Any], body: bytes = b"") -> None:
    line.write(json.dumps(told).encode() + b"\n" + body)
    line.flush()


def answered(app: Flask, words: dict[str, str], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Status, headers, and the session where it was changed; and the bytes."""
    environ = words | {
        "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    # in a context of its own, where nobody is logged in yet: the process was begun within another one
    with app.app_context(), app.request_context(environ), waiting_at_most(PATIENCE):
        g.tell = tell
        try:
            found = app.preprocess_request()
            response = app.make_response(app.dispatch_request() if found is None else found)
        except Exception as problem:  # noqa: BLE001 - told as the server tells it
            response = app.make_response(app.handle_user_exception(problem))
        told = {"status": response.status_code, "headers": list(response.headers)}
        if session.modified:
            told["session"] = TaggedJSONSerializer().dumps(dict(session))
        return told, response.get_data()
