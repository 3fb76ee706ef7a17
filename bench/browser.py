"""Somebody at a browser: asks for pages over one connection, with a login, and logs cases by the form."""

from __future__ import annotations

import http.client
import re
from urllib.parse import quote, urlencode

HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|token)"[^>]*value="([^"]*)"')
TOLD = {
    "track": "dispute", "story": "两家为水沟争执。已劝开。", "unit": "TH-SH-01", "category": "neighbour",
    "name": "周甲一", "headcount": "2", "contact": "any", "channel": "screening", "risk": "green",
    "petition_class": "appeal", "sure": "1",
}  # fmt: skip
"""What is told of a case that a grid official logs."""


class Browser:
    """One person's. Raises OSError where nobody answers."""

    def __init__(self, port: int, cookie: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = cookie

    def get(self, path: str) -> int:
        """The status of a page."""
        return self._asked("GET", path)[0]

    def log(self) -> int:
        """Log a case: the form, and what is typed into it. The status of the answer, which leads on."""
        status, page = self._asked("GET", "/cases/new")
        if status != http.client.OK:
            return status
        return self._asked("POST", "/cases/new", {**TOLD, **dict(HIDDEN.findall(page))})[0]

    def close(self) -> None:
        """Leave."""
        self.line.close()

    def _asked(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text. A connection that the server closed in the pause is opened anew, as browsers do."""
        try:
            return self._once(method, path, form)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.line.close()
            return self._once(method, path, form)

    def _once(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.line.request(method, quote(path, safe="/?=&"), urlencode(form or {}), headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        if (kept := answer.getheader("Set-Cookie", "")).startswith("caseapp="):
            self.cookie = kept.partition(";")[0]
        return answer.status, text
