"""Putting down what pages refused, showed or gave away: in a transaction of its own, whatever became of the act."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from caseapp.actions import trail
from caseapp.actions.context import Ctx
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import Actor
from caseapp.domain.audit.stray import network_of
from caseapp.kernel.errors import Busy, CaseappError, NotAllowed, OutOfScope, WrongPerson
from caseapp.web.entrance import word_of
from caseapp.web.session import clock, ctx
from caseapp.web.visitor import client_address

log = logging.getLogger(__name__)
SUBJECTS = ("number", "username", "unit")
NAMED = (
    "act", "action", "document", "figure", "kind", "letter", "month", "period", "proposal", "seat", "sheet", "step",
    "variant",
)  # fmt: skip
"""Of an address, what is written down besides the case or the account it is about. Tokens are never."""


def came_from() -> str:
    """The network that a request came from."""
    return network_of(client_address())


def refused(problem: CaseappError) -> None:
    """Put down that who is logged in was refused something, or was told that it does not exist. The one place where
    that is done, for every page. What strangers ask for in vain is counted."""
    if not isinstance(problem, NotAllowed | OutOfScope | WrongPerson):
        return
    if not current_user.is_authenticated:
        lost()
        return
    asked = dict(request.view_args or {})
    subject = next((str(asked[name]) for name in SUBJECTS if name in asked), request.form.get("number", ""))
    tried: dict[str, Any] = {"place": request.endpoint or "", "changing": request.method != "GET"}
    named = {name: _as_asked(asked[name]) for name in NAMED if name in asked}
    _put_down(lambda: trail.note_refusal(ctx(), subject, problem, **tried, **({"named": named} if named else {})))


def _as_asked(value: object) -> str:
    """A part of an address as it was asked for: keys of rows as their words."""
    return word_of(value) if isinstance(value, int) else str(value)[:60]


def lost(kind: str = "no_page") -> None:
    """Count an address that leads nowhere: by its network, or by who is logged in."""
    if current_user.is_authenticated:
        _put_down(lambda: trail.count_stray(ctx(), kind, ctx().actor.username))
    else:
        asking = Ctx(db.session, Actor(""), clock())
        _put_down(lambda: trail.count_stray(asking, kind, came_from()))


def seen(action: str, subject: str, **detail: Any) -> None:
    """Put down that who is logged in looked at something or took it away. What cannot be put down is not shown."""
    with unit_of_work(db.session):
        trail.note_once_an_hour(ctx(), action, subject, **detail)


def taken(response: Response) -> Response:
    """Put down who took away a report: run after each request for a paper of one."""
    if response.status_code == HTTPStatus.OK and response.mimetype != "text/html":
        asked = request.view_args or {}
        period = next((str(asked[name]) for name in ("period", "month", "day") if name in asked), "")
        told = {"period": period, "revision": request.args.get("revision", ""), "public": "/public." in request.path}
        form = asked.get("kind") or request.path.rpartition(".")[2]
        told |= {"version": asked["version"]} if "version" in asked else {}
        seen("report_taken", asked.get("unit", ""), form=form, **told)
    return response


def _put_down(act: Callable[[], None]) -> None:
    """Write it; a database that cannot take it now changes nothing of the answer."""
    try:
        with unit_of_work(db.session):
            act()
    except (SQLAlchemyError, Busy) as problem:
        log.error("a refusal could not be put down: %s", type(problem).__name__)
