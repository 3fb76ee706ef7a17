"""What takes seconds of work, such as a PDF: a few at a time, so that pages are answered meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Condition
from typing import Any

from flask import Flask, current_app, g

from caseapp.kernel.errors import N_, TooMany
from caseapp.web.session import ctx

EACH = 2
"""How many of one person are worked on or wait."""
USUAL_THREADS = 8


class Turns:
    """Who makes something heavy in this process, and who waits for it. No more than a quarter of the threads make, and
    no more than half of them are taken in all."""

    def __init__(self, threads: int) -> None:
        self.at_once, self.most = max(threads // 4, 1), max(threads // 2, 1)
        self.making, self.taken, self.changed = 0, Counter[str](), Condition()

    @contextmanager
    def turn(self, person: str) -> Iterator[None]:
        """Wait until it is my turn. Raises TooMany where two of mine are under way, or too many of others wait."""
        with self.changed:
            if self.taken[person] >= EACH:
                raise TooMany(N_("two of your files are being made already: wait until they are there"))
            if self.taken.total() >= self.most:
                raise TooMany(N_("many files are being made just now: try again in a minute"))
            self.taken[person] += 1
            try:
                self.changed.wait_for(lambda: self.making < self.at_once)
            except BaseException:
                self.taken[person] -= 1
                raise
            self.making += 1
        try:
            yield
        finally:
            with self.changed:
                self.making -= 1
                self.taken[person] -= 1
                self.changed.notify()


def install(app: Flask) -> None:
    """Turns by the number of threads that serve."""
    app.extensions["caseapp_turns"] = Turns(app.config.get("THREADS", USUAL_THREADS))


@contextmanager
def my_turn() -> Iterator[None]:
    """Within it I make something heavy; a page takes one turn however much it makes. Raises TooMany."""
    if g.get("has_turn"):
        yield
        return
    turns: Turns = current_app.extensions["caseapp_turns"]
    with turns.turn(ctx().actor.username):
        g.has_turn = True
        try:
            yield
        finally:
            g.has_turn = False


def heavy(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that is a heavy file as a whole."""

    @wraps(view)
    def in_turn(*args: Any, **kwargs: Any) -> Any:
        with my_turn():
            return view(*args, **kwargs)

    in_turn.takes_turn = True  # type: ignore[attr-defined]
    return in_turn
