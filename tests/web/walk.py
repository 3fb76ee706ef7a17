"""A walk over every page that somebody reaches by links, on which every button is pressed.

Pages and buttons are told apart by what they are, not by which case they are about: a case page by where its case
stands, a button by its page, its address and its words. After each press the database is put back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit
from zlib import crc32

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from tests.web.buttons import Button, Form, Page, buttons_of, filled

LEFT_OUT = {"static", "assets.bundle", "entry.logout", "own.password", "papers.pdf", "queue.offline"}
TOLD_APART = ("action", "field", "seat", "kind", "step", "act", "key", "channel", "paper", "variant")


@dataclass
class Walk:
    """One person's walk: what was opened and pressed, and what was refused. ``one_in`` says which part of the pages is
    opened besides those the walk starts from; on these every button is pressed."""

    app: Flask
    client: FlaskClient
    today: date
    standing: dict[str, str]
    put_back: Callable[[], None]
    known: Callable[[str], dict[str, str]]
    one_in: int = 1
    opened: set[tuple[str, ...]] = field(default_factory=set)
    pressed: set[tuple[str, ...]] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def go(self, *starts: str) -> None:
        """Walk from some pages as far as links lead."""
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            shape = self.shape(path)
            if shape is None or shape in self.opened or (path not in starts and not self._in_the_sample(shape)):
                continue
            self.opened.add(shape)
            page = self._open(path)
            if page is not None:
                waiting.extend(self._links(page, path))
                self._press_all(page, path, shape)

    def shape(self, path: str) -> tuple[str, ...] | None:
        """What kind of page an address is: None for files and for what is left out."""
        parts = urlsplit(path)
        try:
            endpoint, args = self.app.url_map.bind("localhost").match(parts.path, method="GET")
        except HTTPException:
            return ("unknown", parts.path)
        if endpoint in LEFT_OUT:
            return None
        return (endpoint, *(f"{name}={self._kind(name, value)}" for name, value in sorted(args.items())))

    def _kind(self, name: str, value: Any) -> str:
        if name in ("number",):
            return self.standing.get(str(value), "?")
        return str(value) if name in TOLD_APART else "*"

    def _open(self, path: str) -> Page | None:
        answer = self.client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            self.refused.append(f"GET {path}: {answer.status_code}")
            return None
        if not answer.mimetype.startswith("text/html"):
            return None
        page = Page(answer.text)
        self.twice += [f"{path}: {one}" for one in set(page.ids) if page.ids.count(one) > 1]
        return page

    def _links(self, page: Page, path: str) -> Iterator[str]:
        for link in page.links:
            target = urlsplit(urljoin(path, link))
            if not target.scheme and not target.netloc and target.path.startswith("/"):
                yield target.path + ("?" + target.query if target.query else "")

    def _press_all(self, page: Page, path: str, shape: tuple[str, ...]) -> None:
        for form, button in buttons_of(page):
            address = urljoin(path, button.address or form.address or path)
            act = self._act(address, form.method)
            if act is None:
                continue
            key = (shape[0], *act, button.name, button.value, "".join(button.text.split()) if not button.value else "")
            if key not in self.pressed:
                self.pressed.add(key)
                self._press(form, button, address, path)

    def _in_the_sample(self, key: tuple[str, ...]) -> bool:
        return crc32("|".join(key).encode()) % self.one_in == 0

    def _act(self, address: str, method: str) -> tuple[str, ...] | None:
        try:
            endpoint, args = self.app.url_map.bind("localhost").match(urlsplit(address).path, method=method.upper())
        except HTTPException:
            return ("unknown", address)
        told = [f"{name}={self._kind(name, value)}" for name, value in sorted(args.items())]
        return None if endpoint in LEFT_OUT else (endpoint, *told)

    def _press(self, form: Form, button: Button, address: str, path: str) -> None:
        sent = filled(form, self.today, self.known(address))
        if button.name:
            sent[button.name] = button.value
        if form.method == "get":
            answer = self.client.get(urlsplit(address).path, query_string=sent, follow_redirects=True)
        else:
            answer = self.client.post(address, data=sent, content_type="multipart/form-data", follow_redirects=True)
        problems = Page(answer.text).problems if answer.mimetype == "text/html" else []
        if answer.status_code != 200 or problems:
            words = " ".join(button.text.split())
            self.refused.append(f"{path} [{words}] {address} {sent}: {answer.status_code} {problems}")
        if form.method != "get":
            self.put_back()
