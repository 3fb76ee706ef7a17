"""Many clients that log cases at once, each a process of its own, through the action that the form calls
(``./run bench --writers 8``)."""

from __future__ import annotations

import multiprocessing
import secrets
import time
from dataclasses import replace
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

from flask import Flask
from sqlalchemy import text

from bench.spent import spent_by
from caseapp import create_app
from caseapp.actions.cases import RegisterCase, register
from caseapp.actions.context import Ctx
from caseapp.config import read_settings
from caseapp.db import db, unit_of_work
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.events import Head, Party
from caseapp.domain.org.queries import load_units
from caseapp.domain.people.queries import user_named

Told = tuple[int, float]
"""How many cases a client logged, and the seconds of processor time that this took, the database's included."""
STORY = "两家为水沟争执。已劝开。"
HEAD = Head(
    "dispute", "TH-SH-01", "两家为水沟争执", channel="screening", category="neighbour", description=STORY,
    parties=(Party("petitioner", "周甲一"),), named=True,
)  # fmt: skip


def logged_at_once(app: Flask, writers: int, seconds: float) -> str:
    """Let so many log cases for so long. How many were logged a second, in a sentence."""
    settings = app.extensions["caseapp"]
    db.session.remove()
    db.engine.dispose()
    way = multiprocessing.get_context("spawn")
    begin, told = way.Barrier(writers), way.SimpleQueue()
    what = str(settings.instance), settings.database_url, seconds, begin, told
    processes = [way.Process(target=_log, args=what) for _ in range(writers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    heard: list[Told] = [told.get() for _ in range(writers)] if not any(one.exitcode for one in processes) else []
    cases, spent = sum(one for one, _ in heard), sum(one for _, one in heard)
    each = f"{1000 * spent / cases:.1f} ms of processor time each" if cases else "some ended with an error"
    return f"{writers} clients logged {cases / seconds:.0f} cases a second, {each}"


def _log(instance: str, address: str, seconds: float, begin: Barrier, told: SimpleQueue[Told]) -> None:
    """One client: a case after another, each in a transaction of its own."""
    app = create_app(replace(read_settings({"CASEAPP_INSTANCE": instance}), database_url=address))
    clock = app.extensions["caseapp"].clock
    with app.app_context():
        grid = user_named(db.session, "grid")
        assert grid
        ctx = Ctx(db.session, actor_of(grid, load_units(db.session), clock().date()), clock)
        server = {int(db.session.scalar(text("SELECT pg_backend_pid()")) or 0)}
        _one(ctx)
        begin.wait()
        logged, before, until = 0, spent_by(server), time.monotonic() + seconds
        while time.monotonic() < until:
            _one(ctx)
            logged += 1
        told.put((logged, spent_by(server) - before))
        db.session.remove()


def _one(ctx: Ctx) -> None:
    with unit_of_work(db.session):
        register(ctx, RegisterCase(HEAD, secrets.token_urlsafe(18)))
