"""Phones for tests: Chromium as a phone of the office network, over plain HTTP, under a name that is not this machine's."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.conftest import PASSWORD, absent

CHROMIUM = os.environ.get("CASEAPP_TEST_CHROMIUM", "")
logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a failed test shows what failed, not every page it asked for
NAME = "office.lan"  # plain HTTP under this name is no secure context, unlike that of 127.0.0.1
PATIENCE = 120_000  # milliseconds: a machine with much to do is slow, not wrong
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
)  # fmt: skip


@contextmanager
def started() -> Iterator[Any]:
    """Chromium."""
    if not CHROMIUM:
        absent("Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


SMALL: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}


@contextmanager
def phone_with(folder: Path) -> Iterator[Any]:
    """A phone whose browser keeps everything in this folder, and is closed at the end."""
    if not CHROMIUM:
        absent("Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=list(ARGUMENTS), **SMALL
        )
        context.set_default_timeout(PATIENCE)
        yield context
        context.close()


def phone(browser: Any) -> Any:
    """A phone with nothing in it."""
    context = browser.new_context(**SMALL)
    context.set_default_timeout(PATIENCE)
    return context


class AtWork:
    """How many pages are being answered: what a page asked for last may come when its test is over, and would hold the
    database of the next one open under a name that is another file by then."""

    def __init__(self) -> None:
        self.answering, self.change = 0, threading.Condition()

    def count(self, more: int) -> None:
        """One more, or one less."""
        with self.change:
            self.answering += more
            self.change.notify_all()

    def done(self) -> None:
        """Wait until nothing is answered any more."""
        with self.change:
            assert self.change.wait_for(lambda: not self.answering, PATIENCE / 1000), "a page is still being answered"

    def handler(self) -> type[WSGIRequestHandler]:
        """What answers requests, and is counted while it does."""

        class Counted(WSGIRequestHandler):
            def run_wsgi(handler) -> None:  # noqa: N805 - the one outside is ``self``
                self.count(1)
                try:
                    super(Counted, handler).run_wsgi()
                finally:
                    self.count(-1)

        return Counted


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[int]:
    """An application, served on a port, until all it was asked for is answered."""
    at_work = AtWork()
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=at_work.handler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    at_work.done()
    server.server_close()


def log_in(page: Any, address: str, username: str = "grid") -> None:
    """Log in by hand."""
    page.goto(address + "/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(address + "/")


def until(page: Any, found: str, seconds: float) -> None:
    """Wait for something that a page finds out by asking its store."""
    end = time.monotonic() + seconds
    while not page.evaluate(found):
        assert time.monotonic() < end, f"not within {seconds} s: {found}"
        page.wait_for_timeout(100)


NOTHING_WAITS = "caseapp.queue.counts().then((count) => count.waiting + count.refused === 0)"


def counts(page: Any) -> dict[str, int]:
    """What waits in the phone, as its banner counts it."""
    return page.evaluate("caseapp.queue.counts()")  # type: ignore[no-any-return]
