"""One act of a page: kept whole, or not at all and with a sentence why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from flask import Flask, flash
from sqlalchemy.exc import IntegrityError

from caseapp.db import db, unit_of_work, waiting_at_most
from caseapp.kernel.errors import RuleViolation
from caseapp.web import trail
from caseapp.web.page import said

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Told = TypeVar("Told")
PATIENCE = 2.0
"""Seconds that somebody at a page waits for others who write, before being told so."""


def install(app: Flask) -> None:
    """No page waits for others who write any longer than that."""
    inner = app.wsgi_app

    def impatient(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with waiting_at_most(PATIENCE):
            return inner(environ, start_response)

    app.wsgi_app = impatient  # type: ignore[method-assign]


def attempt(act: Callable[[], Told], done: str = "") -> Told | None:
    """Do it in one transaction, and say ``done``. A broken rule is shown on the next page instead, nothing is changed,
    and None comes back."""

    def kept() -> Told:
        with unit_of_work(db.session):
            return act()

    return worked_out(kept, done)


def found_if_doubled(act: Callable[[], Told]) -> Told:
    """Do it in one transaction. Where the very same was sent twice at one moment, the one that comes second does it
    again, and finds what the first put down."""
    try:
        with unit_of_work(db.session):
            return act()
    except IntegrityError as problem:
        if not is_doubled(problem):
            raise
    with unit_of_work(db.session):
        return act()


def is_doubled(problem: IntegrityError) -> bool:
    """Whether a unique key says that it is there already."""
    told = getattr(problem.orig, "sqlite_errorname", None) or getattr(problem.orig, "sqlstate", None)
    return told in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505")


def worked_out(work: Callable[[], Told], done: str = "") -> Told | None:
    """Work something out that is kept afterwards. A broken rule is shown on the next page, and None comes back."""
    try:
        told = work()
    except RuleViolation as problem:
        trail.refused(problem)
        flash(said(problem), "danger")
        return None
    if done:
        flash(done, "success")
    return told
