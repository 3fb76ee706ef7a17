"""The server of the browser's tests is let go when all that was asked of it is answered."""

from __future__ import annotations

import threading
from contextlib import suppress
from urllib.request import urlopen

import pytest

from tests.web.phones import served

pytestmark = pytest.mark.one_database


def test_what_a_page_asked_for_last_is_answered_before_the_next_test_begins():
    begun, let, answered = threading.Event(), threading.Event(), []

    def app(_environ, start_response):
        begun.set()
        assert let.wait(10)
        answered.append(True)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    def ask(port: int) -> None:
        with suppress(OSError):
            urlopen(f"http://127.0.0.1:{port}/", timeout=10).close()

    with served(app) as port:
        page = threading.Thread(target=ask, args=(port,))
        page.start()
        assert begun.wait(10)
        threading.Timer(1.5, let.set).start()
    assert answered
    page.join()
