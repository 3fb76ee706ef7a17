"""What takes seconds of work, such as a PDF. The workshop makes it (``workshop.py``), so that pages are answered
meanwhile; where there is none, threads of the server do, a few at a time."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Condition
from typing import Any, NoReturn

from flask import Flask, Response, abort, current_app, g, render_template, request, session
from flask.json.tag import TaggedJSONSerializer

from caseapp.db import db
from caseapp.kernel.errors import N_, TooMany
from caseapp.web.session import ctx
from caseapp.web.worker import Tell, words_of
from caseapp.web.workshop import EACH, LONGEST, MOST, WorkDone, Workshop

log = logging.getLogger(__name__)
USUAL_THREADS = 8
AT_ONCE = 1.0
"""Seconds that a page waits for what it shows. Then it says how far that is, and asks again."""
AGAIN_IN = 2
TO_THE_END = LONGEST * MOST
REFUSALS = {
    "yours": N_("two of your files are being made already: wait until they are there"),
    "many": N_("many files are being made just now: try again in a minute"),
    "long": N_("this took longer than two minutes and was stopped: ask for a shorter period or a part of it"),
}
View = Callable[..., Any]


class Turns:
    """Who makes something heavy in this process, and who waits for it. No more than half of the threads are taken in
    all; and where threads make it, no more than a quarter of them make at once."""

    def __init__(self, threads: int, *, elsewhere: bool = False) -> None:
        self.most = max(threads // 2, 1)
        self.at_once = self.most if elsewhere else max(threads // 4, 1)
        self.making, self.taken, self.changed = 0, Counter[str](), Condition()

    @contextmanager
    def turn(self, person: str) -> Iterator[None]:
        """Wait until it is my turn. Raises TooMany where two of mine are under way, or too many of others wait."""
        with self.changed:
            if self.taken[person] >= EACH:
                raise TooMany(REFUSALS["yours"])
            if self.taken.total() >= self.most:
                raise TooMany(REFUSALS["many"])
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
    """Threads make what is heavy, until a server has a workshop for it."""
    use_workshop(app, None)


def use_workshop(app: Flask, workshop: Workshop | None) -> None:
    """Let a workshop make what is heavy; without one, threads do."""
    app.extensions["caseapp_workshop"] = workshop
    threads = app.config.get("THREADS", USUAL_THREADS)
    app.extensions["caseapp_turns"] = Turns(threads, elsewhere=workshop is not None)


def heavy(view: View) -> View:
    """A heavy file: who asked waits for it."""
    return _in_turn(view, TO_THE_END)


def heavy_at(when: Callable[..., bool], *, page: bool = False) -> Callable[[View], View]:
    """A file, or with ``page`` a page, that is heavy at some addresses. A heavy page is worked out in the background,
    and says how far that is."""

    def wrap(view: View) -> View:
        in_turn = _in_turn(view, AT_ONCE if page else TO_THE_END)

        @wraps(view)
        def shown(*args: Any, **kwargs: Any) -> Any:
            return in_turn(*args, **kwargs) if when(*args, **kwargs) else view(*args, **kwargs)

        return shown

    return wrap


def how_far() -> Tell | None:
    """What is to be told how much of a heavy work is done; None where nobody listens."""
    found: Tell | None = g.get("tell")
    return found


def _in_turn(view: View, patience: float) -> View:
    @wraps(view)
    def in_turn(*args: Any, **kwargs: Any) -> Any:
        if how_far():  # a worker makes it
            return view(*args, **kwargs)
        turns: Turns = current_app.extensions["caseapp_turns"]
        with turns.turn(ctx().actor.username):
            found = _from_workshop(patience) if request.method != "POST" else None
            return view(*args, **kwargs) if found is None else found

    in_turn.takes_turn = True  # type: ignore[attr-defined]
    return in_turn


def _from_workshop(patience: float) -> Response | None:
    """What the workshop answers to this request; None where there is none. Raises TooMany."""
    workshop: Workshop | None = current_app.extensions["caseapp_workshop"]
    if workshop is None:
        return None
    db.session.rollback()  # nothing of the database is held meanwhile
    made = workshop.ask(_key(), ctx().actor.username, words_of(request.environ), patience)
    if made.why_not == "away":
        log.error("the process that makes files has ended: threads make them until the server is started again")
        use_workshop(current_app._get_current_object(), None)  # type: ignore[attr-defined]
        return None
    if made.why_not:
        abort(500) if made.why_not == "broken" else _refuse(made.why_not)
    return _under_way(made.percent) if made.percent is not None else _answer(made)


def _refuse(why: str) -> NoReturn:
    raise TooMany(REFUSALS[why])


def _key() -> str:
    """The work that this login asks for at this address, in its language: asked for again, it is the same."""
    told = [session.get("_user_id"), request.full_path, session.get("lang"), session.get("text")]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _under_way(percent: int) -> Response:
    page = render_template("layout/under_way.html", percent=percent)
    return Response(page, 202, {"Refresh": str(AGAIN_IN)}, mimetype="text/html")


def _answer(made: WorkDone) -> Response:
    """What a worker answered, with what it changed of the session."""
    if kept := made.told.get("session"):
        session.clear()
        session.update(TaggedJSONSerializer().loads(kept))
    return Response(made.body, made.told["status"], made.told["headers"])
