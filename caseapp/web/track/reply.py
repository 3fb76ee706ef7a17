"""/track/<token>/reply: the paper of the written reply, for who holds the receipt and types whose matter it is."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer

from caseapp.actions.track_reply import is_own_name, reply_of
from caseapp.db import db, unit_of_work
from caseapp.kernel.errors import N_, CaseappError, OutOfScope, RuleViolation, TooMany
from caseapp.web.documents.uploads import store
from caseapp.web.documents.views import page_of
from caseapp.web.errors import STATUS
from caseapp.web.page import said
from caseapp.web.track.views import Answer, ctx, keep_quiet, plain_problem, public_page

room = Blueprint("reply", __name__)
room.after_request(keep_quiet)
room.register_error_handler(CaseappError, plain_problem)
OPEN_FOR = 1800  # seconds


@room.post("/track/<token>/reply")
def show(token: str) -> Answer:
    """The pages of the reply, when the name belongs to the matter; for half an hour."""
    paper, typed, status = reply_of(ctx(), token), request.form.get("name", ""), 422
    try:
        with unit_of_work(db.session):
            own = is_own_name(ctx(), token, typed)
    except (RuleViolation, TooMany) as broken:
        own, problem, status = False, said(broken), STATUS.get(type(broken), 422)
    else:
        problem = gettext(
            "This is not a name on this matter. Type it as it stands on the petition, or call the office."
        )
    if not own:
        return public_page("track/reply.html", token=token, pages=[], problem=problem, typed=typed), status
    grant = _signer().dumps(token)
    pages = [url_for("reply.page", token=token, grant=grant, nth=one.nth) for one in paper.pages]
    return public_page("track/reply.html", token=token, pages=pages, problem="")


@room.get("/track/<token>/reply/<grant>/<int:nth>")
def page(token: str, grant: str, nth: int) -> Response:
    """One page of it, as a picture."""
    try:
        named = _signer().loads(grant, max_age=OPEN_FOR)
    except BadSignature:
        named = None
    if named != token:
        raise OutOfScope(N_("there is no such paper"))
    return page_of(reply_of(ctx(), token), nth, store())


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="reply")
