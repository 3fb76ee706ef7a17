"""/track: what somebody without an account learns of their matter, with the receipt in hand.

A GET writes nothing. What is shown is ``domain/receipts/progress.py``, field by field; the page has no other source.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from caseapp.actions import track
from caseapp.actions.context import Ctx
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.queries.mergers import living_case
from caseapp.domain.cases.words import SCORES
from caseapp.domain.people.queries import names_of
from caseapp.domain.receipts.queries import read_progress
from caseapp.domain.receptions.queries import to_be_seen
from caseapp.kernel.errors import N_, CaseappError, NotAllowed, OutOfScope, RuleViolation, TooMany
from caseapp.kernel.numbering import written_number
from caseapp.web import trail
from caseapp.web.errors import STATUS
from caseapp.web.page import said
from caseapp.web.session import public_ctx
from caseapp.web.track import words
from caseapp.web.track.forms import LookForm, PressedForm
from caseapp.web.visitor import source

room = Blueprint("track", __name__)
Answer = str | Response | tuple[str, int]


def ctx() -> Ctx:
    """The context of whoever holds a receipt: no account, no post."""
    return public_ctx(track.TRACK)


@room.after_request
def keep_quiet(response: Response) -> Response:
    """No search engine lists these pages, and no address with a token in it is told to another page. The origin alone
    is: the forgery check over HTTPS asks for it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@room.record_once
def teach_words(state: BlueprintSetupState) -> None:
    """The sentences of the page, for its templates and for the sheet that is printed."""
    state.app.jinja_env.globals.update(
        due_text=words.due_text,
        right_text=words.right_text,
        stage_text=words.stage_text,
        meaning_text=words.meaning_text,
        step_text=words.step_text,
    )


@room.errorhandler(CaseappError)
def plain_problem(problem: CaseappError) -> tuple[str, int]:
    """What went wrong, on a page that looks like the others here and says whom to call."""
    if request.method != "GET":
        trail.lost("receipt_wrong") if isinstance(problem, OutOfScope) else trail.refused(problem)
    status = STATUS.get(type(problem), 422)
    return public_page("track/problem.html", sentence=said(problem), status=status), status


def public_page(template: str, **values: object) -> str:
    """A page of the public side, with whom to call under it."""
    context = ctx()
    phone, address = context.office.contact(context.today)
    return render_template(template, phone=phone, address=address, **values)


def _example() -> str:
    """A number as this office writes them."""
    context = ctx()
    return written_number(context.office.prefix("petition", context.today), context.today.year, 1)


@room.route("/track", methods=["GET", "POST"])
def look() -> Answer:
    """A number and a code; what belongs together leads to the address that the QR code holds."""
    form, status = LookForm(), 200
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                token = track.look_up(ctx(), _asked(form))
        except TooMany as problem:
            form.code.errors, status = [said(problem)], 429
        else:
            if token is not None:
                return redirect(url_for("track.show", token=token))
            form.code.errors = [gettext("The number and the code do not belong together. Look at the receipt again.")]
    if form.errors and status == 200:
        status = 422
    return public_page("track/look.html", form=form, example=_example(), days=_reception_days()), status


def _reception_days() -> list[tuple[date, str, str, str]]:
    """The days on which leaders receive petitioners, as they were posted: the day, the hours, who, where."""
    found = to_be_seen(db.session, ctx().today)
    names = names_of(db.session, {one.leader for one in found})
    return [(one.day, f"{one.begins}–{one.ends}", names.get(one.leader, one.leader), one.place) for one in found]


def _asked(form: LookForm) -> track.Attempt:
    """What was typed, and where it came from."""
    digest, shared = source()
    return track.Attempt(form.number.data or "", form.code.data or "", digest, shared=shared)


@room.get("/track/<token>")
def show(token: str) -> Answer:
    """Where a matter stands."""
    return _progress(token)


def _progress(token: str, problem: str = "", typed: str = "") -> str:
    context = ctx()
    case = track.case_of(context, token)
    living = living_case(db.session, case)
    progress = read_progress(db.session, context.units, context.office, case, context.today, living=living)
    return render_template(
        "track/show.html", token=token, progress=progress, scores=SCORES, problem=problem, typed=typed,
        phone=progress.contact.phone, address=progress.contact.address,
    )  # fmt: skip


@room.post("/track/<token>/rating")
def rate(token: str) -> Answer:
    """The petitioner's rating, once a round. Whoever is logged in as an official does not give one here."""
    if current_user.is_authenticated:
        raise NotAllowed(N_("You are logged in as an official. The rating is the petitioner's own: log out first."))
    score, typed = request.form.get("score", ""), request.form.get("words", "")
    try:
        with unit_of_work(db.session):
            track.rate(ctx(), token, score, typed)
    except RuleViolation as problem:
        return _progress(token, said(problem), typed), 422
    flash(gettext("Thank you. Your rating is on record, without your name."), "success")
    return redirect(url_for("track.show", token=token))


@room.post("/track/<token>/not-mine")
def deny(token: str) -> Answer:
    """The petitioner says that the rating on record is not theirs."""
    if current_user.is_authenticated:
        raise NotAllowed(N_("You are logged in as an official. The rating is the petitioner's own: log out first."))
    with unit_of_work(db.session):
        track.deny_rating(ctx(), token)
    flash(
        gettext("It is on record that this rating is not yours. Somebody who does not handle your matter asks you."),
        "success",
    )
    return redirect(url_for("track.show", token=token))


@room.route("/track/<token>/pressed", methods=["GET", "POST"])
def pressed(token: str) -> Answer:
    """For who was pressed or punished for petitioning: to the discipline contact, past everybody else. Where none of
    them may read it, nothing is taken in, and the page says whom to turn to outside."""
    form, context, status = PressedForm(), ctx(), 422
    told = track.is_anybody_told(context, token)
    if form.validate_on_submit():
        try:
            with unit_of_work(db.session):
                track.report_pressure(ctx(), token, _sent(form))
        except RuleViolation as problem:
            getattr(form, problem.field).errors = [said(problem)]
        except TooMany as problem:
            form.text.errors, status = [said(problem)], 429
        else:
            flash(gettext("It is with the discipline contact. Nobody else here sees it."), "success")
            return redirect(url_for("track.pressed", token=token))
    outside = context.office.outside("discipline", context.today)
    return public_page(
        "track/pressed.html" if told else "track/unread.html", token=token, form=form, outside=outside
    ), status if form.errors else 200  # fmt: skip


def _sent(form: PressedForm) -> track.Pressed:
    digest, shared = source()
    return track.Pressed(form.key.data or "", form.text.data or "", form.reach.data or "", digest, shared=shared)
