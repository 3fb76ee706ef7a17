"""/queue/ticket, /queue/send, /queue/wrap, /queue/mine: what a phone's queue asks of the server, answered as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from caseapp.actions.queue import number_of, take_once
from caseapp.actions.transfer_sheets import is_to_print
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.queries import find_case
from caseapp.domain.queue.queries import taken
from caseapp.domain.queue.rules import check_record
from caseapp.kernel.errors import Busy, CaseappError, Conflict, RuleViolation
from caseapp.web import trail
from caseapp.web.cases.meanwhile import came_between
from caseapp.web.entrance import whole
from caseapp.web.errors import ADVICE, STATUS
from caseapp.web.page import said
from caseapp.web.queue.keeping import my_cases
from caseapp.web.queue.phone_keys import closed_for
from caseapp.web.queue.taking import filled
from caseapp.web.session import ctx

room = Blueprint("sending", __name__)


@room.get("/queue/ticket")
def ticket() -> Response | tuple[Response, int]:
    """Who is logged in, and the token that a sending needs: a page kept in a phone has an old one, or none."""
    if not current_user.is_authenticated:
        return _not_you()
    return jsonify(user=ctx().actor.username, token=generate_csrf())


@room.post("/queue/send")
def send() -> Response | tuple[Response, int]:
    """Take one record. Only from the user who made it: a phone goes from hand to hand, a record does not."""
    if not current_user.is_authenticated or request.form.get("user") != ctx().actor.username:
        return _not_you()
    kind, client_id = request.form.get("kind", ""), request.form.get("client_id", "")
    check_record(kind, client_id)
    if taken(db.session, ctx().actor.username, client_id) is None:
        form, act = filled(kind, client_id)
        if form is not None and not form.validate():
            return _problems([(name, " ".join(map(str, errors))) for name, errors in form.errors.items() if name], form)
        try:
            with unit_of_work(db.session):
                number = take_once(ctx(), kind, client_id, act)
        except Busy:  # a phone keeps what it could not send, and tries again
            raise
        except RuleViolation as problem:
            trail.refused(problem)
            return _problems([(problem.field, said(problem))], form)
    else:
        number = number_of(ctx(), kind, client_id)
    return _stored(kind, client_id, number)


def _stored(kind: str, client_id: str, number: str) -> Response:
    """The number, where to look at it, and a sentence; of a log also its receipt, to be shown at once. ``live``:
    somebody waits for the next page, which says it."""
    seen = find_case(db.session, ctx().actor, number) is not None
    url = url_for("cases.show", number=number) if seen else url_for("work.show")
    note = "" if seen else gettext("It is sealed: only its own desk sees it from now on.")
    if not seen and is_to_print(ctx(), number):
        url = url_for("outside.sheet", number=number)
        note = gettext("Nobody here may read it: open it and print the sheet that goes to the authority outside.")
    sentence = gettext("Logged as %(number)s.", number=number) if kind == "log" else gettext("On record.")
    if request.form.get("live"):
        flash(sentence, "success")
    told = {"client_id": client_id, "number": number, "url": url, "sentence": sentence, "note": note}
    if kind == "log":
        told["receipt"] = url_for("receipts.show", number=number)
        told["code"] = url_for("receipts.file", kind="svg", number=number)
    return jsonify(told)


def _problems(problems: list[tuple[str, str]], form: FlaskForm | None = None) -> tuple[Response, int]:
    labels = {field.name: str(field.label.text) for field in form} if form else {}
    told = [{"field": name, "label": labels.get(name, ""), "sentence": sentence} for name, sentence in problems]
    return jsonify(problems=told), 422


def _not_you() -> tuple[Response, int]:
    return _sentence(401, gettext("Log in as who made the record, and it is sent."))


def _sentence(status: int, sentence: str) -> tuple[Response, int]:
    return jsonify(problems=[{"field": "", "label": "", "sentence": sentence}]), status


@room.post("/queue/wrap")
@login_required
def wrap() -> Response:
    """Encrypt a key for who wrote what an earlier version kept in a phone: whoever logs in next closes it unread."""
    return jsonify(closed_for(request.form.get("user", ""), request.form.get("key", "")))


@room.get("/queue/mine")
@login_required
def mine() -> Response:
    """My cases of the last 30 days, for reading without a line."""
    return jsonify(my_cases(ctx()))


@room.errorhandler(Conflict)
def after_somebody_else(problem: Conflict) -> tuple[Response, int]:
    """Somebody else entered something meanwhile: what it is, and how much of the case has been seen with it."""
    db.session.rollback()
    number, seen = request.form.get("number", ""), request.form.get("length", 0, type=whole)
    case, between = came_between(ctx(), number, seen)
    told = [" ".join(filter(None, (one.day, one.time, one.who, one.title, one.note))) for one in between]
    more = {"between": told, "length": case.length, "url": url_for("cases.show", number=number)}
    link = gettext("Open the case")
    return jsonify(problems=[{"field": "", "label": "", "sentence": said(problem), "open": link, **more}]), 409


@room.errorhandler(CaseappError)
def broken_rule(problem: CaseappError) -> tuple[Response, int]:
    """A rule said no."""
    db.session.rollback()
    trail.refused(problem)
    return _sentence(STATUS.get(type(problem), 422), said(problem))


@room.errorhandler(CSRFError)
def stale_ticket(_problem: CSRFError) -> tuple[Response, int]:
    """The token is from another session: the phone asks for a ticket and tries once more."""
    return _sentence(400, gettext("This form has expired. Open the page again and send it once more."))


@room.errorhandler(HTTPException)
def http_problem(problem: HTTPException) -> tuple[Response, int]:
    """What is too large, and whatever else Flask itself answers."""
    return _sentence(problem.code or 500, gettext(ADVICE.get(problem.code or 500, ADVICE[400])))
