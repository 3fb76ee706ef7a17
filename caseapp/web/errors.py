"""From what went wrong to an answer: 403, 404, 409, 422, and a page that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, render_template
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from caseapp.db import db
from caseapp.kernel.errors import N_, Busy, CaseappError, Conflict, NotAllowed, OutOfScope, TooMany
from caseapp.kernel.faults import without_values
from caseapp.kernel.outage import outage_of
from caseapp.web import away, trail
from caseapp.web.attempt import is_doubled
from caseapp.web.page import said

log = logging.getLogger(__name__)
Answer = tuple[str, int] | Response
STATUS = {NotAllowed: 403, OutOfScope: 404, Conflict: 409, TooMany: 429, Busy: 503}
ADVICE = {
    400: N_("The request could not be understood. Go back and try again."),
    403: N_("Ask the office if you think you should be able to do this."),
    404: N_("There is nothing here, or nothing that you may see."),
    405: N_("This address is not opened that way."),
    409: N_("Nothing was changed. Go back, look at what is new, and try again."),
    413: N_("What was sent is too large."),
    422: N_("Nothing was changed. Go back and mend what the sentence names."),
    429: N_("Nothing was changed. Wait a while, then try again."),
    500: N_("Something went wrong on our side. Nothing was changed."),
    503: N_("Go back and send it once more: what you typed is still there."),
}


def install(app: Flask) -> None:
    """Register the handlers."""
    handlers: dict[type[Exception], Callable[[Any], Answer]] = {
        CaseappError: broken_rule,
        CSRFError: expired_form,
        HTTPException: http_problem,
        Exception: our_fault,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, standing_alone(handler))


def standing_alone(handler: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """A handler that needs no machine in order: where the database is away or the disk is full, whether that was the
    problem or came up while one was told, a page is answered that asks neither."""

    @wraps(handler)
    def handled(problem: Exception) -> Answer:
        outage = outage_of(problem)
        try:
            return away.answer(outage) if outage else handler(problem)
        except Exception as fault:
            outage = outage_of(fault)
            if outage is None:
                raise
            return away.answer(outage)

    return handled


def answer(status: int, sentence: str = "") -> tuple[str, int]:
    """A page with what went wrong and what to do."""
    advice = gettext(ADVICE.get(status, ADVICE[400]))
    return render_template("errors/error.html", code=status, sentence=sentence, advice=advice), status


def broken_rule(problem: CaseappError) -> tuple[str, int]:
    """A rule said no. Who was refused something is on record, whatever became of the act."""
    trail.refused(problem)
    return answer(STATUS.get(type(problem), 422), said(problem))


def expired_form(_problem: CSRFError) -> tuple[str, int]:
    """The form is from another session."""
    return answer(400, gettext("This form has expired. Open the page again and send it once more."))


def http_problem(problem: HTTPException) -> tuple[str, int]:
    """Anything Flask itself answers."""
    if problem.code == 404:
        trail.lost()
    return answer(problem.code or 500)


def our_fault(problem: Exception) -> tuple[str, int]:
    """A bug: logged without what people typed, said plainly. What a unique key refuses was sent twice at one moment."""
    log.error("unexpected\n%s", without_values(problem))
    db.session.rollback()
    if isinstance(problem, IntegrityError) and is_doubled(problem):
        return answer(409, gettext("the same was put down at this very moment: look whether it is there"))
    return answer(500)
